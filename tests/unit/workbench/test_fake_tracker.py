"""The tracker in memory, seen through the port."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from collab_sync.carriers.raw import RawItem
from collab_sync.errors import MissingItemError, RejectedActionError
from collab_sync.model import marker
from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    DescriptionWrite,
    LabelWrite,
    LinkWrite,
    Target,
    TransitionWrite,
)
from collab_sync.model.document import Document, Heading, Mention, Paragraph, Text
from collab_sync.model.identity import Account, TypedName
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.marker import Marker
from collab_sync.model.work_item import Link, WorkItem
from collab_sync.testing import FakeTracker, HandClock
from collab_sync.workbench.fakes.fake_tracker import source_ref

NOON = datetime(2025, 9, 17, 4, 0, tzinfo=UTC)
NPX = ProjectMapping(name="jira-npx", connection="jira", project="NPX")
FIRMWARE = ProjectMapping(name="gl-firmware", connection="jira", project="rd/x1-firmware")
LI = Account("jira", "u07", "李然")


def issue(key: str = "NPX-1", project: ProjectMapping = NPX, **more: object) -> RawItem:
    item = RawItem(source=source_ref(project, key), title="渠道海报", status="未开始", created_at=NOON, updated_at=NOON)
    return msgspec.structs.replace(item, **more)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def tracker(clock: HandClock) -> FakeTracker:
    tracker = FakeTracker("jira", clock)
    tracker.put(issue())
    clock.sleep(60)
    return tracker


def seen(tracker: FakeTracker, key: str = "NPX-1", project: ProjectMapping = NPX) -> WorkItem:
    """The item as a pull would see it."""
    reader = tracker.reader(project)
    payloads = [payload for page in reader.pull(None) for payload in page.payloads]
    return next(item for item in map(reader.normalize, payloads) if item.source.key == key)


def on(key: str = "NPX-1", project: ProjectMapping = NPX) -> Target:
    return Target(ref=source_ref(project, key))


def saying(text: str) -> Document:
    return Document((Paragraph((Mention("李然", LI), Text(f" {text}"))),))


def mark(key: str, generation: int = 0) -> str:
    return marker.dumps(Marker(key=key, generation=generation))


class TestReading:
    def test_没有变动的不再读到(self, tracker: FakeTracker) -> None:
        (page,) = tracker.reader(NPX).pull(None)
        assert (len(page.payloads), page.complete) == (1, True)
        (again,) = tracker.reader(NPX).pull(page.cursor)
        assert (again.payloads, again.complete) == ((), True)

    def test_变动之后从游标起再读到(self, tracker: FakeTracker) -> None:
        (page,) = tracker.reader(NPX).pull(None)
        tracker.put(issue(title="新标题"))
        tracker.put(issue("NPX-2"))
        (news,) = tracker.reader(NPX).pull(page.cursor)
        assert [tracker.reader(NPX).normalize(one).title for one in news.payloads] == ["新标题", "渠道海报"]
        assert news.payloads[0].digest != page.payloads[0].digest

    def test_各项目互不相见(self, tracker: FakeTracker) -> None:
        tracker.put(issue("rd/x1-firmware#4", FIRMWARE))
        (page,) = tracker.reader(FIRMWARE).pull(None)
        assert [payload.id for payload in page.payloads] == ["jira:rd/x1-firmware#4"]
        assert list(tracker.reader(NPX).census()) == [("jira:NPX-1",)]

    def test_删掉的读不到(self, tracker: FakeTracker) -> None:
        tracker.remove("NPX-1")
        assert list(tracker.reader(NPX).census()) == [()]
        with pytest.raises(MissingItemError, match="NPX-1"):
            tracker.reader(NPX).read(source_ref(NPX, "NPX-1"))
        with pytest.raises(MissingItemError):
            tracker.remove("NPX-1")


class TestWriting:
    def test_标签增减_多余的不算错(self, tracker: FakeTracker, clock: HandClock) -> None:
        tracker.put(issue(labels=frozenset({"灯::黄", "渠道"})))
        write = LabelWrite(target=on(), add=("灯::红", "渠道"), remove=("灯::黄", "没有"))
        assert tracker.writer(NPX).find(write) is None
        receipt = tracker.writer(NPX).perform(write)
        item = seen(tracker)
        assert item.labels == {"灯::红", "渠道"}
        assert (item.updated_at, receipt.at) == (clock.now(), clock.now())
        assert [(change.field, change.old, change.new) for change in item.changes] == [
            ("labels", "渠道 灯::黄", "渠道 灯::红")
        ]
        assert tracker.writer(NPX).find(write) is not None

    def test_评论带着标记回来_改写不另发一条(self, tracker: FakeTracker) -> None:
        writer = tracker.writer(NPX)
        receipt = writer.perform(CommentWrite(target=on(), document=saying("请补正"), marker=mark("sticky:raci")))
        edit = CommentWrite(
            target=on(), document=saying("已补正"), marker=mark("sticky:raci", 2), comment_id=receipt.remote_id
        )
        assert writer.find(edit) is None
        assert writer.perform(edit).remote_id == receipt.remote_id
        (own,) = seen(tracker).own_comments
        assert (own.id, own.marker) == (receipt.remote_id, edit.marker)
        assert tracker.comments("NPX-1") == ("李然 已补正",)
        assert writer.find(edit) is not None

    def test_我们的评论不算任何人的记录(self, tracker: FakeTracker) -> None:
        document = Document((Paragraph((Text("【响应】"),)), Paragraph((Text("内容: 请答复"),))))
        tracker.writer(NPX).perform(CommentWrite(target=on(), document=document, marker=mark("post:1")))
        assert seen(tracker).entries == ()

    def test_改一条不存在的评论被拒绝(self, tracker: FakeTracker) -> None:
        lost = CommentWrite(target=on(), document=saying("改"), marker=mark("m"), comment_id="没有")
        with pytest.raises(RejectedActionError, match="没有我们的评论"):
            tracker.writer(NPX).perform(lost)

    def test_新建的事项读回来就是事项(self, tracker: FakeTracker) -> None:
        section = (
            Heading(2, (Text("协同信息"),)),
            Paragraph((Text("会议类别: 应急会议"),)),
            Paragraph((Text("审批人: 沈岳"),)),
        )
        write = CreateWrite(
            project="jira-npx",
            type="会议",
            title="应急会议",
            document=Document((*saying("请参加").blocks, *section)),
            marker=mark("应急会议:X1", 1),
            labels=("类型::会议", "部门::协同办公室", "项目::X1"),
            assignee=LI,
            due=date(2025, 9, 30),
        )
        assert tracker.writer(NPX).find(write) is None
        receipt = tracker.writer(NPX).perform(write)
        item = seen(tracker, "NPX-101")
        assert (item.type, item.title, item.status) == ("会议", "应急会议", "未开始")
        assert (item.dept, item.program, item.raw_due) == ("协同办公室", "X1", date(2025, 9, 30))
        assert (item.urgency, item.importance) == ("中", "中")
        assert item.roles == {"R": (LI,), "A": (TypedName("沈岳"),)}
        assert (item.fields["会议类别"], item.marker) == ("应急会议", write.marker)
        assert (receipt.ref, receipt.url) == (item.source, item.source.url)
        assert tracker.writer(NPX).find(write) == receipt
        assert tracker.item("应急会议:X1") is not None

    def test_编号从101起_各项目各自数(self, tracker: FakeTracker) -> None:
        write = CreateWrite(project="", type="任务", title="跟进", document=saying("跟进"), marker=mark("k"))
        keys = [tracker.writer(project).perform(write).ref for project in (NPX, NPX, FIRMWARE)]
        assert [ref.key for ref in keys if ref] == ["NPX-101", "NPX-102", "rd/x1-firmware#101"]

    def test_同系统的关联两头都有_跨系统的只有这头(self, tracker: FakeTracker) -> None:
        tracker.put(issue("NPX-2"))
        writer = tracker.writer(NPX)
        blocks = LinkWrite(source=on(), kind="blocks", target=on("NPX-2"))
        assert writer.find(blocks) is None
        writer.perform(blocks)
        writer.perform(blocks)
        url = "https://gitlab.example/rd/x1-firmware/-/issues/5"
        writer.perform(LinkWrite(source=on(), kind="relates", target=on("NPX-2"), url=url, title="固件"))
        assert seen(tracker).links == (Link(kind="blocks", target="NPX-2"), Link(kind="relates", target=url))
        assert seen(tracker, "NPX-2").links == (Link(kind="blocked_by", target="NPX-1"),)
        assert writer.find(blocks) is not None

    def test_推进状态留下历史(self, tracker: FakeTracker) -> None:
        write = TransitionWrite(target=on(), to="进行中")
        tracker.writer(NPX).perform(write)
        item = seen(tracker)
        assert item.status == "进行中"
        assert [(change.field, change.old, change.new) for change in item.changes] == [("status", "未开始", "进行中")]
        assert tracker.writer(NPX).find(write) is not None

    def test_改写我们自己的说明(self, tracker: FakeTracker) -> None:
        made = CreateWrite(project="", type="任务", title="跟进", document=saying("旧"), marker=mark("k"))
        ref = tracker.writer(NPX).perform(made).ref
        body = Document((Heading(2, (Text("协同信息"),)), Paragraph((Text("阶段: 收尾"),))))
        write = DescriptionWrite(target=Target(ref=ref), document=body, marker=mark("k", 2))
        assert tracker.writer(NPX).find(write) is None
        tracker.writer(NPX).perform(write)
        assert seen(tracker, "NPX-101").fields == {"阶段": "收尾"}
        assert tracker.writer(NPX).find(write) is not None

    def test_写到没有的事项是找不到(self, tracker: FakeTracker) -> None:
        with pytest.raises(MissingItemError, match="NPX-9"):
            tracker.writer(NPX).perform(LabelWrite(target=on("NPX-9"), add=("延期",)))


def test_等待立即过去(clock: HandClock) -> None:
    clock.sleep(90)
    assert clock.now() == NOON + timedelta(seconds=90)


def test_诊断说明这不是真的系统(tracker: FakeTracker) -> None:
    (line,) = tracker.diagnose([NPX])
    assert (line.state, "内存" in line.message) == ("ok", True)
    assert tracker.whoami().connection == "jira"
