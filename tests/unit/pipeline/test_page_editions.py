"""A page remembers what it showed: the second Friday's page tells the change, also after the rules were changed."""

from __future__ import annotations

from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import rule_set
from tests.unit.pipeline.test_pages_written import Writing, first_time, writing

from collab_sync.errors import RejectedActionError
from collab_sync.model.document import plain
from collab_sync.model.page import Page
from collab_sync.pipeline.decide import context_of, view_of
from collab_sync.planner.context import PlanningContext
from collab_sync.planner.editions import completed
from collab_sync.ports.store import Transaction
from collab_sync.summaries.scope import PageRequest

FRIDAYS = """\
  - id: weekly
    name: 每周一页
    for: org
    when: {schedule: {at: "周五 17:00", on_holiday: previous}}
    do:
      - page: {key: "领导小组视图:{{ slot }}", section: all}
"""
HALF_YEARLY = """\
  - id: review
    name: 回顾
    for: org
    when: {schedule: {at: "09:00", every: 6 months, anchor: "2025-03-17", on_holiday: next}}
    do:
      - page: {key: "机制回顾:{{ slot }}", section: all}
  - id: mark
    name: 标一下
    for: work_item
    where: {type: 任务, open: true}
    when: {state: {fields.完成标准: missing}}
    do:
      - label: {add: 延期}
"""


def first_line(page: Page) -> str:
    return plain(page.document).split("\n")[0]


def friday(world: Writing, day: str) -> str:
    world.run(f"{day} 18:00")
    return first_line(world.wiki.published[-1])


def test_第二个周五的页面说出变化_第一个不说(world_of: WorldMaker) -> None:
    world = writing(world_of, FRIDAYS)
    world.clock.set(world.clock.now())
    world.tick("09-17 10:00")
    world.make("NPX-1", type="任务", title="一")
    assert friday(world, "09-19").startswith("一句话:在办 1 项,其中红 0、")
    world.make("NPX-2", type="任务", title="二")
    world.make("NPX-3", type="任务", title="三")
    second = friday(world, "09-26")
    assert second.startswith("一句话:在办 3(↑2) 项,其中红 0、")
    assert second.endswith("(↑↓ 为与上期 2025-09-19 相比的变化)")
    assert [page.key for page in world.wiki.published] == ["领导小组视图:2025-09-19", "领导小组视图:2025-09-26"]


def test_同一期再算一次_不与自己比(world_of: WorldMaker) -> None:
    """New rules judge everything anew; the page of this week is no earlier edition of itself."""
    world = writing(world_of, FRIDAYS)
    world.tick("09-17 10:00")
    world.make("NPX-1", type="任务", title="一")
    friday(world, "09-19")
    world.rules = rule_set(FRIDAYS.replace("每周一页", "周页"))
    world.tick("09-19 18:00")
    assert len(world.wiki.published) == 1
    assert friday(world, "09-26").startswith("一句话:在办 1 项")


def test_机制回顾看整个半年_包括规则变更与写回(world_of: WorldMaker) -> None:
    """The window is half a year, not the two months in which other cadences find their previous slot."""
    world = writing(world_of, HALF_YEARLY)
    world.tick("09-15 09:30")
    world.make("NPX-1", type="任务", title="一", R=("李明",))
    world.run("09-16 12:00")
    world.rules = rule_set(HALF_YEARLY.replace("标一下", "标记"))
    world.run("09-17 10:00")
    text = plain(world.wiki.published[-1].document)
    assert world.wiki.published[-1].key == "机制回顾:2025-09-17"
    assert "标记(mark) | 1 |" in text
    assert "现行规则都用到过。" in text
    assert text.partition("规则变更记录")[2].count("2025-09-") == 2


def test_只记录不发出的一期_不算看得到的上期(world_of: WorldMaker) -> None:
    """Nobody saw last week's page: this week's has nothing to be compared with."""
    world = writing(world_of, FRIDAYS, rollout={"default": "report_only"})
    world.tick("09-17 10:00")
    world.make("NPX-1", type="任务", title="一")
    world.run("09-19 18:00")
    assert world.wiki.published == []
    world.rules = rule_set(FRIDAYS)
    world.run("09-22 10:00")
    assert friday(world, "09-26").startswith("一句话:在办 1 项,其中红 0、")


def test_没写成的一期_不算看得到的上期(world_of: WorldMaker) -> None:
    """The page of the 26th was refused: the third Friday compares with the first one and says so."""
    world = writing(world_of, FRIDAYS)
    world.tick("09-17 10:00")
    world.make("NPX-1", type="任务", title="一")
    friday(world, "09-19")
    world.make("NPX-2", type="任务", title="二")
    world.wiki.on_publish = first_time("before", RejectedActionError("空间已满"))
    world.run("09-26 18:00")
    assert [page.slot for page in world.wiki.published] == ["2025-09-19"]
    world.make("NPX-3", type="任务", title="三")
    third = friday(world, "10-03")
    assert third.startswith("一句话:在办 3(↑2) 项")
    assert third.endswith("(↑↓ 为与上期 2025-09-19 相比的变化)")


def test_机制回顾不数只记录没发出的(world_of: WorldMaker) -> None:
    """What was only recorded is made up for once the rules are switched on: it must not count twice."""
    world = writing(world_of, HALF_YEARLY, rollout={"default": "report_only"})
    world.tick("09-15 09:30")
    world.make("NPX-1", type="任务", title="一", R=("李明",))
    world.run("09-15 12:00")
    world.rules = rule_set(HALF_YEARLY)
    world.run("09-17 10:00")
    assert "标一下(mark) | 1 |" in plain(world.wiki.published[-1].document)


def test_名字带竖线的系列_不与别的系列相比(world_of: WorldMaker) -> None:
    """``甲`` and ``甲|乙`` are two programmes; the figures of the one are no earlier edition of the other."""
    world = writing(world_of, FRIDAYS)
    with world.store.write() as tx:
        tx.record("figures:周报:甲|乙|2025-09-12", world.clock.now(), '{"在办": 9.0}')
        assert context(tx, world).memory.recorded("figures:周报:甲|")
        asked = completed(PageRequest(key="周报:甲:2025-09-19"), context(tx, world))
    assert asked.earlier == ()


def context(tx: Transaction, world: Writing) -> PlanningContext:
    ruling = world.runtime.ruling
    return context_of(tx, ruling, view_of(tx, ruling, world.clock.now()))
