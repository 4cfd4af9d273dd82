"""A Confluence site of the sandbox, of each edition: 林珊 writes pages in her browser, our account writes through the
connector."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
import requests

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.document import CheckList, Document, Heading, Paragraph, Pie, Quiet, Reference, Table, Text
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page
from collab_sync.ports.tracker import Connection, PagePublisher
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.confluence import ConfluenceTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld
from collab_sync_confluence import connector

START = datetime(2025, 10, 10, 10, 0, tzinfo=UTC)
SPACE = ProjectMapping(name="协同空间", connection="wiki", project="COLLAB")
PATH = "协同/周报/新品X1/2025-10-10"
TITLE = "2025-10-10 · 新品X1 · 周报 · 协同"
EDITIONS = ("cloud", "datacenter")
SEED: Any = {
    "users": [
        {"name": "协同助手", "bot": True,
         "confluence": {"accountId": "712020:bot", "username": "bot", "email": "bot@example.cn", "token": "bot-token"}},
        {"name": "林珊", "confluence": {"accountId": "557058:lin", "username": "lin", "email": "lin@example.cn",
                                        "token": "lin-token"}},
        {"name": "读者", "confluence": {"accountId": "557058:reader", "username": "reader",
                                        "email": "reader@example.cn", "token": "reader-token",
                                        "spaces": {"COLLAB": "view"}}},
        {"name": "外人", "confluence": {"accountId": "557058:out", "username": "out", "email": "out@example.cn",
                                        "token": "out-token", "spaces": {"COLLAB": "none"}}},
        {"name": "只写字的", "confluence": {"accountId": "557058:text", "username": "text",
                                            "email": "text@example.cn", "token": "text-token",
                                            "spaces": {"COLLAB": "text"}}},
        {"name": "应用", "confluence": {"accountId": "712020:app", "token": "oauth-token", "oauth": True}},
    ],
    "confluence": {"spaces": [{"key": "COLLAB", "name": "协同空间"}, {"key": "OTHER"}]},
}  # fmt: skip
PAGES, PROPERTIES, LABELS, FILES = r"/(pages|content)(/\d+)?$", r"/propert(ies|y)", "/label$", "/child/attachment$"
PIE = Pie("红黄绿灯", (("红", 1), ("绿", 2)))


def weekly(
    text: str = "在办 3 项",
    notice: str = "数据截至 18:00",
    path: str = PATH,
    key: str = "周报:新品X1:2025-10-10",
    pie: Pie = PIE,
) -> Page:
    blocks = (
        Paragraph((Text(text), Reference("NPX-1", "https://jira.example.cn/browse/NPX-1"))),
        pie,
        Heading(2, (Text("跟踪表"),)),
        CheckList(((True, (Text("评审"),)), (False, (Text("发布"),)))),
        Table(("任务", "状态"), (((Text("甲|乙"),), (Text("进行中"),)),)),
    )
    return Page(key=key, path=path, title="周报 X1", notice=Quiet((Text(notice),)), document=Document(blocks))


class Site:
    """The site as people see it, and what is done to its requests."""

    def __init__(self, server: SandboxServer, edition: str = "cloud") -> None:
        self._root = server.url
        self.edition = edition
        self.url = f"{server.url}/confluence"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self._root}/__sandbox/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def act(self, act: str, title: str = TITLE, **more: str) -> Any:
        """Something that 林珊 does."""
        return self.control(
            "POST", "confluence/acts", {"act": act, "space": "COLLAB", "title": title, "as": "林珊", **more}
        )

    @property
    def pages(self) -> dict[str, Any]:
        """By title, without the space's home page."""
        dumped = self.control("GET", "dump")["confluence"]["COLLAB"]
        return {title: page for title, page in dumped.items() if title != "协同空间"}

    def text(self, title: str = TITLE) -> str:
        body = self.pages[title]["text"]
        if self.edition == "datacenter":
            return "\n".join(unescape(one) for one in re.split(r"<[^>]+>|[☑☐] ", body) if one)
        return "\n".join(_texts(json.loads(body)))

    def shown(self, title: str = TITLE) -> list[str]:
        """Names of the pictures that the body shows; one that is not there has no name on Cloud."""
        page = self.pages[title]
        if self.edition == "datacenter":
            return re.findall(r'ri:filename="([^"]*)"', page["text"])
        names = {file: name for name, file in page["files"].items()}
        return [names.get(one, "") for one in re.findall(r'"id": "([^"]*)"[^}]*"type": "file"', page["text"])]

    def broken(self) -> list[str]:
        """Pages that show a picture that is not there."""
        return [title for title, page in self.pages.items() if not set(self.shown(title)) <= set(page["files"])]

    def fault(self, method: str, path: str, effect: dict[str, object], **more: object) -> None:
        self.control("POST", "faults", {"match": {"method": method, "path": path, **more}, "effect": effect})

    def fair(self) -> None:
        self.control("DELETE", "faults")

    def writes(self) -> list[str]:
        """What was sent that writes, in order: ``page``, ``page update``, ``property``, ``label``, ``file`` …"""
        log = self.control("GET", "requests")["requests"]
        kinds = {"POST": "", "PUT": " update", "DELETE": " delete"}
        return [_thing(one["path"]) + kinds[one["method"]] for one in log if one["method"] in kinds]

    def forget(self) -> None:
        self.control("DELETE", "requests")

    def settings(self, **changed: Any) -> ConnectionSettings:
        wanted = {"name": "wiki", "kind": "confluence", "url": self.url, **self.signed_in("bot")}
        return ConnectionSettings(**(wanted | changed))

    def signed_in(self, who: str, token: str = "") -> dict[str, Any]:
        """The settings of an account: an e-mail with its token, or a token alone."""
        user = {"user": f"{who}@example.cn"} if self.edition == "cloud" else {}
        return {**user, "token": Secret(token or f"{who}-token")}


def _thing(path: str) -> str:
    things = {"property": PROPERTIES, "label": LABELS, "file": "attachment|/att"}
    return next((thing for thing, pattern in things.items() if re.search(pattern, path)), "page")


class Standing:
    """A clock that stands still; waiting is for real servers."""

    def now(self) -> datetime:
        return START

    def sleep(self, seconds: float) -> None: ...


@pytest.fixture(params=EDITIONS)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    clock = SandboxClock(lambda: START)
    clock.set(START)
    with SandboxServer(SandboxWorld(clock, (ConfluenceTracker(clock),))) as server:
        running = Site(server, request.param)
        running.control("POST", "seed", {**SEED, "confluence": {**SEED["confluence"], "edition": request.param}})
        yield running


@pytest.fixture
def connect(site: Site) -> Iterator[Callable[..., Connection]]:
    made: list[Connection] = []

    def open_(**changed: Any) -> Connection:
        made.append(connector.connect(site.settings(**changed), Standing()))
        return made[-1]

    yield open_
    for connection in made:
        connection.close()


@pytest.fixture
def publisher(connect: Callable[..., Connection]) -> Callable[..., PagePublisher]:
    def open_(**changed: Any) -> PagePublisher:
        found = connect(**changed).pages(SPACE)
        assert found is not None
        return found

    return open_


@pytest.fixture
def pages(publisher: Callable[..., PagePublisher]) -> PagePublisher:
    return publisher()


def _texts(node: Any) -> Iterator[str]:
    if node.get("type") == "text":
        yield node["text"]
    for child in node.get("content", ()):
        yield from _texts(child)
