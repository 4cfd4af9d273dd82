"""Once per member: issues per decision, labels per request, one reminder that lists everybody who owes an update."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_world import SmallWorld, account

from collab_sync.carriers.raw import RawComment
from collab_sync.rules.schema.examples import EntryText
from collab_sync.workbench.texts import entry_lines

DECIDED = """\
  - id: follow
    name: 跟进
    for: work_item
    where: {type: 会议}
    when: {event: {entry: 决议}}
    do:
      - create_issue:
          {key: "决议:{{ s.key }}:{{ i.n }}", each: decision_items, only: {dept: present}, type: 任务,
           dept: "{{ i.dept }}", title: "{{ i.text }}", body: "见 {{ s.key }}", roles: {R: "{{ i.liaison }}"},
           due: "{{ i.due }}", to: [R], link: relates}
"""
OWED = """\
  - id: owed
    name: 催更新
    for: program
    where: {phase: 执行}
    when: {schedule: {at: "工作日 17:00", on_holiday: skip}}
    do:
      - comment:
          {mode: sticky, key: owed, target: desk, each: missing, window: %s, to: [R],
           text: "{{ i.person }} 欠 {{ i.key }}"}
"""


def resolve(world: SmallWorld, by: str, *items: str) -> None:
    """Somebody records decisions, one bullet each."""
    there = world.raw("NPX-1").comments
    lines = entry_lines(EntryText(kind="决议", items=items))
    comment = RawComment(id=f"d{len(there)}", by=account(by), at=world.clock.now(), lines=lines)
    world.edit("NPX-1", comments=(*there, comment))


def meeting(world_of: WorldMaker, *lines: str) -> SmallWorld:
    world = world_of(DECIDED)
    world.make("NPX-1", type="会议")
    world.tick("09-17 10:00")
    resolve(world, "李明", *lines)
    world.tick("09-17 10:01")
    return world


def program(world_of: WorldMaker, window: str = "today") -> SmallWorld:
    world = world_of(OWED % window)
    world.make("NPX-7", type="项目", fields={"代号": "甲", "阶段": "执行"})
    for key, doer in (("NPX-2", "李明"), ("NPX-10", "王蕾"), ("NPX-11", "李明")):
        world.make(key, program="甲", R=(doer,))
    world.tick("09-17 09:00")
    return world


def reminders(world: SmallWorld) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.detail, line.mention) for line in world.log() if line.rule == "owed"]


def test_每条决议一个事项_各有部门人和期限(world_of: WorldMaker) -> None:
    world = meeting(world_of, "根因分析;研发部;10-09", "备货;市场部;10-10")
    first, second = world.raw("决议:NPX-1:1"), world.raw("决议:NPX-1:2")
    assert (first.title, first.native["duedate"], "部门::研发部" in first.labels) == ("根因分析", ("2025-10-09",), True)
    assert (second.title, second.native["duedate"], "部门::市场部" in second.labels) == ("备货", ("2025-10-10",), True)
    assert [(target, people) for _, target, people in world.told()] == [
        ("决议:NPX-1:1", ("李明",)),
        ("决议:NPX-1:2", ("周倩",)),
    ]


def test_不合条件的不建_编号不因此移动(world_of: WorldMaker) -> None:
    world = meeting(world_of, "定方案;没有这个部门;10-09", "备货;市场部;10-10")
    assert world.made() == ["决议:NPX-1:2"]


def test_第二次决议接着编号_先前的不重建(world_of: WorldMaker) -> None:
    world = meeting(world_of, "根因分析;研发部;10-09")
    world.tick("09-17 11:00")
    resolve(world, "李明", "备货;市场部;10-10")
    world.tick("09-17 11:01")
    assert world.made() == ["决议:NPX-1:1", "决议:NPX-1:2"]
    assert [line.target for line in world.log() if line.action.startswith("create")] == world.made()


def test_别人写的决议不算(world_of: WorldMaker) -> None:
    world = world_of(DECIDED)
    world.make("NPX-1", type="会议")
    world.tick("09-17 10:00")
    resolve(world, "王蕾", "根因分析;研发部;10-09")
    world.tick("09-17 10:01")
    assert world.made() == []
    resolve(world, "陈志远", "根因分析;研发部;10-09")
    world.tick("09-17 10:02")
    assert world.made() == ["决议:NPX-1:1"]


def test_欠更新的人列在一条里_每人提醒一次(world_of: WorldMaker) -> None:
    world = program(world_of)
    world.tick("09-17 17:00")
    assert reminders(world) == [("李明 欠 NPX-2\n王蕾 欠 NPX-10\n李明 欠 NPX-11", ("李明", "王蕾"))]


def test_当天更新过的不催_只算本人的(world_of: WorldMaker) -> None:
    world = program(world_of)
    world.tick("09-17 10:00")
    world.say("NPX-10", "王蕾", "进度更新", "状态: 进行中")
    world.say("NPX-2", "王蕾", "进度更新", "状态: 进行中")
    world.tick("09-17 17:00")
    assert reminders(world) == [("李明 欠 NPX-2\n李明 欠 NPX-11", ("李明",))]


def test_没有人欠就不说(world_of: WorldMaker) -> None:
    world = program(world_of)
    for key, doer in (("NPX-2", "李明"), ("NPX-10", "王蕾")):
        world.say(key, doer, "进度更新", "状态: 进行中")
    world.edit("NPX-11", status="已完成")
    world.tick("09-17 17:00")
    assert reminders(world) == []


def test_昨天的更新今天不算_自上次时刻以来则从昨天那一刻算起(world_of: WorldMaker) -> None:
    """``today`` counts from midnight, ``since_last_slot`` from the slot before: 17:30 yesterday is inside."""
    told = {}
    for window in ("today", "since_last_slot"):
        world = program(world_of, window)
        world.tick("09-17 17:00")
        world.tick("09-17 17:30")
        world.say("NPX-10", "王蕾", "进度更新", "状态: 进行中")
        world.tick("09-18 17:00")
        told[window] = reminders(world)[-1][0]
    assert "NPX-10" in told["today"]
    assert "NPX-10" not in told["since_last_slot"]


def test_正好在时刻上的更新太晚_不算这一次(world_of: WorldMaker) -> None:
    world = program(world_of)
    world.tick("09-17 16:59")
    world.clock.set(world.clock.now().replace(hour=9, minute=0))  # 17:00 in Shanghai
    world.say("NPX-10", "王蕾", "进度更新", "状态: 进行中")
    world.tick()
    assert "NPX-10" in reminders(world)[0][0]


def test_再看一次什么也不写(world_of: WorldMaker) -> None:
    world = program(world_of)
    world.tick("09-17 17:00")
    before = len(world.rows())
    world.tick("09-17 17:01")
    assert len(world.rows()) == before


def test_保密事项在别处只露编号(world_of: WorldMaker) -> None:
    """The list stands where everybody may read it."""
    world = world_of((OWED % "today").replace("{{ i.key }}", "{{ i.key }} {{ i.title }}"))
    world.make("NPX-7", type="项目", fields={"代号": "甲", "阶段": "执行"})
    world.make("NPX-2", program="甲", title="收购乙公司", confidential=True)
    world.make("NPX-3", program="甲", title="做样机")
    world.tick("09-17 09:00")
    world.tick("09-17 17:00")
    (text, _), *_ = reminders(world)
    assert ("NPX-2" in text, "收购" in text, "做样机" in text) == (True, False, True)


def test_保密事项的话说到值班台_只露编号(world_of: WorldMaker) -> None:
    rule = """\
  - id: tell
    name: 说到值班台
    for: work_item
    where: {type: 任务}
    when: {state: {fields.完成标准: missing}}
    do:
      - comment: {mode: post, target: %s, to: [R], text: "{{ s.key }} {{ s.title }} 缺完成标准"}
"""
    for target, told in (("desk", False), ("self", True)):
        world = world_of(rule % target)
        world.make("NPX-2", title="收购乙公司", confidential=True)
        world.tick("09-17 09:00")
        (line,) = [line for line in world.log() if line.rule == "tell"]
        assert ("NPX-2" in line.detail, "收购" in line.detail) == (True, told)
