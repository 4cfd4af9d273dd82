"""Searching: bounded JQL, pages by opaque token, no total."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from collab_sync.sandbox.jira.api.issues import bean
from collab_sync.sandbox.jira.beans import SEARCHED_COMMENTS, Json
from collab_sync.sandbox.jira.call import INVALID_PAYLOAD, Call
from collab_sync.sandbox.jira.jql.evaluate import find
from collab_sync.sandbox.jira.jql.parse import parse
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.state import Issue
from collab_sync.sandbox.wire import Response, json_response

PAGE_DEFAULT = 50
PAGE_MOST = 5000
"""Rows of a page when nothing but ids and keys is asked for."""
PAGE_MOST_WITH_FIELDS = 100
"""Rows of a page with other fields; a page may be shorter than asked."""
PROPERTIES_MOST = 5
UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


def search(call: Call) -> Response:
    """GET or POST search/jql."""
    query = _jql(call)
    issues = _found(call, query)
    fields = call.names("fields") or ("id",)
    if len(call.names("properties")) > PROPERTIES_MOST:
        raise Refusal(400, f"The number of properties must not exceed {PROPERTIES_MOST}.")
    most = PAGE_MOST if set(fields) <= {"id", "key"} else PAGE_MOST_WITH_FIELDS
    size = call.page_limit(call.number("maxResults", PAGE_DEFAULT, most) or PAGE_DEFAULT)
    start = _start(call, query)
    page = issues[start : start + size]
    answer: Json = {"issues": [_row(call, issue, fields) for issue in page]}
    after = start + len(page)
    last = after >= len(issues)
    if not last:
        answer["nextPageToken"] = _token(query, after)
    return json_response({**answer, "isLast": last})


def count(call: Call) -> Response:
    """POST search/approximate-count: exact here."""
    return json_response({"count": len(_found(call, _jql(call)))})


def removed(_call: Call) -> Response:
    """The former search: gone."""
    raise Refusal(410, REMOVED)


def _jql(call: Call) -> str:
    jql = call.text("jql") if call.request.method == "POST" else call.request.arg("jql")
    if call.request.method == "POST" and "jql" in call.body and call.body["jql"] is None:
        raise Refusal(400, INVALID_PAYLOAD)
    return jql or ""


def _found(call: Call, jql: str) -> list[Issue]:
    query = parse(jql)
    if query.clause is None:
        raise Refusal(400, UNBOUNDED)
    return find(query, call.asking)


def _row(call: Call, issue: Issue, fields: tuple[str, ...]) -> Json:
    row = bean(call, issue, fields, comment_limit=SEARCHED_COMMENTS)
    if set(fields) == {"id"}:
        return {"id": row["id"]}
    return row


def _start(call: Call, jql: str) -> int:
    token = call.text("nextPageToken") if call.request.method == "POST" else call.request.arg("nextPageToken")
    if not token:
        return 0
    try:
        owner, start = json.loads(urlsafe_b64decode(token.encode()))
    except ValueError:
        raise Refusal(400, "Invalid format of nextPageToken") from None
    if owner != _owner(jql):
        raise Refusal(400, "The nextPageToken does not belong to this query.")
    return int(start)


def _token(jql: str, start: int) -> str:
    return urlsafe_b64encode(json.dumps([_owner(jql), start]).encode()).decode()


def _owner(jql: str) -> str:
    return sha256(jql.encode()).hexdigest()[:16]
