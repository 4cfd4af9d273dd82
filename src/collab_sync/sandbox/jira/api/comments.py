"""Comments: list, write, change, delete, and find by id with their properties."""

from __future__ import annotations

from collab_sync.sandbox.jira.api.properties import given_properties
from collab_sync.sandbox.jira.beans import Json
from collab_sync.sandbox.jira.call import INVALID_PAYLOAD, Call
from collab_sync.sandbox.jira.edits import touch
from collab_sync.sandbox.jira.refusal import Refusal, bad_field
from collab_sync.sandbox.jira.state import Comment, Issue, RichText
from collab_sync.sandbox.jira.text.adf import comment_document
from collab_sync.sandbox.jira.text.wiki import comment_markup
from collab_sync.sandbox.wire import Response, empty, json_response

PAGE_DEFAULT = 100
PAGE_MOST = 5000
WHOLE_LIST = 1_048_576
"""Comments that Data Center gives in one page unless asked for fewer."""
LISTED_IDS = 1000
"""Ids that one POST comment/list may ask for."""

TOO_MANY = "The issue has reached the per-issue limit for comments."

_ORDERS = {"created": False, "+created": False, "-created": True}


def page(call: Call, key: str) -> Response:
    """GET comments of an issue, by creation time, ``orderBy=-created`` latest first; Data Center without properties."""
    issue = call.issue(key)
    order = call.request.arg("orderBy") or "created"
    if order not in _ORDERS:
        raise Refusal(400, f"orderBy parameter '{order}' is not valid.")
    start = call.number("startAt", 0, 10**9)
    default, most = (PAGE_DEFAULT, PAGE_MOST) if call.site.cloud else (WHOLE_LIST, WHOLE_LIST)
    size = call.page_limit(call.number("maxResults", default, most))
    ordered = sorted(issue.comments, key=lambda each: (each.created, each.id), reverse=_ORDERS[order])
    expanded = call.site.cloud and "properties" in call.names("expand")
    shown = [call.beans.comment(issue, each, properties=expanded) for each in ordered[start : start + size]]
    return json_response({"startAt": start, "maxResults": size, "total": len(issue.comments), "comments": shown})


def read(call: Call, key: str, comment_id: str) -> Response:
    """GET one comment."""
    issue, comment = _comment_of(call, key, comment_id)
    return json_response(call.beans.comment(issue, comment, properties="properties" in call.names("expand")))


def add(call: Call, key: str) -> Response:
    """POST a comment, with properties if the body brings some."""
    issue = call.issue(key)
    denied = f"{call.account.name}, you do not have the permission to comment on this issue."
    call.require("ADD_COMMENTS", denied, 400)
    body, properties = _body(call), given_properties(call.body.get("properties"))
    visibility = _visibility(call) or {}
    if call.site.comment_limit and len(issue.comments) >= call.site.comment_limit:
        raise Refusal(413, TOO_MANY)
    author = call.account.account_id
    comment = Comment(
        id=call.site.next_id("comment"),
        author=author,
        update_author=author,
        body=body,
        created=call.now,
        updated=call.now,
        properties=properties,
        visibility=visibility,
    )
    issue.comments.append(comment)
    touch(issue, call.stamp)
    return json_response(call.beans.comment(issue, comment, properties=bool(properties)), 201)


def change(call: Call, key: str, comment_id: str) -> Response:
    """PUT a comment's body, and properties if the body brings some; only its author may."""
    issue, comment = _comment_of(call, key, comment_id)
    _check_own(call, comment, "edit")
    body, properties = _body(call), given_properties(call.body.get("properties"))
    visibility = _visibility(call)
    comment.body = body
    comment.visibility = comment.visibility if visibility is None else visibility
    comment.properties |= properties
    comment.update_author, comment.updated = call.account.account_id, call.now
    touch(issue, call.stamp)
    return json_response(call.beans.comment(issue, comment, properties=bool(properties)))


def delete(call: Call, key: str, comment_id: str) -> Response:
    """DELETE a comment; only its author may."""
    issue, comment = _comment_of(call, key, comment_id)
    _check_own(call, comment, "delete")
    issue.comments.remove(comment)
    touch(issue, call.stamp)
    return empty(204)


def by_ids(call: Call) -> Response:
    """POST comment/list: comments by id, those that are not there left out; ``expand=properties``."""
    raw = call.body.get("ids")
    if not isinstance(raw, list) or not all(isinstance(each, int | str) and str(each).isdigit() for each in raw):
        raise Refusal(400, INVALID_PAYLOAD)
    if len(raw) > LISTED_IDS:
        raise Refusal(400, f"The number of comment ids must not exceed {LISTED_IDS}.")
    wanted = {int(each) for each in raw}
    expanded = "properties" in (call.request.arg("expand") or "").split(",")
    visible = (each for each in call.site.issues.values() if call.sees(each))
    found: list[Json] = [
        call.beans.comment(issue, each, properties=expanded)
        for issue in visible
        for each in issue.comments
        if each.id in wanted
    ]
    found.sort(key=lambda each: int(str(each["id"])))
    whole = {"isLast": True, "maxResults": WHOLE_LIST, "startAt": 0, "total": len(found)}
    return json_response({**whole, "values": found})


def _body(call: Call) -> RichText:
    given = call.body.get("body")
    return comment_document(given) if call.site.cloud else comment_markup(given)


def _visibility(call: Call) -> dict[str, object] | None:
    """``{"type": "role" or "group", "value": name}``; None if the body says nothing, empty if it lifts it."""
    if "visibility" not in call.body:
        return None
    given = call.body["visibility"] or {}
    if not isinstance(given, dict) or (given and given.get("type") not in ("role", "group")):
        raise Refusal(400, INVALID_PAYLOAD)
    if given and not (given.get("value") or given.get("identifier")):
        raise bad_field("commentLevel", "You must specify a valid comment visibility.")
    return given


def _comment_of(call: Call, key: str, comment_id: str) -> tuple[Issue, Comment]:
    issue = call.issue(key)
    comment = next((each for each in issue.comments if str(each.id) == comment_id), None)
    if comment is None:
        raise Refusal(404, f"Can not find a comment for the id: {comment_id}.")
    return issue, comment


def _check_own(call: Call, comment: Comment, verb: str) -> None:
    if comment.author != call.account.account_id:
        who = call.account.name
        raise Refusal(400, f"{who}, you do not have the permission to {verb} this comment.")
