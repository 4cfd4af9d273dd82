"""Faults on request: what the network and the trackers do to clients on bad days, reproducible.

A fault has a match (which requests) and an effect (what happens to them). The first fault that applies wins::

    {"match": {"method": "POST", "path": "/comment$", "nth": 2}, "effect": {"drop": "after"}}
    {"match": {"path": "^/gitlab/", "probability": 0.1, "seed": 7},
     "effect": {"status": 429, "headers": {"Retry-After": "1.5"}}}
"""

from __future__ import annotations

import re
from random import Random
from typing import Literal

import msgspec

from collab_sync.sandbox.wire import BadBody, Request, Response

HTML_PAGE = (
    b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form>Log in to continue</form></body></html>"
)
PAGE_LIMIT_HEADER = "X-Sandbox-Page-Limit"
"""How a page limit reaches the tracker: paged answers hold at most that many rows and still name a next page."""

_JIRA_RATE_LIMIT = b'{"errorMessages":["Rate limit exceeded."],"errors":{}}'
_BODIES = {
    502: b"<html><head><title>502 Bad Gateway</title></head></html>",
    503: b"Service Unavailable",
    504: b"<html><head><title>504 Gateway Time-out</title></head></html>",
}


class Match(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which requests: method (``POST``, or several: ``POST|PUT``; empty: all) and a regular expression searched in the
    whole path with its query.

    ``nth``: only the nth of them (from 1); ``count``: strikes at most so often; ``probability``: each with that chance,
    drawn from ``seed``."""

    method: str = ""
    path: str = ""
    nth: int | None = None
    count: int | None = None
    probability: float | None = None
    seed: int = 0


class Effect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens. ``drop``: the connection closes without an answer, ``before`` or ``after`` the request took effect;
    ``reset``: it breaks while the request is sent, nothing is executed; ``during``: it breaks in the middle of the
    answer. ``status``: answered at once, nothing is executed. ``html200``: a login page instead of an answer, nothing
    executed. ``after``: the request takes effect first, then comes that status or page ("committed, then 502").
    ``latency_ms``: waits before, ``slow_body_ms``: spreads the answer's body over that time. ``page_limit``: paged
    answers hold at most so many rows (0: none) and go on with a next page. ``headers`` go with whatever answer there
    is, also with that of a request that was executed (``X-RateLimit-NearLimit``)."""

    latency_ms: float = 0
    slow_body_ms: float = 0
    drop: Literal["before", "reset", "during", "after", ""] = ""
    status: int | None = None
    body: str | None = None
    headers: dict[str, str] = {}
    html200: bool = False
    after: bool = False
    page_limit: int | None = None

    @property
    def spares(self) -> bool:
        """Whether the request takes no effect."""
        return self.drop in ("before", "reset") or ((self.html200 or self.status is not None) and not self.after)

    def instead(self, path: str) -> Response | None:
        """The answer given to ``path`` whatever became of the request, None for the tracker's own."""
        if self.html200:
            return Response(200, HTML_PAGE, (("Content-Type", "text/html;charset=UTF-8"), *self.headers.items()))
        if self.status is None:
            return None
        body = self.body.encode() if self.body is not None else _body(self.status, path)
        kind = "application/json" if body.startswith(b"{") else "text/html" if body.startswith(b"<") else "text/plain"
        return Response(self.status, body, (("Content-Type", f"{kind};charset=UTF-8"), *self.headers.items()))


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A match and its effect."""

    effect: Effect
    match: Match = Match()


NO_EFFECT = Effect()


class FaultBook:
    """The faults in force, with what each has met so far. Not thread-safe: the world holds its lock."""

    def __init__(self) -> None:
        self._faults: list[_Active] = []

    def add(self, raw: object) -> int:
        """Adds one fault as decoded JSON and returns how many are in force. Raises BadBody."""
        try:
            fault = msgspec.convert(raw, Fault)
            self._faults.append(_Active(fault))
        except (msgspec.ValidationError, re.error) as error:
            raise BadBody(f"故障写法不对：{error}") from None
        return len(self._faults)

    def clear(self) -> None:
        """Good weather again."""
        self._faults.clear()

    def effect_on(self, request: Request) -> Effect:
        """What happens to this request. Every fault counts every request it matches; the first that strikes wins."""
        struck = [fault.effect for fault in self._faults if fault.strikes(request)]
        return struck[0] if struck else NO_EFFECT


class _Active:
    def __init__(self, fault: Fault) -> None:
        self.effect = fault.effect
        self._match = fault.match
        self._methods = frozenset(filter(None, fault.match.method.upper().split("|")))
        self._path = re.compile(fault.match.path)
        self._random = Random(fault.match.seed)  # noqa: S311 — repeatable chance, not secrecy
        self._met = 0
        self._struck = 0

    def strikes(self, request: Request) -> bool:
        meant = not self._methods or request.method in self._methods
        if not meant or not self._path.search(_target(request)):
            return False
        self._met += 1
        strikes = self._chosen()
        self._struck += strikes
        return strikes

    def _chosen(self) -> bool:
        match = self._match
        if match.nth is not None and self._met != match.nth:
            return False
        if match.count is not None and self._struck >= match.count:
            return False
        return match.probability is None or self._random.random() < match.probability


def _body(status: int, path: str) -> bytes:
    if status == 429:
        return b"Retry later\n" if path.startswith("/gitlab/") else _JIRA_RATE_LIMIT
    return _BODIES.get(status, b"")


def _target(request: Request) -> str:
    query = "&".join(f"{name}={value}" for name, value in request.query)
    return f"{request.path}?{query}" if query else request.path
