"""The sandbox's Confluence: what it takes, what it refuses, what it makes of a document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from collab_sync.sandbox.browse.view import BrowserView
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.confluence import ConfluenceTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld

START = datetime(2025, 10, 10, 10, 0, tzinfo=UTC)
SEED: Any = {
    "users": [
        {"name": "林珊", "confluence": {"accountId": "u-lin", "email": "lin@example.cn", "token": "lin"}},
        {"name": "读者", "confluence": {"accountId": "u-rd", "email": "rd@example.cn", "token": "rd",
                                        "spaces": {"KB": "view"}}},
        {"name": "外人", "confluence": {"accountId": "u-out", "email": "out@example.cn", "token": "out",
                                        "spaces": {"KB": "none"}}},
        {"name": "无照", "confluence": {"accountId": "u-no", "email": "no@example.cn", "token": "no",
                                        "licensed": False}},
    ],
    "confluence": {"spaces": [{"key": "KB", "name": "知识库"}, {"key": "HR"}]},
}  # fmt: skip
Ask = Callable[..., requests.Response]


def adf(text: str, **marks: object) -> dict[str, object]:
    node = {"type": "text", "text": text, **marks}
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [node]}]}


def body(document: object) -> dict[str, str]:
    return {"representation": "atlas_doc_format", "value": json.dumps(document)}


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    clock = SandboxClock(lambda: START)
    clock.set(START)
    with SandboxServer(SandboxWorld(clock, (ConfluenceTracker(clock),), BrowserView())) as running:
        assert requests.post(f"{running.url}/__sandbox/seed", json=SEED, timeout=5).ok
        yield running


@pytest.fixture
def ask(server: SandboxServer) -> Ask:
    def ask_(method: str, path: str, sent: Any = None, who: str = "lin") -> requests.Response:
        url = f"{server.url}/confluence/wiki/{path if path.startswith('rest') else 'api/v2/' + path}"
        return requests.request(method, url, json=sent, auth=(f"{who}@example.cn", who), timeout=5)

    return ask_


@pytest.fixture
def space(ask: Ask) -> str:
    return str(ask("GET", "spaces?keys=KB").json()["results"][0]["id"])


@pytest.fixture
def page(ask: Ask, space: str) -> Any:
    return ask(
        "POST", "pages", {"spaceId": space, "status": "current", "title": "周报", "body": body(adf("三项"))}
    ).json()


def update(page: Any, number: int, text: str = "四项", title: str = "周报") -> dict[str, object]:
    return {
        "id": page["id"],
        "status": "current",
        "title": title,
        "body": body(adf(text)),
        "version": {"number": number},
    }


def test_新建的页面在首页下面_读得到(ask: Ask, space: str, page: Any) -> None:
    home = ask("GET", f"spaces/{space}").json()["homepageId"]
    assert (page["parentId"], page["version"]["number"], page["authorId"]) == (home, 1, "u-lin")
    [found] = ask("GET", f"spaces/{space}/pages?title=周报&body-format=atlas_doc_format").json()["results"]
    assert found["body"] == page["body"]
    assert ask("GET", f"pages?space-id={space}&title=周报").json()["results"][0]["id"] == page["id"]
    assert ask("GET", f"pages/{page['id']}").json()["body"] == {}
    assert [one["id"] for one in ask("GET", f"pages/{home}/children").json()["results"]] == [page["id"]]


def test_标题在空间里只有一次_不分大小写(ask: Ask, space: str) -> None:
    wanted = {"spaceId": space, "status": "current", "title": "Weekly", "body": body(adf("一"))}
    assert ask("POST", "pages", wanted).ok
    again = ask("POST", "pages", {**wanted, "title": "WEEKLY"})
    assert (again.status_code, "same TITLE" in again.text) == (400, True)
    other = ask("GET", "spaces?keys=HR").json()["results"][0]["id"]
    assert ask("POST", "pages", {**wanted, "spaceId": other}).ok


def test_改写要说对版本(ask: Ask, page: Any) -> None:
    refused = ask("PUT", f"pages/{page['id']}", update(page, 1))
    assert (refused.status_code, "Current Version: [1]" in refused.text) == (409, True)
    assert ask("PUT", f"pages/{page['id']}", update(page, 2)).json()["version"]["number"] == 2
    without = {name: value for name, value in update(page, 3).items() if name != "version"}
    assert ask("PUT", f"pages/{page['id']}", without).status_code == 400


def test_存下的文档比给的多(ask: Ask, space: str) -> None:
    link = {"type": "link", "attrs": {"href": "https://example.cn"}}
    sent = adf("看这里", marks=[link])
    made = ask("POST", "pages", {"spaceId": space, "status": "current", "title": "链接", "body": body(sent)}).json()
    kept = json.loads(made["body"]["atlas_doc_format"]["value"])
    assert "localId" in kept["content"][0]["attrs"]
    assert "__confluenceMetadata" in kept["content"][0]["content"][0]["marks"][0]["attrs"]
    assert kept["content"][0]["content"][0]["text"] == "看这里"


@pytest.mark.parametrize(
    "document",
    [
        "不是 JSON 对象",
        {"type": "doc", "version": 2, "content": []},
        {"type": "doc", "version": 1, "content": [{"type": "text", "text": "不在段落里"}]},
        {"type": "doc", "version": 1, "content": [{"type": "bulletList", "content": []}]},
        {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}]},
    ],
)
def test_不合格的文档不收(ask: Ask, space: str, document: object) -> None:
    wanted = {"spaceId": space, "status": "current", "title": "坏的", "body": body(document)}
    assert ask("POST", "pages", wanted).status_code == 400
    assert ask("GET", f"spaces/{space}/pages?title=坏的").json()["results"] == []


def test_性质有自己的版本_不动页面的版本(ask: Ask, page: Any) -> None:
    where = f"pages/{page['id']}/properties"
    made = ask("POST", where, {"key": "collab-sync", "value": {"key": "周报"}}).json()
    assert ask("POST", where, {"key": "collab-sync", "value": 1}).status_code == 409
    stale = {"key": "collab-sync", "value": 2, "version": {"number": 1}}
    assert ask("PUT", f"{where}/{made['id']}", stale).status_code == 409
    assert ask("PUT", f"{where}/{made['id']}", {**stale, "version": {"number": 2}}).json()["value"] == 2
    assert ask("GET", f"{where}?key=collab-sync").json()["results"][0]["version"]["number"] == 2
    assert ask("GET", f"{where}?key=else").json()["results"] == []
    assert ask("GET", f"pages/{page['id']}").json()["version"]["number"] == 1
    assert ask("GET", f"{where}/{made['id']}").ok
    assert ask("DELETE", f"{where}/{made['id']}").status_code == 204
    assert ask("GET", f"{where}/{made['id']}").status_code == 404


def test_谁能做什么(ask: Ask, space: str, page: Any) -> None:
    """Reading without writing is 404 at a write, as the vendor's document says; no licence is 403, no sign-in 401."""
    assert ask("PUT", f"pages/{page['id']}", update(page, 2), who="rd").status_code == 404
    assert ask("GET", f"pages/{page['id']}", who="rd").ok
    held = [
        f"{one['operation']} {one['targetType']}"
        for one in ask("GET", f"spaces/{space}/operations", who="rd").json()["operations"]
    ]
    assert held == ["read space"]
    assert ask("GET", f"pages/{page['id']}", who="out").status_code == 404
    assert ask("GET", "spaces?keys=KB", who="out").json()["results"] == []
    assert ask("GET", "spaces", who="no").status_code == 403
    assert ask("GET", "spaces", who="nobody").status_code == 401
    assert ask("GET", "rest/api/user/current").json()["accountId"] == "u-lin"


def test_列表翻页(ask: Ask, space: str) -> None:
    for title in ("甲", "乙", "丙"):
        ask("POST", "pages", {"spaceId": space, "status": "current", "title": title, "body": body(adf("一"))})
    first = ask("GET", f"spaces/{space}/pages?limit=3").json()
    rest = ask("GET", first["_links"]["next"].removeprefix("/wiki/api/v2/")).json()
    titles = [one["title"] for one in (*first["results"], *rest["results"])]
    assert titles == ["知识库", "甲", "乙", "丙"]
    assert "next" not in rest["_links"]


def test_删掉的页面_下面的上移一层(ask: Ask, space: str, page: Any) -> None:
    wanted = {"spaceId": space, "status": "current", "title": "下级", "parentId": page["id"], "body": body(adf("一"))}
    below = ask("POST", "pages", wanted).json()
    assert ask("DELETE", f"pages/{page['id']}").status_code == 204
    assert ask("GET", f"pages/{page['id']}").status_code == 404
    assert ask("GET", f"pages/{below['id']}").json()["parentId"] == page["parentId"]


def test_人的动作(server: SandboxServer, ask: Ask, space: str, page: Any) -> None:
    def act(**wanted: str) -> requests.Response:
        given = {"space": "KB", "title": "周报", "as": "林珊", **wanted}
        return requests.post(f"{server.url}/__sandbox/confluence/acts", json=given, timeout=5)

    assert act(act="write", text="我改的").json()["version"] == 2
    assert act(act="hide").ok
    assert ask("GET", f"pages/{page['id']}", who="rd").status_code == 404
    assert act(act="archive").json()["state"] == "archived"
    assert ask("GET", f"spaces/{space}/pages?title=周报").json()["results"][0]["status"] == "archived"
    assert act(act="delete").json()["state"] == "deleted"
    assert act(act="delete").status_code == 400
    assert requests.post(f"{server.url}/__sandbox/confluence/issues", json={}, timeout=5).status_code == 400


def test_浏览器里看得到页面_快照接着用(server: SandboxServer, page: Any) -> None:
    start = requests.get(server.url, timeout=5).text
    assert all(word in start for word in ("Confluence", "知识库", '页面</a> <span class="soft">2</span>'))
    shown = requests.get(f"{server.url}/confluence/wiki/spaces/KB/pages/{page['id']}", timeout=5)
    assert "/browse/confluence/KB/-/wiki/" in shown.url
    assert "三项" in shown.text
    clock = SandboxClock(lambda: START)
    again = SandboxWorld(clock, (ConfluenceTracker(clock),))
    again.load(server.world.snapshot())
    assert again.snapshot() == server.world.snapshot()
