"""After an edit of the rules only those are judged whom it may concern, a portion at a time; nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import organisation, rule_set
from tests.unit.engine_world import SmallWorld, at

from collab_sync.model.identity import SubjectKind
from collab_sync.pipeline.decide import Decision, commit, decide
from collab_sync.pipeline.editing.in_force import ABOUT_RULES, GROUND_IN_FORCE
from collab_sync.pipeline.editing.work import work_left
from collab_sync.pipeline.tick import tick

STAY = """\
  - id: stay
    name: 不变
    for: work_item
    where: {type: 任务, open: true}
    when: {state: {urgency: 高}}
    do: [{label: {add: "需补齐:甲"}}]
"""


def no_due(id_: str = "due", type_: str = "问题", label: str = "延期") -> str:
    """The rule that puts a label on open items of a type without a due date."""
    return f"""\
  - id: {id_}
    name: 截止日
    for: work_item
    where: {{type: {type_}, open: true}}
    when: {{state: {{due: missing}}}}
    do:
      - label: {{add: {label}}}
      - comment: {{mode: post, to: [R], text: 请补截止日}}
"""


def judged(world: SmallWorld, now: str, most: int | None = 2000) -> Decision:
    """The next decision, committed."""
    world.clock.set(at(now))
    with world.store.write() as tx:
        decision = decide(tx, world.runtime.ruling, world.clock.now(), world.offers, most=most)
        commit(tx, decision)
    return decision


def names(decision: Decision) -> list[str]:
    return sorted(subject.key for subject in decision.outcomes)


def _two_kinds(world: SmallWorld) -> None:
    for number in range(1, 4):
        world.make(f"NPX-{number}", type="任务")
        world.make(f"NPX-{number + 10}", type="问题")
    world.tick("09-15 10:00")
    world.tick("09-15 10:05")


# --- who is judged -----------------------------------------------------------------------------------------------
def test_新规则只判它管得着的事项(world_of: WorldMaker) -> None:
    """Nobody asks the tasks anything about a rule for issues."""
    world = world_of(STAY)
    _two_kinds(world)
    world.obey(rule_set(STAY + no_due()))
    decision = judged(world, "09-15 10:10")
    assert names(decision) == ["jira:NPX-11", "jira:NPX-12", "jira:NPX-13"]
    assert {finding.rule for outcome in decision.outcomes.values() for finding in outcome.findings} == {"due"}
    assert names(judged(world, "09-15 10:11")) == []


def test_管得着但什么也没说的_只记下何时再看(world_of: WorldMaker) -> None:
    """A clock that is still far from its step: the other rules are not asked again, and the step comes in time."""
    world = world_of(STAY)
    world.make("NPX-1", due="2025-09-18")
    world.make("NPX-2")
    world.tick("09-15 10:00")
    world.tick("09-15 10:05")
    soon = "{state: {due_in_wd: {lte: 1}}}, do: [{label: {add: 延期}}]"
    world.obey(rule_set(STAY + f"  - {{id: soon, name: 临期, for: work_item, where: {{type: 任务}}, when: {soon}}}\n"))
    decision = judged(world, "09-15 10:10")
    assert names(decision) == []
    assert decision.portion.looked_at == 2
    assert [subject.key for subject in decision.portion.looks] == ["jira:NPX-1"]
    world.run("09-17 12:00")
    assert (world.labels("NPX-1"), world.labels("NPX-2")) == ({"延期"}, set())


def test_删去的规则_只判它还在说的事项(world_of: WorldMaker) -> None:
    """What it holds is taken off."""
    world = world_of(STAY + no_due())
    _two_kinds(world)
    assert world.labels("NPX-11") == {"延期"}
    world.obey(rule_set(STAY))
    assert names(judged(world, "09-15 10:10")) == ["jira:NPX-11", "jira:NPX-12", "jira:NPX-13"]
    world.tick("09-15 10:11")
    assert world.labels("NPX-11") == set()


def test_删去又原样放回的规则_重新成立(world_of: WorldMaker) -> None:
    """It is as new: that it once said the same is no reason to believe it still does."""
    world = world_of(STAY + no_due())
    _two_kinds(world)
    world.obey(rule_set(STAY))
    world.tick("09-15 10:10")
    world.obey(rule_set(STAY + no_due()))
    world.tick("09-15 10:15")
    assert world.labels("NPX-11") == {"延期"}


def test_条件变窄的规则_不再成立的随之结束(world_of: WorldMaker) -> None:
    """Those for whom it runs are asked, although the rule as it reads now has nothing to do with them."""
    world = world_of(no_due())
    _two_kinds(world)
    world.obey(rule_set(no_due(type_="文档")))
    world.tick("09-15 10:10")
    assert world.labels("NPX-11") == set()


def test_只改了注释_谁也不判(world_of: WorldMaker) -> None:
    """The version is another, the rules say the same."""
    world = world_of(STAY + no_due())
    _two_kinds(world)
    world.obey(rule_set(f"{STAY}  # 说明\n{no_due()}"))
    assert names(judged(world, "09-15 10:10")) == []
    assert world.rules.version in {value for _, value in _journal(world, "rules:version").values()}


def test_组织改了_全部重判(world_of: WorldMaker) -> None:
    """Every judgement rests on it: items, departments, people, the organisation."""
    world = world_of(STAY)
    _two_kinds(world)
    world.obey(rule_set(STAY, organisation(absent={"李明": "王蕾"})))
    decision = judged(world, "09-15 10:10")
    kinds = {subject.kind for subject in decision.outcomes}
    assert sum(subject.kind is SubjectKind.WORK_ITEM for subject in decision.outcomes) == 6
    assert {SubjectKind.ORG, SubjectKind.DEPARTMENT, SubjectKind.PERSON} <= kinds


def test_部门的规则改了_只判部门(world_of: WorldMaker) -> None:
    """Subjects that are not items are few and judged all."""
    world = world_of(STAY)
    _two_kinds(world)
    rule = "  - {id: d, name: 联络人, for: department, when: {state: {liaison: missing}}, do: [{label: {add: 延期}}]}\n"
    world.obey(rule_set(STAY + rule))
    assert {subject.kind for subject in judged(world, "09-15 10:10").outcomes} == {SubjectKind.DEPARTMENT}


def test_旧版本留下的库_版本没变就不重判(world_of: WorldMaker) -> None:
    """It has not yet written down what each rule says; from now on it has."""
    world = world_of(STAY)
    _two_kinds(world)
    with world.store.write() as tx:
        for key, (since, _) in tx.recorded("in-force:").items():
            tx.record(key, since)
    _forget(world, GROUND_IN_FORCE)
    assert names(judged(world, "09-15 10:10")) == []
    assert all(said for _, said in _journal(world, "in-force:").values())


def test_试行的规则转正_补上已经成立的(world_of: WorldMaker) -> None:
    """Nothing happens to the items then, but what was only reported must be shown."""
    trial = no_due().replace("name: 截止日", "name: 截止日\n    mode: shadow")
    world = world_of(STAY + trial)
    _two_kinds(world)
    assert world.labels("NPX-11") == set()
    world.obey(rule_set(STAY + no_due()))
    assert names(judged(world, "09-15 10:10")) == ["jira:NPX-11", "jira:NPX-12", "jira:NPX-13"]
    world.tick("09-15 10:11")
    assert world.labels("NPX-11") == {"延期"}


# --- in portions -------------------------------------------------------------------------------------------------
def test_一批一批地做_每批不多于给定的个数(world_of: WorldMaker) -> None:
    """What is left is written down with what was done; the end is that of doing everything at once."""
    world = world_of(STAY)
    _two_kinds(world)
    world.obey(rule_set(STAY + no_due()))
    first = judged(world, "09-15 10:10", most=2)
    assert (names(first), first.more, first.portion.looked_at) == (["jira:NPX-11", "jira:NPX-12"], True, 2)
    second = judged(world, "09-15 10:10", most=2)
    assert (names(second), second.more) == (["jira:NPX-13"], False)
    assert _left(world) is None


def test_没做完的_重启后接着做(world_of: WorldMaker) -> None:
    """The process dies between two portions; the work stands in the store."""
    world = world_of(STAY)
    _two_kinds(world)
    world.obey(rule_set(STAY + no_due()))
    judged(world, "09-15 10:10", most=1)
    after = world.restarted()
    assert names(judged(after, "09-15 10:12")) == ["jira:NPX-12", "jira:NPX-13"]
    after.tick("09-15 10:13")
    assert after.labels("NPX-13") == {"延期"}


def test_做到一半规则又改了_两次改动都做完(world_of: WorldMaker) -> None:
    """Neither the rest of the first edit nor the second is forgotten."""
    world = world_of(STAY)
    _two_kinds(world)
    world.obey(rule_set(STAY + no_due()))
    judged(world, "09-15 10:10", most=1)
    world.obey(rule_set(STAY + no_due() + no_due("task", "任务", label="需补齐:乙")))
    world.tick("09-15 10:12")
    assert [world.labels(key) for key in ("NPX-11", "NPX-12", "NPX-13")] == [{"延期"}] * 3
    assert [world.labels(key) for key in ("NPX-1", "NPX-2", "NPX-3")] == [{"需补齐:乙"}] * 3


def test_部门等对象在事项之后判(world_of: WorldMaker) -> None:
    """What looks at items is judged when they are settled."""
    world = world_of(STAY)
    _two_kinds(world)
    world.obey(rule_set(STAY, organisation(absent={"李明": "王蕾"})))
    first, second = (judged(world, "09-15 10:10", most=4) for _ in range(2))
    assert {subject.kind for subject in first.outcomes} == {SubjectKind.WORK_ITEM}
    assert {SubjectKind.WORK_ITEM, SubjectKind.ORG} <= {subject.kind for subject in second.outcomes}


def test_时间够_一轮里把各批做完(world_of: WorldMaker) -> None:
    """Portions bound what is in memory, not what a tick does."""
    world = world_of(STAY)
    _two_kinds(world)
    world.obey(rule_set(STAY + no_due()))
    world.clock.set(at("09-15 10:10"))
    tick(replace(world.runtime, portion=1))
    assert [world.labels(key) for key in ("NPX-11", "NPX-12", "NPX-13")] == [{"延期"}] * 3
    assert _left(world) is None


def test_时间用完_余下的下一轮接着做(world_of: WorldMaker) -> None:
    """An edit must not keep reading and writing waiting; every tick does one portion at least."""
    world = world_of(STAY)
    _two_kinds(world)
    world.obey(rule_set(STAY + no_due()))
    world.clock.set(at("09-15 10:10"))
    busy = replace(world.runtime, portion=1, turn=timedelta(0))
    seen = []
    for _ in range(4):
        tick(busy)
        seen.append(sum(world.labels(key) == {"延期"} for key in ("NPX-11", "NPX-12", "NPX-13")))
    assert seen == [1, 2, 3, 3]
    assert _left(world) is None


def test_各批合起来受一轮的上限(world_of: WorldMaker) -> None:
    """Dividing the work must not multiply what may be said."""
    office = organisation(budget={"writes_per_tick": 2, "share_floor": 50, "writes_per_person": 50})
    world = world_of(STAY, office)
    _two_kinds(world)
    world.obey(rule_set(STAY + no_due(), office))
    plans = [judged(world, "09-15 10:10", most=1).plan for _ in range(3)]
    assert [len(plan.refusals) for plan in plans] == [0, 0, 1]
    assert [len(plan.withheld) for plan in plans] == [0, 0, 1]


def test_预览看到的是全部(world_of: WorldMaker) -> None:
    """What ``plan`` prints is what all portions together would enqueue."""
    world = world_of(STAY)
    _two_kinds(world)
    world.obey(rule_set(STAY + no_due()))
    world.clock.set(at("09-15 10:10"))
    with world.store.read() as tx:
        foreseen = decide(tx, world.runtime.ruling, world.clock.now(), world.offers, most=None)
    assert not foreseen.more
    done = [write.key for _ in range(3) for write in judged(world, "09-15 10:10", most=1).plan.writes]
    assert sorted(write.key for write in foreseen.plan.writes) == sorted(done)


# --- looking into the store --------------------------------------------------------------------------------------
def _journal(world: SmallWorld, prefix: str) -> dict[str, tuple[object, str]]:
    with world.store.read() as tx:
        return dict(tx.recorded(prefix))


def _left(world: SmallWorld) -> object:
    with world.store.read() as tx:
        return work_left(tx.recorded(ABOUT_RULES))


def _forget(world: SmallWorld, key: str) -> None:
    with world.store.write() as tx:
        tx.state.journal.pop(key)  # type: ignore[attr-defined]  # the store in memory
