"""The Jira connector keeps every promise of the port, over the sandbox's Jira."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from tests.connectors.sandbox_stage import SandboxStage, SandboxWeather, StandingClock, open_world

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.testing.connector_suite import Abilities, ConnectorSuite, Draft, Refusal, Stage
from collab_sync_jira import connector

SEED: Any = {
    "users": [
        {"name": "林珊", "jira": {"accountId": "u-lin", "email": "lin@example.cn", "token": "lin-token"}},
        {
            "name": "协同助手",
            "bot": True,
            "jira": {"accountId": "bot-account", "email": "bot@example.cn", "token": "bot-token"},
        },
    ],
    "jira": {
        "projects": [
            {
                "key": "NPX",
                "name": "新品",
                "transitions": [
                    {"name": "开始", "from": ["待办"], "to": "处理中"},
                    {"name": "完成", "from": ["处理中"], "to": "完成"},
                ],
            },
            {"key": "OPS"},
        ]
    },
}


@dataclass(kw_only=True)
class JiraStage(SandboxStage):
    """林珊 in her browser, on a site of ``edition``."""

    edition: str

    def put(self, draft: Draft) -> str:
        fields: dict[str, Any] = {
            "project": {"key": self.project.project},
            "issuetype": {"name": "任务"},
            "summary": draft.title,
            "description": self.document(draft.text) if draft.text else None,
            "labels": list(draft.labels),
            "duedate": draft.due.isoformat() if draft.due else None,
            "assignee": {"accountId": draft.assignee.id} if draft.assignee else None,
        }
        made = self.lin("POST", "issue", {"fields": {name: value for name, value in fields.items() if value}})
        return str(made["key"])

    def edit(self, key: str, *, title: str = "", text: str = "") -> None:
        fields: dict[str, object] = {"summary": title} if title else {}
        fields |= {"description": self.document(text)} if text else {}
        self.lin("PUT", f"issue/{key}", {"fields": fields})

    def label(self, key: str, label: str) -> None:
        self.lin("PUT", f"issue/{key}", {"update": {"labels": [{"add": label}]}})

    def comment(self, key: str, text: str) -> None:
        self.lin("POST", f"issue/{key}/comment", {"body": self.document(text)})

    def delete(self, key: str) -> None:
        self.lin("DELETE", f"issue/{key}")

    def lin(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.server.url}/jira/rest/api/3/{path}"
        answer = requests.request(method, url, json=body, auth=("lin@example.cn", "lin-token"), timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def document(self, text: str) -> object:
        """As her editor stores what she types: a paragraph a line."""
        lines = (
            {"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in text.split("\n") if line
        )
        return {"type": "doc", "version": 1, "content": list(lines)}

    def mentioned(self, key: str, place: int) -> Collection[str]:
        body = self.lin("GET", f"issue/{key}/comment")["comments"][place]["body"]
        return [node["attrs"]["id"] for node in _nodes(body) if node.get("type") == "mention"]

    def move(self, key: str) -> str:
        """Jira keeps the id and gives a key of the other project; no request of people's API does it in one go."""
        with self.database() as site:
            issue = _issue(site, key)
            issue["project"], issue["number"] = "OPS", 7
            site["keys"]["OPS-7"] = issue["id"]
        return "OPS-7"

    def hide(self, key: str) -> None:
        """Of an issue that we are not shown a site says what it says of one that is not there."""
        with self.database() as site:
            del site["issues"][str(_issue(site, key)["id"])]

    def only_reads(self, path: str) -> bool:
        return path.endswith(("/comment/list", "/search/jql"))


def _issue(site: Any, key: str) -> Any:
    return next(one for one in site["issues"].values() if f"{one['project']}-{one['number']}" == key)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.get("content", ()):
        yield from _nodes(child)


class TestJira(ConnectorSuite):
    @pytest.fixture(params=["cloud"])
    def stage(self, request: pytest.FixtureRequest) -> Iterator[Stage]:
        server, clock, tracker = open_world(JiraTracker, SEED)
        settings = ConnectionSettings(
            name="jira-npx",
            kind="jira",
            url=f"{server.url}/jira",
            user="bot@example.cn",
            token=Secret("bot-token"),
            edition=request.param,
            page_size=3,
        )
        stage = JiraStage(
            connector=connector,
            settings=settings,
            clock=StandingClock(clock),
            project=ProjectMapping(name="新品", connection="jira-npx", project="NPX"),
            person=Account("jira-npx", "u-lin", "林珊"),
            server=server,
            sandbox_clock=clock,
            tracker=tracker,
            ours="bot-account",
            edition=request.param,
        )
        stage.can = Abilities(
            move=stage.move,
            hide=stage.hide,
            weather=SandboxWeather(server.url, "jira", reading_posts="/comment/list"),
            requests=stage.requests,
            writing_requests=stage.writing_requests,
            mentioned=stage.mentioned,
            wrong_token="unknown-token-31415",
            nowhere="GONE",
            label=Refusal(value="研发 一部", word="spaces"),
            status=Refusal(value="已结项", word="处理中"),
        )
        yield stage
        server.stop()
