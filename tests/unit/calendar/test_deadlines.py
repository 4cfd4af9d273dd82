"""When steps fall due: the worked values of autumn 2025, landing, pauses, held conditions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calendar.calendar_samples import calendar, day, local, shown

from collab_sync.calendar.deadlines import Pause, due_end, due_instant, held_until
from collab_sync.calendar.durations import parse_duration, parse_offset

OFFICE = calendar()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("due", "after", "fires"),
    [
        ("09-23", ">0wd", "周三 09-24 09:00"),
        ("09-23", ">2wd", "周五 09-26 09:00"),
        ("09-23", ">3wd", "周日 09-28 09:00"),
        ("09-25", ">0wd", "周五 09-26 09:00"),
        ("09-25", ">2wd", "周一 09-29 09:00"),
        ("09-25", ">3wd", "周二 09-30 09:00"),
        ("09-25", ">5wd", "周五 10-10 09:00"),
        ("10-10", ">0wd", "周六 10-11 09:00"),
        ("09-27", ">0wd", "周日 09-28 09:00"),
        ("10-10", "-1wd", "周四 10-09 09:00"),
        ("10-09", "-1wd", "周二 09-30 09:00"),
        ("10-09", "-2wd", "周一 09-29 09:00"),
        ("09-25", "2wd", "周日 09-28 09:00"),
        ("09-25", "0h", "周四 09-25 18:00"),
        ("09-25", "0wd", "周四 09-25 18:00"),
    ],
)
def test_截止日之后和之前的工作日(due: str, after: str, fires: str) -> None:
    assert shown(due_instant(day(due), parse_offset(after), OFFICE)) == fires


@pytest.mark.parametrize("created", ["10-15 08:00", "10-15 10:00", "10-15 17:59", "10-15 23:00"])
def test_从时刻起算的工作日只看日期(created: str) -> None:
    """复盘 3 个工作日 from Wed 10-15: Thu, Fri, Mon pass, on Tue 10-21 it is more than three."""
    assert shown(due_instant(local(created), parse_offset(">3wd"), OFFICE)) == "周二 10-21 09:00"


@pytest.mark.parametrize(
    ("start", "after", "fires"),
    [
        ("09-30 16:00", "24h", "周四 10-09 09:00"),
        ("09-18 14:00", "24h", "周五 09-19 14:00"),
        ("10-16 11:00", "24h", "周五 10-17 11:00"),
        ("09-26 17:00", "24h", "周日 09-28 09:00"),
        ("09-15 09:00", "3d", "周四 09-18 09:00"),
        ("09-29 18:00", "24h", "周二 09-30 18:00"),
        ("09-29 20:00", "0h", "周一 09-29 20:00"),
    ],
)
def test_小时和天按钟表走_但不在休息时到期(start: str, after: str, fires: str) -> None:
    assert shown(due_instant(local(start), parse_offset(after), OFFICE, land_on="workhours")) == fires


def test_紧急事项可以在任何时候到期() -> None:
    assert shown(due_instant(local("09-30 16:00"), parse_offset("24h"), OFFICE)) == "周三 10-01 16:00"


def test_落在午休里的期限移到午休之后() -> None:
    lunch = calendar(breaks=[["12:00", "13:00"]])

    due = due_instant(local("09-23 12:30"), parse_offset("24h"), lunch, land_on="workhours")

    assert shown(due) == "周三 09-24 13:00"


def test_工时只在上班时走() -> None:
    assert shown(due_instant(local("09-30 16:00"), parse_offset("4wh"), OFFICE)) == "周四 10-09 11:00"
    assert shown(due_instant(local("10-09 11:00"), parse_offset("-4wh"), OFFICE)) == "周二 09-30 16:00"


def test_按工作时钟的小时是工时_天是工作日() -> None:
    start = local("09-30 16:00")

    assert shown(due_instant(start, parse_offset("4h"), OFFICE, calendar_kind="work")) == "周四 10-09 11:00"
    assert shown(due_instant(start, parse_offset("1d"), OFFICE, calendar_kind="work")) == "周四 10-09 09:00"


def test_三天后还是同一个钟点_不管夏令时() -> None:
    """In Berlin the night to 26 October 2025 has 25 hours."""
    berlin = calendar(tz="Europe/Berlin")
    noon = datetime(2025, 10, 24, 10, tzinfo=UTC)

    assert due_instant(noon, parse_offset("3d"), berlin) == datetime(2025, 10, 27, 11, tzinfo=UTC)
    assert due_instant(noon, parse_offset("72h"), berlin) == datetime(2025, 10, 27, 10, tzinfo=UTC)


def test_截止日就是那天下班() -> None:
    assert shown(due_end(day("09-27"), OFFICE)) == "周六 09-27 18:00"


def test_永远的截止日不出错() -> None:
    never = date.max

    assert due_instant(never, parse_offset(">5wd"), OFFICE) is not None
    assert due_instant(never, parse_offset("9999d"), OFFICE) == due_end(never, OFFICE)


@pytest.mark.parametrize(
    ("began", "held", "until"),
    [
        ("09-18 10:30", "4wh", "周四 09-18 14:30"),
        ("10-13 09:30", "4wh", "周一 10-13 13:30"),
        ("09-30 16:00", "4wh", "周四 10-09 11:00"),
        ("09-24 10:00", "1wd", "周四 09-25 09:00"),
        ("09-30 08:00", "1wd", "周四 10-09 09:00"),
        ("09-27 12:00", "1wd", "周日 09-28 09:00"),
        ("09-30 16:00", "24h", "周三 10-01 16:00"),
        ("09-30 16:00", "3d", "周五 10-03 16:00"),
        ("09-30 20:00", "0wh", "周二 09-30 20:00"),
    ],
)
def test_持续多久才算(began: str, held: str, until: str) -> None:
    assert shown(held_until(local(began), parse_duration(held), OFFICE)) == until


def pause(begin: str, end: str | None) -> Pause:
    return local(begin), local(end) if end else None


@pytest.mark.parametrize(
    ("pauses", "fires"),
    [
        ([pause("09-24 08:00", "09-24 10:00")], "周日 09-28 09:00"),
        ([pause("09-24 09:00", "09-24 09:01")], "周日 09-28 09:00"),
        ([pause("09-24 08:00", "09-24 09:00")], "周五 09-26 09:00"),
        ([pause("09-24 10:00", "09-25 08:00")], "周五 09-26 09:00"),
        ([pause("09-24 10:00", "09-26 10:00")], "周一 09-29 09:00"),
        ([pause("09-01 10:00", "09-24 10:00"), pause("09-25 08:00", "09-25 12:00")], "周一 09-29 09:00"),
        ([pause("09-25 08:00", "09-25 12:00"), pause("09-23 19:00", "09-25 10:00")], "周一 09-29 09:00"),
        ([pause("09-26 09:00", None)], "永不"),
        ([pause("09-26 09:01", None)], "周五 09-26 09:00"),
        ([pause("09-26 10:00", "10-20 10:00")], "周五 09-26 09:00"),
    ],
)
def test_暂停时开门的工作日不算(pauses: list[Pause], fires: str) -> None:
    """Due Tue 09-23, more than two working days: without a pause Fri 09-26."""
    assert shown(due_instant(day("09-23"), parse_offset(">2wd"), OFFICE, pauses=pauses)) == fires


@pytest.mark.parametrize(
    ("pauses", "fires"),
    [
        ([], "周四 09-25 15:00"),
        ([pause("09-25 12:00", "09-25 13:00")], "周四 09-25 16:00"),
        ([pause("09-25 17:00", "09-25 18:00")], "周四 09-25 15:00"),
        ([pause("09-25 15:00", None)], "周四 09-25 15:00"),
        ([pause("09-25 14:59", None)], "永不"),
        ([pause("09-25 10:00", "09-26 10:00")], "周五 09-26 14:00"),
        ([pause("09-25 12:00", "09-25 14:00"), pause("09-25 13:00", "09-25 15:00")], "周四 09-25 18:00"),
        ([pause("09-25 12:00", "09-25 16:00")], "周五 09-26 10:00"),
    ],
)
def test_暂停时的工时不算(pauses: list[Pause], fires: str) -> None:
    """Four working hours from Thu 09-25 11:00."""
    assert shown(due_instant(local("09-25 11:00"), parse_offset("4wh"), OFFICE, pauses=pauses)) == fires


def test_暂停时钟表也停() -> None:
    """24 h from Fri 09-19 16:00, stood still from 17:00 to Mon 10:00: 23 h are left on Monday."""
    stopped = [pause("09-19 17:00", "09-22 10:00")]

    due = due_instant(local("09-19 16:00"), parse_offset("24h"), OFFICE, land_on="workhours", pauses=stopped)

    assert shown(due) == "周二 09-23 09:00"
    assert due_instant(local("09-19 16:00"), parse_offset("24h"), OFFICE, pauses=[pause("09-19 17:00", None)]) is None


def test_提前的步骤和立即的步骤不受暂停影响() -> None:
    forever = [pause("09-01 09:00", None)]

    assert shown(due_instant(day("10-09"), parse_offset("-1wd"), OFFICE, pauses=forever)) == "周二 09-30 09:00"
    assert shown(due_instant(local("10-09 09:00"), parse_offset("0h"), OFFICE, pauses=forever)) == "周四 10-09 09:00"


SPAN = st.integers(0, 14 * 24)
PAUSES = st.lists(st.tuples(SPAN, SPAN).map(lambda ends: (min(ends), max(ends))), max_size=4)


@settings(max_examples=150, deadline=None)
@given(PAUSES, st.integers(1, 6))
def test_暂停的工作日与逐日去数一致(spans: list[tuple[int, int]], n: int) -> None:
    start = local("09-22 00:00")
    pauses = [(start + begin * HOUR, start + end * HOUR) for begin, end in spans]
    openings = [OFFICE.opening(OFFICE.working_day_after(day("09-22"), k)) for k in range(1, 40)]
    counted = [at for at in openings if not any(begin <= at < end for begin, end in pauses)]

    assert due_instant(day("09-22"), parse_offset(f"{n}wd"), OFFICE, pauses=pauses) == counted[n - 1]


@settings(max_examples=150, deadline=None)
@given(PAUSES, st.integers(1, 30), st.sampled_from(["wh", "h"]))
def test_暂停的小时与逐时去数一致(spans: list[tuple[int, int]], n: int, unit: str) -> None:
    """On whole hours: the first hour by whose beginning n counted hours have passed."""
    start = local("09-22 00:00")
    pauses = [(start + begin * HOUR, start + end * HOUR) for begin, end in spans]
    hours = [start + k * HOUR for k in range(40 * 24)]
    passed = 0
    for begin, end in pairwise(hours):
        paused = any(a <= begin < b for a, b in pauses)
        passed += not paused and (unit == "h" or OFFICE.between(begin, end) == 60)
        if passed == n:
            assert due_instant(start, parse_offset(f"{n}{unit}"), OFFICE, pauses=pauses) == end
            return
    raise AssertionError("forty days are enough")
