"""What a story needs besides the API: given keys, comparable dumps, snapshots, GitLab's own addresses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab import GitLabTracker
from collab_sync.sandbox.wire import BadBody

Ask = Callable[..., requests.Response]
Later = Callable[[float], None]
KEYED = {"key": "rd/x1-firmware#4", "as": "李明", "title": "驱动移植", "labels": "部门::研发部", "assignee": "王强"}


def test_给定编号的议题以那个人的名义出现在此刻(url: str, ask: Ask) -> None:
    made = requests.post(f"{url}/__sandbox/gitlab/issues", json=KEYED, timeout=10)
    seen = ask("GET", "/projects/1/issues/4").json()
    assert made.status_code == 201
    assert (seen["author"]["name"], seen["assignee"]["name"], seen["labels"]) == ("李明", "王强", ["部门::研发部"])
    assert seen["created_at"] == "2025-09-15T01:00:00.000Z"


def test_同一个编号再给一次什么也不变(url: str, ask: Ask, later: Later) -> None:
    first = requests.post(f"{url}/__sandbox/gitlab/issues", json=KEYED, timeout=10)
    later(60)
    again = requests.post(f"{url}/__sandbox/gitlab/issues", json={**KEYED, "title": "别的"}, timeout=10)
    assert (again.status_code, again.json()) == (201, first.json())
    assert ask("POST", "/projects/1/issues", json={"title": "下一个"}).json()["iid"] == 5


@pytest.mark.parametrize("wrong", [{"key": "rd/x1-firmware"}, {"key": "没有#4"}, {"as": "无名"}, {"title": ""}])
def test_说不清的议题被拒绝(wrong: dict[str, str], url: str) -> None:
    answer = requests.post(f"{url}/__sandbox/gitlab/issues", json={**KEYED, **wrong}, timeout=10)
    assert answer.status_code == 400


def test_重复播种不改变什么(url: str, tracker: GitLabTracker, ask: Ask, clock: SandboxClock) -> None:
    ask("POST", "/projects/1/issues", json={"title": "已有"})
    before = tracker.snapshot()
    users = [{"username": "li.ming", "name": "李明", "token": "t-li.ming"}]
    tracker.seed({"users": users, "projects": [{"path": "rd/x1-firmware"}]}, clock.now())
    assert tracker.snapshot() == before


def test_编号撞车时什么也不播种(tracker: GitLabTracker, url: str) -> None:
    wanted = {"projects": [{"path": "甲/一", "id": 90}, {"path": "甲/二", "id": 90}]}
    with pytest.raises(BadBody, match="90"):
        tracker.seed(wanted, datetime(2025, 9, 15, tzinfo=UTC))
    assert "甲/一" not in str(tracker.snapshot())


def test_转储只有人会比较的东西自己编号的议题以标题为名(url: str, tracker: GitLabTracker, ask: Ask) -> None:
    requests.post(f"{url}/__sandbox/gitlab/issues", json=KEYED, timeout=10)
    made = ask("POST", "/projects/1/issues", as_="collab-bot", json={"title": "启动会"}).json()
    ask("POST", "/projects/1/issues/4/notes", json={"body": f"见 #101、rd/x1-firmware#101 与 {made['web_url']}"})
    ask("POST", "/projects/1/issues/4/links", json={"target_project_id": 1, "target_issue_iid": 101})
    ask("POST", "/projects/1/wikis", json={"title": "协同/周报", "content": "第一周"})
    named = "rd/x1-firmware·启动会"
    dumped = requests.get(f"{url}/__sandbox/dump", timeout=10).json()["gitlab"]
    assert dumped["issues"]["rd/x1-firmware#4"] == {
        "title": "驱动移植",
        "description": "",
        "labels": ["部门::研发部"],
        "status": "opened",
        "due": None,
        "assignee": "王强",
        "author": "李明",
        "links": [named],
        "comments": [{"author": "李明", "body": f"见 {named}、{named} 与 {named}"}],
    }
    assert list(dumped["issues"]) == ["rd/x1-firmware#4", named]
    assert dumped["pages"] == {"rd/x1-firmware/协同/周报": "第一周"}


def test_全量转储有编号和时间没有令牌(url: str, ask: Ask, issue: int) -> None:
    text = requests.get(f"{url}/__sandbox/dump", params={"full": "1"}, timeout=10).text
    assert "2025-09-15T01:00:00Z" in text
    assert "t-li.ming" not in text


def test_快照能原样接着用(tracker: GitLabTracker, clock: SandboxClock, ask: Ask, issue: int) -> None:
    ask(
        "PUT",
        f"/projects/1/issues/{issue}",
        json={"labels": "灯::红", "due_date": "2025-09-30", "state_event": "close"},
    )
    board = ask("POST", "/projects/1/boards", json={"name": "协调看板"}).json()["id"]
    ask("POST", f"/projects/1/boards/{board}/lists", json={"label_id": 1})
    other = GitLabTracker(clock)
    other.load(tracker.snapshot())
    assert other.snapshot() == tracker.snapshot()
    assert other.browse() == tracker.browse()
    with pytest.raises(BadBody, match="快照"):
        other.load({"projects": 3})


def test_网页地址带到沙盒里的同一件东西(url: str, ask: Ask, issue: int) -> None:
    web_url = ask("GET", f"/projects/1/issues/{issue}").json()["web_url"]
    page = requests.get(web_url, timeout=10)
    assert (page.status_code, page.url) == (200, f"{url}/browse/gitlab/rd%2Fx1-firmware/{issue}")
    assert "样机联调" in page.text
    assert requests.get(f"{url}/gitlab/rd/x1-firmware", timeout=10).status_code == 200
    assert requests.get(f"{url}/gitlab/nobody", timeout=10).status_code == 404


def test_请求日志知道是谁在问(tracker: GitLabTracker, url: str, ask: Ask) -> None:
    ask("GET", "/user")
    logged = requests.get(f"{url}/__sandbox/requests", timeout=10).json()["requests"]
    assert [entry["account"] for entry in logged if entry["path"].endswith("/user")] == ["li.ming"]
