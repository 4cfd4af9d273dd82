"""A Jira project that holds pages, its people, and a connector that may be restarted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.connectors.jira.test_jira_suite import JiraStage, jira_stage

from collab_sync.errors import TransientError, UnknownOutcomeError
from collab_sync.model.action import Receipt
from collab_sync.model.document import Block, Chart, Document, Paragraph, Pie, Quiet, Text
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page
from collab_sync.ports.tracker import PagePublisher
from collab_sync_jira import connector
from collab_sync_jira.connection import JiraConnection
from collab_sync_jira.pages.shelf import LABEL

FIRST, SECOND = Pie("在办", (("正常", 2), ("逾期", 1))), Pie("验收", (("通过", 4),))


def weekly(*blocks: Block, slot: str = "2025-09-26", text: str = "在办 3 项", name: str = "新品") -> Page:
    """An edition of the weekly page."""
    return Page(
        key=f"周报:{name}:{slot}",
        path=f"协同/周报/{name}/{slot}",
        title=f"周报 {name} {slot}",
        notice=Quiet((Text("由 collab-sync 生成,请勿手改本页;数据截至 18:00。"),)),
        document=Document((Paragraph((Text(text),)), *blocks)),
    )


@dataclass
class Desk:
    """What people see of the pages, and what we send. ``again``: another process, which remembers nothing."""

    stage: JiraStage
    opened: list[JiraConnection] = field(default_factory=list)

    @property
    def cloud(self) -> bool:
        return self.stage.cloud

    @property
    def project(self) -> ProjectMapping:
        return connector.default_mapping(self.stage.project)

    @property
    def connection(self) -> JiraConnection:
        return self.opened[-1] if self.opened else self.again()

    @property
    def pages(self) -> PagePublisher:
        return self.connection.pages(self.project)

    def again(self) -> JiraConnection:
        self.opened.append(connector.connect(self.stage.settings, self.stage.clock))
        return self.opened[-1]

    # --- people --------------------------------------------------------------------------------------------------
    def issues(self) -> list[dict[str, Any]]:
        """Every issue that bears a mark of ours for a page, whatever its label."""
        found = self.stage.control("GET", "dump?full=1")["jira"]["issues"].values()
        return [one for one in found if str(one["properties"].get("collab-sync", {}).get("key")).startswith("page:")]

    def issue(self) -> dict[str, Any]:
        [only] = self.issues()
        return only

    def key(self) -> str:
        return f"{self.issue()['project']}-{self.issue()['number']}"

    def html(self) -> str:
        return self.stage.item(self.key()).description_html

    def pictures(self) -> list[str]:
        return [one["name"] for one in self.issue()["attachments"]]

    def attach(self, name: str) -> None:
        """林珊 puts a file there."""
        with self.stage.database() as site:
            [issue] = [one for one in site["issues"].values() if one["id"] == self.issue()["id"]]
            issue["attachments"].append(
                {
                    "id": 77,
                    "name": name,
                    "author": "u-lin",
                    "created": issue["created"],
                    "mime": "image/png",
                    "data": "",
                }
            )

    # --- what is sent --------------------------------------------------------------------------------------------
    def fault(self, method: str, path: str, effect: dict[str, object], **match: object) -> None:
        self.stage.control("POST", "faults", {"match": {"method": method, "path": path, **match}, "effect": effect})

    def fair(self) -> None:
        self.stage.control("DELETE", "faults")

    def forget(self) -> None:
        self.stage.control("DELETE", "requests")

    def writes(self) -> list[str]:
        """Our writing requests that reached the site, in words."""
        log = self.stage.control("GET", "requests")["requests"]
        sent = [one for one in log if one["method"] != "GET" and not self.stage.only_reads(one["path"])]
        return [_word(one["method"], one["path"]) for one in sent if one["account"] == self.stage.ours]

    def deliver(self, page: Page, most: int = 40, *, restart: bool = False) -> Receipt:
        """As the engine does it: what may have happened is asked after, minutes later, and only then sent again."""
        unknown = False
        for _ in range(most):
            if restart:
                self.again()
            try:
                found = self.pages.find(page) if unknown else None
                return found or self.pages.publish(page)
            except (UnknownOutcomeError, TransientError) as error:
                unknown = unknown or isinstance(error, UnknownOutcomeError)
                self.stage.later(5)
        raise AssertionError("it never came to an end")

    def settled(self, page: Page, *charts: Chart) -> None:
        """One issue, whole, as it should be; its pictures are those that it shows; nothing is left to do."""
        names = [word for word in self.pictures() if word.startswith("collab-")]
        assert len(names) == len(set(names)) == len(charts)
        assert self.html().count("<img") == len(charts)
        assert self.pages.find(page) is not None
        self.forget()
        self.pages.publish(page)
        assert self.writes() == []


def _word(method: str, path: str) -> str:
    tail = path.rsplit("/", 1)[-1]
    kind = "attachment" if "attachment" in path else "issue" if tail.isdigit() or tail == "issue" else tail
    return f"{method} {kind}"


@pytest.fixture(params=["cloud", "cloud-chain", "datacenter"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    stage = jira_stage(request.param)
    desk = Desk(stage)
    yield desk
    for connection in desk.opened:
        connection.close()
    stage.server.stop()


def said(page: Page, text: str) -> Page:
    """The page with other words in front, its charts as they were."""
    return msgspec.structs.replace(page, document=Document((Paragraph((Text(text),)), *page.document.blocks[1:])))


WAIT = timedelta(minutes=5)
__all__ = ["FIRST", "LABEL", "SECOND", "WAIT", "Desk", "said", "weekly"]
