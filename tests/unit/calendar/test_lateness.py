"""How late something is, how many working days are left, and when either changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calendar.calendar_samples import calendar, day, local, shown

from collab_sync.calendar.deadlines import due_in_wd, due_in_wd_falls_to, late_days, late_days_reaches

OFFICE = calendar()
DUES = st.dates(date(2025, 9, 15), date(2025, 10, 20))
INSTANTS = st.datetimes(datetime(2025, 9, 10), datetime(2025, 10, 25), timezones=st.just(UTC))  # noqa: DTZ001 - the zone comes from ``timezones``


@pytest.mark.parametrize(
    ("due", "at", "late"),
    [
        ("09-23", "09-23 20:00", 0),
        ("09-23", "09-24 08:59", 0),
        ("09-23", "09-24 09:00", 1),
        ("09-23", "09-27 12:00", 3),
        ("09-23", "09-28 09:00", 4),
        ("09-25", "10-05 12:00", 4),
        ("09-25", "10-09 08:59", 4),
        ("09-25", "10-10 09:00", 6),
        ("10-10", "10-11 09:00", 1),
        ("10-10", "09-30 09:00", 0),
    ],
)
def test_逾期几天就是过了几个上班时刻(due: str, at: str, late: int) -> None:
    assert late_days(day(due), local(at), OFFICE) == late


@pytest.mark.parametrize(
    ("due", "at", "left"),
    [
        ("09-30", "09-26 09:00", 3),
        ("09-30", "09-30 00:00", 0),
        ("09-30", "09-30 23:59", 0),
        ("09-30", "10-01 09:00", 0),
        ("09-30", "10-09 09:00", -1),
        ("10-09", "09-30 12:00", 1),
        ("10-04", "10-02 12:00", 0),
        ("09-23", "09-28 09:00", -4),
    ],
)
def test_还剩几个工作日_今天到期是零_过期是负数(due: str, at: str, left: int) -> None:
    assert due_in_wd(day(due), local(at), OFFICE) == left


def test_逾期天数何时增加() -> None:
    assert shown(late_days_reaches(day("09-25"), 4, OFFICE)) == "周二 09-30 09:00"
    assert shown(late_days_reaches(day("09-25"), 5, OFFICE)) == "周四 10-09 09:00"
    with pytest.raises(ValueError, match="counted from 1"):
        late_days_reaches(day("09-25"), 0, OFFICE)


def test_剩余天数何时减少() -> None:
    assert shown(due_in_wd_falls_to(day("09-30"), 3, OFFICE)) == "周五 09-26 00:00"
    assert shown(due_in_wd_falls_to(day("10-09"), 1, OFFICE)) == "周二 09-30 00:00"
    assert shown(due_in_wd_falls_to(day("10-04"), 0, OFFICE)) == "周二 09-30 00:00"
    assert shown(due_in_wd_falls_to(day("09-30"), -1, OFFICE)) == "周四 10-09 09:00"


@settings(max_examples=200, deadline=None)
@given(DUES, INSTANTS)
def test_逾期天数与逐日去数一致(due: date, at: datetime) -> None:
    later = (due + timedelta(days=n) for n in range(1, 60))
    expected = sum(OFFICE.is_working_day(day) and OFFICE.opening(day) <= at for day in later)

    assert late_days(due, at, OFFICE) == expected
    assert (due_in_wd(due, at, OFFICE) == -expected) or expected == 0


@settings(max_examples=200, deadline=None)
@given(DUES, st.integers(1, 12))
def test_逾期天数恰在那一刻到达(due: date, n: int) -> None:
    at = late_days_reaches(due, n, OFFICE)

    assert late_days(due, at, OFFICE) == n
    assert late_days(due, at - timedelta.resolution, OFFICE) == n - 1


@settings(max_examples=200, deadline=None)
@given(DUES, st.integers(-8, 8))
def test_剩余天数恰在那一刻降到(due: date, n: int) -> None:
    at = due_in_wd_falls_to(due, n, OFFICE)

    assert due_in_wd(due, at, OFFICE) <= n
    assert due_in_wd(due, at - timedelta.resolution, OFFICE) > n


@settings(max_examples=100, deadline=None)
@given(DUES, INSTANTS, st.integers(0, 20 * 24))
def test_剩余天数随时间只减不增(due: date, at: datetime, hours: int) -> None:
    assert due_in_wd(due, at + timedelta(hours=hours), OFFICE) <= due_in_wd(due, at, OFFICE)
