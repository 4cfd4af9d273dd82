"""Entity properties: small hidden JSON values on issues and comments. Writing one does not move ``updated``."""

from __future__ import annotations

import json

from collab_sync.sandbox.jira.call import INVALID_PAYLOAD, Call
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.state import Comment
from collab_sync.sandbox.wire import BadBody, Response, empty, json_response

VALUE_LIMIT = 32_768
"""Characters of a property's JSON at most."""
KEY_LIMIT = 255


def given_properties(raw: object) -> dict[str, object]:
    """``[{"key": …, "value": …}]`` of a body, by key. Raises Refusal 400."""
    if raw is None:
        return {}
    if not isinstance(raw, list) or not all(isinstance(each, dict) and "key" in each for each in raw):
        raise Refusal(400, INVALID_PAYLOAD)
    return {str(each["key"]): _checked(str(each["key"]), each.get("value")) for each in raw}


def list_of_issue(call: Call, key: str) -> Response:
    """GET the keys of an issue's properties."""
    issue = call.issue(key)
    return listed(f"{call.api}/issue/{issue.key}/properties", issue.properties)


def read_of_issue(call: Call, key: str, name: str) -> Response:
    """GET a property of an issue."""
    return shown(call.issue(key).properties, name)


def put_on_issue(call: Call, key: str, name: str) -> Response:
    """PUT a property of an issue; the body is its value."""
    issue = call.issue(key)
    call.require("EDIT_ISSUES", "You do not have permission to edit issues in this project.")
    return put(call, issue.properties, name)


def delete_of_issue(call: Call, key: str, name: str) -> Response:
    """DELETE a property of an issue."""
    issue = call.issue(key)
    call.require("EDIT_ISSUES", "You do not have permission to edit issues in this project.")
    return deleted(issue.properties, name)


def list_of_comment(call: Call, comment_id: str) -> Response:
    """GET the keys of a comment's properties."""
    comment = _comment(call, comment_id)
    return listed(f"{call.api}/comment/{comment.id}/properties", comment.properties)


def read_of_comment(call: Call, comment_id: str, name: str) -> Response:
    """GET a property of a comment."""
    return shown(_comment(call, comment_id).properties, name)


def put_on_comment(call: Call, comment_id: str, name: str) -> Response:
    """PUT a property of a comment; the body is its value. Only the comment's author may."""
    comment = _comment(call, comment_id)
    _check_author(call, comment)
    return put(call, comment.properties, name)


def delete_of_comment(call: Call, comment_id: str, name: str) -> Response:
    """DELETE a property of a comment. Only the comment's author may."""
    comment = _comment(call, comment_id)
    _check_author(call, comment)
    return deleted(comment.properties, name)


def _comment(call: Call, comment_id: str) -> Comment:
    visible = (each for each in call.site.issues.values() if call.sees(each))
    found = next((each for issue in visible for each in issue.comments if str(each.id) == comment_id), None)
    if found is None:
        raise Refusal(404, f"Can not find a comment for the id: {comment_id}.")
    return found


def _check_author(call: Call, comment: Comment) -> None:
    if comment.author != call.account.account_id:
        raise Refusal(403, f"{call.account.name}, you do not have the permission to edit this comment.")


def listed(own: str, properties: dict[str, object]) -> Response:
    """The keys of ``properties``, which are to be had below the address ``own``."""
    return json_response({"keys": [{"self": f"{own}/{name}", "key": name} for name in properties]})


def shown(properties: dict[str, object], name: str) -> Response:
    """One of ``properties``; 404 if it is not there."""
    if name not in properties:
        raise Refusal(404, f"The property {name} does not exist.")
    return json_response({"key": name, "value": properties[name]})


def put(call: Call, properties: dict[str, object], name: str) -> Response:
    """Takes the body as the value of one of ``properties``."""
    try:
        value = call.request.json()
    except BadBody:
        raise Refusal(400, "The value of the property must be valid JSON.") from None
    known = name in properties
    properties[name] = _checked(name, value)
    return empty(200 if known else 201)


def deleted(properties: dict[str, object], name: str) -> Response:
    """Takes away one of ``properties``; 404 if it is not there."""
    shown(properties, name)
    del properties[name]
    return empty(204)


def _checked(name: str, value: object) -> object:
    if not name or len(name) > KEY_LIMIT:
        raise Refusal(400, f"The property key must have between 1 and {KEY_LIMIT} characters.")
    if len(json.dumps(value, ensure_ascii=False)) > VALUE_LIMIT:
        raise Refusal(400, f"The property value must not be longer than {VALUE_LIMIT} characters.")
    return value
