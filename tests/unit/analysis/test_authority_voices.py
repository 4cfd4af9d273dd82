"""Whose word counts, as of the day it was given; delegates; what nobody may do for himself."""

from __future__ import annotations

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import organisation
from tests.unit.engine_world import SmallWorld, id_of

from collab_sync.analysis.authority import AUTHORITY, RESTRICTED, VOICE_NAMES, required
from collab_sync.analysis.item_facts import ItemFacts

NOTHING = """\
  - id: nothing
    name: 无
    for: work_item
    when: {state: {status: 已取消}}
    do: [{label: {add: 延期}}]
"""


def counts(world: SmallWorld, by: str, kind: str, **said: object) -> bool:
    """Whether 【kind】 by somebody counts on an item (R 李明, A 陈志远, 研发部)."""
    world.make("NPX-1", **said)
    world.say("NPX-1", by, kind, "结果:同意", "说明:甲")
    world.tick()
    facts = world.view().item(id_of("NPX-1"))
    assert isinstance(facts, ItemFacts)
    return bool(facts.entries(kind))


@pytest.mark.parametrize(
    ("kind", "by", "whether"),
    [
        ("进度更新", "李明", True),  # R, and liaison of the department
        ("进度更新", "王蕾", False),
        ("响应", "王蕾", True),  # anybody of the department
        ("响应", "周倩", False),
        ("接收任务", "陈志远", True),
        ("接收任务", "王蕾", False),
        ("延期审批", "陈志远", True),
        ("延期审批", "李明", False),
        ("立项审批", "沈岳", True),
        ("立项审批", "陈志远", False),
        ("立项评估", "林珊", True),
        ("会签", "周倩", True),  # lead of any department
        ("会签", "张悦", False),
        ("协作评价", "张悦", True),  # the reporter
        ("协作评价", "周倩", False),
        ("决议", "沈岳", True),  # decision layer
        ("决议", "李明", True),  # R of the item takes the chair
        ("决议", "张悦", False),
    ],
)
def test_每类评论由谁说了算(world_of: WorldMaker, kind: str, by: str, whether: bool) -> None:
    assert counts(world_of(NOTHING), by, kind) is whether


def test_请假的人由代理人说了算(world_of: WorldMaker) -> None:
    assert counts(world_of(NOTHING, organisation(absent={"陈志远": "王蕾"})), "王蕾", "延期审批")


def test_没请假时代理人说了不算(world_of: WorldMaker) -> None:
    assert not counts(world_of(NOTHING), "王蕾", "延期审批")


def test_代理人自己是负责人就不能替审批人点头(world_of: WorldMaker) -> None:
    """Otherwise somebody would approve his own delay."""
    office = organisation(absent={"陈志远": "李明"})
    assert not counts(world_of(NOTHING, office), "李明", "延期审批")
    assert counts(world_of(NOTHING, office), "李明", "延期审批", R=("王蕾",))


def test_代理最多传两手(world_of: WorldMaker) -> None:
    chain = {"陈志远": "王蕾", "王蕾": "周倩", "周倩": "张悦"}
    assert counts(world_of(NOTHING, organisation(absent=chain)), "周倩", "延期审批")
    assert not counts(world_of(NOTHING, organisation(absent=chain)), "张悦", "延期审批")


def test_机器人说了都不算(world_of: WorldMaker) -> None:
    assert not counts(world_of(NOTHING), "机器人", "响应", R=("机器人",))


def test_不认识的账号说了不算(world_of: WorldMaker) -> None:
    """Never matched by display name."""
    world = world_of(NOTHING)
    assert not counts(world, "陈志远(外部)", "延期审批")


def test_部门改了名_旧名下的事项还是那个部门(world_of: WorldMaker) -> None:
    departments = [
        {"key": "rd", "name": "研发中心", "aliases": [{"name": "研发部", "until": "2025-09-10"}], "lead": "陈志远"},
        {"key": "office", "name": "协同办公室", "lead": "林珊", "office": True},
    ]
    assert counts(world_of(NOTHING, organisation(departments=departments)), "王蕾", "响应")


def test_每种声音都有人看得懂的名字() -> None:
    voices = {voice for held in AUTHORITY.values() for voice in held}
    assert voices <= VOICE_NAMES.keys()
    assert required("立项审批") == "领导小组"
    assert required("没有限制的") == ""
    assert AUTHORITY.keys() >= RESTRICTED
