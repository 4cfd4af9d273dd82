"""What a browser sees of wiki pages and boards that somebody made over the API."""

from __future__ import annotations

from collections.abc import Callable

import requests

from collab_sync.model.document import Pie
from collab_sync_gitlab.pages.mermaid import drawn

Ask = Callable[..., requests.Response]


def seen(url: str, path: str) -> str:
    answer = requests.get(f"{url}/browse/gitlab/rd%2Fx1-firmware{path}", timeout=10)
    assert answer.status_code == 200
    return answer.text


def test_页面里的图在浏览器里画出来(url: str, ask: Ask) -> None:
    text = f"# 周报\n\n{drawn(Pie('红黄绿灯', (('红', 1), ('绿', 3))))}\n\n```mermaid\nmindmap\n  甲\n```"
    ask("POST", "/projects/1/wikis", json={"title": "周报/2026-W47", "content": text}).raise_for_status()
    html = seen(url, "/-/wiki/%E5%91%A8%E6%8A%A5%2F2026-W47")
    assert html.count("<figure><svg ") == 1
    assert 'aria-label="红黄绿灯' in html
    assert "<pre><code>mindmap" in html
    assert "<script" not in html


def test_看板按列显示开放的事项(url: str, ask: Ask, issue: int) -> None:
    ask("PUT", f"/projects/1/issues/{issue}", json={"add_labels": "灯::红"}).raise_for_status()
    board = ask("POST", "/projects/1/boards", as_="collab-bot", json={"name": "红灯"}).json()
    label = ask("GET", "/projects/1/labels").json()[0]
    lists = f"/projects/1/boards/{board['id']}/lists"
    ask("POST", lists, as_="collab-bot", json={"label_id": label["id"]}).raise_for_status()
    html = seen(url, "/-/boards")
    assert "<h2>红灯</h2>" in html
    assert "样机联调" in html
    ask("PUT", f"/projects/1/issues/{issue}", json={"state_event": "close"}).raise_for_status()
    assert "样机联调" not in seen(url, "/-/boards")
