"""Judging in time: clocks, holds, pauses, slots, working hours, several steps at once, facts that come late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_world import SmallWorld, at, new_item, shown

from collab_sync.errors import TransientError


def clock(*steps: str, start: str = "due", unit: str = "wd", stop: str = "{open: false}", more: str = "") -> str:
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"""\
  - id: ladder
    name: 阶梯
    for: work_item
    where: {{type: [任务, 问题]}}
    when: {{clock: {{start: {start}, unit: {unit}, stop: {stop}{more}}}}}
    steps:
{lines}"""


def step(after: str, label: str, text: str, extra: str = "") -> str:
    comment = f'{{comment: {{mode: post, to: [R], text: "{text}"}}}}'
    return f'{{after: "{after}", {extra}do: [{{label: {{add: "{label}"}}}}, {comment}]}}'


def state(condition: str, *, held: str = "", where: str = "", urgent: bool = False) -> str:
    return f"""\
  - id: state
    name: 状态
    for: work_item
    urgent: {str(urgent).lower()}
    where: {{type: [任务, 问题]{where}}}
    when: {{state: {condition}{f", held: {held}" if held else ""}}}
    do: [{{label: {{add: 延期}}}}, {{comment: {{mode: post, to: [R], text: 请看}}}}]
"""


LADDER = clock(step(">0wd", "延期", "一"), step(">2wd", "需补齐:甲", "三"), step(">3wd", "需补齐:乙", "四"))


def said(world: SmallWorld) -> list[tuple[str, str]]:
    """(local time, text) of every comment, in order."""
    return [(shown(line.at), line.detail) for line in world.log() if line.action.startswith("comment")]


def section(world: SmallWorld, key: str, **fields: str) -> None:
    world.edit(key, body=new_item(key, world.clock.now(), fields=fields).body)


# --- clocks --------------------------------------------------------------------------------------------------------
def test_每一级只到一次_按工作日(world_of: WorldMaker) -> None:
    """A make-up Sunday counts, a holiday does not."""
    world = world_of(LADDER)
    world.make("NPX-1", due="2025-09-23")
    world.run("10-12 18:00", timedelta(hours=12))
    assert said(world) == [("09-24 09:00", "一"), ("09-26 09:00", "三"), ("09-28 09:00", "四")]


def test_一次补上几级_标签全加_只说最后一句(world_of: WorldMaker) -> None:
    world = world_of(LADDER)
    world.make("NPX-1", due="2025-09-23")
    world.tick("09-23 10:00")
    world.tick("09-29 10:00")
    assert said(world) == [("09-29 10:00", "四")]
    assert world.labels("NPX-1") == {"延期", "需补齐:甲", "需补齐:乙"}


def test_最后一级不该说时_由它前面的一级说(world_of: WorldMaker) -> None:
    """A step that its own condition holds back must not silence those before it."""
    world = world_of(clock(step(">0wd", "延期", "一"), step(">2wd", "需补齐:甲", "三", "if: {urgency: 紧急}, ")))
    world.make("NPX-1", due="2025-09-23")
    world.tick("09-23 10:00")
    world.tick("09-29 10:00")
    assert said(world) == [("09-29 10:00", "一")]


def test_已主动预警的不再催_以后也不补(world_of: WorldMaker) -> None:
    warned = step(">2wd", "需补齐:甲", "三", "unless: {entries.预警: {since: due, gt: 0}}, ")
    world = world_of(clock(step(">0wd", "延期", "一"), warned))
    world.make("NPX-1", due="2025-09-23")
    world.run("09-24 12:00")
    world.say("NPX-1", "王蕾", "风险预警", "原因:缺料")
    world.run("09-27 12:00")
    world.edit("NPX-1", comments=())
    world.run("09-29 12:00")
    assert [text for _, text in said(world)] == ["一"]


def test_完成就停_同一截止日重开不从头来(world_of: WorldMaker) -> None:
    """Reopened: the labels are there again, what was said is not said again, and further steps still come."""
    world = world_of(LADDER)
    world.make("NPX-1", due="2025-09-23")
    world.run("09-24 10:00")
    world.edit("NPX-1", status="已完成")
    world.tick("09-24 11:00")
    assert world.labels("NPX-1") == set()
    world.edit("NPX-1", status="进行中", done_at=None)
    world.tick("09-24 12:00")
    assert world.labels("NPX-1") == {"延期"}
    world.run("09-26 10:00")
    assert said(world) == [("09-24 09:00", "一"), ("09-26 09:00", "三")]


def test_换了截止日就从头计时(world_of: WorldMaker) -> None:
    world = world_of(LADDER)
    world.make("NPX-1", due="2025-09-23")
    world.tick("09-23 10:00")
    world.edit("NPX-1", due="2025-09-25")
    world.run("09-26 10:00")
    assert said(world) == [("09-26 09:00", "一")]


def test_暂停的日子不算(world_of: WorldMaker) -> None:
    world = world_of(clock(step(">0wd", "延期", "一"), more=', pause: {labels: {has: "暂停::已批准"}}'))
    world.make("NPX-1", due="2025-09-16")
    world.tick("09-16 10:00")
    world.edit("NPX-1", labels=frozenset({"暂停::已批准"}))
    world.run("09-18 12:00")
    assert said(world) == []
    world.edit("NPX-1", labels=frozenset())
    world.run("09-22 12:00")
    assert said(world) == [("09-19 09:00", "一")]


def test_提前的一级_事项建得太晚就马上到(world_of: WorldMaker) -> None:
    world = world_of(clock(step("-1wd", "延期", "快到了")))
    world.tick("09-16 14:00")
    world.make("NPX-1", due="2025-09-17")
    world.tick("09-16 14:30")
    assert said(world) == [("09-16 14:30", "快到了")]


@pytest.mark.parametrize(
    ("created", "fires"),
    [("09-15 10:00", "09-16 10:00"), ("09-15 20:00", "09-17 09:00"), ("09-30 16:00", "10-09 09:00")],
)
def test_小时按自然时间_但不落在下班后(world_of: WorldMaker, created: str, fires: str) -> None:
    rule = clock(step("24h", "延期", "到了"), start="created_at", unit="h", stop="{responded: true}",
                 more=", calendar: wall, land_on: workhours")  # fmt: skip
    world = world_of(rule)
    world.tick(created)
    world.make("NPX-1", type="问题")
    world.run("10-10 10:00", timedelta(hours=12))
    assert said(world) == [(fires, "到了")]


# --- states --------------------------------------------------------------------------------------------------------
def test_要持续够久才说_中断就从头来(world_of: WorldMaker) -> None:
    world = world_of(state("{fields.完成标准: missing}", held="4wh"))
    world.tick("09-15 10:00")
    world.make("NPX-1")
    world.run("09-15 13:30")
    section(world, "NPX-1", 完成标准="有")
    world.tick("09-15 13:40")
    section(world, "NPX-1")
    world.run("09-15 17:39")
    assert said(world) == []
    world.run("09-15 17:45", timedelta(minutes=1))
    assert said(world) == [("09-15 17:40", "请看")]


def test_夜里改的从上班起算(world_of: WorldMaker) -> None:
    world = world_of(state("{fields.完成标准: missing}", held="4wh"))
    world.tick("09-15 20:00")
    world.make("NPX-1")
    world.run("09-16 18:00", timedelta(hours=1))
    assert said(world) == [("09-16 13:00", "请看")]


def test_下班后只有紧急的规则说话(world_of: WorldMaker) -> None:
    """18:00 itself is still inside."""
    world = world_of(
        state("{urgency: 紧急}", urgent=True) + LADDER.replace("due,", "created_at,").replace(">0wd", "0h")
    )
    world.tick("09-15 18:00")
    world.make("NPX-1", fields={"紧急程度": "紧急"})
    world.tick("09-15 18:01")
    assert said(world) == [("09-15 18:01", "请看")]
    world.run("09-16 09:00")
    assert said(world)[1:] == [("09-16 09:00", "一")]


def test_晚上六点整还算上班(world_of: WorldMaker) -> None:
    world = world_of(state("{status: 进行中}"))
    world.make("NPX-1")
    world.tick("09-15 18:00")
    assert said(world) == [("09-15 18:00", "请看")]


def test_停过再起是新的情形(world_of: WorldMaker) -> None:
    world = world_of(state("{status: 进行中}"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    world.edit("NPX-1", status="待验收")
    world.tick("09-15 11:00")
    world.edit("NPX-1", status="进行中")
    world.tick("09-15 12:00")
    assert said(world) == [("09-15 10:00", "请看"), ("09-15 12:00", "请看")]


def test_没有变化就不再说(world_of: WorldMaker) -> None:
    """Once per episode: no nagging, however often one looks and whatever else is edited."""
    world = world_of(state("{status: 进行中}"))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    for hour in range(11, 18):
        world.edit("NPX-1", title=f"改名 {hour}")
        world.tick(f"09-15 {hour}:00")
    world.run("09-19 18:00", timedelta(hours=6))
    assert len(said(world)) == 1


# --- what cannot be seen -------------------------------------------------------------------------------------------
def failing(world: SmallWorld) -> None:
    def fail(_project: str) -> None:
        raise TransientError("搜索不通")

    world.sites["jira"].on_pull = fail


def test_读不到的时候_不从没看见得出结论_恢复后补上(world_of: WorldMaker) -> None:
    """Nothing was seen because nothing could be seen; once it can, the step is late, not lost."""
    rule = clock(step("24h", "延期", "没有响应"), start="created_at", unit="h", stop="{responded: true}",
                 more=", calendar: wall, land_on: workhours")  # fmt: skip
    world = world_of(rule)
    world.tick("09-15 10:00")
    world.make("NPX-1", type="问题")
    world.tick("09-16 09:55")
    failing(world)
    world.run("09-16 11:00", timedelta(minutes=5))
    assert said(world) == []
    world.sites["jira"].on_pull = lambda _project: None
    world.run("09-16 11:10", timedelta(minutes=5))
    assert [text for _, text in said(world)] == ["没有响应"]


def test_读不到期间已有的响应_恢复后不冤枉人(world_of: WorldMaker) -> None:
    rule = clock(step("24h", "延期", "没有响应"), start="created_at", unit="h", stop="{responded: true}",
                 more=", calendar: wall, land_on: workhours")  # fmt: skip
    world = world_of(rule)
    world.tick("09-15 10:00")
    world.make("NPX-1", type="问题")
    world.tick("09-16 09:50")
    failing(world)
    world.tick("09-16 09:55")
    world.say("NPX-1", "王蕾", "响应", "内容:在查")
    world.run("09-16 11:00", timedelta(minutes=5))
    world.sites["jira"].on_pull = lambda _project: None
    world.run("09-16 12:00", timedelta(minutes=5))
    assert said(world) == []


def test_读不到的时候_什么都不结束(world_of: WorldMaker) -> None:
    """The condition stops by time while the shard is stale: it ends once it can be seen that it did."""
    world = world_of(state("{due_in_wd: {between: [0, 1]}}"))
    world.make("NPX-1", due="2025-09-16")
    world.tick("09-15 10:00")
    assert world.labels("NPX-1") == {"延期"}
    failing(world)
    world.run("09-17 12:00")
    assert world.labels("NPX-1") == {"延期"}
    world.sites["jira"].on_pull = lambda _project: None
    world.run("09-17 12:10", timedelta(minutes=5))
    assert world.labels("NPX-1") == set()


def test_对方的钟走得快_将来的评论到时候才算_但不会漏(world_of: WorldMaker) -> None:
    rule = """\
  - id: answer
    name: 回应
    for: work_item
    when: {event: {entry: 决议}}
    do: [{comment: {mode: post, to: [R], text: 收到}}]
"""
    world = world_of(rule)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    world.say("NPX-1", "陈志远", "决议", "改签", when=at("09-15 10:02"))
    world.tick("09-15 10:01")
    assert said(world) == []
    world.run("09-15 10:30", timedelta(minutes=10))
    assert said(world) == [("09-15 10:02", "收到")]


# --- schedules -----------------------------------------------------------------------------------------------------
def slots(spec: str, where: str = "") -> str:
    return f"""\
  - id: round
    name: 例行
    for: program
    {f"where: {where}" if where else "where: {key: present}"}
    when: {{schedule: {spec}}}
    do:
      - create_issue:
          {{key: "周:{{{{ s.key }}}}:{{{{ slot }}}}", type: 周更新, dept: 协同办公室, title: 周, body: 周, to: [],
           link: none}}
"""


WEEKLY = slots("{at: 周五 14:00, on_holiday: previous}", "{phase: 执行}")


def programme(world: SmallWorld, phase: str) -> None:
    world.make("NPX-9", type="项目", fields={"代号": "甲", "阶段": phase})


def test_到点做一次_不补以前的(world_of: WorldMaker) -> None:
    world = world_of(WEEKLY)
    world.tick("09-18 10:00")
    programme(world, "执行")
    world.run("09-29 18:00", timedelta(hours=12))
    assert world.made() == ["周:甲:2025-09-19", "周:甲:2025-09-26"]


def test_遇到长假提前_仍用原来的日期(world_of: WorldMaker) -> None:
    world = world_of(WEEKLY)
    world.tick("09-29 10:00")
    programme(world, "执行")
    world.run("10-08 18:00", timedelta(hours=12))
    assert world.made() == ["周:甲:2025-10-03"]
    assert [shown(line.at) for line in world.log() if line.action.startswith("create")] == ["09-30 14:00"]


def test_停机之后只补最近一次(world_of: WorldMaker) -> None:
    world = world_of(WEEKLY)
    world.tick("09-15 10:00")
    programme(world, "执行")
    world.tick("09-15 11:00")
    world.tick("09-29 10:00")
    assert world.made() == ["周:甲:2025-09-26"]


def test_当时不适用的一次就过去了_以后适用也不补(world_of: WorldMaker) -> None:
    """On Friday the programme was not under way yet; on Wednesday nobody wants last Friday's collection."""
    world = world_of(WEEKLY)
    world.tick("09-18 10:00")
    programme(world, "筹备")
    world.run("09-23 10:00", timedelta(hours=12))
    section(world, "NPX-9", 代号="甲", 阶段="执行")
    world.run("09-24 10:00", timedelta(hours=12))
    assert world.made() == []
    world.run("09-26 18:00", timedelta(hours=12))
    assert world.made() == ["周:甲:2025-09-26"]


def test_夜里出现的项目不误早上那一次(world_of: WorldMaker) -> None:
    world = world_of(slots("{at: 周一 09:00, on_holiday: next}"))
    world.tick("09-21 20:00")
    programme(world, "执行")
    world.tick("09-21 20:01")
    world.tick("09-22 09:00")
    assert world.made() == ["周:甲:2025-09-22"]
