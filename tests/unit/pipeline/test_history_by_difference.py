"""No tracker tells how single lines of a section changed: the mirror remembers what it has itself seen change."""

from __future__ import annotations

import msgspec
from tests.unit.conftest import WorldMaker
from tests.unit.engine_world import SmallWorld, at, id_of

from collab_sync.carriers.raw import Line
from collab_sync.model.work_item import Change, WorkItem
from collab_sync.pipeline.absorb import absorb
from collab_sync.workbench.texts import with_value

ENDING = """\
  - id: retro
    name: 复盘
    for: program
    when: {event: {changed: phase, to: 收尾}}
    do:
      - create_issue:
          {key: "复盘:{{ s.key }}:{{ today }}", type: 会议, dept: 协同办公室, title: 复盘会, body: 请召开, link: none}
"""


def programme(world_of: WorldMaker, phase: str = "执行") -> SmallWorld:
    world = world_of(ENDING)
    world.make("NPX-7", type="项目", fields={"代号": "甲", "阶段": phase})
    world.tick("09-17 10:00")
    return world


def turned(world: SmallWorld, time: str, phase: str) -> None:
    """Somebody edits the line at ``time``."""
    world.clock.set(at(f"09-17 {time}"))
    body: tuple[Line, ...] = with_value(world.raw("NPX-7").body, "阶段", phase)
    world.edit("NPX-7", body=body)
    world.tick()


def stored(world: SmallWorld) -> WorkItem:
    with world.store.read() as tx:
        return tx.items([id_of("NPX-7")])[id_of("NPX-7")].item


def seen(world: SmallWorld) -> list[tuple[str | None, str | None]]:
    return [(change.old, change.new) for change in stored(world).changes if change.field == "fields.阶段"]


def test_看见的变化记下旧值新值与时刻(world_of: WorldMaker) -> None:
    world = programme(world_of)
    turned(world, "11:00", "收尾")
    (change,) = [one for one in stored(world).changes if one.field == "fields.阶段"]
    assert (change.old, change.new, change.at) == ("执行", "收尾", at("09-17 11:00"))


def test_头一次看见的值不是变化(world_of: WorldMaker) -> None:
    world = programme(world_of, "收尾")
    assert (seen(world), world.made()) == ([], [])


def test_删掉的行与新写的行也是变化(world_of: WorldMaker) -> None:
    world = programme(world_of)
    turned(world, "11:00", "")
    turned(world, "12:00", "收尾")
    assert seen(world) == [("执行", None), (None, "收尾")]


def test_进入收尾就触发一次_改别的不再触发_回去再来算新的一次(world_of: WorldMaker) -> None:
    world = programme(world_of)
    turned(world, "11:00", "收尾")
    assert world.made("jira-npx") == ["复盘:甲:2025-09-17"]
    world.edit("NPX-7", title="改了名")
    world.tick("09-17 12:00")
    assert seen(world) == [("执行", "收尾")]
    turned(world, "13:00", "执行")
    turned(world, "14:00", "收尾")
    assert seen(world) == [("执行", "收尾"), ("收尾", "执行"), ("执行", "收尾")]
    with world.store.read() as tx:
        subject = world.view().program("甲")
        assert subject is not None
        assert len(tx.episodes([subject.subject])[subject.subject]) == 2


def test_同一时刻的两次变化都留着(world_of: WorldMaker) -> None:
    """Trackers date edits by the second: the later of two must not be lost because the earlier is known."""
    world = programme(world_of)
    turned(world, "11:00", "执行中")
    turned(world, "11:00", "收尾")
    assert seen(world) == [("执行", "执行中"), ("执行中", "收尾")]
    assert world.made("jira-npx") == ["复盘:甲:2025-09-17"]


def test_系统自己说出的同一变化不记两遍(world_of: WorldMaker) -> None:
    world = programme(world_of)
    before = stored(world)
    told = Change(field="fields.阶段", at=before.updated_at, old="执行", new="收尾")
    fields = {**before.fields, "阶段": "收尾"}
    now = msgspec.structs.replace(before, fields=fields, changes=(*before.changes, told))
    with world.store.write() as tx:
        absorb(tx, [(now, b"2")], seen_at=world.clock.now())
    assert seen(world) == [("执行", "收尾")]


def test_重读同一项不多一条(world_of: WorldMaker) -> None:
    world = programme(world_of)
    turned(world, "11:00", "收尾")
    again = stored(world)
    with world.store.write() as tx:
        absorb(tx, [(again, b"3")], seen_at=world.clock.now())
    assert seen(world) == [("执行", "收尾")]
