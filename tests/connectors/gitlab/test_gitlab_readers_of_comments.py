"""Internal comments on GitLab, and scoped labels on editions that keep them exclusive themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import responses

from collab_sync.errors import RejectedActionError, UnknownOutcomeError
from collab_sync.model.action import CommentWrite, LabelWrite, Target, TransitionWrite
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.identity import SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.marker import Marker, dumps
from collab_sync.ports.tracker import ActionWriter, Connection
from collab_sync.testing.items import writer_of

API = "https://gitlab.example.com/api/v4"
ISSUE = f"{API}/projects/rd%2Fx1-firmware/issues/4"
FOUR = Target(
    ref=SourceRef(
        connection="gl", project="gl-firmware", path="rd/x1-firmware", native_id="1004", key="rd/x1-firmware#4", iid="4"
    )
)
MARK = dumps(Marker(key="升级", hash="a1"))
BODY = f"已逾期\n\n<!-- collab-sync {MARK} -->"
BOT = {"id": 6, "username": "project_1_bot", "name": "协同助手", "bot": True}
WritersOf = Callable[..., ActionWriter]


def comment(comment_id: str = "") -> CommentWrite:
    text = Document((Paragraph((Text("已逾期"),)),))
    return CommentWrite(target=FOUR, document=text, marker=MARK, comment_id=comment_id)


def note(**fields: object) -> dict[str, object]:
    at = "2025-09-24T01:00:00.000Z"
    return {"id": 71, "body": BODY, "author": BOT, "system": False, "created_at": at, **fields}


def issue(*labels: str, state: str = "opened") -> dict[str, object]:
    at = "2025-09-20T10:00:00.000Z"
    return {"id": 1004, "iid": 4, "state": state, "labels": list(labels), "created_at": at, "updated_at": at}


def sent(web: responses.RequestsMock) -> list[Any]:
    return [json.loads(str(call.request.body, "utf-8")) for call in web.calls if call.request.method != "GET"]  # type: ignore[arg-type]  # bytes


@pytest.fixture
def writer_for(connect: Callable[..., Connection], firmware: ProjectMapping, web: responses.RequestsMock) -> WritersOf:
    web.add(responses.GET, f"{API}/user", json=BOT)

    def make(comments: str = "public", edition: str = "free") -> ActionWriter:
        return writer_of(connect(edition=edition), firmware.model_copy(update={"comments": comments}))

    return make


@pytest.mark.parametrize("answer", [{"internal": True, "confidential": True}, {"confidential": True}])
def test_内部评论用新旧两个名字要求(writer_for: WritersOf, web: Any, answer: dict[str, bool]) -> None:
    """Old servers know only ``confidential``."""
    web.add(responses.POST, f"{ISSUE}/notes", status=201, json=note(**answer))
    assert writer_for("internal").perform(comment()).remote_id == "71"
    assert sent(web) == [{"body": BODY, "internal": True, "confidential": True}]


def test_公开的评论不提内部(writer_for: WritersOf, web: Any) -> None:
    web.add(responses.POST, f"{ISSUE}/notes", status=201, json=note(internal=False))
    writer_for("public").perform(comment())
    assert sent(web) == [{"body": BODY}]


def test_改写不能改变谁看得到(writer_for: WritersOf, web: Any) -> None:
    """What was posted publicly stays so; the edit itself is right."""
    web.add(responses.PUT, f"{ISSUE}/notes/71", json=note(internal=False))
    writer_for("internal").perform(comment("71"))
    assert sent(web) == [{"body": BODY}]


@pytest.mark.parametrize("answer", [{"internal": False}, {}])
@pytest.mark.parametrize("lost", [False, True])
def test_存成公开的内部评论要人立即去看(writer_for: WritersOf, web: Any, answer: dict[str, bool], lost: bool) -> None:
    """Also when its answer was lost and it is found again."""
    web.add(responses.POST, f"{ISSUE}/notes", status=201, json=note(**answer))
    web.add(responses.GET, f"{ISSUE}/notes", json=[note(**answer)])
    writer = writer_for("internal")
    with pytest.raises(RejectedActionError, match="评论 71 要求只给内部看,GitLab 却存成了公开的"):
        (writer.find if lost else writer.perform)(comment())


@pytest.mark.parametrize("comments", ["role:Developers", "group:产品"])
def test_GitLab没有的读者不写而说明(writer_for: WritersOf, web: Any, comments: str) -> None:
    with pytest.raises(RejectedActionError, match=f"mapping.yaml.*{comments}.*没有写入"):
        writer_for(comments).perform(comment())
    assert sent(web) == []


def test_诊断指出GitLab没有的读者(connect: Callable[..., Connection], web: Any, firmware: ProjectMapping) -> None:
    web.add(responses.GET, f"{API}/user", json=BOT)
    found = connect().diagnose([firmware.model_copy(update={"comments": "role:Developers"})])
    [error] = [one for one in found if "comments" in one.message]
    assert error.state == "error"
    assert "mapping.yaml" in error.remedy


def test_只说已受理的评论是结果不明(writer_for: WritersOf, web: Any) -> None:
    """202 without commands: something accepted it, and nobody says what became of it."""
    web.add(responses.POST, f"{ISSUE}/notes", status=202, json={"message": "202 Accepted"})
    with pytest.raises(UnknownOutcomeError):
        writer_for().perform(comment())


# --- scoped labels -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("edition", ["free", "premium"])
def test_互斥标签两种版本都是一个请求_写得对(writer_for: WritersOf, web: Any, edition: str) -> None:
    """Free keeps both unless we take the old one off; Premium has taken it off itself, and taking it off again is
    nothing. A person's label of another prefix is not mentioned."""
    web.add(responses.PUT, ISSUE, json=issue("灯::红", "客户::重点"))
    write = LabelWrite(target=FOUR, add=("灯::红",), remove=("灯::黄",))
    writer = writer_for(edition=edition)
    writer.perform(write)
    assert sent(web) == [{"add_labels": "灯::红", "remove_labels": "灯::黄"}]
    web.add(responses.GET, ISSUE, json=issue("灯::红", "客户::重点"))
    assert writer.find(write) is not None


def test_服务器自己去掉的标签不算没有去掉(writer_for: WritersOf, web: Any) -> None:
    """Premium, and the plan knew nothing of the sibling: it is gone all the same."""
    web.add(responses.PUT, ISSUE, json=issue("升级::L2"))
    writer_for(edition="premium").perform(LabelWrite(target=FOUR, add=("升级::L2",)))


def test_改状态时的进度标签在两种版本都只剩一个(writer_for: WritersOf, web: Any) -> None:
    """State and label in one request; what is there afterwards is the evidence."""
    web.add(responses.GET, ISSUE, json=issue("进度::进行中", "人加的"))
    web.add(responses.PUT, ISSUE, json=issue("进度::待验收", "人加的"))
    for edition in ("free", "premium"):
        writer_for(edition=edition).perform(TransitionWrite(target=FOUR, to="待验收"))
    assert sent(web) == [{"add_labels": "进度::待验收", "remove_labels": "进度::进行中"}] * 2
