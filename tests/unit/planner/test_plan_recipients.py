"""Who is meant by a recipient: nobody is lost, nobody is asked to judge himself."""

from __future__ import annotations

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import organisation, rule_set
from tests.unit.engine_world import SmallWorld, day, id_of

from collab_sync.analysis.subject_facts import DepartmentFacts, ResourceFacts
from collab_sync.analysis.view import SubjectFacts
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.model.organisation import Organisation
from collab_sync.model.resource import Resource
from collab_sync.planner.recipients import Addressee

NOTHING = """\
  - id: nothing
    name: 无
    for: work_item
    when: {state: {status: 已取消}}
    do: [{label: {add: 延期}}]
"""
LINE = Resource(key="line", name="生产线", category="物力", dept="mkt", owner="王蕾", availability="充足")


def asked(world: SmallWorld, *who: str, **said: object) -> list[str]:
    """Names of those who are told about an item (R 李明, A 陈志远, 研发部, reporter 张悦)."""
    world.make("NPX-1", **said)
    world.tick()
    facts = world.view().item(id_of("NPX-1"))
    assert facts is not None
    return named(world.rules.organisation, facts, *who)


def named(office: Organisation, facts: SubjectFacts, *who: str) -> list[str]:
    return [person.key for person in Addressee(office, facts, day("09-16")).resolve(who)]


@pytest.mark.parametrize(
    ("who", "people"),
    [
        ("R", ["李明"]),
        ("A", ["陈志远"]),
        ("reporter", ["张悦"]),
        ("dept.lead", ["陈志远"]),
        ("dept.liaison", ["李明"]),
        ("role:领导小组", ["沈岳"]),
        ("role:决策层", ["沈岳", "陈志远"]),
        ("all.liaisons", ["李明"]),
        ("fields.建议参与部门.leads", ["周倩", "陈志远"]),
        ("program.lead", ["林珊"]),  # no programme: the office
        ("C", ["林珊"]),
        ("role:没有的角色", ["林珊"]),
        ("e.by", ["林珊"]),
        ("resource.owner", ["林珊"]),
    ],
)
def test_各种收件人(world_of: WorldMaker, who: str, people: list[str]) -> None:
    found = asked(world_of(NOTHING), who, fields={"建议参与部门": "研发部、市场部"})
    assert found == sorted(people)


def test_没有接口人的部门找负责人(world_of: WorldMaker) -> None:
    assert asked(world_of(NOTHING), "dept.liaison", dept="市场部") == ["周倩"]


def test_每人一次_按姓名排列(world_of: WorldMaker) -> None:
    assert asked(world_of(NOTHING), "R", "dept.liaison", "dept.lead", "A") == sorted(["李明", "陈志远"])


def test_项目负责人来自项目自己的事项(world_of: WorldMaker) -> None:
    world = world_of(NOTHING)
    world.make("NPX-9", type="项目", R=("王蕾",), fields={"代号": "甲"})
    assert asked(world, "program.lead", program="甲") == ["王蕾"]


def test_请假找代理人_代理人也不在再传一手(world_of: WorldMaker) -> None:
    assert asked(world_of(NOTHING, organisation(absent={"李明": "王蕾"})), "R") == ["王蕾"]
    chain = organisation(absent={"李明": "王蕾", "王蕾": "张悦"})
    assert asked(world_of(NOTHING, chain), "R") == ["张悦"]


def test_代理链太长或没有代理_找上级_上级也不在就找办公室(world_of: WorldMaker) -> None:
    chain = {"李明": "王蕾", "王蕾": "张悦", "张悦": "周倩"}
    managers = {"李明": "陈志远"}
    assert asked(world_of(NOTHING, organisation(absent=chain, managers=managers)), "R") == ["陈志远"]
    assert asked(world_of(NOTHING, organisation(absent={"李明": None}, managers=managers)), "R") == ["陈志远"]
    nobody = {**chain, "陈志远": None}
    assert asked(world_of(NOTHING, organisation(absent=nobody, managers=managers)), "R") == ["林珊"]


def test_代理成环也走得出来(world_of: WorldMaker) -> None:
    assert asked(world_of(NOTHING, organisation(absent={"李明": "王蕾", "王蕾": "李明"})), "R") == ["林珊"]


def test_审批人的代理人若是负责人_往上走一级(world_of: WorldMaker) -> None:
    office = organisation(absent={"陈志远": "李明"}, managers={"陈志远": "沈岳"})
    assert asked(world_of(NOTHING, office), "A") == ["沈岳"]
    assert asked(world_of(NOTHING, office), "dept.lead") == ["李明"]


def test_机器人不是收件人(world_of: WorldMaker) -> None:
    """A mention nobody reads is a lost one: the office takes it."""
    assert asked(world_of(NOTHING), "R", R=("机器人",)) == ["林珊"]


def test_关于资源_找它的负责人和所属部门(world_of: WorldMaker) -> None:
    world = world_of(NOTHING)
    world.obey(rule_set(NOTHING, resources=[LINE]))
    facts = world.view().facts(SubjectRef(SubjectKind.RESOURCE, "line"))
    assert isinstance(facts, ResourceFacts)
    assert named(organisation(), facts, "owner") == ["王蕾"]
    assert named(organisation(), facts, "resource.dept.lead") == ["周倩"]


def test_关于部门_找它的负责人(world_of: WorldMaker) -> None:
    facts = world_of(NOTHING).view().facts(SubjectRef(SubjectKind.DEPARTMENT, "mkt"))
    assert isinstance(facts, DepartmentFacts)
    assert named(organisation(), facts, "dept.lead") == ["周倩"]
