"""Paths of a work item: what they yield, what is unknown rather than missing, and when time alone changes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calendar.calendar_samples import calendar
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import MAPPING, organisation, rule_set
from tests.unit.engine_world import Faulty, SmallWorld, at, day, id_of, new_item

from collab_sync.analysis.facts import MISSING, UNKNOWN, Value
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.paths import ITEM_PATHS, PATHS
from collab_sync.analysis.view import MirrorView, Office
from collab_sync.analysis.vocabulary import ProductVocabulary
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.model.identity import SubjectKind
from collab_sync.model.work_item import Status
from collab_sync.workbench.fakes.memory_store import MemoryStore

NOTHING = """\
  - id: nothing
    name: 无
    for: work_item
    when: {state: {status: 已取消}}
    do: [{label: {add: 延期}}]
"""
WORDS = ProductVocabulary({"会签部门": "departments", "金额": "number", "到货": "date"})
CALENDAR = calendar()


def facts_of(world: SmallWorld, key: str = "NPX-1", stale: frozenset[str] = frozenset()) -> ItemFacts:
    found = world.view(stale).item(id_of(key))
    assert found is not None
    return found


def read(facts: ItemFacts, path: str) -> Value:
    reader = WORDS.reader(SubjectKind.WORK_ITEM, path)
    assert reader is not None, path
    return reader.value(facts)


def seen(world: SmallWorld, **said: object) -> ItemFacts:
    world.make("NPX-1", **said)
    world.tick()
    return facts_of(world)


# --- values --------------------------------------------------------------------------------------------------------
def test_一个普通任务的路径(world_of: WorldMaker) -> None:
    world = world_of(NOTHING)
    world.clock.set(at("09-16 10:00"))
    facts = seen(world, due="2025-09-18", labels=("复杂",), fields={"金额": "5 万元", "会签部门": "研发部、市场部"})
    expected: dict[str, Value] = {
        "key": "NPX-1",
        "type": "任务",
        "status": "进行中",
        "open": True,
        "dept": "研发部",
        "dept_lead": "陈志远",
        "dept_liaison": "李明",
        "reporter": "张悦",
        "urgency": "中",
        "labels": frozenset({"复杂"}),
        "due": day("09-18"),
        "late_days": 0,
        "due_in_wd": 2,
        "generation": 0,
        "responded": False,
        "roles.R.count": 1,
        "roles.C.count": 0,
        "entries.预警.count": 0,
        "progress_status": MISSING,
        "parent": MISSING,
        "done_at": MISSING,
        "fields.没有": MISSING,
        "fields.会签部门": frozenset({"研发部", "市场部"}),
        "e.kind": MISSING,
    }
    assert {path: read(facts, path) for path in expected} == expected


def test_每条路径都读得出值_不管事项多空(world_of: WorldMaker) -> None:
    """No fact that a tracker can leave out makes a path raise."""
    world = world_of(NOTHING)
    facts = seen(world, R=(), A=(), dept=None, reporter="不认识的人")
    for path in ITEM_PATHS:
        read(facts, path)
    assert read(facts, "dept") is MISSING
    assert read(facts, "reporter") is MISSING
    assert read(facts, "late_days") is MISSING


def test_读不到的时候_没有就是不知道(world_of: WorldMaker) -> None:
    world = world_of(NOTHING)
    seen(world, dept=None)
    facts = facts_of(world, stale=frozenset({"jira-npx"}))
    for path in ("dept", "due", "responded", "progress_status", "fields.完成标准", "entries.决议.count", "parent"):
        assert read(facts, path) is UNKNOWN, path
    assert read(facts, "status") == "进行中"


def test_镜像里没有的上级是不知道_不是没有(world_of: WorldMaker) -> None:
    world = world_of(NOTHING)
    facts = seen(world, fields={"父任务": "NPX-77"})
    assert read(facts, "parent") == "NPX-77"
    assert read(facts, "parent.status") is UNKNOWN


def test_进度取最新一条带状态的_时刻是上次变化(world_of: WorldMaker) -> None:
    world = world_of(NOTHING)
    world.make("NPX-1")
    for minute, lines in (
        ("09-15 10:00", ("状态:进行中",)),
        ("09-15 11:00", ("状态:需支持",)),
        ("09-15 12:00", ("状态:需支持",)),
        ("09-15 13:00", ("说明:没有状态的一条",)),
    ):
        world.clock.set(at(minute))
        world.say("NPX-1", "李明", "进度更新", *lines)
    world.tick()
    facts = facts_of(world)
    assert read(facts, "progress_status") == "需支持"
    assert read(facts, "changed_at.progress_status") == at("09-15 11:00")


def test_在某事之后才算的条数(world_of: WorldMaker) -> None:
    world = world_of(NOTHING)
    world.clock.set(at("09-15 10:00"))
    world.make("NPX-1", due="2025-09-16")
    for minute in ("09-16 17:00", "09-17 09:00"):
        world.clock.set(at(minute))
        world.say("NPX-1", "王蕾", "风险预警", "原因:缺料")
    world.tick()
    facts = facts_of(world)
    assert read(facts, "entries.预警.count") == 2
    assert read(facts, "entries.预警.since:due") == 1
    assert read(facts, "entries.预警.last_at") == at("09-17 09:00")


def test_完成以后不再越拖越久(world_of: WorldMaker) -> None:
    world = world_of(NOTHING)
    world.clock.set(at("09-15 10:00"))
    world.make("NPX-1", due="2025-09-16")
    world.clock.set(at("09-18 10:00"))
    world.edit("NPX-1", status="已完成")
    world.tick("09-26 10:00")
    facts = facts_of(world)
    assert read(facts, "late_days") == 2
    assert read(facts, "finished_late") is True
    assert ITEM_PATHS["late_days"].flips_at(facts, (3,)) is None


def test_写死的取值范围与模型一致() -> None:
    assert ITEM_PATHS["status"].choices == get_args(Status)
    assert set(PATHS) == set(SubjectKind)


@pytest.mark.parametrize(
    "path", ["没有", "roles.R", "roles.X.count", "entries.预警.什么", "parent.没有", "fields.", "e."]
)
def test_不存在的路径就是不存在(path: str) -> None:
    assert WORDS.reader(SubjectKind.WORK_ITEM, path) is None


# --- flips ---------------------------------------------------------------------------------------------------------
class Still:
    """One item in a mirror that can be looked at at any instant."""

    def __init__(self, due: str, done: datetime | None = None) -> None:
        store = MemoryStore()
        world = SmallWorld(store, rule_set(NOTHING))
        world.clock.set(at("09-01 10:00"))
        raw = new_item("NPX-1", world.clock.now(), due=due)
        world.put("NPX-1", raw)
        site: Faulty = world.sites["jira"]
        reader = site.reader(MAPPING.projects[0])
        self._item = next(reader.normalize(payload) for page in reader.pull(None) for payload in page.payloads)
        self._office = Office(organisation(), (), WorkingCalendar(world.rules.calendar), {})
        self._store = store

    def at(self, now: datetime) -> ItemFacts:
        with self._store.read() as tx:
            return ItemFacts(self._item, MirrorView(tx, self._office, now))


@given(
    due=st.dates(day("09-12"), day("10-14")),
    start=st.integers(0, 60 * 24 * 30),
    threshold=st.integers(-4, 6),
    path=st.sampled_from(["late_days", "due_in_wd"]),
)
@settings(max_examples=120, deadline=None)
def test_下一次变化不会说晚(due: object, start: int, threshold: int, path: str) -> None:
    """Whatever the question, its answer stays what it is until ``flips_at``: walked wherever anything can change."""
    item = Still(str(due))
    now = at("09-10 00:00") + timedelta(minutes=start)
    reader = ITEM_PATHS[path]
    facts = item.at(now)

    def answers(moment: datetime, limits: tuple[int, ...]) -> tuple[bool, ...]:
        value = reader.value(item.at(moment))
        assert isinstance(value, int)
        return tuple(value >= limit for limit in limits) if limits else (value == first,)

    first = reader.value(facts)
    for limits in ((threshold,), ()):
        flip = reader.flips_at(facts, limits)
        before = answers(now, limits)
        assert flip is None or flip > now
        end = min(flip, now + timedelta(days=20)) if flip else now + timedelta(days=20)
        for moment in _moments(now, end):
            assert answers(moment, limits) == before, (path, limits, moment)


def _moments(now: datetime, end: datetime) -> list[datetime]:
    """Every instant at which anything can change: midnights, openings, closings, and a minute to either side."""
    found = []
    days = (end - now).days + 2
    for number in range(days):
        local_day = CALENDAR.local_date(now + timedelta(days=number))
        midnight = CALENDAR.opening(local_day) - timedelta(hours=9)
        for hour in (0, 9, 18):
            found += [midnight + timedelta(hours=hour, minutes=minute) for minute in (-1, 0, 1)]
    return [moment for moment in found if now <= moment < end]
