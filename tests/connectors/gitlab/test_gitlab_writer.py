"""One request per write; what GitLab silently does otherwise is a refusal; an earlier attempt is found again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import requests
import responses

from collab_sync.errors import AccessError, MissingItemError, RejectedActionError, TransientError, UnknownOutcomeError
from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    DescriptionWrite,
    LabelWrite,
    Target,
    TransitionWrite,
)
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.identity import Account, SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.marker import Marker, dumps
from collab_sync.ports.tracker import ActionWriter, Connection
from collab_sync.testing.items import writer_of

API = "https://gitlab.example.com/api/v4"
PROJECT = f"{API}/projects/rd%2Fx1-firmware"
ISSUE = f"{PROJECT}/issues/4"
REF = SourceRef(connection="gl", project="gl-firmware", path="rd/x1-firmware", native_id="1004",
                key="rd/x1-firmware#4", iid="4", url=f"{PROJECT}/-/issues/4")  # fmt: skip
FOUR = Target(ref=REF)
MARK = dumps(Marker(key="esc-overdue/gl:1004", hash="a1"))
BODY = f"已逾期\n\n<!-- collab-sync {MARK} -->"
OVERDUE = CommentWrite(target=FOUR, document=Document((Paragraph((Text("已逾期"),)),)), marker=MARK)
BOT = {"id": 6, "username": "project_1_bot", "name": "协同助手", "bot": True}


@pytest.fixture
def writer(connect: Callable[..., Connection], firmware: ProjectMapping, web: responses.RequestsMock) -> ActionWriter:
    web.add(responses.GET, f"{API}/user", json=BOT)
    web.add(responses.GET, PROJECT, json={"id": 1})
    return writer_of(connect(), firmware)


def issue(**fields: object) -> dict[str, object]:
    return {
        "id": 1004,
        "iid": 4,
        "title": "固件",
        "state": "opened",
        "labels": [],
        "created_at": "2025-09-20T10:00:00.000Z",
        "updated_at": "2025-09-20T10:00:00.000Z",
        "web_url": REF.url,
        "references": {"full": REF.key},
        "author": BOT,
        **fields,
    }


def note(number: int, body: str, author: dict[str, object] = BOT) -> dict[str, object]:
    return {"id": number, "body": body, "author": author, "system": False, "created_at": "2025-09-24T01:00:00.000Z"}


def sent(web: responses.RequestsMock) -> list[tuple[str | None, str, Any]]:
    """Writing requests so far: method, path below the API, JSON."""
    calls = [call.request for call in web.calls if call.request.method != "GET"]
    return [(call.method, str(call.url).removeprefix(API), json.loads(str(call.body, "utf-8"))) for call in calls]  # type: ignore[arg-type]  # bytes


def test_加减标签只发一个请求(writer: ActionWriter, web: Any) -> None:
    """Both directions in one PUT; labels nobody mentioned are left alone."""
    web.add(responses.PUT, ISSUE, json=issue(labels=["灯::红", "人加的"]))
    receipt = writer.perform(LabelWrite(target=FOUR, add=("灯::红",), remove=("灯::黄", "没有的")))
    assert sent(web) == [
        ("PUT", "/projects/rd%2Fx1-firmware/issues/4", {"add_labels": "灯::红", "remove_labels": "灯::黄,没有的"})
    ]
    assert receipt.at == datetime(2025, 9, 24, 1, tzinfo=UTC)


def test_标签没有真的改成就是被拒(writer: ActionWriter, web: Any) -> None:
    """GitLab answers 200 and drops what the account may not do."""
    web.add(responses.PUT, ISSUE, json=issue(labels=["灯::黄"]))
    with pytest.raises(RejectedActionError, match=r"没有加上标签 灯::红,没有去掉标签 灯::黄"):
        writer.perform(LabelWrite(target=FOUR, add=("灯::红",), remove=("灯::黄",)))


def test_含逗号的标签不发出去(writer: ActionWriter, web: Any) -> None:
    """It would become two labels."""
    with pytest.raises(RejectedActionError, match="逗号"):
        writer.perform(LabelWrite(target=FOUR, add=("a,b",)))
    assert sent(web) == []


@pytest.mark.parametrize(("labels", "done"), [(["灯::红"], True), (["灯::红", "灯::黄"], False), ([], False)])
def test_标签是否已写靠重读(writer: ActionWriter, web: Any, labels: list[str], done: bool) -> None:
    """Labels carry no marker; what is there is the evidence."""
    web.add(responses.GET, ISSUE, json=issue(labels=labels))
    assert bool(writer.find(LabelWrite(target=FOUR, add=("灯::红",), remove=("灯::黄",)))) is done


def test_评论带着标记发出并返回编号(writer: ActionWriter, web: Any) -> None:
    """The marker is the last line."""
    web.add(responses.POST, f"{ISSUE}/notes", status=201, json=note(71, BODY))
    assert writer.perform(OVERDUE).remote_id == "71"
    assert sent(web) == [("POST", "/projects/rd%2Fx1-firmware/issues/4/notes", {"body": BODY})]


def test_改写评论用原编号(writer: ActionWriter, web: Any) -> None:
    """One PUT of the whole body."""
    web.add(responses.PUT, f"{ISSUE}/notes/71", json=note(71, BODY))
    assert writer.perform(CommentWrite(target=FOUR, document=OVERDUE.document, marker=MARK, comment_id="71"))
    assert [method for method, *_ in sent(web)] == ["PUT"]


def test_要改写的评论被人删了要说清楚(writer: ActionWriter, web: Any) -> None:
    """The issue is there: it must not be taken for gone, unless it is."""
    edit = CommentWrite(target=FOUR, document=OVERDUE.document, marker=MARK, comment_id="71")
    web.add(responses.PUT, f"{ISSUE}/notes/71", status=404, json={"message": "404 Note Not Found"})
    web.add(responses.GET, ISSUE, json=issue())
    with pytest.raises(RejectedActionError, match="已被删除"):
        writer.perform(edit)
    web.replace(responses.GET, ISSUE, status=404, json={"message": "404 Not found"})
    with pytest.raises(MissingItemError):
        writer.perform(edit)


def test_被当作命令的评论是被拒(writer: ActionWriter, web: Any, recorded: Any) -> None:
    """202 means that commands ran and no comment exists."""
    web.add(responses.POST, f"{ISSUE}/notes", **recorded("qa_close"))
    with pytest.raises(RejectedActionError, match="命令"):
        writer.perform(OVERDUE)


def test_存下的评论与所写不同是被拒(writer: ActionWriter, web: Any) -> None:
    """A line was cut out, so something ran."""
    web.add(responses.POST, f"{ISSUE}/notes", status=201, json=note(71, "已逾期"))
    with pytest.raises(RejectedActionError, match="与所写不同"):
        writer.perform(OVERDUE)


def test_断线后靠标记找回评论(writer: ActionWriter, web: Any) -> None:
    """On whatever page it is; only our own count, and only the same content."""
    other = dumps(Marker(key="esc-overdue/gl:1004", hash="旧"))
    liming = {"id": 2, "username": "liming"}
    url = f"{ISSUE}/notes"
    web.add(responses.POST, url, body=requests.ConnectionError("断线"))
    first = [note(70, BODY, liming), note(69, f"旧的\n\n<!-- collab-sync {other} -->")]
    web.add(responses.GET, url, json=first, headers={"Link": f'<{url}?page=2&per_page=100>; rel="next"'})
    web.add(responses.GET, url, json=[note(68, BODY)])
    with pytest.raises(UnknownOutcomeError):
        writer.perform(OVERDUE)
    found = writer.find(OVERDUE)
    assert found is not None
    assert found.remote_id == "68"
    assert len(sent(web)) == 1


def test_没有发出的评论找不到(writer: ActionWriter, web: Any) -> None:
    """Then it may be sent again."""
    web.add(responses.GET, f"{ISSUE}/notes", json=[])
    assert writer.find(OVERDUE) is None


def test_改写是否完成看正文(writer: ActionWriter, web: Any) -> None:
    """The marker's key was there before; only the whole body tells."""
    edit = CommentWrite(target=FOUR, document=OVERDUE.document, marker=MARK, comment_id="71")
    web.add(responses.GET, f"{ISSUE}/notes", json=[note(71, f"以前的\n\n<!-- collab-sync {MARK} -->")])
    assert writer.find(edit) is None
    web.replace(responses.GET, f"{ISSUE}/notes", json=[note(71, BODY.replace("\n", "\r\n"))])
    assert writer.find(edit) is not None


MEETING = CreateWrite(
    project="gl-firmware",
    type="会议",
    title="专题会",
    document=OVERDUE.document,
    marker=MARK,
    labels=("类型::会议", "部门::协同办公室"),
    assignee=Account("gl", "liming", "李明"),
    due=date(2025, 9, 30),
    since=datetime(2025, 9, 24, 1, tzinfo=UTC),
)


AS_ORDERED: dict[str, Any] = {
    "labels": list(MEETING.labels),
    "due_date": "2025-09-30",
    "assignees": [{"id": 2, "username": "liming"}],
    "description": BODY,
}


def test_建议题一次带全部字段(writer: ActionWriter, web: Any) -> None:
    """User names become numbers, asked for once; the receipt says where the issue lives."""
    web.add(responses.GET, f"{API}/users", json=[{"id": 2, "username": "liming"}])
    web.add(responses.POST, f"{PROJECT}/issues", status=201, json=issue(**AS_ORDERED))
    assert writer.perform(MEETING).ref == REF
    writer.perform(MEETING)
    assert sent(web)[0][2] == {
        "title": "专题会",
        "description": BODY,
        "labels": "类型::会议,部门::协同办公室",
        "assignee_ids": [2],
        "due_date": "2025-09-30",
    }
    assert len([call for call in web.calls if "/users" in call.request.url]) == 1


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ({"due_date": None}, "截止日是 空 而不是 2025-09-30"),
        ({"labels": ["类型::会议"]}, "缺标签 部门::协同办公室"),
        ({"assignees": []}, "没有指派给 liming"),
        ({"description": "议程"}, "存下的说明与所写不同"),
    ],
)
def test_建成的议题缺了东西要说出来(writer: ActionWriter, web: Any, kept: dict[str, object], words: str) -> None:
    """A guest's labels and an unknown date are dropped in silence."""
    web.add(responses.GET, f"{API}/users", json=[{"id": 2, "username": "liming"}])
    web.add(responses.POST, f"{PROJECT}/issues", status=201, json=issue(**{**AS_ORDERED, **kept}))
    with pytest.raises(RejectedActionError, match=words):
        writer.perform(MEETING)


def test_没有的人不能指派(writer: ActionWriter, web: Any) -> None:
    """Said before anything is written."""
    web.add(responses.GET, f"{API}/users", json=[])
    with pytest.raises(RejectedActionError, match="没有用户 liming"):
        writer.perform(MEETING)
    assert sent(web) == []


def test_断线后靠标记找回议题(writer: ActionWriter, web: Any) -> None:
    """Among issues of our own, made since the first attempt (with some minutes for the server's clock)."""
    foreign = issue(id=9, iid=9, description=BODY, author={"id": 2, "username": "liming"})
    web.add(responses.GET, f"{PROJECT}/issues", json=[foreign, issue(description=BODY)])
    found = writer.find(MEETING)
    assert found is not None
    assert found.ref == REF
    assert "author_id=6" in web.calls[-1].request.url
    assert "created_after=2025-09-24T00%3A55%3A00.000Z" in web.calls[-1].request.url


# --- status and description ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "to", "body"),
    [
        (
            {"state": "opened", "labels": ["进度::进行中"]},
            "已完成",
            {"state_event": "close", "remove_labels": "进度::进行中"},
        ),
        ({"state": "opened", "labels": []}, "已取消", {"state_event": "close", "add_labels": "进度::已取消"}),
        ({"state": "closed", "labels": []}, "进行中", {"state_event": "reopen", "add_labels": "进度::进行中"}),
        ({"state": "opened", "labels": ["进度::进行中", "别的"]}, "未开始", {"remove_labels": "进度::进行中"}),
    ],
)
def test_改状态同时收拾进度标签(
    writer: ActionWriter, web: Any, before: dict[str, object], to: str, body: dict[str, str]
) -> None:
    """State and label in one request; the default of a state needs no label."""
    labels = [label for label in before["labels"] if label not in body.get("remove_labels", "").split(",")]  # type: ignore[attr-defined]  # a list
    labels += [body["add_labels"]] if "add_labels" in body else []
    state = {"close": "closed", "reopen": "opened", "": before["state"]}[body.get("state_event", "")]
    web.add(responses.GET, ISSUE, json=issue(**before))
    web.add(responses.PUT, ISSUE, json=issue(state=state, labels=labels))
    writer.perform(TransitionWrite(target=FOUR, to=to))
    assert sent(web) == [("PUT", "/projects/rd%2Fx1-firmware/issues/4", body)]


def test_已在那个状态就不再写(writer: ActionWriter, web: Any) -> None:
    """And ``find`` says so."""
    web.add(responses.GET, ISSUE, json=issue(state="closed"))
    assert writer.perform(TransitionWrite(target=FOUR, to="已完成"))
    assert writer.find(TransitionWrite(target=FOUR, to="已完成"))
    assert writer.find(TransitionWrite(target=FOUR, to="进行中")) is None
    assert sent(web) == []


def test_状态没有变成就是被拒(writer: ActionWriter, web: Any) -> None:
    """GitLab ignores what an account may not do."""
    web.add(responses.GET, ISSUE, json=issue())
    web.add(responses.PUT, ISSUE, json=issue())
    with pytest.raises(RejectedActionError, match="已完成"):
        writer.perform(TransitionWrite(target=FOUR, to="已完成"))


def test_说明整体改写且可查(writer: ActionWriter, web: Any) -> None:
    """With its marker; found by comparing the text."""
    write = DescriptionWrite(target=FOUR, document=OVERDUE.document, marker=MARK)
    web.add(responses.PUT, ISSUE, json=issue(description=BODY))
    web.add(responses.GET, ISSUE, json=issue(description="旧"))
    writer.perform(write)
    assert sent(web)[0][2] == {"description": BODY}
    assert writer.find(write) is None
    web.replace(responses.GET, ISSUE, json=issue(description=BODY))
    assert writer.find(write) is not None


@pytest.mark.parametrize(
    "case",
    [
        ("err_401_bad_token", AccessError, "401 Unauthorized"),
        ("err_401_revoked", AccessError, "Token was revoked"),
        ("err_403_insufficient_scope", AccessError, "insufficient_scope"),
        ("err_404_project", MissingItemError, "404 Project Not Found"),
        ("err_400_issue_title_too_long", RejectedActionError, "title: is too long"),
        ("note_blank", RejectedActionError, "can't be blank"),
        ("list_per_page_0", UnknownOutcomeError, "500 Internal Server Error"),
    ],
)
def test_三种形状的错误都转述原话(
    writer: ActionWriter, web: Any, recorded: Any, case: tuple[str, type[Exception], str]
) -> None:
    """message as text, message by field, error with description: recorded from a running server."""
    name, kind, words = case
    web.add(responses.POST, f"{ISSUE}/notes", **recorded(name))
    with pytest.raises(kind, match=words) as caught:
        writer.perform(OVERDUE)
    assert "glpat" not in str(caught.value)
    assert len(sent(web)) == 1


def test_写入被限流时等过之后报告稍后再来(writer: ActionWriter, web: Any, recorded: Any) -> None:
    """429 means that nothing happened: after some patience the caller is told to come back."""
    web.add(responses.POST, f"{ISSUE}/notes", **recorded("rate_note_2"))
    with pytest.raises(TransientError, match="too many times"):
        writer.perform(OVERDUE)


def test_回答看不懂的写入是结果不明(writer: ActionWriter, web: Any) -> None:
    """It may have happened: find() decides."""
    web.add(responses.POST, f"{ISSUE}/notes", status=201, json={"奇怪": 1})
    with pytest.raises(UnknownOutcomeError):
        writer.perform(OVERDUE)


def test_转址的写入不会变成读取(writer: ActionWriter, web: Any) -> None:
    """A renamed project answers 301; requests would turn POST into GET and call it a success."""
    moved = {"Location": f"{API}/projects/7/issues/4/notes"}
    web.add(responses.POST, f"{ISSUE}/notes", status=301, headers=moved)
    with pytest.raises(AccessError, match="项目改名"):
        writer.perform(OVERDUE)
    assert len(web.calls) == 1
