"""Notes: who may write and change them, how they are listed, and the lines of activity between them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

Ask = Callable[..., requests.Response]
Later = Callable[[float], None]


@pytest.fixture
def notes(issue: int) -> str:
    """Address of the issue's notes."""
    return f"/projects/1/issues/{issue}/notes"


def bodies(answer: requests.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [note["body"] for note in answer.json()]


def test_动态里有到期日负责人和标题但没有标签和状态(ask: Ask, issue: int, notes: str) -> None:
    """As observed on 14.2.3: labels and states are resource events, never notes."""
    change = {"title": "新", "due_date": "2025-09-30", "assignee_ids": [2], "labels": "灯::红", "state_event": "close"}
    ask("PUT", f"/projects/1/issues/{issue}", json=change)
    ask("PUT", f"/projects/1/issues/{issue}", json={"due_date": "", "assignee_ids": [3], "description": "新的说明"})
    assert bodies(ask("GET", notes, params={"sort": "asc"})) == [
        "changed title from **{-样机联调-}** to **{+新+}**",
        "changed due date to September 30, 2025",
        "assigned to @li.ming",
        "changed the description",
        "removed due date",
        "assigned to @wang.qiang and unassigned @li.ming",
    ]


def test_可以只看评论或只看动态默认新的在前(ask: Ask, issue: int, notes: str, later: Later) -> None:
    for text in ("第一条", "第二条"):
        ask("POST", notes, json={"body": text})
        later(1)
    ask("PUT", f"/projects/1/issues/{issue}", json={"due_date": "2025-09-30"})
    assert bodies(ask("GET", notes)) == ["changed due date to September 30, 2025", "第二条", "第一条"]
    assert bodies(ask("GET", notes, params={"activity_filter": "only_comments"})) == ["第二条", "第一条"]
    assert len(bodies(ask("GET", notes, params={"activity_filter": "only_activity"}))) == 1
    assert ask("GET", f"/projects/1/issues/{issue}").json()["user_notes_count"] == 2


def test_同一时刻的评论按先后排列(ask: Ask, notes: str) -> None:
    for text in "甲乙丙":
        ask("POST", notes, json={"body": text})
    assert bodies(ask("GET", notes, params={"sort": "asc"})) == ["甲", "乙", "丙"]
    assert bodies(ask("GET", notes, params={"sort": "asc", "per_page": 2, "page": 2})) == ["丙"]


def test_隐藏标记原样保留(ask: Ask, notes: str) -> None:
    text = "<!-- collab-sync:key=abc123 -->\n逾期提醒"
    assert ask("POST", notes, json={"body": text}).json()["body"] == text


def test_改动移动评论自己的更新时间(ask: Ask, notes: str, later: Later) -> None:
    note = ask("POST", notes, json={"body": "原文"}).json()
    later(5)
    changed = ask("PUT", f"{notes}/{note['id']}", json={"body": "新文"}).json()
    assert (changed["created_at"], changed["updated_at"]) == (note["created_at"], "2025-09-15T01:00:05.000Z")


def test_只剩命令的改动会删掉评论(ask: Ask, notes: str) -> None:
    note = ask("POST", notes, json={"body": "原文"}).json()["id"]
    assert ask("PUT", f"{notes}/{note}", json={"body": "/close"}).status_code == 400
    assert ask("GET", f"{notes}/{note}").json() == {"message": "404 Note Not Found"}


def test_别人的评论只有维护者能改动态谁也不能改(ask: Ask, issue: int, notes: str) -> None:
    note = ask("POST", notes, json={"body": "李明写的"}).json()["id"]
    assert ask("PUT", f"{notes}/{note}", as_="wang.qiang", json={"body": "冒充"}).status_code == 403
    assert ask("DELETE", f"{notes}/{note}", as_="wang.qiang").status_code == 403
    assert ask("PUT", f"{notes}/{note}", as_="collab-bot", json={"body": "维护者改"}).status_code == 200
    ask("PUT", f"/projects/1/issues/{issue}", json={"due_date": "2025-09-30"})
    activity = ask("GET", notes, params={"activity_filter": "only_activity"}).json()[0]["id"]
    assert ask("PUT", f"{notes}/{activity}", as_="root", json={"body": "篡改"}).status_code == 403
    assert ask("DELETE", f"{notes}/{note}").status_code == 204
    assert ask("GET", f"{notes}/{note}").status_code == 404


def test_一百万个汉字可以再多一个不行(ask: Ask, notes: str) -> None:
    assert ask("POST", notes, json={"body": "汉" * 1_000_000}).status_code == 201
    refused = ask("POST", notes, json={"body": "汉" * 1_000_001})
    assert refused.json() == {
        "message": '400 Bad request - Note {:note=>["is too long (maximum is 1000000 characters)"]}'
    }


def test_机密评论访客看不见(ask: Ask, notes: str) -> None:
    note = ask("POST", notes, json={"body": "内部", "confidential": True}).json()
    assert note["confidential"] is True
    assert bodies(ask("GET", notes, as_="guest")) == []
    assert ask("GET", f"{notes}/{note['id']}", as_="guest").status_code == 404


def test_时间由管理员指定时照办(ask: Ask, notes: str) -> None:
    wanted = {"body": "补记", "created_at": "2020-01-02T03:04:05Z"}
    assert ask("POST", notes, as_="root", json=wanted).json()["created_at"] == "2020-01-02T03:04:05.000Z"
    assert ask("POST", notes, json=wanted).json()["created_at"] == "2025-09-15T01:00:00.000Z"
