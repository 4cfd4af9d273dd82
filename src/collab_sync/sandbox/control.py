"""The sandbox's own API under ``/__sandbox/``: clock, seed, given keys, acts, faults, dump, request log, memory.

JSON in and out, no authentication: the server listens on loopback only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.faults import FaultBook
from collab_sync.sandbox.wire import BadBody, Request, Response, Router, SandboxTracker, empty, json_response

PREFIX = "/__sandbox"
LOG_LIMIT = 20_000
"""Entries of the request log that are kept; the counters go on."""


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as it came in. ``fault``: what was done to it, empty for nothing; ``status``: 0 without an answer."""

    method: str
    path: str
    status: int
    account: str
    at: datetime
    fault: str = ""

    def as_json(self) -> dict[str, object]:
        at = self.at.isoformat()
        entry = {"method": self.method, "path": self.path, "status": self.status, "account": self.account, "at": at}
        return {**entry, "fault": self.fault} if self.fault else entry


@dataclass(slots=True)
class Journal:
    """What the world remembers besides the trackers: requests, counters, memos of whoever drives a story."""

    requests: list[LoggedRequest] = field(default_factory=list)
    counters: Counter[str] = field(default_factory=Counter)
    memos: dict[str, object] = field(default_factory=dict)

    def record(self, entry: LoggedRequest) -> None:
        """Counts it by ``METHOD status`` and keeps it while there is room."""
        self.counters[f"{entry.method} {entry.status}"] += 1
        self.counters["total"] += 1
        if len(self.requests) < LOG_LIMIT:
            self.requests.append(entry)

    def clear_requests(self) -> None:
        """Forgets requests and counters, keeps the memos."""
        self.requests.clear()
        self.counters.clear()


class ControlPanel:
    """Answers requests below ``/__sandbox``; the world calls it under its lock."""

    def __init__(
        self, clock: SandboxClock, trackers: Sequence[SandboxTracker], faults: FaultBook, journal: Journal
    ) -> None:
        self._clock = clock
        self._trackers = {tracker.prefix.strip("/"): tracker for tracker in trackers}
        self._faults = faults
        self._journal = journal
        self._router = self._routes()

    def handle(self, request: Request) -> Response:
        """``request.path`` is below the prefix. What cannot be used is a 400 with a sentence in ``error``."""
        try:
            return self._router.respond(request)
        except (BadBody, ValueError) as error:
            return json_response({"error": str(error)}, 400)

    def _routes(self) -> Router:
        router = Router(_unknown)
        router.add("GET", "/clock", self._show_clock)
        router.add("PUT", "/clock", self._set_clock)
        router.add("POST", "/seed", self._seed)
        router.add("POST", "/{tracker}/issues", self._put_issue)
        router.add("POST", "/{tracker}/acts", self._act)
        router.add("POST", "/faults", self._add_fault)
        router.add("DELETE", "/faults", self._clear_faults)
        router.add("GET", "/dump", self._dump)
        router.add("GET", "/requests", self._requests)
        router.add("DELETE", "/requests", self._clear_requests)
        router.add("GET", "/memo/{name}", self._show_memo)
        router.add("PUT", "/memo/{name}", self._put_memo)
        return router

    def _show_clock(self, _request: Request) -> Response:
        return json_response({"now": self._clock.now().isoformat(), "set": self._clock.is_set})

    def _set_clock(self, request: Request) -> Response:
        now = _mapping(request.json()).get("now")
        if not isinstance(now, str):
            raise BadBody('时钟要写成 {"now": "2025-09-15T09:00:00+08:00"}。')
        self._clock.set(datetime.fromisoformat(now))
        return self._show_clock(request)

    def _seed(self, request: Request) -> Response:
        wanted = _mapping(request.json())
        users = wanted.get("users", [])
        if not isinstance(users, list):
            raise BadBody("users 要是一个列表。")
        for name, tracker in self._trackers.items():
            part = _mapping(wanted.get(name) or {})
            tracker.seed({**part, "users": _own_parts(users, name)}, self._clock.now())
        return empty(204)

    def _put_issue(self, request: Request, tracker: str) -> Response:
        found = self._trackers.get(tracker)
        return found.put_issue(request) if found else _unknown(request, ())

    def _act(self, request: Request, tracker: str) -> Response:
        found = self._trackers.get(tracker)
        return json_response(found.act(_mapping(request.json()))) if found else _unknown(request, ())

    def _add_fault(self, request: Request) -> Response:
        return json_response({"faults": self._faults.add(request.json())}, 201)

    def _clear_faults(self, _request: Request) -> Response:
        self._faults.clear()
        return empty(204)

    def _dump(self, request: Request) -> Response:
        full = request.arg("full", "") in ("1", "true")
        return json_response({name: tracker.dump(full=full) for name, tracker in self._trackers.items()})

    def _requests(self, _request: Request) -> Response:
        counters = dict(sorted(self._journal.counters.items()))
        return json_response({"requests": [each.as_json() for each in self._journal.requests], "counters": counters})

    def _clear_requests(self, _request: Request) -> Response:
        self._journal.clear_requests()
        return empty(204)

    def _show_memo(self, _request: Request, name: str) -> Response:
        if name not in self._journal.memos:
            return json_response({"error": f"没有名为 {name} 的备忘。"}, 404)
        return json_response(self._journal.memos[name])

    def _put_memo(self, request: Request, name: str) -> Response:
        self._journal.memos[name] = request.json()
        return empty(204)


def _own_parts(users: list[object], tracker: str) -> list[object]:
    """The seeded users as one tracker sees them: its own part with the person's name and bot; without a part, not."""
    people = [_mapping(user) for user in users]
    return [
        {**_mapping(each[tracker]), "name": each.get("name", ""), "bot": each.get("bot", False)}
        for each in people
        if each.get(tracker) is not None
    ]


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise BadBody(f"这里要一个 JSON 对象，收到 {type(value).__name__}。")
    return value


def _unknown(request: Request, allowed: tuple[str, ...]) -> Response:
    if allowed:
        return json_response({"error": f"{request.path} 只接受 {'、'.join(allowed)}。"}, 405)
    return json_response({"error": f"控制接口没有 {request.path}。"}, 404)
