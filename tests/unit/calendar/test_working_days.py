"""Working days, openings and what holds beyond the years a calendar knows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calendar.calendar_samples import calendar, day, local, shown

from collab_sync.calendar.working_calendar import WorkingCalendar

OFFICE = calendar()
SIX_DAYS = calendar(week=["周一", "周二", "周三", "周四", "周五", "周六"], makeups={"2025-09-28": "国庆调休"})
CALENDARS = st.sampled_from([OFFICE, SIX_DAYS])
AROUND_AUTUMN = st.dates(date(2025, 9, 1), date(2025, 11, 10))


def slow_count(working: WorkingCalendar, a: date, b: date) -> int:
    """Working days in (a, b], one by one."""
    return sum(working.is_working_day(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))


def test_调休的周日和周六上班_国庆不上班() -> None:
    working = [text for text in (f"10-{n:02}" for n in range(1, 13)) if OFFICE.is_working_day(day(text))]

    assert OFFICE.is_working_day(day("09-28"))
    assert working == ["10-09", "10-10", "10-11"]


@settings(max_examples=150, deadline=None)
@given(CALENDARS, AROUND_AUTUMN, AROUND_AUTUMN)
def test_两天之间的工作日数与逐日去数一致(working: WorkingCalendar, a: date, b: date) -> None:
    expected = slow_count(working, a, b) if a <= b else -slow_count(working, b, a)

    assert working.working_days_between(a, b) == expected


@settings(max_examples=150, deadline=None)
@given(CALENDARS, AROUND_AUTUMN, st.integers(1, 30))
def test_第n个工作日是工作日且正好隔n天(working: WorkingCalendar, start: date, n: int) -> None:
    after, before = working.working_day_after(start, n), working.working_day_after(start, -n)

    assert working.is_working_day(after)
    assert slow_count(working, start, after) == n
    assert working.is_working_day(before)
    assert slow_count(working, before - timedelta(days=1), start - timedelta(days=1)) == n


def test_第零个工作日就是当天() -> None:
    assert OFFICE.working_day_after(day("10-04"), 0) == day("10-04")


def test_一天从九点到六点_以当地时间计() -> None:
    assert OFFICE.opening(day("09-30")) == datetime(2025, 9, 30, 1, tzinfo=UTC)
    assert OFFICE.closing(day("09-30")) == datetime(2025, 9, 30, 10, tzinfo=UTC)
    assert OFFICE.local_date(datetime(2025, 9, 30, 16, tzinfo=UTC)) == day("10-01")
    assert OFFICE.instant(day("09-30"), time(17, 30)) == local("09-30 17:30")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("09-30 08:59:59", False),
        ("09-30 09:00", True),
        ("09-30 18:00", True),
        ("09-30 18:00:59", True),
        ("09-30 18:01", False),
        ("10-01 10:00", False),
        ("09-27 10:00", False),
        ("09-28 10:00", True),
    ],
)
def test_六点整还在上班_过了这一分钟才下班(at: str, is_open: bool) -> None:
    assert OFFICE.is_open(local(at)) is is_open


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("09-30 18:00", "周二 09-30 18:00"),
        ("09-30 18:01", "周四 10-09 09:00"),
        ("09-30 07:00", "周二 09-30 09:00"),
        ("10-04 12:00", "周四 10-09 09:00"),
        ("09-26 20:00", "周日 09-28 09:00"),
    ],
)
def test_下班后等到下一次上班(at: str, opens: str) -> None:
    assert shown(OFFICE.next_open(local(at))) == opens


def test_下一次上班严格晚于现在() -> None:
    assert shown(OFFICE.opening_after(local("09-29 08:59"))) == "周一 09-29 09:00"
    assert shown(OFFICE.opening_after(local("09-29 09:00"))) == "周二 09-30 09:00"
    assert shown(OFFICE.opening_after(local("09-30 12:00"))) == "周四 10-09 09:00"


def test_午休关门_午休开始的那一刻还开着() -> None:
    """As 18:00 is the last open instant of the day, 12:00 is the last one of the morning."""
    lunch = calendar(breaks=[["12:00", "13:00"]])

    assert [lunch.is_open(local(f"09-24 {at}")) for at in ("12:00", "12:01", "12:59", "13:00")] == [
        True, False, False, True,
    ]  # fmt: skip
    assert shown(lunch.next_open(local("09-24 12:30"))) == "周三 09-24 13:00"
    assert shown(lunch.opening_after(local("09-24 12:30"))) == "周四 09-25 09:00"


def test_没公布的年份按周一到周五算并且说明() -> None:
    """National day 2027 counts as an ordinary Friday until the notice for 2027 is in the file."""
    assert OFFICE.is_working_day(date(2027, 10, 1))
    assert OFFICE.working_days_between(date(2027, 9, 24), date(2027, 10, 8)) == 10
    assert OFFICE.provisional(date(2027, 1, 1))
    assert OFFICE.provisional(local("01-01 00:00", 2027))
    assert not OFFICE.provisional(date(2026, 12, 31))
    assert not OFFICE.provisional(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    assert OFFICE.provisional(datetime(2026, 12, 31, 16, tzinfo=UTC))


def test_比日历第一年更早的日子也只是估计() -> None:
    assert OFFICE.provisional(date(2024, 12, 31))
    assert not OFFICE.provisional(date(2025, 1, 1))


def test_什么假日都没有列的日历没有第一年() -> None:
    assert not calendar(holidays={}, makeups={}).provisional(date(1990, 1, 1))


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_时间尽头也不出错(at: datetime, zone: str) -> None:
    edge = calendar(tz=zone)
    day_there = at.date()

    assert edge.between(edge.add(at, 600), at) <= 0 or at.year == 9999
    assert edge.next_open(at).year == at.year
    assert edge.opening_after(at).year == at.year
    assert edge.working_day_after(day_there, 5).year == at.year
    assert edge.working_day_after(day_there, -5).year == at.year
    assert edge.closing(day_there).year == at.year
    assert edge.provisional(day_there)


def test_不带时区的时刻被拒绝() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        OFFICE.is_open(datetime(2025, 9, 30, 10))  # noqa: DTZ001 - a naive time is what is being refused
