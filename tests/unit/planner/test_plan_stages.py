"""First contact, report_only, pilot and full; switching on; shadow; digests; outages."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import NAMED, ladder, organisation, overdue, rule_set
from tests.unit.engine_world import SmallWorld

from collab_sync.model.action import CommentWrite

LATE = ladder(
    (">0wd", "label: {add: 延期}", overdue("[R]", "截止日已过")),
    (">1wd", 'label: {add: "升级::L1"}', overdue("[dept.lead]", "逾期两天")),
    (">3wd", overdue("[dept.lead]", "逾期很久")),
)
DIGEST = """\
  - id: digest
    name: 摘要
    for: org
    when: {schedule: {at: 工作日 17:30, on_holiday: skip}}
    do: [{digest: {target: desk}}]
"""
ENTRY = """\
  - id: answer
    name: 回应
    for: work_item
    when: {event: {entry: 决议}}
    do: [{comment: {mode: post, to: [R], text: "收到决议"}}]
"""
MISSING_LIAISON = """\
  - id: liaison
    name: 接口人
    for: department
    when: {state: {liaison: missing}}
    do:
      - comment: {mode: sticky, target: desk, key: "接口人-{{ s.key }}", to: [dept.lead], text: "{{ s.name }} 缺接口人"}
"""


def staged(default: str, **programs: str) -> dict[str, object]:
    return {"rollout": {"default": default, "programs": programs}}


# --- first contact -------------------------------------------------------------------------------------------------
def test_初次接触_标签和最后一级照写_但谁也不提醒(world_of: WorldMaker) -> None:
    """A backlog is shown, and nobody finds a hundred mails in the morning."""
    world = world_of(LATE, watching=False)
    world.clock.set(world.clock.now())
    world.make("NPX-1", due="2025-09-10")
    world.tick("09-15 10:00")
    assert world.labels("NPX-1") == {"延期", "升级::L1"}
    assert world.told() == []
    (text,) = world.comments("NPX-1")
    assert text.startswith("陈志远 逾期两天")


def test_初次接触之后到的级别照常提醒(world_of: WorldMaker) -> None:
    """Only what was due before anybody watched is silent; otherwise a lost database would silence every ladder."""
    world = world_of(LATE, watching=False)
    world.make("NPX-1", due="2025-09-12")
    world.tick("09-15 10:00")
    world.run("09-18 10:00")
    assert world.told() == [("09-16 09:00", "NPX-1", ("陈志远",)), ("09-18 09:00", "NPX-1", ("陈志远",))]


def test_初次接触之前的事件不再回应(world_of: WorldMaker) -> None:
    world = world_of(ENTRY, watching=False)
    world.make("NPX-1")
    world.say("NPX-1", "陈志远", "决议", "旧事")
    world.tick("09-15 10:00")
    assert world.comments("NPX-1") == ()
    world.clock.set(world.clock.now())
    world.tick("09-15 10:05")
    world.say("NPX-1", "陈志远", "决议", "新事")
    world.tick("09-15 10:10")
    assert len(world.comments("NPX-1")) == 1


def test_下班后的初次接触到上班时也不提醒(world_of: WorldMaker) -> None:
    """Nothing is judged at night, so it is still the first contact in the morning."""
    world = world_of(NAMED, watching=False)
    world.make("NPX-1")
    world.tick("09-15 20:00")
    world.tick("09-16 09:00")
    assert world.labels("NPX-1") == {"需补齐:完成标准"}
    assert world.told() == []


# --- report_only ---------------------------------------------------------------------------------------------------
def test_只报告时什么都不发_但都记着(world_of: WorldMaker) -> None:
    world = world_of(LATE + DIGEST + MISSING_LIAISON, organisation(**staged("report_only")))
    world.make("NPX-1", due="2025-09-16", labels=("延期",))
    world.run("09-18 18:00")
    world.edit("NPX-1", status="已完成")
    world.tick("09-19 10:00")
    assert not any(site.performed for site in world.sites.values())
    assert {row.state for row in world.rows()} == {"reported"}
    assert world.raw("NPX-1").labels == frozenset({"延期"})
    with world.store.read() as tx:
        assert tx.mentions_since(world.clock.now().replace(hour=0)) == {}


def test_从只报告到全开_补上标签和最后一级的评论_不提醒(world_of: WorldMaker) -> None:
    world = world_of(LATE, organisation(**staged("report_only")))
    world.make("NPX-1", due="2025-09-16")
    world.run("09-18 10:00")
    assert world.labels("NPX-1") == set()
    world.obey(rule_set(LATE, organisation()))
    world.tick("09-18 10:30")
    assert world.labels("NPX-1") == {"延期", "升级::L1"}
    assert [text.splitlines()[0] for text in world.comments("NPX-1")] == ["陈志远 逾期两天"]
    assert world.told() == []
    before = len(world.rows())
    world.tick("09-18 11:00")
    assert len(world.rows()) == before
    world.run("09-22 10:00")
    assert world.told() == [("09-22 09:00", "NPX-1", ("陈志远",))]


def test_夜里打开也等到上班才补(world_of: WorldMaker) -> None:
    world = world_of(LATE, organisation(**staged("report_only")))
    world.make("NPX-1", due="2025-09-16")
    world.run("09-18 10:00")
    world.obey(rule_set(LATE, organisation()))
    world.tick("09-18 22:00")
    assert world.labels("NPX-1") == set()
    world.tick("09-19 09:00")
    assert world.labels("NPX-1") == {"延期", "升级::L1"}


def test_退回只报告_已有的标签留着_不再动(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    world.make("NPX-1", due="2025-09-16")
    world.run("09-17 10:00")
    world.obey(rule_set(LATE, organisation(**staged("report_only"))))
    world.edit("NPX-1", status="已完成")
    sent = sum(len(site.performed) for site in world.sites.values())
    world.run("09-18 10:00")
    assert sum(len(site.performed) for site in world.sites.values()) == sent


def test_影子规则什么都不发_也不混进别的规则的评论(world_of: WorldMaker) -> None:
    """Both write under the same key; only one of them is switched on."""
    shadow = NAMED.replace("id: criteria", "id: shadow\n    mode: shadow").replace("请补完成标准", "影子的话")
    world = world_of(NAMED + shadow)
    world.make("NPX-1")
    world.tick("09-15 10:00")
    (text,) = world.comments("NPX-1")
    assert "请补完成标准" in text
    assert "影子的话" not in text
    assert [type(row.planned.write) for row in world.rows("reported")].count(CommentWrite) == 1


# --- pilot ---------------------------------------------------------------------------------------------------------
def test_试点里即时提醒进摘要_办公室除外(world_of: WorldMaker) -> None:
    both = NAMED.replace("to: [R]", "to: [R, role:协同办公室]")
    world = world_of(both, organisation(**staged("pilot")))
    world.make("NPX-1")
    world.tick("09-15 10:00")
    (line,) = [line for line in world.log() if line.action.startswith("comment")]
    assert line.mention == ("林珊",)
    assert line.digest == ("李明",)


def test_只有一个项目在试点_它的摘要也发得出去(world_of: WorldMaker) -> None:
    """Everything of a pilot goes into the digest: were the digest held back, nobody would ever be told."""
    world = world_of(NAMED + DIGEST, organisation(**staged("report_only", 试点项目="pilot")))
    world.make("NPX-1", program="试点项目")
    world.make("NPX-2")
    world.tick("09-15 10:00")
    world.tick("09-15 17:30")
    (text,) = world.comments("值班台")
    assert "李明" in text
    assert "请补完成标准" in text
    with world.store.read() as tx:
        assert tx.open_digest(world.clock.now()) == ()


def test_没有内容的摘要不发(world_of: WorldMaker) -> None:
    world = world_of(DIGEST)
    world.tick("09-15 10:00")
    world.tick("09-15 17:30")
    assert world.made() == []


def test_摘要里没有保密事项的内容(world_of: WorldMaker) -> None:
    world = world_of(NAMED + DIGEST, organisation(**staged("pilot")))
    world.make("NPX-1", confidential=True)
    world.tick("09-15 10:00")
    world.tick("09-15 17:30")
    (text,) = world.comments("值班台")
    assert "请补完成标准" not in text
    assert "保密事项" in text


def test_值班台只建一次(world_of: WorldMaker) -> None:
    world = world_of(MISSING_LIAISON + DIGEST + NAMED, organisation(**staged("pilot")))
    world.make("NPX-1")
    world.run("09-17 18:00")
    assert world.made().count("值班台") == 1
    assert len(world.comments("值班台")) == 2


# --- budget, outage ------------------------------------------------------------------------------------------------
def busy(world: SmallWorld, count: int) -> None:
    for number in range(1, count + 1):
        world.make(f"NPX-{number}", R=("李明" if number % 2 else "王蕾",))


def test_每人每天的即时提醒有上限_其余进摘要(world_of: WorldMaker) -> None:
    world = world_of(NAMED, organisation(budget={"mentions_per_person_per_day": 3, "share_floor": 50}))
    busy(world, 8)
    world.tick("09-15 10:00")
    assert [people for _, _, people in world.told()].count(("李明",)) == 3
    assert [line.digest for line in world.log() if line.digest].count(("李明",)) == 1
    world.make("NPX-9", R=("李明",))
    world.tick("09-15 15:00")
    assert [people for _, _, people in world.told()].count(("李明",)) == 3
    world.make("NPX-10", R=("李明",))
    world.tick("09-16 09:00")
    assert world.told()[-1] == ("09-16 09:00", "NPX-10", ("李明",))


def test_紧急规则不受上限约束(world_of: WorldMaker) -> None:
    urgent = NAMED.replace("for: work_item", "urgent: true\n    for: work_item")
    world = world_of(urgent, organisation(budget={"mentions_per_person_per_day": 1, "share_floor": 50}))
    busy(world, 4)
    world.tick("09-15 22:00")
    assert len(world.told()) == 4


def test_停机之后第一轮的提醒有上限(world_of: WorldMaker) -> None:
    budget = {"first_tick_cap": 2, "share_floor": 50, "mentions_per_person_per_day": 9}
    world = world_of(LATE, organisation(budget=budget))
    for number in range(1, 6):
        world.make(f"NPX-{number}", due="2025-09-16")
    world.tick("09-15 10:00")
    world.tick("09-19 11:00")
    assert len(world.told()) == 2
    assert len([line for line in world.log() if line.digest]) == 3
    assert all(world.labels(f"NPX-{number}") == {"延期", "升级::L1"} for number in range(1, 6))
