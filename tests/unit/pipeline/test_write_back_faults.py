"""Write back: whatever a tracker does, every write happens once, in order, and no row stands in another's way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.pipeline.late_items import MEET, always, late_item, once, written

from collab_sync.errors import (
    AccessError,
    MissingItemError,
    RejectedActionError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync.model.action import CommentWrite, CreateWrite, ItemWrite, LabelWrite, LinkWrite
from collab_sync.model.identity import SourceRef


def test_写入之后读不回来_也不再写第二遍(world_of: WorldMaker) -> None:
    """The write has happened; that the item cannot be read just now is no reason to make it again."""
    world = late_item(world_of)
    reads = [TransientError("忙"), TransientError("忙")]

    def busy(_ref: SourceRef) -> None:
        if reads:
            raise reads.pop()

    world.sites["jira"].on_read = busy
    world.tick("09-17 09:00")
    world.sites["jira"].on_read = lambda _ref: None
    for minute in ("09-17 09:01", "09-17 09:30", "09-17 10:00"):
        world.tick(minute)
    assert written(world, CommentWrite) == 1
    assert written(world, LabelWrite) == 1
    assert world.labels("NPX-1") == {"延期"}
    assert {row.state for row in world.rows()} == {"done"}


def test_读不回来的标签不会被当成有人手工移除(world_of: WorldMaker) -> None:
    """The mirror knows what was written even before it has been read again."""
    world = late_item(world_of)

    def hidden(_ref: SourceRef) -> None:
        raise AccessError("读不到")

    world.sites["jira"].on_read = hidden
    world.sites["jira"].on_pull = lambda _project: (_ for _ in ()).throw(TransientError("搜索不通"))
    for minute in ("09-17 09:00", "09-17 09:05", "09-17 09:10"):
        world.tick(minute)
    assert written(world, LabelWrite) == 1


def test_暂时不通_稍后再送_只送一遍(world_of: WorldMaker) -> None:
    world = late_item(world_of)
    world.sites["jira"].on_write = once(CommentWrite, "before", TransientError("忙", retry_after=timedelta(minutes=3)))
    world.tick("09-17 09:00")
    assert world.comments("NPX-1") == ()
    world.tick("09-17 09:02")
    assert world.comments("NPX-1") == ()
    world.tick("09-17 09:03")
    assert len(world.comments("NPX-1")) == 1
    assert written(world, CommentWrite) == 1


def test_答复丢了但已写入_找得到就不再送(world_of: WorldMaker) -> None:
    world = late_item(world_of)
    world.sites["jira"].on_write = once(CommentWrite, "after", UnknownOutcomeError("断线"))
    world.tick("09-17 09:00")
    assert written(world, CommentWrite) == 1
    assert {row.state for row in world.rows()} == {"done"}
    assert len(world.comments("NPX-1")) == 1


def test_一直查不清也不会乱送(world_of: WorldMaker) -> None:
    """While the tracker cannot be asked, nothing is sent again."""
    world = late_item(world_of)
    lost = once(CommentWrite, "after", UnknownOutcomeError("断线"))
    deaf = always(CommentWrite, "find", lambda: TransientError("查询不通"))

    def both(at: str, write: ItemWrite) -> None:
        lost(at, write)
        deaf(at, write)

    world.sites["jira"].on_write = both
    for minute in ("09-17 09:00", "09-17 09:05", "09-17 10:00", "09-17 14:00"):
        world.tick(minute)
    assert [row.state for row in world.rows() if isinstance(row.planned.write, CommentWrite)] == ["unknown"]
    assert written(world, CommentWrite) == 1


def test_被拒绝的成为死信_带着对方的原话_邻居照走(world_of: WorldMaker) -> None:
    world = late_item(world_of)
    world.make("NPX-2", due="2025-09-16")
    world.sites["jira"].on_write = once(CommentWrite, "before", RejectedActionError("标题太长", status=422))
    report = world.tick("09-17 09:00")
    dead = world.rows("dead")
    assert len(dead) == 1
    assert "标题太长" in dead[0].last_error
    assert report.dead == 1
    assert len(world.comments("NPX-1")) + len(world.comments("NPX-2")) == 1
    world.tick("09-17 10:00")
    assert len(world.rows("dead")) == 1


def test_没有权限时只停那个连接(world_of: WorldMaker) -> None:
    """One tracker's token has expired; the other goes on, and the first catches up once it is renewed."""
    world = late_item(world_of)
    world.make("pmo/collab#1", due="2025-09-16")
    world.sites["jira"].on_write = always(LabelWrite, "before", lambda: AccessError("令牌过期"))
    report = world.tick("09-17 09:00")
    assert world.labels("pmo/collab#1") == {"延期"}
    assert world.labels("NPX-1") == set()
    assert any("令牌过期" in error for error in report.errors)
    world.sites["jira"].on_write = lambda _at, _write: None
    world.tick("09-17 10:00")
    assert world.labels("NPX-1") == {"延期"}
    assert len(world.comments("NPX-1")) == 1


def test_还没到时候重试的行_也挡住同一事项后面的行(world_of: WorldMaker) -> None:
    """Otherwise what was decided first would be written last."""
    world = late_item(world_of)
    world.sites["jira"].on_write = once(LabelWrite, "before", TransientError("忙", retry_after=timedelta(minutes=10)))
    world.tick("09-17 09:00")
    assert world.comments("NPX-1") == ()
    world.edit("NPX-1", status="已完成")
    world.tick("09-17 09:05")
    world.tick("09-17 09:10")
    assert world.labels("NPX-1") == set()
    kinds = [type(write).__name__ for write in world.sites["jira"].performed]
    assert kinds == ["LabelWrite", "CommentWrite", "LabelWrite", "CommentWrite"]


def test_还在路上的标签_规则停了也要收回来(world_of: WorldMaker) -> None:
    """The mirror does not show it yet; taking nothing off would leave it there for ever."""
    world = late_item(world_of)
    world.sites["jira"].on_write = once(LabelWrite, "before", TransientError("忙", retry_after=timedelta(hours=2)))
    world.tick("09-17 09:00")
    world.edit("NPX-1", status="已完成")
    world.tick("09-17 09:30")
    world.tick("09-17 11:00")
    assert world.labels("NPX-1") == set()
    assert not world.rows("pending", "sending", "unknown")


def test_意外的异常不挡别的事项_也不丢那一行(world_of: WorldMaker) -> None:
    """A defect in a connector: the others go on, the row is looked into again."""
    world = late_item(world_of)
    world.make("NPX-2", due="2025-09-16")
    world.sites["jira"].on_write = once(LabelWrite, "before", KeyError("没有这个键"))
    report = world.tick("09-17 09:00")
    assert any("KeyError" in error for error in report.errors)
    assert len(world.comments("NPX-2")) == 1
    world.tick("09-17 09:10")
    assert world.labels("NPX-1") == {"延期"}
    assert len(world.comments("NPX-1")) == 1


def test_我们的评论被人删了_下一级重新发出来(world_of: WorldMaker) -> None:
    """Deleting a reminder does not silence the escalation."""
    world = late_item(world_of)
    world.tick("09-17 09:00")
    own = next(note.id for note in world.raw("NPX-1").comments if note.own)
    world.unsay("NPX-1", own)
    world.tick("09-17 10:00")
    world.tick("09-18 09:00")
    (told,) = [line for line in world.log() if line.mention == ("陈志远",)]
    assert told.detail == "逾期 2 天"
    assert any("逾期 2 天" in text for text in world.comments("NPX-1"))
    assert [note.id for note in world.raw("NPX-1").comments if note.own]
    assert not world.rows("dead", "pending", "unknown")


def test_已删的评论不为一次无声的划掉而重发(world_of: WorldMaker) -> None:
    world = late_item(world_of)
    world.tick("09-17 09:00")
    world.unsay("NPX-1", next(note.id for note in world.raw("NPX-1").comments if note.own))
    world.edit("NPX-1", status="已完成")
    world.tick("09-17 10:00")
    assert not [note for note in world.raw("NPX-1").comments if note.own]
    assert not world.rows("dead", "pending", "unknown")


def test_事项没了_那一行成为死信(world_of: WorldMaker) -> None:
    world = late_item(world_of)
    world.sites["jira"].on_write = always(LabelWrite, "before", lambda: MissingItemError("没有 NPX-1"))
    world.tick("09-17 09:00")
    assert [type(row.planned.write) for row in world.rows("dead")] == [LabelWrite]


# --- issues that others wait for -----------------------------------------------------------------------------------
def test_等新事项的行在它建成之后才送(world_of: WorldMaker) -> None:
    world = late_item(world_of, MEET)
    world.sites["jira"].on_write = once(CreateWrite, "before", TransientError("忙"))
    world.tick("09-17 09:00")
    assert world.made() == []
    assert [row.state for row in world.rows() if isinstance(row.planned.write, LinkWrite)] == ["pending"]
    world.tick("09-17 09:01")
    assert world.made() == ["会:2025-09-17"]
    assert [link.kind for link in world.raw("NPX-1").links] == ["relates"]


def test_建不成的事项不挡住起因那一边的写入(world_of: WorldMaker) -> None:
    """The link waits for ever; the labels of the item it would lead to do not."""
    world = late_item(world_of, MEET)
    world.sites["jira"].on_write = always(CreateWrite, "before", lambda: RejectedActionError("不许建"))
    world.tick("09-17 09:00")
    assert world.labels("NPX-1") == {"延期"}
    world.edit("NPX-1", status="已完成")
    world.tick("09-17 10:00")
    assert world.labels("NPX-1") == set()


def test_后来的起因在事项建成之前也不会丢(world_of: WorldMaker) -> None:
    """The tracker is down; in the meantime a second item calls for the same meeting."""
    world = late_item(world_of, MEET)
    world.sites["jira"].on_write = once(CreateWrite, "before", TransientError("忙", retry_after=timedelta(minutes=30)))
    world.tick("09-17 09:00")
    world.make("NPX-2", due="2025-09-16", dept="市场部")
    world.tick("09-17 09:05")
    world.tick("09-17 09:30")
    (key,) = world.made()
    text = "\n".join(world.comments(key))
    assert "NPX-2" in text
    assert "周倩" in text
    assert sorted(link.target for link in world.raw(key).links) == ["NPX-1", "NPX-2"]


def test_答复丢了的新事项不会建第二个(world_of: WorldMaker) -> None:
    world = late_item(world_of, MEET)
    world.sites["jira"].on_write = once(CreateWrite, "after", UnknownOutcomeError("断线"))
    world.tick("09-17 09:00")
    world.tick("09-17 09:10")
    assert world.made() == ["会:2025-09-17"]
    assert written(world, CreateWrite) == 1


def test_从没读全过的项目里什么都不建(world_of: WorldMaker) -> None:
    """A rebuilt store: the issue may be there already, only nobody has seen it yet."""
    world = late_item(world_of, MEET)
    world.tick("09-17 09:00")
    rebuilt = world_of(MEET, watching=False)
    rebuilt.sites = world.sites
    rebuilt.clock = world.clock
    world.sites["jira"].on_pull = lambda _project: (_ for _ in ()).throw(TransientError("不通"))
    rebuilt.tick("09-17 10:00")
    world.sites["jira"].on_pull = lambda _project: None
    rebuilt.tick("09-17 10:05")
    rebuilt.tick("09-17 10:10")
    assert world.made() == ["会:2025-09-17"]
    assert written(rebuilt, CreateWrite) == 1


@pytest.mark.parametrize("error", [TransientError("忙"), UnknownOutcomeError("断线"), AccessError("令牌")])
def test_退避越来越长但不超过半小时(world_of: WorldMaker, error: Exception) -> None:
    world = late_item(world_of)
    world.sites["jira"].on_write = always(LabelWrite, "before", lambda: error)
    waits: list[timedelta] = []
    for _ in range(12):
        world.tick() if waits else world.tick("09-17 09:00")
        (row,) = [row for row in world.rows("pending", "unknown") if isinstance(row.planned.write, LabelWrite)]
        wait = (row.next_attempt or world.clock.now()) - world.clock.now()
        waits.append(wait)
        world.clock.set(world.clock.now() + max(wait, timedelta(minutes=1)))
    assert waits[-1] <= timedelta(minutes=30)
    assert waits[-1] >= waits[1]
