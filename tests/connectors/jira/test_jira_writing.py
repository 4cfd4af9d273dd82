"""Writing over HTTP: one request per write, found again when the answer was lost, refused in the tracker's words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from collab_sync.errors import MissingItemError, RejectedActionError, TransientError, UnknownOutcomeError
from collab_sync.model import marker
from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    DescriptionWrite,
    ItemWrite,
    LabelWrite,
    LinkWrite,
    Target,
    TransitionWrite,
)
from collab_sync.model.document import Document, Mention, Paragraph, Text
from collab_sync.model.identity import Account, SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.marker import Marker
from collab_sync.ports.tracker import ActionWriter
from collab_sync_jira.connection import JiraConnection

LIN = Account("jira-npx", "u-lin", "林珊")


@pytest.fixture
def writer(connection: JiraConnection, mapping: ProjectMapping) -> ActionWriter:
    return connection.writer(mapping)


def document(text: str) -> Document:
    return Document((Paragraph((Mention("林珊", LIN), Text(text))),))


def target(identifier: str, key: str) -> Target:
    return Target(
        ref=SourceRef(connection="jira-npx", project="新品", path="NPX", native_id=identifier, key=key, url=f"u/{key}")
    )


@pytest.fixture
def item(site: Any) -> Target:
    return target(site.issue("NPX-1", labels=["客户"]), "NPX-1")


def comment(item: Target, text: str = ",请更新", **changed: Any) -> CommentWrite:
    wanted: dict[str, Any] = {"marker": marker.dumps(Marker(key="升级/NPX-1", hash="h1")), **changed}
    return CommentWrite(target=item, document=document(text), **wanted)


def creation(**changed: Any) -> CreateWrite:
    wanted: dict[str, Any] = {
        "project": "新品",
        "type": "会议",
        "title": "紧急\n协调会",
        "document": document(" 议题"),
        "marker": marker.dumps(Marker(key="会议/NPX-1", rule="meeting", generation=1)),
        "labels": ("类型::会议", "部门::研发部"),
        "assignee": LIN,
        "due": date(2025, 9, 30),
    }
    return CreateWrite(**(wanted | changed))


def test_标签的增减是一个请求_别人的标签不动(site: Any, writer: ActionWriter, item: Target) -> None:
    site.lin("PUT", "issue/NPX-1", {"update": {"labels": [{"add": "灯::黄"}]}})
    write = LabelWrite(target=item, add=("灯::红",), remove=("灯::黄", "没有的标签"))
    assert writer.find(write) is None
    site.forget_requests()
    writer.perform(write)
    assert len(site.requests()) == 1
    assert sorted(site.dump("NPX-1")["labels"]) == ["客户", "灯::红"]
    assert writer.find(write) is not None


def test_没有要改的标签就不发请求(site: Any, writer: ActionWriter, item: Target) -> None:
    writer.perform(LabelWrite(target=item))
    assert site.requests() == []


def test_评论带着标记_一次写成_再找得到(
    site: Any, writer: ActionWriter, item: Target, connection: JiraConnection, mapping: ProjectMapping
) -> None:
    """Text and marker in one POST; a lost store recalls the marker; the mention is real."""
    write = comment(item)
    receipt = writer.perform(write)
    assert [method for method, _path, _status in site.writes()] == ["POST"]
    found = writer.find(write)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    reader = connection.reader(mapping)
    read = reader.normalize(reader.read(item.ref))  # type: ignore[arg-type]  # resolved above
    assert read.entries == ()
    assert [own.marker for own in read.own_comments] == [None]
    (own,) = reader.recall([read])[read.id]
    assert marker.loads(own.marker) == Marker(key="升级/NPX-1", hash="h1")
    assert own.id == receipt.remote_id


def test_改写评论时标记一起换(site: Any, writer: ActionWriter, item: Target) -> None:
    """The new marker is there after one PUT; before it, find says no."""
    first = writer.perform(comment(item))
    later = marker.dumps(Marker(key="升级/NPX-1", hash="h2", state={"late": "延期 3 天"}))
    write = comment(item, ",已延期 3 天", marker=later, comment_id=first.remote_id)
    assert writer.find(write) is None
    site.forget_requests()
    assert writer.perform(write).remote_id == first.remote_id
    assert [method for method, _path, _status in site.writes()] == ["PUT"]
    assert writer.find(write) is not None
    assert len(site.dump("NPX-1")["comments"]) == 1


def test_同一个键的新评论不会被认作旧评论(writer: ActionWriter, item: Target) -> None:
    """A sticky key is used again: the earlier version must not pass for the later one."""
    writer.perform(comment(item))
    assert writer.find(comment(item, marker=marker.dumps(Marker(key="升级/NPX-1", hash="h9")))) is None
    assert writer.find(comment(item, marker=marker.dumps(Marker(key="别的键")))) is None


def test_别人复制的标记不算数(site: Any, writer: ActionWriter, item: Target) -> None:
    """Only our own comments are looked at."""
    body = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "哈"}]}],
    }
    value = {"key": "升级/NPX-1", "hash": "h1"}
    site.lin("POST", "issue/NPX-1/comment", {"body": body, "properties": [{"key": "collab-sync", "value": value}]})
    assert writer.find(comment(item)) is None


def test_创建议题_带类型标签_负责人_期限和标记(
    site: Any, writer: ActionWriter, connection: JiraConnection, mapping: ProjectMapping
) -> None:
    """One POST; the receipt says where it is; what is read back is ours and of the type wanted."""
    write = creation(since=site.clock.at)
    receipt = writer.perform(write)
    assert [path for _method, path, _status in site.writes()] == ["issue"]
    assert receipt.ref is not None
    assert (receipt.ref.key, receipt.ref.project, receipt.ref.path) == ("NPX-101", "新品", "NPX")
    assert receipt.ref.url == f"{site.url}/browse/NPX-101"
    reader = connection.reader(mapping)
    item = reader.normalize(reader.read(receipt.ref))
    assert (item.type, item.title, item.status, item.dept) == ("会议", "紧急 协调会", "未开始", "研发部")
    assert (item.raw_due, item.roles["R"]) == (date(2025, 9, 30), (LIN,))
    assert marker.loads(item.marker) == Marker(key="会议/NPX-1", rule="meeting", generation=1)
    found = writer.find(write)
    assert found is not None
    assert found.ref == receipt.ref
    assert writer.find(creation(marker=marker.dumps(Marker(key="会议/NPX-2")))) is None


def test_只认自己不早于起点的创建(site: Any, writer: ActionWriter) -> None:
    """``since`` bounds the search; without it all of ours are looked at."""
    writer.perform(creation())
    site.clock.at += timedelta(hours=2)
    assert writer.find(creation(since=site.clock.at)) is None
    assert writer.find(creation(since=site.clock.at - timedelta(hours=3))) is not None
    assert writer.find(creation()) is not None


def test_创建用标准任务类型(site: Any, writer: ActionWriter) -> None:
    """The project lists 缺陷 first; the type asked for is carried by a label."""
    writer.perform(creation())
    assert site.lin("GET", "issue/NPX-101")["fields"]["issuetype"]["name"] == "任务"


@pytest.mark.parametrize(
    ("kind", "reads"),
    [("blocks", "blocks"), ("blocked_by", "blocked_by"), ("relates", "relates"), ("mirrors", "relates")],
)
def test_站内链接的方向(  # noqa: PLR0917  # fixtures
    site: Any,
    writer: ActionWriter,
    connection: JiraConnection,
    mapping: ProjectMapping,
    item: Target,
    kind: str,
    reads: str,
) -> None:
    """What was written is read back with the same meaning; the reverse was not written."""
    other = target(site.issue("NPX-2"), "NPX-2")
    write = LinkWrite(source=item, kind=kind, target=other)
    assert writer.find(write) is None
    writer.perform(write)
    assert [path for _method, path, _status in site.writes()] == ["issueLink"]
    assert writer.find(write) is not None
    reader = connection.reader(mapping)
    links = reader.normalize(reader.read(item.ref)).links  # type: ignore[arg-type]  # resolved above
    assert [(link.kind, link.target) for link in links] == [(reads, "NPX-2")]
    if kind == "blocks":
        assert writer.find(LinkWrite(source=item, kind="blocked_by", target=other)) is None


def test_跨站链接是远程链接_写两次仍是一条(site: Any, writer: ActionWriter, item: Target) -> None:
    """The same address has the same global id: Jira updates it."""
    address = "https://gl.example.cn/rd/x1-firmware/-/issues/4"
    far = Target(
        ref=SourceRef(
            connection="gl-firmware", project="固件", path="rd/x1-firmware", native_id="4", key="rd/x1-firmware#4"
        )
    )
    write = LinkWrite(source=item, kind="mirrors", target=far, url=address, title="固件 OTA")
    assert writer.find(write) is None
    first = writer.perform(write)
    assert writer.perform(write).remote_id == first.remote_id
    found = writer.find(write)
    assert found is not None
    assert found.remote_id == first.remote_id
    (link,) = site.lin("GET", "issue/NPX-1/remotelink")
    assert link["object"] == {"url": address, "title": "固件 OTA"}


def test_流转按模型状态找去向(site: Any, writer: ActionWriter, item: Target) -> None:
    write = TransitionWrite(target=item, to="待验收")
    assert writer.find(write) is None
    writer.perform(write)
    assert site.dump("NPX-1")["status"] == "待验收"
    assert writer.find(write) is not None


def test_已经在那个状态就什么也不写(site: Any, writer: ActionWriter, item: Target) -> None:
    site.lin("POST", "issue/NPX-1/transitions", {"transition": {"id": "13"}})
    before = site.dump("NPX-1")["status"]
    writer.perform(TransitionWrite(target=item, to="待验收"))
    assert before == "待验收"
    assert site.writes() == []


def test_要走几步才到的状态_说出眼下能去哪里(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """One step is ours to make; which way leads further is for people, who are told what is possible now."""
    statuses = [{"name": "待办", "category": "new"}, {"name": "处理中"}, {"name": "待验收"}]
    arrows = [{"name": "开始", "from": ["待办"], "to": "处理中"}, {"name": "提交", "from": ["处理中"], "to": "待验收"}]
    project = {"key": "STEP", "statuses": statuses, "transitions": arrows}
    site.control("POST", "seed", {"jira": {"projects": [project]}})
    fields = {"project": {"key": "STEP"}, "issuetype": {"name": "任务"}, "summary": "两步"}
    made = site.control("POST", "jira/issues", {"key": "STEP-1", "as": "林珊", "fields": fields})
    step, writer = target(str(made["id"]), "STEP-1"), connection.writer(mapping)
    with pytest.raises(RejectedActionError, match="STEP-1 现在不能转到“待验收”;工作流允许的去向:处理中"):
        writer.perform(TransitionWrite(target=step, to="待验收"))
    assert site.dump("STEP-1")["status"] == "待办"
    writer.perform(TransitionWrite(target=step, to="进行中"))
    assert site.dump("STEP-1")["status"] == "处理中"


def test_没有去向时说出工作流允许什么(writer: ActionWriter, item: Target, mapping: ProjectMapping) -> None:
    with pytest.raises(RejectedActionError, match="处理中"):
        writer.perform(TransitionWrite(target=item, to="暂停"))


def test_描述整篇替换_标记一起换(site: Any, writer: ActionWriter) -> None:
    made = writer.perform(creation())
    write = DescriptionWrite(
        target=Target(ref=made.ref),
        document=document(" 新的议程"),
        marker=marker.dumps(Marker(key="会议/NPX-1", hash="h2")),
    )
    earlier = creation(marker=marker.dumps(Marker(key="会议/NPX-1", hash="h1")))
    assert writer.find(earlier) is not None
    site.forget_requests()
    writer.perform(write)
    assert [method for method, _path, _status in site.writes()] == ["PUT"]
    assert writer.find(write) is not None


def _all_writes(item: Target, other: Target) -> dict[str, ItemWrite]:
    return {
        "labels": LabelWrite(target=item, add=("灯::红",)),
        "comment": comment(item),
        "create": creation(),
        "link": LinkWrite(source=item, kind="blocks", target=other),
        "transition": TransitionWrite(target=item, to="待验收"),
    }


@pytest.mark.parametrize("kind", ["labels", "comment", "create", "link", "transition"])
@pytest.mark.parametrize("drop", ["before", "after"])
def test_断线后查得清是否已写入(site: Any, writer: ActionWriter, item: Target, kind: str, drop: str) -> None:
    """The outcome is unknown, the write was sent once, and find tells which of the two happened."""
    write = _all_writes(item, target(site.issue("NPX-2"), "NPX-2"))[kind]
    site.fault({"method": "PUT" if kind == "labels" else "POST", "path": "/rest/", "count": 1}, {"drop": drop})
    with pytest.raises(UnknownOutcomeError):
        writer.perform(write)
    assert len(site.writes()) == 1
    assert (writer.find(write) is not None) == (drop == "after")


def test_服务器错误的写入结果不明(site: Any, writer: ActionWriter, item: Target) -> None:
    site.fault({"method": "POST"}, {"status": 502})
    with pytest.raises(UnknownOutcomeError):
        writer.perform(comment(item))
    assert len(site.writes()) == 1


def test_请求过多等不及就交回_什么也没发生(site: Any, writer: ActionWriter, item: Target) -> None:
    site.fault({"method": "POST"}, {"status": 429, "headers": {"Retry-After": "1847"}})
    with pytest.raises(TransientError) as error:
        writer.perform(comment(item))
    assert error.value.retry_after == timedelta(seconds=1847)
    assert site.dump("NPX-1")["comments"] == []


def test_拒绝时转述对方原话(writer: ActionWriter, item: Target) -> None:
    """A label with a space: Jira says what is wrong, and it is not tried again."""
    with pytest.raises(RejectedActionError, match="空格"):
        writer.perform(LabelWrite(target=item, add=("研发 一部",)))


def test_议题没了是另一种错误(site: Any, writer: ActionWriter, item: Target) -> None:
    site.lin("DELETE", "issue/NPX-1")
    with pytest.raises(MissingItemError):
        writer.perform(comment(item))


def test_标记太长在发送前拒绝(site: Any, writer: ActionWriter, item: Target) -> None:
    long = marker.dumps(Marker(key="升级/NPX-1", state={"段": "长" * 6000}))
    with pytest.raises(RejectedActionError, match="32768"):
        writer.perform(comment(item, marker=long))
    assert site.requests() == []
