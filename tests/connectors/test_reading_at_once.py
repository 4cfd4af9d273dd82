"""Real connectors over a sandbox, several projects at once: the same mirror, and one budget for all threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests
from tests.unit.engine_office import NAMED, rule_set

from collab_sync.discovery import connector_for, find_connectors
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.pipeline.census.count import take_censuses
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import pull_all
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab import GitLabTracker
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.sandbox.server import Delivery, SandboxServer, SandboxWorld
from collab_sync.sandbox.wire import Request, json_response
from collab_sync.testing import HandClock, MemoryStore

START = datetime(2025, 9, 22, 2, 0, tzinfo=UTC)
JIRA, GITLAB = ("NPX", "OPS", "QA"), ("rd/x1", "rd/x2", "pmo/协同")
ISSUES = 7
USERS: tuple[Mapping[str, Any], ...] = (
    {"name": "协同助手", "bot": True,
     "jira": {"accountId": "bot", "email": "bot@example.cn", "token": "bot-token", "bot": True},
     "gitlab": {"username": "bot", "token": "bot-token", "access": "developer"}},
    {"name": "李明", "jira": {"accountId": "u-li", "email": "li@example.cn", "token": "li-token"},
     "gitlab": {"username": "liming", "token": "li-token", "access": "developer"}},
)  # fmt: skip


@dataclass
class Limit:
    """So many requests a minute for each tracker, and every answer says how many are left. ``refused``: how often a
    client did not care."""

    clock: HandClock
    requests: int = 10**6
    used: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    _minute: datetime = START
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, path: str) -> tuple[bool, tuple[tuple[str, str], ...]]:
        """Whether a request may be answered, and what its answer says of the limit."""
        with self._lock:
            now, tracker = self.clock.now(), path.split("/")[1]
            if now - self._minute >= timedelta(minutes=1):
                self._minute, self.used = now.replace(second=0, microsecond=0), {}
            self.used[tracker] = self.used.get(tracker, 0) + 1
            left = self.requests - self.used[tracker]
            self.refused += left < 0
            rest = 60 - (now - self._minute).total_seconds()
        said = {"RateLimit-Limit": self.requests, "RateLimit-Remaining": max(0, left), "RateLimit-Reset": rest}
        return left >= 0, tuple((name, str(value)) for name, value in said.items())


class Limited(SandboxWorld):
    """A sandbox with a limit."""

    limit: Limit

    def answer(self, request: Request) -> Delivery:
        if request.path.startswith("/__sandbox"):
            return super().answer(request)
        may, said = self.limit.count(request.path)
        response = super().answer(request).response if may else json_response({"message": "太多"}, 429)
        assert response is not None
        return Delivery(response.with_headers(said))


@contextmanager
def office(limit: int = 10**6) -> Iterator[tuple[str, HandClock, Limit]]:
    """A running sandbox with people's issues in three projects of each tracker."""
    hand = HandClock(START)
    clock = SandboxClock(hand.now)
    world = Limited(clock, (JiraTracker(clock), GitLabTracker(clock)))
    world.limit = Limit(hand, limit)
    with SandboxServer(world) as server:
        furnish(server.url)
        yield server.url, hand, world.limit


def furnish(url: str) -> None:
    trackers = {
        "jira": {"projects": [{"key": key, "name": key, "types": ["任务"]} for key in JIRA]},
        "gitlab": {"projects": [{"path": path, "name": path.rpartition("/")[2]} for path in GITLAB]},
    }
    control(url, "seed", {"users": USERS, **trackers})
    for number in range(1, ISSUES + 1):
        for key in JIRA:
            fields = {"issuetype": {"name": "任务"}, "summary": f"议题 {number}", "labels": [f"第{number}"]}
            control(url, "jira/issues", {"key": f"{key}-{number}", "as": "李明", "fields": fields})
        for path in GITLAB:
            control(url, "gitlab/issues", {"key": f"{path}#{number}", "as": "李明", "title": f"议题 {number}"})
            notes = f"{url}/gitlab/api/v4/projects/{quote(path, safe='')}/issues/{number}/notes"
            said = {"body": f"【周更新】\n本周进展:第 {number} 次"}
            requests.post(notes, json=said, headers={"PRIVATE-TOKEN": "li-token"}, timeout=10).raise_for_status()


def control(url: str, path: str, body: Mapping[str, Any]) -> None:
    answer = requests.post(f"{url}/__sandbox/{path}", json=body, timeout=10)
    assert answer.ok, answer.text


@contextmanager
def process(url: str, clock: HandClock, at_once: int) -> Iterator[Runtime]:
    """One that has just begun, over an empty store."""
    connectors = find_connectors()
    names = {"jira": JIRA, "gitlab": GITLAB}
    projects = tuple(
        connector_for(kind, connectors).default_mapping(ProjectMapping(name=one, connection=kind, project=one))
        for kind, several in names.items()
        for one in several
    )
    with ExitStack() as stack:
        connections = {}
        for kind in names:
            settings = ConnectionSettings(name=kind, kind=kind, url=f"{url}/{kind}", token=Secret("bot-token"),
                                          user="bot@example.cn" if kind == "jira" else "", page_size=4,
                                          at_once=at_once)  # fmt: skip
            connections[kind] = connector_for(kind, connectors).connect(settings, clock)
            stack.callback(connections[kind].close)
        yield Runtime(MemoryStore(), connections, Ruling(rule_set(NAMED), TrackerMapping(projects=projects)), clock)


def mirror(runtime: Runtime) -> Any:
    assert isinstance(runtime.store, MemoryStore)
    return runtime.store._state


def test_几个项目同时读_与一个接一个读_镜像一样_请求也一样多() -> None:
    """Pull and census; what a site says once is asked for once, whoever needs it first."""
    with office() as (url, clock, limit):
        told = {}
        for at_once in (1, 8):
            limit.used.clear()
            with process(url, clock, at_once) as runtime:
                reports = pull_all(runtime, clock.now())
                assert [(one.read, one.error) for one in reports] == [(ISSUES, "")] * 6
                take_censuses(runtime, clock.now())
                assert [one.error for one in take_censuses(runtime, clock.now() + timedelta(hours=13))] == [""] * 6
                told[at_once] = (mirror(runtime), dict(limit.used))
                read = mirror(runtime).items.values()
                assert sum(len(one.item.entries) for one in read) == len(GITLAB) * ISSUES, "评论也读到了"
        assert told[1] == told[8]


def test_所有线程合用一份额度_对方从来不必拒绝() -> None:
    """Of sixty a minute reads leave what more urgent ones may need; what is not read now is read later."""
    with office(limit=60) as (url, clock, limit), process(url, clock, 8) as runtime:
        for _ in range(20):
            reports = pull_all(runtime, clock.now())
            if not any(one.error for one in reports):
                break
            clock.set(clock.now() + timedelta(minutes=1))
        assert [one.error for one in reports] == [""] * 6
        with runtime.store.read() as tx:
            assert len(tx.ids_where()) == ISSUES * 6
        assert limit.refused == 0
