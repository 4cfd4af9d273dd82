"""Bad weather drawn from a seed: what happens to each request, and a sandbox that also executes requests late.

A fault has a name for people (``connection reset``), an effect, and where it may strike. Every strike is remembered
with the tracker and the kind of write it met, so that the figures can say what was survived.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from threading import Lock

import msgspec

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.faults import NO_EFFECT, Effect, FaultBook
from collab_sync.sandbox.server import Delivery, SandboxWorld
from collab_sync.sandbox.wire import Request, SandboxTracker

READ_TIMEOUT = 0.6
"""Seconds a client waits for an answer; a slow answer takes longer."""

LATEST = 90.0
"""A request that is executed late comes at most so many seconds after it was given up: less than the engine waits."""

_RETRY_AFTER = ("1", "1.5", "37", "600", "Mon, 22 Sep 2025 02:03:00 GMT", "")
_ERRORS = (408, 500, 502, 503, 504)
_COMMITTED = (408, 500, 502, 504, 202)


@dataclass(frozen=True, slots=True)
class Fault:
    """``late``: the request is executed after the client has given up; ``kill``: so the client's process dies."""

    name: str
    effect: Effect
    late: bool = False
    kill: bool = False


@dataclass(frozen=True, slots=True)
class Strike:
    """One request met one fault."""

    tracker: str
    kind: str
    fault: str


def kind_of(request: Request) -> str:
    """What a request writes; ``reading`` if it writes nothing."""
    parts = request.path.strip("/").split("/")
    if request.method not in ("POST", "PUT") or parts[-2:] == ["comment", "list"] or "search" in parts:
        return "reading"
    for words, kind in _BY_PATH:
        if parts[-1] in words:
            return kind
    if parts[-2] in ("comment", "notes"):
        return "edited comment"
    if "wikis" in parts:
        return "page"
    text = json.dumps(json.loads(request.body or b"{}"), ensure_ascii=False)
    if "进度::" in text or "state_event" in text:
        return "transition"
    return "description" if '"description"' in text else "labels"


_BY_PATH = (
    (("comment", "notes"), "comment"),
    (("issue", "issues"), "create"),
    (("issueLink", "links"), "link"),
    (("remotelink",), "remote link"),
    (("transitions",), "transition"),
)


@dataclass
class Sky:
    """How often which faults come. ``kills``: numbers of the writing requests that are to kill the process."""

    chance: Random
    writing: float = 0.45
    reading: float = 0.1
    fair: bool = False
    kills: frozenset[int] = frozenset()


class Weather(FaultBook):
    """The faults of one run, in place of faults by order."""

    def __init__(self) -> None:
        super().__init__()
        self.sky = Sky(Random(0), fair=True)
        self.strikes: list[Strike] = []
        self.told: Callable[[str], None] = lambda _line: None
        self.victim: Callable[[], int] | None = None
        self._writes = 0
        self.struck: Fault | None = None

    def change(self, sky: Sky) -> None:
        """Another run begins."""
        self.sky = sky
        self.strikes = []
        self.struck = None
        self._writes = 0

    def effect_on(self, request: Request) -> Effect:
        self.struck = fault = None if self.sky.fair else self._drawn(request)
        if fault is None:
            return NO_EFFECT
        strike = Strike(request.path.split("/")[1], kind_of(request), fault.name)
        self.strikes.append(strike)
        self.told(f"{request.method} {request.path}: {fault.name}")
        return fault.effect

    def _drawn(self, request: Request) -> Fault | None:
        writing = kind_of(request) != "reading"
        self._writes += writing
        if writing and self._writes in self.sky.kills and self.victim is not None:
            return self.sky.chance.choice(_KILLING)
        if self.sky.chance.random() >= (self.sky.writing if writing else self.sky.reading):
            return None
        return self._of(request, writing)

    def _of(self, request: Request, writing: bool) -> Fault:
        chance = self.sky.chance
        family = chance.choice(_WRITING if writing else _READING)
        if family == "429":
            return _limited(chance, request.path)
        if family == "error":
            return Fault("error, not done", Effect(status=chance.choice(_ERRORS)))
        if family == "committed":
            return Fault("done, then error", _committed(chance, request))
        return _PLAIN[family]


def _committed(chance: Random, request: Request) -> Effect:
    """The write has happened; the answer says something else. 202: some servers take comments so."""
    status = chance.choice(_COMMITTED)
    if status == 202 and not (request.method == "POST" and request.path.endswith("/notes")):
        status = 502
    return Effect(status=status, after=True, body='{"message":"202 Accepted"}' if status == 202 else None)


def _limited(chance: Random, path: str) -> Fault:
    wait = chance.choice(_RETRY_AFTER)
    headers = {"Retry-After": wait} if wait else {}
    if "/jira/" in path and chance.random() < 0.5:
        headers["RateLimit-Reason"] = chance.choice(("jira-burst-based", "jira-per-issue-on-write"))
    body = chance.choice((None, "Retry later\n", '{"message":{"error":"too many requests"}}'))
    return Fault("429", Effect(status=429, headers=headers, body=body))


_PLAIN = {
    "before": Fault("dropped before", Effect(drop="before")),
    "reset": Fault("reset while sending", Effect(drop="reset")),
    "during": Fault("broken answer", Effect(drop="during")),
    "after": Fault("dropped after", Effect(drop="after")),
    "late": Fault("executed late", Effect(drop="before"), late=True),
    "slow": Fault("slow answer", Effect(latency_ms=READ_TIMEOUT * 1000 + 60)),
    "425": Fault("425", Effect(status=425)),
    "page": Fault("page with 200", Effect(html200=True)),
    "page after": Fault("done, page with 200", Effect(html200=True, after=True)),
}
_SUDDEN = ("before", "reset", "during", "after", "late", "429", "error", "committed", "425", "page", "page after")
_WRITING = (*_SUDDEN * 5, "slow")
_READING = ("before", "during", "429", "error", "page") * 8 + ("slow",)
_KILLING = (
    Fault("SIGKILL before", Effect(drop="before"), kill=True),
    Fault("SIGKILL after", Effect(drop="after"), kill=True),
    Fault("SIGKILL, executed late", Effect(drop="before"), late=True, kill=True),
)


@dataclass
class _Late:
    at: datetime
    request: Request


class StormyWorld(SandboxWorld):
    """A sandbox under ``weather``: it kills clients in the middle of their requests, executes requests after their
    client has given up, and Jira's search lags behind."""

    def __init__(self, clock: SandboxClock, trackers: Sequence[SandboxTracker]) -> None:
        super().__init__(clock, trackers)
        self.faults = self.weather = Weather()
        self._late: list[_Late] = []
        self._one_by_one = Lock()

    def begin(self, snapshot: bytes, sky: Sky, lag: timedelta) -> None:
        """Another run from this state; Jira's search lags so far behind."""
        self.load(snapshot)
        self.weather.change(sky)
        self._late = []
        seed = msgspec.json.encode({"jira": {"searchLag": int(lag.total_seconds())}})
        super().answer(Request("POST", "/__sandbox/seed", body=seed))

    def answer(self, request: Request) -> Delivery:
        with self._one_by_one:
            return self._answered(request)

    def _answered(self, request: Request) -> Delivery:
        delivery = super().answer(request)
        fault = self.weather.struck
        if fault is not None and fault.late:
            wait = timedelta(seconds=self.weather.sky.chance.uniform(1, LATEST))
            self._late.append(_Late(self.clock.now() + wait, request))
        if fault is not None and fault.kill and self.weather.victim is not None:
            os.kill(self.weather.victim(), signal.SIGKILL)
        return delivery

    def catch_up(self) -> None:
        """Executes what has been under way until now."""
        due = [late for late in self._late if late.at <= self.clock.now()]
        self._late = [late for late in self._late if late not in due]
        fair, self.weather.sky.fair = self.weather.sky.fair, True
        for late in due:
            super().answer(late.request)
        self.weather.sky.fair = fair

    @property
    def under_way(self) -> bool:
        return bool(self._late)
