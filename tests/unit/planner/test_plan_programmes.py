"""Programmes that a rule makes: once per code, whoever was first; what an application says is taken over."""

from __future__ import annotations

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import organisation
from tests.unit.engine_world import SmallWorld

APPROVED = """\
  - id: approved
    name: 批准立项
    for: work_item
    where: {type: 立项申请}
    when: {event: {entry: 立项审批, if: {e.结果: 同意}}}
    do:
      - program: {create: "{{ s.fields['项目名'] }}", key: "{{ s.fields['项目代号'] }}"}
      - create_issue:
          {key: "启动会:{{ s.key }}", type: 会议, kind: 启动会, dept: 协同办公室, title: 启动会, body: 请召开,
           roles: {R: "{{ s.dept_lead }}"}, to: [R], link: relates}
"""
FIELDS = {"项目名": "新品甲", "项目代号": "甲", "目标": "3个月首月 10 万台", "里程碑": "试产 10-15", "备注": "内部"}


def approved(world: SmallWorld, *keys: str, **said: object) -> SmallWorld:
    for key in keys:
        world.make(key, type="立项申请", fields=FIELDS, **said)
    world.tick("09-17 10:00")
    for key in keys:
        world.say(key, "沈岳", "立项审批", "结果: 同意")
    world.tick("09-17 10:01")
    return world


def programmes(world: SmallWorld) -> list[str]:
    return [line.target for line in world.log() if line.action == "program"]


def test_批准后建项目_抄下目标与里程碑_负责人是部门负责人(world_of: WorldMaker) -> None:
    world = approved(world_of(APPROVED), "NPX-1")
    made = world.raw("甲")
    assert (made.title, "类型::项目" in made.labels) == ("新品甲", True)
    lines = [line.text for line in made.body]
    for line in ("代号: 甲", "名称: 新品甲", "牵头部门: 研发部", "负责人: 陈志远", "阶段: 筹备",
                 "目标: 3个月首月 10 万台", "里程碑: 试产 10-15"):  # fmt: skip
        assert line in lines
    assert not any("内部" in line for line in lines)
    assert programmes(world) == ["甲"]


def test_启动会属于新项目(world_of: WorldMaker) -> None:
    world = approved(world_of(APPROVED), "NPX-1")
    assert "项目::甲" in world.raw("启动会:NPX-1").labels
    assert world.view().item_by_key(world.raw("启动会:NPX-1").source.key) is not None
    assert world.told() == [("09-17 10:01", "启动会:NPX-1", ("陈志远",))]


def test_人已建好同代号的项目_不再建_启动会仍属于它(world_of: WorldMaker) -> None:
    world = world_of(APPROVED)
    world.make("NPX-7", type="项目", fields={"代号": "甲"})
    approved(world, "NPX-1")
    assert programmes(world) == []
    assert "项目::甲" in world.raw("启动会:NPX-1").labels


def test_同一轮两份申请写同一代号_只建一个(world_of: WorldMaker) -> None:
    world = approved(world_of(APPROVED), "NPX-1", "NPX-2")
    assert programmes(world) == ["甲"]
    assert [key for key in world.made("jira-npx") if key.startswith("启动会")] == ["启动会:NPX-1", "启动会:NPX-2"]


def test_再看一次什么也不写(world_of: WorldMaker) -> None:
    world = approved(world_of(APPROVED), "NPX-1")
    before = len(world.rows())
    world.tick("09-17 11:00")
    assert len(world.rows()) == before


@pytest.mark.parametrize("absent", [{}, {"陈志远": "李明"}])
def test_新事项写明的负责人才是收件人_不在时找代理人(world_of: WorldMaker, absent: dict[str, str]) -> None:
    """``to: [R]`` of an issue that is being made means its own R, not that of its cause."""
    world = approved(world_of(APPROVED, organisation(absent=absent)), "NPX-1", R=("王蕾",))
    assert world.told()[0][2] == (("李明",) if absent else ("陈志远",))


def test_新事项的审批人请假_代理人是新事项的负责人_不能代批(world_of: WorldMaker) -> None:
    """Who does the work does not stand in for who approves it: that is said of the issue that is being made."""
    rule = APPROVED.replace('roles: {R: "{{ s.dept_lead }}"}, to: [R]', "roles: {R: 李明, A: 陈志远}, to: [A]")
    office = organisation(absent={"陈志远": "李明"}, managers={"陈志远": "沈岳"})
    world = approved(world_of(rule, office), "NPX-1", R=("王蕾",))
    assert world.told()[0][2] == ("沈岳",)


def test_保密的申请_项目只露代号(world_of: WorldMaker) -> None:
    """Everybody may read the programme's issue, not everybody the application."""
    world = approved(world_of(APPROVED), "NPX-1", confidential=True, title="收购甲公司")
    made = world.raw("甲")
    said = "\n".join([made.title, *(line.text for line in made.body)])
    assert made.title == "甲"
    assert not [secret for secret in ("新品甲", "10 万台", "试产", "收购") if secret in said]
