"""The Jira connector keeps every promise of the port, over the sandbox's Jira."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests
from tests.connectors.hostile import jira_reader
from tests.connectors.sandbox_stage import SandboxStage, SandboxWeather, StandingClock, open_world

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import ViewKind
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.testing.connector_suite import Abilities, ConnectorSuite, Draft, Refusal, Seen, SeenView, Stage
from collab_sync_jira import connector
from collab_sync_jira.pages.shelf import LABEL

SEED: Any = {
    "users": [
        {
            "name": "林珊",
            "jira": {
                "accountId": "u-lin",
                "username": "linshan",
                "key": "JIRAUSER10100",
                "email": "lin@example.cn",
                "token": "lin-token",
            },
        },
        {
            "name": "协同助手",
            "bot": True,
            "jira": {
                "accountId": "bot-account",
                "username": "xietong",
                "key": "JIRAUSER10200",
                "email": "bot@example.cn",
                "token": "bot-token",
            },
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
    """林珊 in her browser."""

    @property
    def cloud(self) -> bool:
        return self.settings.edition == "cloud"

    def put(self, draft: Draft) -> str:
        fields: dict[str, Any] = {
            "project": {"key": self.project.project},
            "issuetype": {"name": "任务"},
            "summary": draft.title,
            "description": self.document(draft.text) if draft.text else None,
            "labels": list(draft.labels),
            "duedate": draft.due.isoformat() if draft.due else None,
            "assignee": {"accountId" if self.cloud else "name": draft.assignee.id} if draft.assignee else None,
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

    def seen(self, key: str) -> Seen:
        """Data Center's markup as its published renderer reads it."""
        if self.cloud:
            return super().seen(key)
        text = self.lin("GET", f"issue/{key}?fields=description")["fields"]["description"] or ""
        comments = self.lin("GET", f"issue/{key}/comment")["comments"]
        bodies = tuple(jira_reader.shown(one["body"]).strip() for one in comments)
        return replace(super().seen(key), text=jira_reader.shown(text).strip(), comments=bodies)

    def delete(self, key: str) -> None:
        self.lin("DELETE", f"issue/{key}")

    def lin(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.server.url}/jira/rest/api/{3 if self.cloud else 2}/{path}"
        user = "lin@example.cn" if self.cloud else "linshan"
        answer = requests.request(method, url, json=body, auth=(user, "lin-token"), timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def document(self, text: str) -> object:
        """As her editor stores what she types: on Cloud a paragraph a line."""
        if not self.cloud:
            return text
        lines = (
            {"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in text.split("\n") if line
        )
        return {"type": "doc", "version": 1, "content": list(lines)}

    def mentioned(self, key: str, place: int) -> Collection[str]:
        body = self.lin("GET", f"issue/{key}/comment")["comments"][place]["body"]
        if not self.cloud:
            return jira_reader.mentioned(body)
        return [node["attrs"]["id"] for node in _nodes(body) if node.get("type") == "mention"]

    def move(self, key: str) -> str:
        """Jira keeps the id and gives a key of the other project."""
        return str(self.act(act="move", issue=key, project="OPS", **{"as": "林珊"})["key"])

    def hide(self, key: str) -> None:
        """It gets a security level that only 林珊 belongs to."""
        self.act(act="hide", issue=key, members=["林珊"])

    def shut(self) -> None:
        self.act(act="revoke", account="协同助手", project=self.project.project)

    def amend(self, key: str, place: int, text: str) -> None:
        """As an administrator does: Jira leaves it ours, with its properties."""
        with self.database() as site:
            issue = next(one for one in site["issues"].values() if f"{one['project']}-{one['number']}" == key)
            issue["comments"][place]["body"] = self.document(text)

    def views(self, kind: ViewKind) -> Sequence[SeenView]:
        """Everybody's, as they stand on the site: a filter is its query, a dashboard its gadgets in reading order."""
        site: Any = self.tracker.snapshot()
        if kind == "filter":
            return [SeenView(name=one["name"], parts=(one["jql"],)) for one in site["filters"].values()]
        boards = site["dashboards"].values() if kind == "dashboard" else ()
        return [SeenView(name=one["name"], parts=_titles(one["gadgets"])) for one in boards]

    def rearrange(self, kind: ViewKind, name: str) -> None:
        """By somebody who is given our account's rights: Jira lets nobody else."""
        with self.database() as site:
            one = next(one for one in site[f"{kind}s"].values() if one["name"] == name)
            if kind == "filter":
                one["jql"] = f'project = "{self.project.project}"'
            else:
                del one["gadgets"][-1]

    def page(self, path: str) -> str | None:
        """The only issue with our label; its title is the page's."""
        issues = [item for item in self.browsed().items if LABEL in item.labels]
        assert len(issues) <= 1
        seen = self.seen(issues[0].key) if issues else None
        return f"{seen.title}\n{seen.text}" if seen else None

    def act(self, **wanted: object) -> Any:
        return self.control("POST", "jira/acts", wanted)

    def only_reads(self, path: str) -> bool:
        return path.endswith(("/comment/list", "/search/jql"))


def _titles(gadgets: Any) -> tuple[str, ...]:
    return tuple(one["title"] for one in sorted(gadgets, key=lambda one: (one["row"], one["column"])))


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for child in node.get("content", ()):
        yield from _nodes(child)


def jira_stage(site: str) -> JiraStage:
    """An empty project on a running Jira: ``cloud``, ``cloud-chain`` (without comparisons of ids) or ``datacenter``;
    whoever asks for it stops its ``server``."""
    edition, _, chain = site.partition("-")
    cloud = edition == "cloud"
    seed = {**SEED, "jira": {**SEED["jira"], "edition": edition, "idSeek": not chain}}
    server, clock, tracker = open_world(JiraTracker, seed)
    settings = ConnectionSettings(
        name="jira-npx",
        kind="jira",
        url=f"{server.url}/jira",
        user="bot@example.cn" if cloud else "",
        token=Secret("bot-token"),
        edition="cloud" if cloud else "datacenter",
        page_size=3,
    )
    stage = JiraStage(
        connector=connector,
        settings=settings,
        clock=StandingClock(clock),
        project=ProjectMapping(name="新品", connection="jira-npx", project="NPX"),
        person=Account("jira-npx", "u-lin" if cloud else "linshan", "林珊"),
        server=server,
        sandbox_clock=clock,
        tracker=tracker,
        ours="bot-account" if cloud else "xietong",
    )
    stage.can = Abilities(
        move=stage.move,
        hide=stage.hide,
        shut=stage.shut,
        amend=stage.amend,
        weather=SandboxWeather(server.url, "jira", reading_posts="/comment/list"),
        requests=stage.requests,
        writing_requests=stage.writing_requests,
        mentioned=stage.mentioned,
        views=stage.views,
        rearrange=stage.rearrange,
        page=stage.page,
        wrong_token="unknown-token-31415",
        nowhere="GONE",
        label=Refusal(value="研发 一部", word="空格"),
        status=Refusal(value="已结项", word="处理中"),
    )
    return stage


class TestJira(ConnectorSuite):
    @pytest.fixture(params=["cloud", "cloud-chain", "datacenter"])
    def stage(self, request: pytest.FixtureRequest) -> Iterator[Stage]:
        """Cloud that can be read by seeking, Cloud that cannot, Data Center with a personal access token."""
        if request.param == "datacenter" and request.node.callspec.params.get("kind") == "dashboard":
            pytest.skip("Data Center has no requests for dashboards")
        stage = jira_stage(request.param)
        yield stage
        stage.server.stop()
