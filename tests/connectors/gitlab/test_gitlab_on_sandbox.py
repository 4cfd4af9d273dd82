"""The connector against the sandbox's GitLab: real HTTP, real state, real failures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests

from collab_sync.errors import RejectedActionError, TransientError, UnknownOutcomeError
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
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.document import Document, Mention, Paragraph, Quiet, Text
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.marker import Marker, dumps
from collab_sync.model.work_item import Link, WorkItem
from collab_sync.ports.tracker import Connection, PulledPage
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab.tracker import GitLabTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld
from collab_sync.testing.items import reader_of, writer_of
from collab_sync_gitlab import connector

START = datetime(2025, 9, 15, 1, 0, tzinfo=UTC)
FIRMWARE = connector.default_mapping(ProjectMapping(name="gl-firmware", connection="gl", project="rd/x1-firmware"))
SITE = connector.default_mapping(ProjectMapping(name="gl-site", connection="gl", project="growth/x1-launch-site"))
SEED = {
    "users": [
        {
            "name": "协同助手",
            "gitlab": {"username": "collab-sync", "token": "bot-token", "access": "reporter"},
            "bot": True,
        },
        {"name": "李明", "gitlab": {"username": "liming", "token": "li-token", "access": "developer"}},
    ],
    "gitlab": {"projects": [{"path": "rd/x1-firmware"}, {"path": "growth/x1-launch-site"}]},
}


class StandingClock:
    """The sandbox's time; waiting takes none of it."""

    def __init__(self, clock: SandboxClock) -> None:
        self.now = clock.now

    def sleep(self, seconds: float) -> None:
        """Waiting is for real servers."""


class Story:
    """What people do, with their own token."""

    def __init__(self, server: SandboxServer, clock: SandboxClock) -> None:
        self.url = server.url
        self.clock = clock

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> object:
        answer = requests.request(method, f"{self.url}/__sandbox{path}", json=body, timeout=5)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def people(self, method: str, path: str, **body: Any) -> dict[str, object]:
        url = f"{self.url}/gitlab/api/v4/projects/rd%2Fx1-firmware{path}"
        answer = requests.request(method, url, json=body, headers={"PRIVATE-TOKEN": "li-token"}, timeout=5)
        assert answer.ok, answer.text
        return dict(answer.json())

    def issue(self, iid: int, **fields: object) -> None:
        body: dict[str, Any] = {"key": f"rd/x1-firmware#{iid}", "as": "李明", "title": f"议题 {iid}", **fields}
        self.control("POST", "/gitlab/issues", body)

    def later(self, **time: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**time))

    def writes(self) -> int:
        log = json.dumps(self.control("GET", "/requests"))
        return log.count('"POST"') + log.count('"PUT"')


@pytest.fixture
def story() -> Iterator[Story]:
    clock = SandboxClock(lambda: START)
    clock.set(START)
    with SandboxServer(SandboxWorld(clock, (GitLabTracker(clock),))) as server:
        told = Story(server, clock)
        told.control("POST", "/seed", SEED)
        yield told


@pytest.fixture
def connection(story: Story) -> Iterator[Connection]:
    settings = ConnectionSettings(
        name="gl", kind="gitlab", url=f"{story.url}/gitlab", token=Secret("bot-token"), page_size=2
    )
    made = connector.connect(settings, StandingClock(story.clock))
    yield made
    made.close()


def pulled(connection: Connection, cursor: str | None = None) -> tuple[dict[str, WorkItem], str]:
    reader = reader_of(connection, FIRMWARE)
    pages: list[PulledPage] = list(reader.pull(cursor))
    items = [reader.normalize(payload) for page in pages for payload in page.payloads]
    return {item.source.key.rpartition("#")[2]: item for item in items}, pages[-1].cursor


def target(item: WorkItem) -> Target:
    return Target(ref=item.source)


def comment(item: WorkItem, *inlines: Text | Mention, key: str = "逾期") -> CommentWrite:
    document = Document((Paragraph(inlines), Quiet((Text("规则 esc-overdue"),))))
    return CommentWrite(target=target(item), document=document, marker=dumps(Marker(key=key, hash="h1")))


@pytest.mark.parametrize("version", ["14.2.3", "18.3.0"])
def test_全部拉取与增量拉取合起来不漏(story: Story, connection: Connection, version: str) -> None:
    """By offset and by keyset, over several pages, across the minute in which GitLab hides changes."""
    story.control("POST", "/seed", {"gitlab": {"settings": {"version": version}}})
    for iid in range(1, 8):
        story.issue(iid, labels="部门::研发部", due_date="2025-09-23")
    first, cursor = pulled(connection)
    assert sorted(first, key=int) == [str(iid) for iid in range(1, 8)]
    assert first["3"].dept == "研发部"
    assert first["3"].raw_due == date(2025, 9, 23)
    story.later(seconds=30)
    story.people("POST", "/issues/2/notes", body="【进度更新】\n状态:遇到风险")
    story.people("PUT", "/issues/5", add_labels="进度::进行中")
    story.later(minutes=1)
    second, _ = pulled(connection, cursor)
    assert [entry.data for entry in second["2"].entries] == [{"状态": "遇到风险"}]
    assert second["5"].status == "进行中"


def test_安静之后的增量拉取一个议题也不读(story: Story, connection: Connection) -> None:
    """Cost follows change."""
    for iid in range(1, 4):
        story.issue(iid)
    _, cursor = pulled(connection)
    story.later(hours=1)
    _, cursor = pulled(connection, cursor)
    story.later(hours=1)
    story.control("DELETE", "/requests")
    assert pulled(connection, cursor)[0] == {}
    assert json.dumps(story.control("GET", "/requests")).count("/issues") == 1


def test_改期的历史从系统记录读出(story: Story, connection: Connection) -> None:
    """With old and new date, and who did it."""
    story.issue(1, due_date="2025-09-23")
    story.later(minutes=5)
    story.people("PUT", "/issues/1", due_date="2025-09-30")
    moved = [change for change in pulled(connection)[0]["1"].changes if change.field == "due"][-1]
    assert (moved.old, moved.new) == ("2025-09-23", "2025-09-30")
    assert moved.by is not None
    assert moved.by.id == "liming"


def test_每种写入都成并且能查到(story: Story, connection: Connection) -> None:
    """Each with exactly one writing request; afterwards find() knows it and a pull shows it."""
    story.issue(1, labels="灯::黄,人加的")
    story.issue(2)
    seen, _ = pulled(connection)
    one, two = seen["1"], seen["2"]
    writer = writer_of(connection, FIRMWARE)
    told = comment(one, Text("请 "), Mention("李明", Account("gl", "liming")), Text(" 处理\n/close\n@collab-sync #2"))
    create = CreateWrite(
        project="gl-firmware",
        type="会议",
        title="专题会:议题 1",
        document=Document((Paragraph((Text("议程\n/due 2026-01-01"),)),)),
        marker=dumps(Marker(key="专题会:1", generation=1)),
        labels=("类型::会议",),
        assignee=Account("gl", "liming"),
        due=date(2025, 9, 26),
        since=story.clock.now(),
    )
    writes: list[ItemWrite] = [
        LabelWrite(target=target(one), add=("灯::红", "延期"), remove=("灯::黄",)),
        told,
        create,
        LinkWrite(source=target(one), kind="relates", target=target(two)),
    ]
    for write in writes:
        assert writer.find(write) is None
        story.control("DELETE", "/requests")
        receipt = writer.perform(write)
        assert story.writes() == 1
        found = writer.find(write)
        assert found is not None
        assert (found.remote_id, found.ref) == (receipt.remote_id or found.remote_id, receipt.ref)
    now, _ = pulled(connection)
    assert now["1"].labels == {"灯::红", "延期", "人加的"}
    assert now["1"].status == "未开始"
    assert now["1"].links == (Link(kind="relates", target="rd/x1-firmware#2"),)
    assert [own.marker for own in now["1"].own_comments] == [told.marker]
    assert now["1"].entries == ()
    assert (now["101"].type, now["101"].marker, now["101"].raw_due) == ("会议", create.marker, date(2025, 9, 26))
    assert reader_of(connection, FIRMWARE).recall([now["1"]])[now["1"].id] == now["1"].own_comments


def test_状态与说明也写得进去(story: Story, connection: Connection) -> None:
    """On an issue of our own."""
    writer = writer_of(connection, FIRMWARE)
    create = CreateWrite(
        project="gl-firmware", type="任务", title="跟进", document=Document(()), marker=dumps(Marker(key="跟进"))
    )
    ref = writer.perform(create).ref
    own = Target(ref=ref)
    text = Document((Paragraph((Text("阶段:收尾"),)),))
    for write in (
        TransitionWrite(target=own, to="进行中"),
        TransitionWrite(target=own, to="已取消"),
        DescriptionWrite(target=own, document=text, marker=create.marker),
    ):
        assert writer.find(write) is None
        writer.perform(write)
        assert writer.find(write) is not None
    item = pulled(connection)[0]["101"]
    assert (item.status, item.marker) == ("已取消", create.marker)


def test_评论可以原处改写(story: Story, connection: Connection) -> None:
    """The number stays, the marker changes with it."""
    story.issue(1)
    [item] = pulled(connection)[0].values()
    writer = writer_of(connection, FIRMWARE)
    number = writer.perform(comment(item, Text("一"))).remote_id
    edit = replace_marker(comment(item, Text("二")), number)
    assert writer.find(edit) is None
    assert writer.perform(edit).remote_id == number
    assert writer.find(edit) is not None
    [own] = pulled(connection)[0]["1"].own_comments
    assert (own.id, own.marker) == (number, edit.marker)


def replace_marker(write: CommentWrite, number: str) -> CommentWrite:
    return CommentWrite(
        target=write.target, document=write.document, marker=dumps(Marker(key="逾期", hash="h2")), comment_id=number
    )


@pytest.mark.parametrize("drop", ["before", "after"])
def test_断线的写入查明之后不重复(story: Story, connection: Connection, drop: str) -> None:
    """The answer never came; whether it happened is found out by reading."""
    story.issue(1)
    [item] = pulled(connection)[0].values()
    writer, write = writer_of(connection, FIRMWARE), comment(item, Text("已逾期"))
    story.control(
        "POST", "/faults", {"match": {"method": "POST", "path": "/notes", "count": 1}, "effect": {"drop": drop}}
    )
    with pytest.raises((UnknownOutcomeError, TransientError)):
        writer.perform(write)
    assert (writer.find(write) is not None) is (drop == "after")
    if drop == "before":
        writer.perform(write)
    assert len(pulled(connection)[0]["1"].own_comments) == 1


def test_读取遇到短暂故障自己挺过去(story: Story, connection: Connection) -> None:
    """502 and a limit of a second are the adapter's business."""
    story.issue(1)
    for effect in ({"status": 502, "body": "Bad Gateway"}, {"status": 429, "headers": {"Retry-After": "1"}}):
        match = {"method": "GET", "path": "/issues", "count": 1}
        story.control("POST", "/faults", {"match": match, "effect": effect})
    assert list(pulled(connection)[0]) == ["1"]


def test_两个项目之间也能建链接(story: Story, connection: Connection) -> None:
    """Inside one GitLab; across trackers it is refused."""
    story.issue(1)
    story.control("POST", "/gitlab/issues", {"key": "growth/x1-launch-site#3", "as": "李明", "title": "落地页"})
    [one] = pulled(connection)[0].values()
    reader = reader_of(connection, SITE)
    [page] = reader.pull(None)
    other = reader.normalize(page.payloads[0])
    writer = writer_of(connection, FIRMWARE)
    writer.perform(LinkWrite(source=target(one), kind="relates", target=target(other)))
    assert pulled(connection)[0]["1"].links == (Link(kind="relates", target="growth/x1-launch-site#3"),)
    with pytest.raises(RejectedActionError):
        writer.perform(LinkWrite(source=target(one), kind="mirrors", target=Target(), url="https://j.example/NPX-1"))


def test_普查只列得到的议题(story: Story, connection: Connection) -> None:
    """Deleted ones are not among them."""
    for iid in range(1, 6):
        story.issue(iid)
    everything = {number for page in reader_of(connection, FIRMWARE).census() for number in page}
    assert everything == {item.id for item in pulled(connection)[0].values()}
    assert len(everything) == 5


def test_诊断在沙盒里全部正常(connection: Connection) -> None:
    """What the demo's doctor shows."""
    found = connection.diagnose([FIRMWARE, SITE])
    assert [line.state for line in found] == ["ok"] * len(found)
    assert {line.subject for line in found} >= {"账号", "版本", "项目 rd/x1-firmware", "项目 growth/x1-launch-site"}
