"""Taking back a run that wrote pages, views of the office, or pairs across trackers."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import NAMED
from tests.unit.pipeline.test_pages_written import asked_for, moved, writing
from tests.unit.pipeline.test_undo import undone, why, written


def test_页面回到前一版_此后各轮不再改(world_of: WorldMaker) -> None:
    world = writing(world_of)
    moved(world, "10:00", "NPX-1")
    moved(world, "11:00", "NPX-2")
    first, _ = world.wiki.published
    undone(world, "2025-09-17T11:00")
    assert world.sites["gitlab"].inner.published[first.path].document == first.document
    world.run("09-18 18:00")
    assert world.sites["gitlab"].inner.published[first.path].document == first.document


def test_有新的内容时照常改写(world_of: WorldMaker) -> None:
    world = writing(world_of)
    moved(world, "10:00", "NPX-1")
    moved(world, "11:00", "NPX-2")
    undone(world, "2025-09-17T11:00")
    moved(world, "12:00", "NPX-3")
    latest = world.wiki.published[-1]
    assert world.sites["gitlab"].inner.published[latest.path] == latest
    assert len(asked_for(world)) == 4


def test_没有前一版的页面留下_说明在哪里(world_of: WorldMaker) -> None:
    world = writing(world_of)
    moved(world, "10:00", "NPX-1")
    undoing = undone(world, "2025-09-17T10:00")
    assert undoing.writes == ()
    (page,) = world.wiki.published
    assert f"page:资源调配记录 页面此前没有旧版,留在 {page.path};不需要时请在那里删除" in why(undoing)


def test_后来又更新过的页面不动(world_of: WorldMaker) -> None:
    world = writing(world_of)
    moved(world, "10:00", "NPX-1")
    moved(world, "11:00", "NPX-2")
    undoing = undone(world, "2025-09-17T10:00")
    assert undoing.writes == ()
    assert why(undoing) == ["page:资源调配记录 后来的运行已更新这个页面"]


def test_跨系统的关联两边都撤去_此后各轮不再写(world_of: WorldMaker) -> None:
    world = world_of(NAMED.replace("完成标准: missing", "备注: present"))
    world.make("pmo/collab#1")
    world.make("NPX-1", fields={"关联": "pmo/collab#1"})
    world.tick("09-15 10:00")
    url = world.raw("pmo/collab#1").source.url
    assert url in {link.target for link in world.raw("NPX-1").links}
    assert len(world.comments("pmo/collab#1")) == 1
    undone(world, "2025-09-15T10:00")
    assert url not in {link.target for link in world.raw("NPX-1").links}
    assert world.comments("pmo/collab#1") == ()
    rows = written(world)
    world.edit("NPX-1", labels=frozenset({"客户::甲"}))
    world.run("09-16 18:00")
    assert written(world) == rows
