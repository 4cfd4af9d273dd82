"""Open minutes, against an oracle that walks through every minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.calendar.calendar_samples import calendar, local, shown

from collab_sync.calendar.working_calendar import WorkingCalendar

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Oracle:
    """Every minute of some weeks from ``first``: ``work[i]``, minute i is worked; ``inside[i]``, its start is open."""

    subject: WorkingCalendar
    first: datetime
    work: tuple[bool, ...]
    inside: tuple[bool, ...]

    def at(self, minute: int) -> datetime:
        return self.first + minute * MINUTE


def walk(subject: WorkingCalendar, first: datetime, days: int) -> Oracle:
    """Built from the file's words alone: hours, breaks, listed days, the local clock."""
    data = subject.data
    zone = ZoneInfo(data.tz)
    ordinary = {"周一周二周三周四周五周六周日".index(name) // 2 for name in data.week}
    begin, end = data.hours
    work, inside = [], []
    for minute in range(days * 24 * 60):
        there = (first + minute * MINUTE).astimezone(zone)
        working = _works(there.date(), ordinary, frozenset(data.holidays), frozenset(data.makeups))
        clock = time(there.hour, there.minute)
        work.append(working and begin <= clock < end and not any(a <= clock < b for a, b in data.breaks))
        inside.append(working and begin <= clock <= end and not any(a < clock < b for a, b in data.breaks))
    return Oracle(subject, first, tuple(work), tuple(inside))


def _works(day: date, ordinary: set[int], off: frozenset[date], made_up: frozenset[date]) -> bool:
    return day in made_up or (day.weekday() in ordinary and day not in off)


LUNCH = calendar(breaks=[["15:30", "15:45"], ["12:00", "13:00"]])
BERLIN = calendar(
    tz="Europe/Berlin",
    week=["周一", "周四", "周六", "周日"],
    holidays={"2025-10-25": "休"},
    makeups={"2025-10-24": "补"},
)
ORACLES = {
    "国庆": walk(calendar(), datetime(2025, 9, 25, tzinfo=UTC), 20),
    "午休": walk(LUNCH, datetime(2025, 9, 25, tzinfo=UTC), 20),
    "柏林换冬令时": walk(BERLIN, datetime(2025, 10, 18, tzinfo=UTC), 20),
}
LAST = 20 * 24 * 60 - 1

everywhere = pytest.mark.parametrize("name", ORACLES)
minutes = st.integers(0, LAST)


@everywhere
@settings(max_examples=100, deadline=None)
@given(a=minutes, b=minutes)
def test_两个时刻之间的工时与逐分钟去数一致(name: str, a: int, b: int) -> None:
    oracle = ORACLES[name]
    expected = sum(oracle.work[a:b]) if a <= b else -sum(oracle.work[b:a])

    assert oracle.subject.between(oracle.at(a), oracle.at(b)) == expected


@everywhere
@settings(max_examples=100, deadline=None)
@given(a=minutes, n=st.integers(1, 2000))
def test_加上若干工时是最早攒够的那一刻(name: str, a: int, n: int) -> None:
    oracle = ORACLES[name]
    passed, minute = 0, a
    while passed < n and minute <= LAST:
        passed += oracle.work[minute]
        minute += 1
    assume(passed == n)

    reached = oracle.subject.add(oracle.at(a), n)

    assert reached == oracle.at(minute)
    assert oracle.subject.between(oracle.at(a), reached) == n
    assert oracle.subject.is_open(reached)


@everywhere
@settings(max_examples=100, deadline=None)
@given(a=minutes, n=st.integers(1, 2000))
def test_减去若干工时是最晚的那一刻(name: str, a: int, n: int) -> None:
    oracle = ORACLES[name]
    passed, minute = 0, a
    while passed < n and minute > 0:
        minute -= 1
        passed += oracle.work[minute]
    assume(passed == n)

    reached = oracle.subject.add(oracle.at(a), -n)

    assert reached == oracle.at(minute)
    assert oracle.subject.between(oracle.at(a), reached) == -n


@everywhere
@settings(max_examples=100, deadline=None)
@given(a=minutes)
def test_开不开门以及何时开门与逐分钟去看一致(name: str, a: int) -> None:
    oracle = ORACLES[name]
    assume(any(oracle.inside[a:]))
    opens = next(minute for minute in range(a, LAST + 1) if oracle.inside[minute])

    assert oracle.subject.is_open(oracle.at(a)) is oracle.inside[a]
    assert oracle.subject.next_open(oracle.at(a)) == oracle.at(opens)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, LAST * 60), st.integers(1, 5000))
def test_秒也不丢(seconds: int, n: int) -> None:
    """Adding n minutes to any second gives exactly n minutes, and one second earlier not yet."""
    start = ORACLES["午休"].first + timedelta(seconds=seconds)
    reached = LUNCH.add(start, n)

    assert LUNCH.between(start, reached) == n
    assert LUNCH.between(start, reached - timedelta(seconds=1)) == n - 1


def test_不足一分钟不算一分钟_正反一样() -> None:
    begin, end = local("09-24 10:00:30"), local("09-24 10:02:00")

    assert calendar().between(begin, end) == 1
    assert calendar().between(end, begin) == -1


def test_四个工时跨过国庆() -> None:
    assert shown(calendar().add(local("09-30 16:00"), 240)) == "周四 10-09 11:00"
    assert shown(calendar().add(local("09-30 16:00"), 120)) == "周二 09-30 18:00"
    assert shown(calendar().add(local("10-09 11:00"), -240)) == "周二 09-30 16:00"
    assert calendar().add(local("10-04 11:00"), 0) == local("10-04 11:00")


def test_柏林的九点在夏冬两季差一小时() -> None:
    """The clocks change in the night to Sunday, 26 October 2025."""
    assert BERLIN.opening(date(2025, 10, 24)) == datetime(2025, 10, 24, 7, tzinfo=UTC)
    assert BERLIN.opening(date(2025, 10, 27)) == datetime(2025, 10, 27, 8, tzinfo=UTC)
    assert BERLIN.between(BERLIN.opening(date(2025, 10, 24)), BERLIN.closing(date(2025, 10, 26))) == 2 * 9 * 60


def test_很久以后也立刻有答案() -> None:
    """Thirty years are as cheap as a day: 2055 is answered by arithmetic, not by walking."""
    far = calendar().add(local("09-30 16:00"), 30 * 250 * 9 * 60)

    assert far.year == 2054
    assert calendar().between(local("09-30 16:00"), far) == 30 * 250 * 9 * 60
