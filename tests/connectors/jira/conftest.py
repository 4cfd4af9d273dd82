"""A Jira site that is never asked, and helpers to look at what the connector makes of recorded bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.identity import item_id
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.tracker import Payload
from collab_sync.sandbox.browse.view import BrowserView
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld
from collab_sync_jira import connector
from collab_sync_jira.connection import JiraConnection
from collab_sync_jira.decode.form import facts_of
from collab_sync_jira.normalize import normalize
from collab_sync_jira.payloads import Context
from collab_sync_jira.site import JiraSite

SITE = "https://jira.example.cn"
ME = "bot-account"


class SteppingClock:
    """Stands still but for its own waits."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2025, 9, 22, 2, 0, tzinfo=UTC))


@pytest.fixture
def settings() -> ConnectionSettings:
    return ConnectionSettings(
        name="jira-npx", kind="jira", url=SITE, user="bot@example.cn", token=Secret("token-123456"), page_size=50
    )


@pytest.fixture
def mapping() -> ProjectMapping:
    return connector.default_mapping(ProjectMapping(name="新品", connection="jira-npx", project="NPX"))


@pytest.fixture
def fixtures() -> Path:
    return Path(__file__).parents[1] / "fixtures" / "jira"


@pytest.fixture
def read(settings: ConnectionSettings, clock: SteppingClock, mapping: ProjectMapping) -> Callable[..., WorkItem]:
    """``read(issue, mapping=…, context=…, comments=…)``: the work item of an issue as the search would send it."""
    site = JiraSite(settings, clock)

    def _read(
        issue: dict[str, object],
        *,
        mapping: ProjectMapping = mapping,
        context: Context | None = None,
        **parts: object,
    ) -> WorkItem:
        content = [("issue", msgspec.json.encode(issue))]
        content.append(("context", msgspec.json.encode(context or Context(me=ME))))
        content += [(name, msgspec.json.encode(part)) for name, part in parts.items()]
        payload = Payload(item_id(site.name, str(issue["id"])), tuple(content), b"")
        return normalize(facts_of(payload), site, mapping)

    return _read


BOT = {
    "name": "协同助手",
    "bot": True,
    "jira": {"accountId": ME, "email": "bot@example.cn", "token": "bot-token", "bot": True},
}
LIN = {"name": "林珊", "jira": {"accountId": "u-lin", "email": "lin@example.cn", "token": "lin-token"}}


class Site:
    """A sandbox with one project NPX, two accounts, and both of their sessions."""

    def __init__(self, server: SandboxServer, clock: SteppingClock) -> None:
        self.url = f"{server.url}/jira"
        self.clock = clock
        self._root = server.url
        self.control("POST", "seed", {"users": [LIN, BOT], "jira": SEED})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self._root}/__sandbox/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def lin(self, method: str, path: str, body: Any = None) -> Any:
        """Something that 林珊 does in her browser."""
        answer = requests.request(
            method, f"{self.url}/rest/api/3/{path}", json=body, auth=("lin@example.cn", "lin-token"), timeout=10
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def issue(self, key: str, **fields: object) -> str:
        """An issue of 林珊's; its id."""
        wanted = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": f"议题 {key}", **fields}
        made = self.control("POST", "jira/issues", {"key": key, "as": "林珊", "fields": wanted})
        return str(made["id"])

    def fault(self, match: dict[str, object], effect: dict[str, object]) -> None:
        self.control("POST", "faults", {"match": match, "effect": effect})

    def requests(self) -> list[tuple[str, str, int]]:
        """Method, path below the API and status of what the bot sent, in order."""
        log = self.control("GET", "requests")["requests"]
        return [
            (one["method"], one["path"].partition("/rest/api/3/")[2], one["status"])
            for one in log
            if one["account"] == ME
        ]

    def forget_requests(self) -> None:
        self.control("DELETE", "requests")

    def writes(self) -> list[tuple[str, str, int]]:
        return [one for one in self.requests() if one[0] != "GET" and not one[1].startswith("comment/list")]

    def dump(self, key: str) -> Any:
        """What is on the site, without ids and times."""
        return self.control("GET", "dump")["jira"][key]

    def connect(self, **changed: Any) -> JiraConnection:
        wanted: dict[str, Any] = {
            "name": "jira-npx",
            "kind": "jira",
            "url": self.url,
            "user": "bot@example.cn",
            "token": Secret("bot-token"),
        }
        return connector.connect(ConnectionSettings(**(wanted | changed)), self.clock)


SEED = {
    "projects": [{"key": "NPX", "name": "新品", "types": ["缺陷", "任务", "风险"]}, {"key": "OPS"}],
    "fields": [{"name": "审批人", "kind": "user"}],
}


@pytest.fixture
def site(clock: SteppingClock) -> Iterator[Site]:
    sandbox_clock = SandboxClock(clock.now)
    with SandboxServer(SandboxWorld(sandbox_clock, [JiraTracker(sandbox_clock)], BrowserView())) as server:
        yield Site(server, clock)


@pytest.fixture
def connection(site: Site) -> Iterator[JiraConnection]:
    connected = site.connect()
    yield connected
    connected.close()
