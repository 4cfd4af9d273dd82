"""Write back: how long it waits before it believes that a write did not happen, and who waits with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.pipeline.late_items import LATE, MEET, late_item, once, written

from collab_sync.errors import (
    AccessError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync.model.action import CommentWrite, CreateWrite, ItemWrite, LabelWrite
from collab_sync.pipeline.rows import place_of


def test_答复丢了又找不到_等一会儿再找_仍没有才再送(world_of: WorldMaker) -> None:
    """The request may still be under way: two minutes later nobody can say so any more."""
    world = late_item(world_of)
    world.sites["jira"].on_write = once(CommentWrite, "before", UnknownOutcomeError("断线"))
    world.tick("09-17 09:00")
    world.tick("09-17 09:01")
    assert world.comments("NPX-1") == ()
    world.tick("09-17 09:02")
    assert len(world.comments("NPX-1")) == 1
    assert written(world, CommentWrite) == 1


def test_迟到的写入被认出来_没有第二条(world_of: WorldMaker) -> None:
    """The lost request arrives after we first looked for it."""
    world = late_item(world_of)
    lost: list[ItemWrite] = []

    def late(at: str, write: ItemWrite) -> None:
        if at == "before" and isinstance(write, CommentWrite) and not lost:
            lost.append(write)
            raise UnknownOutcomeError("断线")

    world.sites["jira"].on_write = late
    world.tick("09-17 09:00")
    site = world.sites["jira"].inner
    site.writer(world.runtime.projects()[0]).perform(lost[0])
    for minute in ("09-17 09:01", "09-17 09:02", "09-17 09:10"):
        world.tick(minute)
    assert len(world.comments("NPX-1")) == 1
    assert {row.state for row in world.rows()} == {"done"}


def test_重复也无妨的写入同样要等(world_of: WorldMaker) -> None:
    """Labels twice are labels once; but an old request that arrives after a newer one would undo the newer one."""
    world = late_item(world_of)
    world.sites["jira"].on_write = once(LabelWrite, "before", UnknownOutcomeError("断线"))
    world.tick("09-17 09:00")
    assert world.labels("NPX-1") == set()
    world.tick("09-17 09:02")
    assert world.labels("NPX-1") == {"延期"}
    assert written(world, LabelWrite) == 1


@pytest.mark.parametrize(("status", "states"), [(200, {"unknown"}), (401, {"pending"})])
def test_网页作答的写入也要先查明(world_of: WorldMaker, status: int, states: set[str]) -> None:
    """A page with status 200 comes from something in between; the write behind it may have happened. A refused
    credential is a plain no."""
    world = late_item(world_of)
    lost = once(CommentWrite, "after", AccessError("应得 JSON,却得到一个网页", status=status))
    world.sites["jira"].on_write = (
        lost if status == 200 else once(CommentWrite, "before", AccessError("无效", status=401))
    )
    world.tick("09-17 09:00")
    assert {row.state for row in world.rows() if isinstance(row.planned.write, CommentWrite)} == states
    world.tick("09-17 09:02")
    assert written(world, CommentWrite) == 1
    assert len(world.comments("NPX-1")) == 1


def test_等待从请求发出之后算起(world_of: WorldMaker) -> None:
    """A delivery may have lasted for minutes before an answer was lost: the waiting begins then, not with the tick."""
    world = late_item(world_of)
    lost = once(CommentWrite, "before", UnknownOutcomeError("断线"))

    def slow(when: str, write: ItemWrite) -> None:
        if when == "before" and isinstance(write, CommentWrite):
            world.clock.sleep(100)
        lost(when, write)

    world.sites["jira"].on_write = slow
    world.tick("09-17 09:00")
    world.tick("09-17 09:03")
    assert world.comments("NPX-1") == ()
    world.tick("09-17 09:04")
    assert len(world.comments("NPX-1")) == 1


def test_一个事项写得太密_只有它等(world_of: WorldMaker) -> None:
    """Jira limits writes per issue: its neighbours go on, and its own writes keep their order."""
    world = world_of(LATE)
    world.make("NPX-1", due="2025-09-16")
    world.make("NPX-2", due="2025-09-16")
    world.tick("09-17 08:59")
    often = [TransientError("写得太密", retry_after=timedelta(minutes=2), status=429)]

    def limited(when: str, write: ItemWrite) -> None:
        target = write.target if isinstance(write, LabelWrite) else None
        if when == "before" and target and target.ref and target.ref.key == "NPX-1" and often:
            raise often.pop()

    world.sites["jira"].on_write = limited
    world.tick("09-17 09:00")
    assert (world.labels("NPX-1"), world.comments("NPX-1")) == (set(), ())
    assert world.labels("NPX-2") == {"延期"}
    assert len(world.comments("NPX-2")) == 1
    world.tick("09-17 09:02")
    assert world.labels("NPX-1") == {"延期"}
    places = [(type(one), place_of(one)) for one in world.sites["jira"].performed]
    assert [kind for kind, ref in places if ref and ref.key == "NPX-1"] == [LabelWrite, CommentWrite]


def test_新事项查不到时等得更久(world_of: WorldMaker) -> None:
    """It can only be searched for, and searches lag behind a request that itself came late."""
    world = late_item(world_of, MEET)
    world.sites["jira"].on_write = once(CreateWrite, "before", UnknownOutcomeError("断线"))
    world.tick("09-17 09:00")
    world.tick("09-17 09:04")
    assert world.made() == []
    world.tick("09-17 09:05")
    assert len(world.made()) == 1
