"""Data Center's search: any JQL, pages by offset into the result as it is now, with a total; no properties."""

from __future__ import annotations

from collab_sync.sandbox.jira.api.issues import bean
from collab_sync.sandbox.jira.call import Call
from collab_sync.sandbox.jira.jql.evaluate import find
from collab_sync.sandbox.jira.jql.parse import parse
from collab_sync.sandbox.wire import Response, json_response

PAGE_DEFAULT = 50
PAGE_MOST = 1000
"""Rows of a page; Data Center's default for ``jira.search.views.default.max``."""


def search(call: Call) -> Response:
    """GET or POST search. ``fields`` is ``*navigable`` unless asked for others."""
    jql = call.text("jql") if call.request.method == "POST" else call.request.arg("jql")
    issues = find(parse(jql or ""), call.asking)
    start = call.number("startAt", 0, 10**9)
    size = call.page_limit(call.number("maxResults", PAGE_DEFAULT, PAGE_MOST))
    fields = call.names("fields") or ("*navigable",)
    rows = [bean(call, issue, fields) for issue in issues[start : start + size]]
    for row in rows:
        row.pop("properties", None)
    whole = {"expand": "schema,names", "startAt": start, "maxResults": size, "total": len(issues)}
    return json_response({**whole, "issues": rows})
