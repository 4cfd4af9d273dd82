"""Pages in a wiki, against the sandbox's GitLab: real HTTP, real directories, real failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
import requests
import responses

from collab_sync.errors import AccessError, RejectedActionError, UnknownOutcomeError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.document import Document, Heading, Paragraph, Pie, Quiet, Table, Text
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page
from collab_sync.ports.tracker import Connection, PagePublisher
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab.tracker import GitLabTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld
from collab_sync_gitlab import connector
from collab_sync_gitlab.pages.publisher import written

START = datetime(2025, 10, 10, 10, 0, tzinfo=UTC)
PMO = connector.default_mapping(ProjectMapping(name="gl-pmo", connection="gl", project="pmo/collab"))
SEED: Any = {
    "users": [
        {"name": "协同助手", "gitlab": {"username": "collab-sync", "token": "bot", "access": "developer"}, "bot": True},
        {"name": "读者", "gitlab": {"username": "reader", "token": "reader", "access": "reporter"}},
        {"name": "林珊", "gitlab": {"username": "linshan", "token": "lin", "access": "developer"}},
    ],
    "gitlab": {"projects": [{"path": "pmo/collab"}]},
}


def weekly(text: str = "在办 3 项", notice: str = "数据截至 18:00", path: str = "协同/周报/新品 X1/2025-10-10") -> Page:
    blocks = (
        Paragraph((Text(text),)),
        Pie("红黄绿灯", (("红", 1), ("绿", 2))),
        Heading(2, (Text("跟踪表"),)),
        Table(("任务", "状态"), (((Text("甲|乙"),), (Text("进行中"),)),)),
    )
    key = "周报:X1:2025-10-10"
    return Page(key=key, path=path, title="周报 X1", notice=Quiet((Text(notice),)), document=Document(blocks))


class Site:
    """The sandbox with people's own access to it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.wiki = f"{url}/gitlab/api/v4/projects/pmo%2Fcollab/wikis"

    def ask(self, method: str, slug: str = "", **body: str) -> Any:
        url = f"{self.wiki}/{quote(slug, safe='')}" if slug else self.wiki
        answer = requests.request(method, url, json=body or None, headers={"PRIVATE-TOKEN": "lin"}, timeout=5)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    @property
    def slugs(self) -> list[str]:
        return [page["slug"] for page in self.ask("GET")]

    def writes(self) -> int:
        log = requests.get(f"{self.url}/__sandbox/requests", timeout=5).text
        return log.count('"POST"') + log.count('"PUT"')


@pytest.fixture
def site() -> Iterator[Site]:
    clock = SandboxClock(lambda: START)
    clock.set(START)
    with SandboxServer(SandboxWorld(clock, (GitLabTracker(clock),))) as server:
        answer = requests.post(f"{server.url}/__sandbox/seed", json=SEED, timeout=5)
        assert answer.ok, answer.text
        yield Site(server.url)


@pytest.fixture
def opened(site: Site) -> Iterator[Callable[[str], PagePublisher]]:
    class Standing:
        def now(self) -> datetime:
            return START

        def sleep(self, seconds: float) -> None:
            """Waiting is for real servers."""

    made: list[Connection] = []

    def open_(token: str) -> PagePublisher:
        settings = ConnectionSettings(name="gl", kind="gitlab", url=f"{site.url}/gitlab", token=Secret(token))
        made.append(connector.connect(settings, Standing()))
        publisher = made[-1].pages(PMO)
        assert publisher is not None
        return publisher

    yield open_
    for connection in made:
        connection.close()


@pytest.fixture
def pages(opened: Callable[[str], PagePublisher]) -> PagePublisher:
    return opened("bot")


def test_页面写在它的目录里_内容完整(site: Site, pages: PagePublisher) -> None:
    receipt = pages.publish(weekly())
    assert receipt.remote_id == "协同/周报/新品-X1/2025-10-10"
    assert receipt.url.endswith(f"/pmo/collab/-/wikis/{quote(receipt.remote_id)}")
    lines = site.ask("GET", receipt.remote_id)["content"].split("\n")
    assert lines[:4] == ["# 周报 X1", "", "<sub>数据截至 18:00</sub>", ""]
    assert (lines[4:7], lines[7][:8]) == (["在办 3 项", "", "```mermaid"], "%%{init:")
    assert lines[8:13] == ["pie showData title 红黄绿灯", '  "绿" : 2', '  "红" : 1', "```", ""]
    assert "| 甲\\|乙 | 进行中 |" in lines


def test_没变的页面不重写(site: Site, pages: PagePublisher) -> None:
    """Not even when the notice tells another time."""
    first = pages.publish(weekly())
    before = site.writes()
    assert pages.publish(weekly()).remote_id == first.remote_id
    pages.publish(weekly(notice="数据截至 19:00"))
    assert site.writes() == before


def test_变了的页面原地改写_不离开目录(site: Site, pages: PagePublisher) -> None:
    """The full path goes as the title each time."""
    receipt = pages.publish(weekly())
    assert pages.publish(weekly("在办 4 项")).remote_id == receipt.remote_id
    assert site.slugs == [receipt.remote_id]
    assert "在办 4 项" in site.ask("GET", receipt.remote_id)["content"]


def test_别人手改过的页面会改回来(site: Site, pages: PagePublisher) -> None:
    receipt = pages.publish(weekly())
    content = site.ask("GET", receipt.remote_id)["content"]
    site.ask("PUT", receipt.remote_id, title=receipt.remote_id, content=content.replace("在办 3 项", "在办 0 项"))
    assert pages.find(weekly()) is None
    pages.publish(weekly())
    assert "在办 3 项" in site.ask("GET", receipt.remote_id)["content"]


def test_人写的页面不覆盖(site: Site, pages: PagePublisher) -> None:
    """Somebody else's page of that path stays as it is, and the office hears what to do."""
    path = "协同/周报/新品-X1/2025-10-10"
    site.ask("POST", title=path, content="我自己写的周报")
    with pytest.raises(RejectedActionError, match=r"不是 collab-sync 写的.*改名或删除"):
        pages.publish(weekly())
    assert site.ask("GET", path)["content"] == "我自己写的周报"


def test_另一个键的页面也不覆盖(pages: PagePublisher) -> None:
    """Two names that a wiki cannot tell apart must not take turns."""
    pages.publish(weekly())
    with pytest.raises(RejectedActionError, match="不是 collab-sync 写的"):
        pages.publish(msgspec.structs.replace(weekly("另一页"), key="周报:另一个:2025-10-10"))


def test_查找只认内容相同的页面(pages: PagePublisher) -> None:
    assert pages.find(weekly()) is None
    receipt = pages.publish(weekly())
    found = pages.find(weekly(notice="数据截至 19:00"))
    assert found is not None
    assert found.remote_id == receipt.remote_id
    assert pages.find(weekly("在办 4 项")) is None


def test_删掉的页面会再写(site: Site, pages: PagePublisher) -> None:
    receipt = pages.publish(weekly())
    site.ask("DELETE", receipt.remote_id)
    pages.publish(weekly())
    assert site.slugs == [receipt.remote_id]


def test_没有权限时请人处理(opened: Callable[[str], PagePublisher]) -> None:
    """A reporter may read a wiki and not write it."""
    with pytest.raises(AccessError):
        opened("reader").publish(weekly())


WIKI = "https://gitlab.example.com/api/v4/projects/pmo%2Fcollab/wikis"
ADDRESS = f"{WIKI}/{quote('协同/周报/新品-X1/2025-10-10', safe='')}"
GONE = {"message": "404 Wiki Page Not Found"}


def test_新建时服务器出错_先看看写进去没有(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    """GitLab answers 500 for pages in directories that it may have stored all the same."""
    stored = {"slug": "协同/周报/新品-X1/2025-10-10", "content": written(weekly(), "gl"), "title": "2025 10 10"}
    web.add(responses.GET, ADDRESS, json=GONE, status=404)
    web.add(responses.POST, WIKI, json={"message": "500 Internal Server Error"}, status=500)
    web.add(responses.GET, ADDRESS, json=stored)
    publisher = connect().pages(PMO)
    assert publisher is not None
    assert publisher.publish(weekly()).remote_id == stored["slug"]


def test_新建时服务器出错_没写进去就是结果不明(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    web.add(responses.GET, ADDRESS, json=GONE, status=404)
    web.add(responses.POST, WIKI, json={"message": "500 Internal Server Error"}, status=500)
    publisher = connect().pages(PMO)
    assert publisher is not None
    with pytest.raises(UnknownOutcomeError):
        publisher.publish(weekly())


def test_新建时服务器出错_又读不到_仍是结果不明(
    connect: Callable[..., Connection], web: responses.RequestsMock
) -> None:
    """A page that cannot be read just now may be there: nobody may say that nothing happened."""
    web.add(responses.GET, ADDRESS, json=GONE, status=404)
    web.add(responses.GET, ADDRESS, json={"message": "forbidden"}, status=403)
    web.add(responses.POST, WIKI, json={"message": "500 Internal Server Error"}, status=500)
    publisher = connect().pages(PMO)
    assert publisher is not None
    with pytest.raises(UnknownOutcomeError):
        publisher.publish(weekly())


def test_回答成功却没有存下就是拒绝(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    """An empty answer to a creation means that nothing was stored."""
    web.add(responses.GET, ADDRESS, json=GONE, status=404)
    web.add(responses.POST, WIKI, body="null", status=201, content_type="application/json")
    publisher = connect().pages(PMO)
    assert publisher is not None
    with pytest.raises(RejectedActionError, match="存下的内容与所写不同"):
        publisher.publish(weekly())
