"""Boards of a project, against the sandbox's GitLab: people's labels and boards stay as they are."""

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
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Question, View
from collab_sync.ports.tracker import Connection, ViewEnsurer
from collab_sync.sandbox.browse.view import BrowserView
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab.tracker import GitLabTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld
from collab_sync_gitlab import connector

START = datetime(2025, 10, 10, 10, 0, tzinfo=UTC)
SITE = connector.default_mapping(ProjectMapping(name="gl-site", connection="gl", project="growth/x1-site"))
SEED: Any = {
    "users": [
        {"name": "协同助手", "gitlab": {"username": "collab-sync", "token": "bot", "access": "reporter"}, "bot": True},
        {"name": "访客", "gitlab": {"username": "visitor", "token": "visitor", "access": "guest"}},
        {"name": "林珊", "gitlab": {"username": "linshan", "token": "lin", "access": "developer"}},
    ],
    "gitlab": {"projects": [{"path": "growth/x1-site"}]},
}
LIGHTS = View(
    key="board:灯:gl-site",
    kind="board",
    name="协同·红黄灯",
    note="由 collab-sync 建立",
    question=Question(projects=("growth/x1-site",), any_of=("灯::红", "灯::黄")),
)


class Site:
    """The sandbox with 林珊's own access to it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def lin(self, method: str, path: str, **body: str) -> Any:
        url = f"{self.url}/gitlab/api/v4/projects/growth%2Fx1-site/{path}"
        answer = requests.request(method, url, json=body or None, headers={"PRIVATE-TOKEN": "lin"}, timeout=5)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    @property
    def boards(self) -> dict[str, list[str]]:
        """Boards by name with the labels of their lists."""
        return {one["name"]: [column["label"]["name"] for column in one["lists"]] for one in self.lin("GET", "boards")}

    @property
    def labels(self) -> dict[str, tuple[str, str]]:
        return {one["name"]: (one["color"], one["description"]) for one in self.lin("GET", "labels")}

    def fault(self, effect: Any, **match: Any) -> None:
        body: Any = {"match": match, "effect": effect}
        requests.post(f"{self.url}/__sandbox/faults", json=body, timeout=5).raise_for_status()


@pytest.fixture
def site() -> Iterator[Site]:
    clock = SandboxClock(lambda: START)
    clock.set(START)
    with SandboxServer(SandboxWorld(clock, (GitLabTracker(clock),), BrowserView())) as server:
        requests.post(f"{server.url}/__sandbox/seed", json=SEED, timeout=5).raise_for_status()
        yield Site(server.url)


@pytest.fixture
def opened(site: Site) -> Iterator[Callable[[str], ViewEnsurer]]:
    class Standing:
        def now(self) -> datetime:
            return START

        def sleep(self, seconds: float) -> None:
            """Waiting is for real servers."""

    made: list[Connection] = []

    def open_(token: str) -> ViewEnsurer:
        settings = ConnectionSettings(
            name="gl", kind="gitlab", url=f"{site.url}/gitlab", token=Secret(token), page_size=2
        )
        made.append(connector.connect(settings, Standing()))
        ensurer = made[-1].views(SITE)
        assert ensurer is not None
        return ensurer

    yield open_
    for connection in made:
        connection.close()


def test_看板连同标签一起建好(site: Site, opened: Callable[[str], ViewEnsurer]) -> None:
    """Our own colours, a word about what each label is for, and an address that people can open."""
    receipt = opened("bot").ensure(LIGHTS)
    assert site.boards == {"协同·红黄灯": ["灯::红", "灯::黄"]}
    assert site.labels == {
        "灯::红": ("#D9534F", "红黄绿灯,由 collab-sync 按规则判定"),
        "灯::黄": ("#F0AD4E", "红黄绿灯,由 collab-sync 按规则判定"),
    }
    assert receipt.url == f"{site.url}/gitlab/growth/x1-site/-/boards/{receipt.remote_id}"
    page = requests.get(receipt.url, timeout=5)
    assert page.ok
    assert "协同·红黄灯" in page.text


def test_人的标签照用_颜色不改(site: Site, opened: Callable[[str], ViewEnsurer]) -> None:
    site.lin("POST", "labels", name="灯::红", color="#123456", description="红灯每天过")
    opened("bot").ensure(LIGHTS)
    assert site.labels["灯::红"] == ("#123456", "红灯每天过")
    assert site.boards["协同·红黄灯"] == ["灯::红", "灯::黄"]


def test_没有建完的看板叫正在建立(site: Site, opened: Callable[[str], ViewEnsurer]) -> None:
    """People see what it is; the next attempt goes on with it, whoever looks at it in between."""
    site.fault({"drop": "before"}, method="POST", path="/lists$", nth=2)
    with pytest.raises(UnknownOutcomeError):
        opened("bot").ensure(LIGHTS)
    assert site.boards == {"协同·红黄灯(正在建立)": ["灯::红"]}
    assert opened("bot").find(LIGHTS) is None
    opened("bot").ensure(LIGHTS)
    assert site.boards == {"协同·红黄灯": ["灯::红", "灯::黄"]}


def test_建好之后再要_只看不写(site: Site, opened: Callable[[str], ViewEnsurer]) -> None:
    """One request to look, also when the question asks for more lists than the board of then has."""
    opened("bot").ensure(LIGHTS)
    more = msgspec.structs.replace(LIGHTS.question, any_of=("灯::红", "灯::黄", "灯::绿"))
    requests.delete(f"{site.url}/__sandbox/requests", timeout=5)
    opened("bot").ensure(msgspec.structs.replace(LIGHTS, question=more))
    log = requests.get(f"{site.url}/__sandbox/requests", timeout=5).json()["requests"]
    assert {one["method"] for one in log} <= {"GET", "DELETE"}
    assert site.boards["协同·红黄灯"] == ["灯::红", "灯::黄"]


def test_访客不能建看板(site: Site, opened: Callable[[str], ViewEnsurer]) -> None:
    with pytest.raises(AccessError, match="没有这项权限"):
        opened("visitor").ensure(LIGHTS)
    assert site.boards == {}


def test_别的视图这里没有(site: Site, opened: Callable[[str], ViewEnsurer]) -> None:
    """Nothing happens, and the receipt says so by naming nothing."""
    filtered = msgspec.structs.replace(LIGHTS, kind="filter")
    assert opened("bot").ensure(filtered).remote_id == ""
    assert opened("bot").find(filtered) is None
    assert site.boards == {}


def test_看板里是带标签的开放议题(site: Site, opened: Callable[[str], ViewEnsurer]) -> None:
    """In the sandbox's browser: what is closed has left its list, as on GitLab."""
    opened("bot").ensure(LIGHTS)
    for title in ("官网改版", "首页埋点"):
        site.lin("POST", "issues", title=title, labels="灯::红")
    site.lin("PUT", "issues/2", state_event="close")
    page = requests.get(f"{site.url}/browse/gitlab/{quote('growth/x1-site', safe='')}/-/boards", timeout=5).text
    assert "官网改版" in page
    assert "首页埋点" not in page


BOARDS = "https://gitlab.example.com/api/v4/projects/growth%2Fx1-site/boards"
LABELS = "https://gitlab.example.com/api/v4/projects/growth%2Fx1-site/labels"
RED, YELLOW = {"id": 7, "name": "灯::红"}, {"id": 8, "name": "灯::黄"}
DRAFT = {"id": 3, "name": "协同·红黄灯(正在建立)", "lists": []}


def _ensurer(connect: Callable[..., Connection]) -> ViewEnsurer:
    ensurer = connect().views(SITE)
    assert ensurer is not None
    return ensurer


def test_标签刚被别人建好_就用它(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    """Whoever labels an issue with an unknown label makes it; that may happen between our look and our request."""
    web.add(responses.GET, BOARDS, json=[])
    web.add(responses.GET, LABELS, json=[RED])
    web.add(responses.POST, LABELS, json={"message": "Label already exists"}, status=409)
    web.add(responses.GET, LABELS, json=[RED, YELLOW])
    web.add(responses.POST, BOARDS, json=DRAFT, status=201)
    web.add(responses.POST, f"{BOARDS}/3/lists", json={"id": 1, "label": RED, "position": 0}, status=201)
    web.add(responses.POST, f"{BOARDS}/3/lists", json={"id": 2, "label": YELLOW, "position": 1}, status=201)
    web.add(responses.PUT, f"{BOARDS}/3", json={**DRAFT, "name": "协同·红黄灯"})
    assert _ensurer(connect).ensure(LIGHTS).remote_id == "3"


def test_改名没有生效就是拒绝(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    """A success that changed nothing must not pass for a finished board."""
    web.add(responses.GET, BOARDS, json=[{**DRAFT, "lists": [{"id": 1, "label": RED}, {"id": 2, "label": YELLOW}]}])
    web.add(responses.GET, LABELS, json=[RED, YELLOW])
    web.add(responses.PUT, f"{BOARDS}/3", json=DRAFT)
    with pytest.raises(RejectedActionError, match="看板仍叫"):
        _ensurer(connect).ensure(LIGHTS)
