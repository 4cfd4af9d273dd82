"""Cloud's enhanced search: bounded JQL, pages by opaque token, no total.

A token is a place in the result *as it is when the token is used*: whoever orders by something that changes meanwhile
misses rows. Real sites promise nothing better.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import timedelta
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
RECONCILED_MOST = 50
TOKEN_LIFE = timedelta(days=7)
"""By the sandbox's clock; an older token is refused."""
EMPTY_MOST = 3
"""Empty pages in a row that have tokens of their own."""
UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a token means: the next row, empty pages in a row before it, when it was given (seconds since 1970)."""

    start: int = 0
    empty: int = 0
    at: float = 0

    def after(self, rows: int, at: float) -> Place:
        """The place behind a page of so many rows. An empty page leads on with a new token, as on real sites; a search
        that never gets on begins to repeat its token."""
        if not rows and self.empty >= EMPTY_MOST:
            return self
        return Place(self.start + rows, 0 if rows else self.empty + 1, at)


def search(call: Call) -> Response:
    """GET or POST search/jql."""
    query = _jql(call)
    issues = _found(call, query)
    fields = call.names("fields") or ("id",)
    if len(call.names("properties")) > PROPERTIES_MOST:
        raise Refusal(400, f"The number of properties must not exceed {PROPERTIES_MOST}.")
    most = PAGE_MOST if set(fields) <= {"id", "key"} else PAGE_MOST_WITH_FIELDS
    size = call.page_limit(call.number("maxResults", PAGE_DEFAULT, most) or PAGE_DEFAULT)
    place = _place(call, query)
    page = issues[place.start : place.start + size]
    answer: Json = {"issues": [_row(call, issue, fields) for issue in page]}
    last = place.start + len(page) >= len(issues)
    if not last:
        answer["nextPageToken"] = _token(query, place.after(len(page), call.now.timestamp()))
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
    return find(query, replace(call.asking, reconciled=_reconciled(call)))


def _reconciled(call: Call) -> frozenset[int]:
    names = call.names("reconcileIssues")
    if len(names) > RECONCILED_MOST or not all(name.isdecimal() for name in names):
        raise Refusal(400, f"reconcileIssues takes at most {RECONCILED_MOST} issue ids.")
    return frozenset(map(int, names))


def _row(call: Call, issue: Issue, fields: tuple[str, ...]) -> Json:
    row = bean(call, issue, fields, comment_limit=SEARCHED_COMMENTS, silent=True)
    if set(fields) == {"id"}:
        return {"id": row["id"]}
    return row


def _place(call: Call, jql: str) -> Place:
    token = call.text("nextPageToken") if call.request.method == "POST" else call.request.arg("nextPageToken")
    if not token:
        return Place()
    try:
        owner, *place = json.loads(urlsafe_b64decode(token.encode()))
        found = Place(int(place[0]), int(place[1]), float(place[2]))
    except (IndexError, TypeError, ValueError):
        raise Refusal(400, "Invalid format of nextPageToken") from None
    if owner != _owner(jql):
        raise Refusal(400, "The nextPageToken does not belong to this query.")
    if call.now.timestamp() - found.at > TOKEN_LIFE.total_seconds():
        raise Refusal(400, "The nextPageToken has expired.")
    return found


def _token(jql: str, place: Place) -> str:
    return urlsafe_b64encode(json.dumps([_owner(jql), place.start, place.empty, place.at]).encode()).decode()


def _owner(jql: str) -> str:
    return sha256(jql.encode()).hexdigest()[:16]
