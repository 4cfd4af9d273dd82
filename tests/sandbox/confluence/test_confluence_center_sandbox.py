"""The sandbox's Confluence Data Center: version 1, bodies in storage format, tokens alone."""

from __future__ import annotations

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
        {"name": "林珊", "confluence": {"accountId": "u-lin", "username": "lin", "token": "lin"}},
        {"name": "读者", "confluence": {"accountId": "u-rd", "username": "rd", "token": "rd",
                                        "spaces": {"KB": "view"}}},
        {"name": "外人", "confluence": {"accountId": "u-out", "username": "out", "token": "out",
                                        "spaces": {"KB": "none"}}},
    ],
    "confluence": {"edition": "datacenter", "spaces": [{"key": "KB", "name": "知识库"}]},
}  # fmt: skip
Ask = Callable[..., requests.Response]


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
        headers = {"Authorization": f"Bearer {who}"}
        return requests.request(
            method, f"{server.url}/confluence/rest/api/{path}", json=sent, headers=headers, timeout=5
        )

    return ask_


def wanted(text: str = "<p>三项</p>", title: str = "周报", **more: object) -> dict[str, object]:
    body = {"storage": {"value": text, "representation": "storage"}}
    return {"type": "page", "title": title, "space": {"key": "KB"}, "body": body, **more}


@pytest.fixture
def page(ask: Ask) -> Any:
    return ask("POST", "content", wanted()).json()


def test_页面按空间和标题找_展开什么才给什么(ask: Ask, page: Any) -> None:
    where = "content?spaceKey=KB&title=周报"
    [bare] = ask("GET", where).json()["results"]
    assert (bare["id"], "body" in bare, "version" in bare) == (page["id"], False, False)
    [whole] = ask("GET", f"{where}&expand=version,history,body.storage").json()["results"]
    assert whole["body"]["storage"]["value"] == "<p>三项</p>"
    assert whole["history"]["createdBy"]["username"] == "lin"
    assert ask("GET", "content?spaceKey=KB&title=别的").json()["results"] == []


def test_改写要说对版本_标题只有一次(ask: Ask, page: Any) -> None:
    refused = ask("PUT", f"content/{page['id']}", wanted(version={"number": 1}))
    assert (refused.status_code, "Current version is: 1" in refused.json()["message"]) == (409, True)
    assert ask("PUT", f"content/{page['id']}", wanted(version={"number": 2})).json()["version"]["number"] == 2
    again = ask("POST", "content", wanted(title="周报"))
    assert (again.status_code, "same TITLE" in again.json()["message"]) == (400, True)


@pytest.mark.parametrize(
    "text", ["<p>半截", "<p>&bogus;</p>", "<script>x</script>", "甲 & 乙", "<ac:nothing />", "<p a=1>x</p>"]
)
def test_不合格的正文不收(ask: Ask, text: str) -> None:
    assert ask("POST", "content", wanted(text)).status_code == 400


def test_存下的正文比给的多(ask: Ask) -> None:
    given = '<p>“三”项 · 甲&nbsp;</p><table><tbody><tr><td><p></p></td></tr></tbody></table><ac:structured-macro ac:name="expand" />'  # noqa: E501  # a body
    kept = ask("POST", "content", wanted(given, "表")).json()["body"]["storage"]["value"]
    for piece in ("&ldquo;三&rdquo;", "&middot;", 'class="wrapped"', "<p />", "ac:macro-id"):
        assert piece in kept


def test_性质按名字改_有自己的版本(ask: Ask, page: Any) -> None:
    where = f"content/{page['id']}/property"
    assert ask("POST", where, {"key": "k", "value": {"a": 1}}).ok
    assert ask("POST", where, {"key": "k", "value": 1}).status_code == 409
    assert ask("PUT", f"{where}/k", {"value": 2, "version": {"number": 1}}).status_code == 409
    assert ask("PUT", f"{where}/k", {"value": 2, "version": {"number": 2}}).json()["value"] == 2
    assert ask("GET", f"{where}/k").json()["version"]["number"] == 2
    assert ask("GET", where).json()["results"][0]["key"] == "k"
    assert ask("GET", f"{where}/else").status_code == 404


def test_谁能做什么_看得到而不能写是_403(ask: Ask, page: Any) -> None:
    assert ask("POST", "content", wanted(title="新的"), who="rd").status_code == 403
    assert ask("PUT", f"content/{page['id']}", wanted(version={"number": 2}), who="rd").status_code == 403
    assert ask("GET", f"content/{page['id']}", who="rd").ok
    assert ask("GET", f"content/{page['id']}", who="out").status_code == 404
    assert ask("GET", "space/KB", who="out").status_code == 404
    assert ask("GET", "space", who="nobody").status_code == 401
    assert ask("GET", "user/current").json()["username"] == "lin"
    assert [one["key"] for one in ask("GET", "space").json()["results"]] == ["KB"]


def test_上级_首页_删除(ask: Ask, page: Any) -> None:
    home = ask("GET", "space/KB?expand=homepage").json()["homepage"]["id"]
    below = ask("POST", "content", wanted(title="下级", ancestors=[{"id": home}])).json()
    assert ask("DELETE", f"content/{below['id']}").status_code == 204
    assert ask("GET", f"content/{below['id']}").status_code == 404
    assert ask("POST", "content", wanted(title="下级", ancestors=[{"id": "1"}])).status_code == 404


def test_两个版本的接口不混用(server: SandboxServer, ask: Ask) -> None:
    headers = {"Authorization": "Bearer lin"}
    assert requests.get(f"{server.url}/confluence/wiki/api/v2/spaces", headers=headers, timeout=5).status_code == 404
    assert ask("GET", "space").ok


def test_浏览器里看得到_人写的字只是字(server: SandboxServer, ask: Ask, page: Any) -> None:
    evil = '<p>&lt;b&gt;粗&lt;/b&gt; <a href="javascript:x">链</a></p><p><ac:image><ri:attachment ri:filename="&lt;i&gt;.png" /></ac:image></p>'  # noqa: E501  # a body
    made = ask("POST", "content", wanted(evil, "怪")).json()
    shown = requests.get(f"{server.url}/confluence{made['_links']['webui']}", timeout=5)
    assert "/browse/confluence/KB/-/wiki/" in shown.url
    assert "&lt;b&gt;粗" in shown.text
    assert [word for word in ("<b>", "javascript:", "<i>.png") if word in shown.text] == []


def test_浏览器里看得到附的图_和折叠的数字(server: SandboxServer, ask: Ask) -> None:
    body = (
        '<p><ac:image ac:alt="饼&quot;图"><ri:attachment ri:filename="a.png" /></ac:image></p>'
        '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">数据</ac:parameter>'
        "<ac:rich-text-body><p>红 1</p></ac:rich-text-body></ac:structured-macro>"
    )
    made = ask("POST", "content", wanted(body, "图")).json()
    where = f"{server.url}/confluence{made['_links']['webui']}"
    assert "<em>[a.png]</em>" in requests.get(where, timeout=5).text
    sent = requests.post(
        f"{server.url}/confluence/rest/api/content/{made['id']}/child/attachment",
        files={"file": ("a.png", b"PNG", "image/png")},
        headers={"Authorization": "Bearer lin", "X-Atlassian-Token": "nocheck"},
        timeout=5,
    )
    assert sent.ok
    shown = requests.get(where, timeout=5).text
    assert '<img src="data:image/png;base64,UE5H" alt="饼&quot;图">' in shown
    assert "<details" in shown
    assert "<summary>数据</summary><p>红 1</p>" in shown


def test_人写的话是存储格式(server: SandboxServer, ask: Ask) -> None:
    given = {"act": "write", "space": "KB", "title": "手写", "as": "林珊", "text": "一 & 二\n三"}
    assert requests.post(f"{server.url}/__sandbox/confluence/acts", json=given, timeout=5).ok
    [found] = ask("GET", "content?spaceKey=KB&title=手写&expand=body.storage").json()["results"]
    assert found["body"]["storage"]["value"] == "<p>一 &amp; 二</p><p>三</p>"
