"""What a site remembers of its web hooks."""

from __future__ import annotations

import msgspec

MOST_CALLS = 10_000
"""Calls that wait to be collected; the oldest are lost."""
JQL = "issue-related-events-section"
"""Under which filter the query is to which issues a hook listens."""


class SiteHook(msgspec.Struct, kw_only=True):
    """A registered web hook; ``secret`` is never shown."""

    id: int
    name: str
    url: str
    events: list[str]
    filters: dict[str, str] = {}
    exclude_body: bool = False
    enabled: bool = True
    secret: str = ""


class SiteCall(msgspec.Struct, kw_only=True):
    """One call that a web hook would make."""

    url: str
    headers: dict[str, str]
    body: str
