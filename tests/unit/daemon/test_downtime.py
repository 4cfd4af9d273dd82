"""After hours, days and weeks of downtime: what is made up for, what is not, how it is said.

The oracle is the same world with somebody always there: what the first beat after the downtime says is the last that
would have been said meanwhile, and everything else stands as it would.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs
from tests.unit.conftest import WorldMaker
from tests.unit.engine_office import ladder, organisation, overdue
from tests.unit.engine_world import SmallWorld, at, shown

from collab_sync.daemon.loop import Daemon
from collab_sync.errors import ConfigurationError

DAILY = """\
  - id: daily
    name: 晨会
    for: program
    where: {key: present}
    when: {schedule: {at: 工作日 10:00}}
    do:
      - create_issue:
          {key: "晨会:{{ slot }}", type: 周更新, dept: 协同办公室, title: 晨会, body: 晨会, to: [], link: none}
"""
LATE = ladder(*(
    (f">{days}wd", f"label: {{add: {label}}}", overdue("[R]", f"过了 {days} 天"))
    for days, label in ((0, "延期"), (2, "升级::L1"), (3, "升级::L2"), (8, "升级::L3"))
))  # fmt: skip
DOWN = {
    "三小时": ("09-26 08:30", "09-26 11:30"),
    "三小时,跨过夜里": ("09-25 17:30", "09-25 20:30"),
    "三天,其中周日补班": ("09-26 12:00", "09-29 12:00"),
    "三周,跨过国庆": ("09-25 12:00", "10-16 12:00"),
    "三周,回来时正好补班的周六": ("09-20 12:00", "10-11 09:30"),
    "回来时还在放假": ("09-25 12:00", "10-05 12:00"),
}


def prepared(world_of: WorldMaker, until: str) -> SmallWorld:
    """A programme with its morning meetings, a task due on 09-25; somebody is there until then."""
    world = world_of(LATE + DAILY)
    world.tick("09-19 10:30")
    world.make("NPX-9", type="项目", fields={"代号": "甲"})
    world.make("NPX-1", due="2025-09-25")
    world.run(until, timedelta(hours=1))
    return world


def said(world: SmallWorld) -> list[str]:
    """What the ladder said aloud, in order."""
    return [line.step for line in world.log() if line.rule == "late" and line.action.startswith("comment")]


@pytest.mark.parametrize(("down", "back"), DOWN.values(), ids=DOWN)
def test_停机之后_阶梯只说最高一级_定时只补最近一次(world_of: WorldMaker, down: str, back: str) -> None:
    there, away = prepared(world_of, down), prepared(world_of, down)
    spoken, made = len(said(there)), len(there.made())
    there.run(back, timedelta(hours=1))
    away.tick(back)
    calendar = away.runtime.ruling.office.calendar
    if not calendar.is_open(at(back)):  # then nothing is judged: the next opening makes up for it
        assert (len(said(away)), len(away.made())) == (spoken, made)
        for world in (there, away):
            world.run(shown(calendar.next_open(at(back))), timedelta(days=4))
    assert said(away)[spoken:] == said(there)[spoken:][-1:]
    assert away.made()[made:] == there.made()[made:][-1:]
    assert away.labels("NPX-1") == there.labels("NPX-1")
    for world in (there, away):
        world.run("10-24 18:00", timedelta(hours=6))
    assert said(away)[-1] == said(there)[-1] == ">8wd"
    assert away.made()[-3:] == there.made()[-3:]


@pytest.mark.parametrize(("down", "back"), DOWN.values(), ids=DOWN)
def test_停机之后的第一轮_当面提醒不过上限_其余进摘要_一句不少(world_of: WorldMaker, down: str, back: str) -> None:
    budget = {"first_tick_cap": 3, "share_floor": 50, "mentions_per_person_per_day": 9}
    world = world_of(LATE, organisation(budget=budget))
    world.tick("09-19 10:30")
    for number in range(1, 9):
        world.make(f"NPX-{number}", due="2025-09-25")
    world.run(down, timedelta(hours=1))
    told = len(world.told())
    world.tick(back)
    world.tick(shown(world.runtime.ruling.office.calendar.next_open(at(back))))
    missed = back != "09-25 20:30"  # that night nothing fell due, and the morning's work is no heap
    assert len(world.told()) == told + (3 if missed else 8)
    assert len([line for line in world.log() if line.digest]) == (5 if missed else 0)
    assert all(world.comments(f"NPX-{number}") for number in range(1, 9))


BEGUN = """\
  - id: begun
    name: 开始
    for: work_item
    where: {type: 任务}
    when: {state: {status: 进行中}}
    do: [{comment: {mode: sticky, key: begun, to: [R], text: 开始了}}]
"""


@pytest.mark.parametrize(("back", "told"), [("09-15 11:00", 8), ("09-15 16:00", 3), ("10-13 10:00", 3)])
def test_没有到期的_只是人们做了很多_回来的第一轮也有上限(world_of: WorldMaker, back: str, told: int) -> None:
    budget = {"first_tick_cap": 3, "share_floor": 50, "mentions_per_person_per_day": 9}
    world = world_of(BEGUN, organisation(budget=budget))
    world.tick("09-15 10:00")
    with world.store.read() as tx:
        assert tx.next_due() is None
    for number in range(1, 9):
        world.make(f"NPX-{number}")
    world.tick(back)
    assert len(world.told()) == told
    assert len([line for line in world.log() if line.digest]) == 8 - told
    world.make("NPX-9")
    world.clock.set(world.clock.now() + timedelta(minutes=1))
    world.tick()
    assert len(world.told()) == told + 1, "only the first tick has a cap of its own"


# --- the clock -----------------------------------------------------------------------------------------------------
@pytest.fixture
def log() -> Iterator[StringIO]:
    stream = StringIO()
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    yield stream
    structlog.reset_defaults()


def test_时钟退回去了_什么都不做也不收回_校准后接着来(world_of: WorldMaker, tmp_path: Path) -> None:
    """By that clock the task is not late yet: what was said about it would be taken back."""
    world = world_of(LATE)
    world.make("NPX-1", due="2025-09-15")
    world.tick("09-15 10:00")
    world.tick("09-18 10:00")
    assert (before := world.labels("NPX-1")) == {"延期", "升级::L1"}
    daemon = Daemon(world.restarted().runtime, tmp_path, lambda: world.runtime.ruling)
    world.clock.set(at("09-15 11:00"))
    asked: list[str] = []
    world.sites["jira"].on_pull = asked.append
    with pytest.raises(ConfigurationError, match="2025-09-15 11:00 比上次判断的 2025-09-18 10:00 还早"):
        daemon.beat()
    assert (world.labels("NPX-1"), asked) == (before, [])
    world.tick("09-22 10:00")
    assert world.labels("NPX-1") == {"延期", "升级::L2"}


def test_时钟快过一阵_那一阵里改的也读得到(world_of: WorldMaker) -> None:
    """How far a project has been read is told by our own clock: where that was wrong, everything is read again."""
    world = world_of(LATE)
    world.make("NPX-1", due="2025-09-30")
    world.tick("09-15 10:00")
    world.tick("09-18 10:00")
    with world.store.read() as tx:
        assert all(shard.cursor is not None for shard in tx.shards().values())
    with pytest.raises(ConfigurationError, match="还早"):
        world.tick("09-15 11:00")
    with world.store.read() as tx:
        assert [shard.cursor for shard in tx.shards().values()] == [None, None]
        assert all(shard.complete_as_of is not None for shard in tx.shards().values()), "no first contact again"
    world.tick("09-18 10:10")
    with world.store.read() as tx:
        assert all(shard.cursor is not None for shard in tx.shards().values())


def test_时钟只差几分钟_照常(world_of: WorldMaker) -> None:
    world = world_of(LATE)
    world.tick("09-15 10:00")
    world.make("NPX-1", due="2025-09-12")
    world.tick("09-15 09:56")
    assert world.labels("NPX-1") == {"延期"}


# --- what is to be seen --------------------------------------------------------------------------------------------
def test_停了多久_日志里说一句(world_of: WorldMaker, tmp_path: Path) -> None:
    world = world_of(LATE)
    world.tick("09-15 10:00")
    daemon = Daemon(world.restarted().runtime, tmp_path, lambda: world.runtime.ruling)
    found = []
    for text in ("09-15 11:00", "09-18 10:00", "09-18 10:01"):
        world.clock.set(at(text))
        with capture_logs() as lines:
            daemon.beat()
        found += [(one["last"], one["away"]) for one in lines if one["event"] == "catching up"]
    assert found == [("2025-09-15 11:00", "2 days, 23:00:00")]
