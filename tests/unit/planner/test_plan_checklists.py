"""Checklists: one comment of ours per item and key, made from the criteria and the departments."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import organisation
from tests.unit.engine_world import SmallWorld

RULE = """\
  - id: check
    name: 核对
    for: work_item
    where: {type: 任务}
    when: {event: {entry: 验收申请}}
    do:
      - checklist: {key: acc, items: criteria_and_depts}
"""
FIXED = """\
  - id: check
    name: 核对
    for: work_item
    where: {type: 任务}
    when: {event: {entry: 验收申请}}
    do:
      - checklist: {key: acc, items: ["{{ s.key }} 已演示", 文档齐全]}
"""


def asked(world: SmallWorld, *times: str, **said: object) -> SmallWorld:
    world.make("NPX-1", **said)
    for time in times or ("10:00",):
        world.tick(f"09-17 {time}")
        world.say("NPX-1", "李明", "验收申请", "内容: 请验收")
        world.tick()
    return world


def checklists(world: SmallWorld) -> list[tuple[str, str]]:
    return [(line.target, line.detail) for line in world.log() if line.action == "checklist"]


def test_完成标准逐条_各部门一条(world_of: WorldMaker) -> None:
    fields = {"完成标准": "测试通过;无遗留; ", "协办部门": "市场部、研发部"}
    world = asked(world_of(RULE), fields=fields)
    (comment,) = world.comments("NPX-1")
    lines = ["测试通过", "无遗留", "研发部 验收", "市场部 验收"]
    assert [line for line in lines if line in comment] == lines
    assert (
        comment.index("测试通过")
        < comment.index("无遗留")
        < comment.index("研发部 验收")
        < comment.index("市场部 验收")
    )
    assert comment.count("研发部 验收") == 1
    assert checklists(world) == [("NPX-1", "4 项")]


def test_没写完成标准时用一句通用的(world_of: WorldMaker) -> None:
    world = asked(world_of(RULE))
    assert "交付物符合要求" in world.comments("NPX-1")[0]
    assert checklists(world) == [("NPX-1", "2 项")]


def test_部门的旧称与现称是一个部门(world_of: WorldMaker) -> None:
    office = organisation()
    renamed = [one.model_dump() for one in office.departments]
    renamed[0] |= {"aliases": [{"name": "研究院"}]}
    world = asked(world_of(RULE, organisation(departments=renamed)), fields={"协办部门": "研究院"})
    assert checklists(world) == [("NPX-1", "2 项")]
    assert "研究院" not in world.comments("NPX-1")[0]


def test_规则里写明的条目(world_of: WorldMaker) -> None:
    world = asked(world_of(FIXED))
    assert "NPX-1 已演示" in world.comments("NPX-1")[0]
    assert checklists(world) == [("NPX-1", "2 项")]


def test_再次申请而内容没变_不再写(world_of: WorldMaker) -> None:
    world = asked(world_of(RULE), "10:00", "11:00")
    assert checklists(world) == [("NPX-1", "2 项")]
    assert len(world.comments("NPX-1")) == 1


def test_标准改了再申请_改写同一条评论(world_of: WorldMaker) -> None:
    world = asked(world_of(RULE), fields={"完成标准": "测试通过"})
    body = tuple(line for line in world.raw("NPX-1").body if not line.text.startswith("完成标准"))
    world.tick("09-17 11:00")
    world.edit("NPX-1", body=body)
    world.say("NPX-1", "李明", "验收申请", "内容: 再请验收")
    world.tick("09-17 11:01")
    (comment,) = world.comments("NPX-1")
    assert "测试通过" not in comment
    assert "交付物符合要求" in comment
    assert checklists(world) == [("NPX-1", "2 项"), ("NPX-1", "2 项")]


def test_一轮里申请两次只写一次(world_of: WorldMaker) -> None:
    world = world_of(RULE)
    world.make("NPX-1")
    world.tick("09-17 10:00")
    world.say("NPX-1", "李明", "验收申请", "内容: 请验收")
    world.say("NPX-1", "李明", "验收申请", "内容: 又一次")
    world.tick("09-17 10:01")
    assert checklists(world) == [("NPX-1", "2 项")]
    assert len(world.comments("NPX-1")) == 1


def test_标准改过又改回_清单跟着回来(world_of: WorldMaker) -> None:
    """What was written last counts, not what was written first."""
    world = asked(world_of(RULE), fields={"完成标准": "测试通过"})
    there = world.raw("NPX-1").body
    without = tuple(line for line in there if not line.text.startswith("完成标准"))
    for time, body in (("11:00", without), ("12:00", there)):
        world.tick(f"09-17 {time}")
        world.edit("NPX-1", body=body)
        world.say("NPX-1", "李明", "验收申请", "内容: 再请验收")
        world.tick(f"09-17 {time[:-1]}1")
    (comment,) = world.comments("NPX-1")
    assert "测试通过" in comment
    before = len(world.rows())
    world.say("NPX-1", "李明", "验收申请", "内容: 又请验收")
    world.tick("09-17 13:00")
    assert len(world.rows()) == before
