"""Issues: what a change does, what it silently does not do, and when updated_at moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

Ask = Callable[..., requests.Response]
Later = Callable[[float], None]
ISSUES = "/projects/1/issues"


@pytest.fixture
def put(ask: Ask, issue: int) -> Callable[..., dict[str, object]]:
    """Changes the issue and gives it back."""

    def change(as_: str = "li.ming", **fields: object) -> dict[str, object]:
        answer = ask("PUT", f"{ISSUES}/{issue}", as_=as_, json=fields)
        assert answer.status_code == 200, answer.text
        changed: dict[str, object] = answer.json()
        return changed

    return change


Put = Callable[..., dict[str, object]]


def test_属性的改变总会移动更新时间(put: Put, later: Later) -> None:
    seen = []
    for change in (
        {"title": "新标题"},
        {"description": "新描述"},
        {"due_date": "2025-09-30"},
        {"state_event": "close"},
        {"confidential": True},
    ):
        later(1)
        seen.append(put(**change)["updated_at"])
    assert len(set(seen)) == 5


def test_一分钟内只改标签或负责人不移动更新时间(put: Put, later: Later) -> None:
    first = put(add_labels="a")["updated_at"]
    for change in ({"add_labels": "b"}, {"labels": ""}, {"assignee_ids": [2]}, {"add_labels": "c"}):
        later(10)
        assert put(**change)["updated_at"] == first
    later(30)
    assert str(put(add_labels="d")["updated_at"]) > str(first)


def test_恰好六十秒不算超过一分钟(put: Put, later: Later) -> None:
    first = put(add_labels="a")["updated_at"]
    later(60)
    assert put(add_labels="b")["updated_at"] == first
    later(0.001)
    assert str(put(add_labels="c")["updated_at"]) > str(first)


def test_换一个人来改标签会移动更新时间(put: Put, later: Later) -> None:
    first = put(add_labels="a")["updated_at"]
    later(5)
    second = put(as_="wang.qiang", add_labels="b")["updated_at"]
    later(5)
    assert str(second) > str(first)
    assert put(as_="wang.qiang", add_labels="c")["updated_at"] == second


def test_什么也没改变的修改不移动更新时间(put: Put, later: Later) -> None:
    first = put(title="样机联调 二")["updated_at"]
    later(120)
    assert put(title="样机联调 二", frobnicate=1)["updated_at"] == first


def test_一分钟内的评论不移动更新时间之后的会(ask: Ask, issue: int, later: Later) -> None:
    def comment_after(seconds: float) -> str:
        later(seconds)
        ask("POST", f"{ISSUES}/{issue}/notes", json={"body": f"{seconds} 秒后"})
        return str(ask("GET", f"{ISSUES}/{issue}").json()["updated_at"])

    assert comment_after(30) == "2025-09-15T01:00:00.000Z"
    assert comment_after(32) == "2025-09-15T01:01:02.000Z"


def test_标签用逗号分隔或用数组都行不存在的会被创建(put: Put, ask: Ask) -> None:
    assert put(labels="灯::红, 需补齐:R ,灯::黄")["labels"] == ["灯::红", "灯::黄", "需补齐:R"]
    assert put(add_labels=["进度::进行中", "a,b"], remove_labels="灯::红,没有的")["labels"] == [
        "a",
        "b",
        "灯::黄",
        "进度::进行中",
        "需补齐:R",
    ]
    made = {label["name"]: label["color"] for label in ask("GET", "/projects/1/labels").json()}
    assert made["进度::进行中"] == "#6699cc"
    assert made["灯::红"] == "#ff0000"


def test_标签区分大小写且带双冒号的可以共存(put: Put) -> None:
    assert put(labels="RACI::R,raci::R,raci::A")["labels"] == ["RACI::R", "raci::A", "raci::R"]


def test_到期日宽容地解析无意义的变成没有(put: Put) -> None:
    assert put(due_date="31/12/2026")["due_date"] == "2026-12-31"
    assert put(due_date="2026-02-30")["due_date"] is None
    assert put(due_date="2026/1/5")["due_date"] == "2026-01-05"
    assert put(due_date="")["due_date"] is None


def test_社区版只留一个负责人而且要是成员(put: Put) -> None:
    assert [user["id"] for user in put(assignee_ids=[2, 3])["assignees"]] == [2]  # type: ignore[attr-defined]  # JSON
    assert put(assignee_ids=[999])["assignees"] == []
    assert put(assignee_ids=[0])["assignee"] is None


def test_未知的里程碑会清掉原来的(ask: Ask, put: Put) -> None:
    ask("POST", "/projects/1/milestones", json={"title": "M1", "due_date": "not-a-date"})
    assert put(milestone_id=1)["milestone"]["due_date"] is None  # type: ignore[index]  # JSON
    assert put(milestone_id=999999)["milestone"] is None


def test_关闭与重开记下时间和人(put: Put, ask: Ask, issue: int, later: Later) -> None:
    later(5)
    closed = put(state_event="close")
    assert (closed["state"], closed["closed_at"]) == ("closed", "2025-09-15T01:00:05.000Z")
    assert put(state_event="reopen")["closed_by"] is None
    events = ask("GET", f"{ISSUES}/{issue}/resource_state_events").json()
    assert [event["state"] for event in events] == ["closed", "reopened"]


def test_标签事件说出加了什么去了什么标签删除后为空(put: Put, ask: Ask, issue: int) -> None:
    put(labels="灯::红,旧")
    put(labels="灯::红,新")
    ask("DELETE", "/projects/1/labels/旧")
    events = ask("GET", f"{ISSUES}/{issue}/resource_label_events").json()
    told = [(event["action"], event["label"] and event["label"]["name"]) for event in events]
    assert told == [("add", "灯::红"), ("add", None), ("add", "新"), ("remove", None)]


def test_改名的标签处处可见却不移动议题(put: Put, ask: Ask, issue: int, later: Later) -> None:
    before = put(labels="旧名")["updated_at"]
    later(3600)
    assert ask("PUT", "/projects/1/labels/旧名", json={"new_name": "新名"}).status_code == 200
    now = ask("GET", f"{ISSUES}/{issue}").json()
    assert (now["labels"], now["updated_at"]) == (["新名"], before)


def test_标签也能用旧的写法改名和删除(put: Put, ask: Ask, issue: int) -> None:
    put(labels="旧名")
    assert ask("PUT", "/projects/1/labels", json={"name": "旧名", "new_name": "新名"}).json()["name"] == "新名"
    assert ask("DELETE", "/projects/1/labels", params={"name": "新名"}).status_code == 204
    assert ask("GET", f"{ISSUES}/{issue}").json()["labels"] == []


def test_人建的议题接着人的编号机器人的从一百零一起(ask: Ask) -> None:
    def make(as_: str) -> int:
        return int(ask("POST", ISSUES, as_=as_, json={"title": "编号"}).json()["iid"])

    assert [make("li.ming"), make("collab-bot"), make("li.ming"), make("collab-bot")] == [1, 101, 2, 102]
    assert ask("DELETE", f"{ISSUES}/2", as_="root").status_code == 204
    assert make("li.ming") == 3


def test_管理员可以指定时间和编号别人的指定被忽略(ask: Ask) -> None:
    wanted = {"title": "旧事", "iid": 7, "created_at": "2020-01-02T03:04:05+08:00"}
    old = ask("POST", ISSUES, as_="root", json=wanted).json()
    assert (old["iid"], old["created_at"]) == (7, "2020-01-01T19:04:05.000Z")
    other = ask("POST", ISSUES, json={**wanted, "iid": 30}).json()
    assert (other["iid"], other["created_at"]) == (8, "2025-09-15T01:00:00.000Z")
    moved = ask("PUT", f"{ISSUES}/7", as_="root", json={"updated_at": "2021-01-01T00:00:00Z", "title": "更旧"}).json()
    assert moved["updated_at"] == "2021-01-01T00:00:00.000Z"


def test_访客新建时未知标签被略过已有的照贴(ask: Ask) -> None:
    made = ask("POST", ISSUES, as_="guest", json={"title": "访客", "labels": "灯::红,没有的", "assignee_ids": [2]})
    assert (made.status_code, made.json()["labels"], made.json()["assignee"]["id"]) == (201, ["灯::红"], 2)


def test_访客改自己的议题时只有文字和状态算数(ask: Ask) -> None:
    iid = ask("POST", ISSUES, as_="guest", json={"title": "访客"}).json()["iid"]
    changed = ask("PUT", f"{ISSUES}/{iid}", as_="guest", json={"title": "改名", "labels": "灯::红"}).json()
    assert (changed["title"], changed["labels"]) == ("改名", [])


def test_被拒绝的修改什么也没有留下(ask: Ask, issue: int) -> None:
    before = ask("GET", f"{ISSUES}/{issue}").json()
    for wrong in ({"title": "x" * 256}, {"assignee_ids": ["甲"]}, {"confidential": "也许"}):
        assert (
            ask("PUT", f"{ISSUES}/{issue}", json={"description": "半途", "labels": "半途", **wrong}).status_code == 400
        )
    assert ask("GET", f"{ISSUES}/{issue}").json() == before
    assert "半途" not in [label["name"] for label in ask("GET", "/projects/1/labels").json()]


def test_关联是双向的也不分种类(ask: Ask, issue: int) -> None:
    other = ask("POST", ISSUES, json={"title": "另一件"}).json()["iid"]
    wanted = {"target_project_id": "rd/x1-firmware", "target_issue_iid": other, "link_type": "blocks"}
    made = ask("POST", f"{ISSUES}/{issue}/links", json=wanted)
    assert (made.status_code, made.json()["link_type"]) == (201, "relates_to")
    back = ask("GET", f"{ISSUES}/{other}/links").json()
    assert [(link["iid"], link["link_type"]) for link in back] == [(issue, "relates_to")]
    mirrored = {"target_project_id": 1, "target_issue_iid": issue}
    assert ask("POST", f"{ISSUES}/{other}/links", json=mirrored).status_code == 409
    assert ask("DELETE", f"{ISSUES}/{issue}/links/{back[0]['issue_link_id']}").status_code == 200
    assert ask("GET", f"{ISSUES}/{issue}/links").json() == []
    told = ask("GET", f"{ISSUES}/{other}/notes", params={"sort": "asc"}).json()
    assert [note["body"] for note in told] == [
        f"marked this issue as related to #{issue}",
        f"removed the relation with #{issue}",
    ]


def test_提到别的议题会在那边留下一行且只留一次(ask: Ask, issue: int) -> None:
    other = ask("POST", ISSUES, json={"title": "引用者", "description": f"见 #{issue}"}).json()["iid"]
    ask("POST", f"{ISSUES}/{other}/notes", json={"body": f"再说一次 #{issue}"})
    told = [note["body"] for note in ask("GET", f"{ISSUES}/{issue}/notes").json()]
    assert told == [f"mentioned in issue #{other}"]
