"""A Jira site on loopback with three people and a bot, its clock standing at Monday 2025-09-15 09:00 in Shanghai."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import requests

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld

SEED = {
    "users": [
        {"name": "林珊", "jira": {"accountId": "557058:u18", "email": "linshan@example.com", "token": "t18"}},
        {"name": "吴敏", "jira": {"accountId": "557058:u13", "email": "wumin@example.com", "token": "t13"}},
        {
            "name": "李明",
            "jira": {"accountId": "557058:u02", "email": "liming@example.com", "token": "t02", "timeZone": "UTC"},
        },
        {
            "name": "访客",
            "jira": {
                "accountId": "557058:u99",
                "email": "guest@example.com",
                "token": "t99",
                "denied": ["ADD_COMMENTS", "EDIT_ISSUES", "CREATE_ISSUES"],
            },
        },
        {
            "name": "外人",
            "jira": {
                "accountId": "557058:u98",
                "email": "outsider@example.com",
                "token": "t98",
                "denied": ["BROWSE_PROJECTS"],
            },
        },
        {"name": "协同", "bot": True, "jira": {"accountId": "712020:bot", "email": "bot@example.com", "token": "tb"}},
    ],
    "jira": {
        "projects": [{"key": "NPX", "name": "新品X1", "lead": "林珊", "types": ["任务", "风险"]}],
        "fields": [{"name": "审批人", "kind": "user"}, {"name": "协助人", "kind": "users"}, {"name": "完成标准"}],
    },
}


@dataclass
class Site:
    """The running sandbox; ``as_`` gives a signed-in session whose paths are below the API."""

    url: str
    clock: SandboxClock

    def as_(self, email: str, token: str) -> Client:
        session = requests.Session()
        session.auth = (email, token)
        return Client(session, f"{self.url}/jira/rest/api/3")

    def control(self, method: str, path: str, body: object = None) -> requests.Response:
        return requests.request(method, f"{self.url}/__sandbox{path}", data=encoded(body), timeout=10)

    def at(self, moment: str) -> None:
        self.clock.set(datetime.fromisoformat(moment))


@dataclass
class Client:
    """A signed-in session; call it with method, path below the API, body and query parameters."""

    session: requests.Session
    base: str

    def __call__(self, method: str, path: str, body: object = None, **params: str) -> requests.Response:
        return self.session.request(method, self.base + path, data=encoded(body), params=params, timeout=10)


def encoded(body: object) -> bytes | None:
    return None if body is None else json.dumps(body).encode()


@pytest.fixture
def site() -> Iterator[Site]:
    clock = SandboxClock(lambda: datetime(2025, 9, 1, tzinfo=UTC))
    with SandboxServer(SandboxWorld(clock, [JiraTracker(clock)])) as server:
        running = Site(server.url, clock)
        running.at("2025-09-15T09:00:00+08:00")
        assert running.control("POST", "/seed", SEED).status_code == 204
        yield running


@pytest.fixture
def bot(site: Site) -> Iterator[Client]:
    client = site.as_("bot@example.com", "tb")
    with client.session:
        yield client


@pytest.fixture
def wumin(site: Site) -> Iterator[Client]:
    client = site.as_("wumin@example.com", "t13")
    with client.session:
        yield client


@pytest.fixture
def task(site: Site) -> str:
    """Key of an issue that 林珊 made: 供应商准入流程精简, due 2025-10-14."""
    fields = {
        "summary": "供应商准入流程精简",
        "issuetype": {"name": "任务"},
        "labels": ["部门::采购部"],
        "duedate": "2025-10-14",
        "assignee": {"accountId": "557058:u13"},
    }
    answer = site.control("POST", "/jira/issues", {"as": "林珊", "key": "NPX-30", "fields": fields})
    assert answer.status_code == 201
    return "NPX-30"
