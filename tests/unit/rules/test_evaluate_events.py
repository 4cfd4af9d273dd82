"""Events: once per entry, again only when what matters was changed, nothing from those who may not."""

from __future__ import annotations

import msgspec
from tests.unit.conftest import WorldMaker
from tests.unit.engine_world import SmallWorld

from collab_sync.carriers.raw import Line

DECIDED = """\
  - id: decided
    name: 决议
    for: work_item
    where: {open: true}
    when: {event: {entry: 决议}}
    do: [{comment: {mode: post, to: [R], text: "收到:{{ e.意见 }}"}}]
"""
CREATED = """\
  - id: created
    name: 新建
    for: work_item
    when: {event: {created: true}}
    do: [{comment: {mode: post, to: [R], text: 新来的}}]
"""
AUTHORITY = """\
  - id: authority
    name: 越权
    for: work_item
    when: {event: {entry: [验收结论, 延期审批], if: {e.authorized: false}}}
    do: [{comment: {mode: post, to: [e.by], text: "【{{ e.kind }}】不生效"}}]
"""
RESULT = """\
  - id: result
    name: 结论
    for: work_item
    when: {event: {entry: 验收结论}}
    do: [{label: {set: "验收::{{ e.结果 }}"}}]
"""


def said(world: SmallWorld) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.detail, line.mention) for line in world.log() if line.action.startswith("comment")]


def rewrite(world: SmallWorld, key: str, comment: str, *lines: str) -> None:
    """Somebody edits a comment of theirs."""
    item = world.raw(key)
    kept = tuple(
        msgspec.structs.replace(one, lines=tuple(Line(text, 0, False) for text in lines), edited_at=world.clock.now())
        if one.id == comment
        else one
        for one in item.comments
    )
    world.edit(key, comments=kept)


def test_每条只回应一次(world_of: WorldMaker) -> None:
    world = world_of(DECIDED)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    world.say("NPX-1", "陈志远", "决议", "意见:改签")
    for minute in ("09-15 10:01", "09-15 11:00", "09-16 10:00"):
        world.edit("NPX-1", title=minute)
        world.tick(minute)
    world.say("NPX-1", "沈岳", "决议", "意见:同意")
    world.tick("09-16 11:00")
    assert [text for text, _ in said(world)] == ["收到:改签", "收到:同意"]


def test_编辑后_只有读到的值变了才再回应(world_of: WorldMaker) -> None:
    world = world_of(DECIDED)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    comment = world.say("NPX-1", "陈志远", "决议", "意见:改签")
    world.tick("09-15 10:01")
    rewrite(world, "NPX-1", comment, "【决议】", "意见:改签", "备注:补一句")
    world.tick("09-15 10:10")
    assert len(said(world)) == 1
    rewrite(world, "NPX-1", comment, "【决议】", "意见:不改")
    world.tick("09-15 10:20")
    assert [text for text, _ in said(world)] == ["收到:改签", "收到:不改"]


def test_删掉的不撤回已做的_告诉办公室一次(world_of: WorldMaker) -> None:
    world = world_of(RESULT)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    comment = world.say("NPX-1", "陈志远", "验收结论", "结果:通过")
    world.tick("09-15 10:01")
    assert world.labels("NPX-1") == {"验收::通过"}
    world.unsay("NPX-1", comment)
    world.tick("09-15 10:10")
    world.tick("09-15 10:20")
    assert world.labels("NPX-1") == {"验收::通过"}
    assert [notice for notice in world.notices() if "已被删除" in notice and "NPX-1" in notice]
    world.say("NPX-1", "陈志远", "验收结论", "结果:未通过")
    world.tick("09-15 10:30")
    assert world.labels("NPX-1") == {"验收::未通过"}


def test_没有资格的人说了不算_回应一次(world_of: WorldMaker) -> None:
    world = world_of(RESULT + AUTHORITY)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    world.say("NPX-1", "张悦", "验收结论", "结果:通过")
    world.tick("09-15 10:01")
    world.edit("NPX-1", title="改名")
    world.tick("09-15 10:10")
    assert world.labels("NPX-1") == set()
    assert said(world) == [("【验收结论】不生效", ("张悦",))]


def test_有资格的人说了算_不回越权(world_of: WorldMaker) -> None:
    world = world_of(RESULT + AUTHORITY)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    world.say("NPX-1", "陈志远", "验收结论", "结果:部分通过")
    world.tick("09-15 10:01")
    assert world.labels("NPX-1") == {"验收::部分通过"}
    assert said(world) == []


def test_机器人和我们自己说的不算(world_of: WorldMaker) -> None:
    """A reminder must not answer itself."""
    world = world_of(DECIDED)
    world.make("NPX-1", R=("机器人",))
    world.tick("09-15 10:00")
    world.say("NPX-1", "机器人", "决议", "意见:自动")
    world.tick("09-15 10:01")
    assert said(world) == []


def test_新建的事项回应一次(world_of: WorldMaker) -> None:
    world = world_of(CREATED)
    world.tick("09-15 10:00")
    world.make("NPX-1")
    world.tick("09-15 10:01")
    world.edit("NPX-1", title="改名")
    world.tick("09-15 10:02")
    assert said(world) == [("新来的", ("李明",))]


def test_条件不成立时不回应(world_of: WorldMaker) -> None:
    world = world_of(DECIDED)
    world.make("NPX-1", status="已完成")
    world.tick("09-15 10:00")
    world.say("NPX-1", "陈志远", "决议", "意见:改签")
    world.tick("09-15 10:01")
    assert said(world) == []


def test_夜里的评论早上才回应(world_of: WorldMaker) -> None:
    world = world_of(DECIDED)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    world.clock.set(world.clock.now())
    world.tick("09-15 20:00")
    world.say("NPX-1", "陈志远", "决议", "意见:改签")
    world.tick("09-15 20:01")
    assert said(world) == []
    world.tick("09-16 09:00")
    assert len(said(world)) == 1


def test_没有人能收到时给办公室(world_of: WorldMaker) -> None:
    world = world_of(CREATED)
    world.tick("09-15 10:00")
    world.make("NPX-1", R=())
    world.tick("09-15 10:01")
    assert said(world) == [("新来的", ("林珊",))]
