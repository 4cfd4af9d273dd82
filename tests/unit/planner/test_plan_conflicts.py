"""Conflicts over resources in the plan: who takes part is data, and the label follows who takes part."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import rule_set
from tests.unit.engine_world import SmallWorld

from collab_sync.errors import TransientError
from collab_sync.model.identity import SubjectKind
from collab_sync.model.resource import Resource

CONFLICT = """\
  - id: clash
    name: 冲突
    for: conflict
    when: {state: {open: true}}
    do:
      - create_issue:
          {key: "冲突:{{ s.key }}", type: 会议, dept: 协同办公室, title: "协调 {{ s.first_day }}~{{ s.last_day }}",
           body: "共 {{ s.demand }},可用 {{ s.capacity }}", to: [role:领导小组], link: relates}
      - label: {add: "资源:冲突", each: members}
"""
VENUE = Resource(
    key="venue", name="场地", category="物力", dept="office", owner="林珊", availability="充足", capacity=Decimal(1)
)
CLASH = "资源:冲突"


def office(world_of: WorldMaker) -> SmallWorld:
    return world_of(rule_set(CONFLICT, resources=[VENUE]))


def ask(world: SmallWorld, key: str, first: str, last: str) -> None:
    world.make(key, type="资源申请", fields={"资源": "场地", "从": f"2025-{first}", "到": f"2025-{last}"})


def labelled(world: SmallWorld, *keys: str) -> list[str]:
    return [key for key in keys if CLASH in world.labels(key)]


def two_requests(world_of: WorldMaker) -> SmallWorld:
    world = office(world_of)
    ask(world, "NPX-1", "10-21", "10-23")
    ask(world, "NPX-2", "10-22", "10-24")
    world.tick("09-17 10:00")
    return world


def test_后加入的申请也贴冲突标签_不再开第二个会(world_of: WorldMaker) -> None:
    world = two_requests(world_of)
    assert labelled(world, "NPX-1", "NPX-2") == ["NPX-1", "NPX-2"]
    ask(world, "NPX-3", "10-23", "10-23")
    world.tick("09-17 11:00")
    assert labelled(world, "NPX-1", "NPX-2", "NPX-3") == ["NPX-1", "NPX-2", "NPX-3"]
    assert world.made() == ["冲突:场地:NPX-1+NPX-2"]


def test_退出的申请撤标签_其余的还在(world_of: WorldMaker) -> None:
    world = two_requests(world_of)
    ask(world, "NPX-3", "10-22", "10-23")
    world.tick("09-17 11:00")
    world.edit("NPX-2", status="已取消")
    world.tick("09-17 12:00")
    assert labelled(world, "NPX-1", "NPX-2", "NPX-3") == ["NPX-1", "NPX-3"]
    last = world.log()[-1]
    assert (last.target, last.action, last.step, last.detail) == ("NPX-2", "label-", "exit", CLASH)


def test_只剩一个申请就全撤_人摘掉的只补一次(world_of: WorldMaker) -> None:
    world = two_requests(world_of)
    world.edit("NPX-1", labels=world.raw("NPX-1").labels - {CLASH})
    world.tick("09-17 11:00")
    assert labelled(world, "NPX-1") == ["NPX-1"]
    world.edit("NPX-1", labels=world.raw("NPX-1").labels - {CLASH})
    world.tick("09-17 12:00")
    assert labelled(world, "NPX-1") == []
    world.edit("NPX-2", status="已取消")
    world.tick("09-17 13:00")
    assert labelled(world, "NPX-1", "NPX-2") == []


def test_读不到申请时不说谁退出了(world_of: WorldMaker) -> None:
    """A request that cannot be seen now has not left: nothing follows from silence."""
    world = two_requests(world_of)
    ask(world, "NPX-3", "10-22", "10-23")
    world.tick("09-17 11:00")

    def down(project: str) -> None:
        if project == "jira-npx":
            raise TransientError("连不上")

    world.sites["jira"].on_pull = down
    world.edit("NPX-2", status="已取消")
    world.tick("09-17 12:00")
    assert labelled(world, "NPX-1", "NPX-2", "NPX-3") == ["NPX-1", "NPX-2", "NPX-3"]


def test_第二次看什么也不写(world_of: WorldMaker) -> None:
    world = two_requests(world_of)
    before = len(world.rows())
    ask(world, "NPX-4", "10-28", "10-28")
    world.tick("09-17 11:00")
    assert len(world.rows()) == before
    assert world.decided().plan.writes == ()


def test_了结的冲突不再每次都看(world_of: WorldMaker) -> None:
    """Looking costs what is going on, not what ever was."""
    world = two_requests(world_of)
    world.edit("NPX-2", status="已取消")
    world.tick("09-17 11:00")
    ask(world, "NPX-5", "11-01", "11-02")
    world.clock.set(world.clock.now())
    with world.store.read() as tx:
        assert tx.running(SubjectKind.CONFLICT) == ()
    world.tick("09-17 12:00")
    assert not any(subject.key == "venue:2025-10-22" for subject in world.decided("09-17 12:00").outcomes)
