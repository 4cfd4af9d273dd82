"""The days that cadences name, before holidays move them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calendar.calendar_samples import calendar

from collab_sync.calendar.cadence import (
    Cadence,
    EachInterval,
    EachMonthDay,
    EachWeekday,
    EachWorkingDay,
    FirstWorkingDay,
    nominal_days,
)

OFFICE = calendar()
NATIONAL_DAY = date(2025, 10, 1)
HOLIDAY_END = date(2025, 10, 9)


def named(cadence: Cadence, first: date, last: date) -> list[str]:
    return [f"{day:%m-%d}" for day in nominal_days(cadence, OFFICE, first, last)]


@pytest.mark.parametrize(
    ("cadence", "days"),
    [
        (EachWorkingDay(), ["10-09"]),
        (EachWeekday(2), ["10-01", "10-08"]),
        (EachMonthDay(1), ["10-01"]),
        (EachMonthDay(10), []),
        (FirstWorkingDay(1), ["10-09"]),
        (FirstWorkingDay(3), ["10-09"]),
        (EachInterval(3, "days", date(2025, 9, 27)), ["10-03", "10-06", "10-09"]),
        (EachInterval(3, "days", date(2025, 10, 5)), ["10-05", "10-08"]),
        (EachInterval(1, "months", date(2025, 8, 9)), ["10-09"]),
        (EachInterval(2, "months", date(2025, 9, 3)), []),
        (EachInterval(2, "months", date(2025, 11, 3)), []),
    ],
)
def test_国庆九天里各种安排指的是哪几天(cadence: Cadence, days: list[str]) -> None:
    assert named(cadence, NATIONAL_DAY, HOLIDAY_END) == days


CADENCES = (
    st.builds(EachWeekday, st.integers(0, 6))
    | st.builds(EachMonthDay, st.integers(1, 31))
    | st.builds(FirstWorkingDay, st.sampled_from([1, 3]))
    | st.builds(
        EachInterval,
        st.integers(1, 40),
        st.sampled_from(["days", "months"]),
        st.dates(date(2024, 1, 1), date(2026, 1, 31)),
    )
    | st.just(EachWorkingDay())
)


@settings(max_examples=150, deadline=None)
@given(CADENCES, st.dates(date(2025, 1, 1), date(2026, 1, 31)), st.integers(0, 90))
def test_只看一段与从头看起再截取一致(cadence: Cadence, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    whole = nominal_days(cadence, OFFICE, date(2023, 1, 1), date(2027, 1, 1))

    assert list(nominal_days(cadence, OFFICE, first, last)) == [day for day in whole if first <= day <= last]
