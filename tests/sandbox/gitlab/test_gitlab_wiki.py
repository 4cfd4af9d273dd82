"""Wiki pages and their directories; milestones and boards beside them."""

from __future__ import annotations

from collections.abc import Callable

import requests

Ask = Callable[..., requests.Response]
WIKI = "/projects/1/wikis"
WEEK = f"{WIKI}/%E5%91%A8%E6%8A%A5%2F2026-W47"


def test_标题里的目录留在别名里不留在标题里(ask: Ask) -> None:
    made = ask("POST", WIKI, json={"title": "周报/2026-W47", "content": "# 周报"}).json()
    assert made == {"format": "markdown", "slug": "周报/2026-W47", "title": "2026 W47", "content": "# 周报"}
    spaced = ask("POST", WIKI, json={"title": "Weekly Summary 2026 W47", "content": "c"}).json()
    assert (spaced["slug"], spaced["title"]) == ("Weekly-Summary-2026-W47", "Weekly Summary 2026 W47")


def test_只改内容会让页面离开目录(ask: Ask) -> None:
    ask("POST", WIKI, json={"title": "周报/2026-W47", "content": "一"})
    kept = ask("PUT", WEEK, json={"title": "周报/2026-W47", "content": "二"}).json()
    assert (kept["slug"], kept["content"]) == ("周报/2026-W47", "二")
    moved = ask("PUT", WEEK, json={"content": "三"}).json()
    assert (moved["slug"], moved["content"]) == ("2026-W47", "三")
    assert ask("GET", WEEK).json() == {"message": "404 Wiki Page Not Found"}


def test_空内容什么也不存却说成功(ask: Ask) -> None:
    answer = ask("POST", WIKI, json={"title": "空", "content": ""})
    assert (answer.status_code, answer.json()) == (201, None)
    assert ask("GET", WIKI).json() == []


def test_列表按别名排列要内容才给内容(ask: Ask) -> None:
    for title in ("乙", "甲", "A"):
        ask("POST", WIKI, json={"title": title, "content": f"内容 {title}"})
    assert ask("GET", WIKI).json()[0] == {"format": "markdown", "slug": "A", "title": "A"}
    assert [page["content"] for page in ask("GET", WIKI, params={"with_content": 1}).json()] == [
        "内容 A",
        "内容 乙",
        "内容 甲",
    ]


def test_删除之后就没有了(ask: Ask) -> None:
    ask("POST", WIKI, json={"title": "临时", "content": "x"})
    assert ask("DELETE", f"{WIKI}/临时").status_code == 204
    assert ask("DELETE", f"{WIKI}/临时").status_code == 404


def test_看板只看不会生出来一列一个标签(ask: Ask) -> None:
    assert ask("GET", "/projects/1/boards").json() == []
    board = ask("POST", "/projects/1/boards", json={"name": "协调看板"}).json()["id"]
    label = ask("GET", "/projects/1/labels").json()[0]["id"]
    lists = f"/projects/1/boards/{board}/lists"
    assert ask("POST", lists, json={"label_id": label}).json()["label"]["name"] == "灯::红"
    assert ask("POST", lists, json={"label_id": label}).status_code == 400
    assert ask("POST", lists, json={"label_id": 999}).status_code == 400
    assert len(ask("GET", f"/projects/1/boards/{board}").json()["lists"]) == 1


def test_里程碑的坏日期悄悄变成没有(ask: Ask) -> None:
    made = ask("POST", "/projects/1/milestones", json={"title": "M3", "due_date": "not-a-date"})
    assert (made.status_code, made.json()["due_date"], made.json()["expired"]) == (201, None, None)
    assert [each["title"] for each in ask("GET", "/projects/1/milestones").json()] == ["M3"]


def test_看板可以改名_可以挪列(ask: Ask) -> None:
    """People's ways to rearrange a board."""
    board = ask("POST", "/projects/1/boards", json={"name": "协调看板"}).json()["id"]
    lists = f"/projects/1/boards/{board}/lists"
    ask("POST", "/projects/1/labels", json={"name": "灯::黄", "color": "#ffaa00"})
    labels = [each["id"] for each in ask("GET", "/projects/1/labels").json()]
    made = [ask("POST", lists, json={"label_id": label}).json()["id"] for label in labels]
    assert ask("PUT", f"{lists}/{made[1]}", json={"position": 0}).json()["position"] == 0
    assert ask("PUT", f"{lists}/{made[1]}", json={}).status_code == 400
    assert ask("PUT", f"{lists}/999", json={"position": 0}).status_code == 404
    assert ask("PUT", f"/projects/1/boards/{board}", json={"name": "新名"}).json()["name"] == "新名"
    assert [each["id"] for each in ask("GET", lists).json()] == [made[1], made[0]]
