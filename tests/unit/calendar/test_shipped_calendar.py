"""The calendar that is delivered: China 2025 and 2026 as announced by the State Council."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from tests.unit.calendar.calendar_samples import SHIPPED, shipped_data

from collab_sync.calendar.working_calendar import WorkingCalendar

OFFICE = WorkingCalendar(shipped_data())


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_每一天都与独立的节假日资料一致() -> None:
    """Every one of the 730 days against the ``holidays`` package, make-up weekends included."""
    china = holidays.country_holidays("CN", years=[2025, 2026])

    wrong = [
        day
        for day in days(date(2025, 1, 1), date(2026, 12, 31))
        if OFFICE.is_working_day(day) != (day in china.weekend_workdays or (day.weekday() < 5 and day not in china))
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("first", "last", "length"),
    [
        (date(2025, 1, 1), date(2025, 1, 1), 1),
        (date(2025, 1, 28), date(2025, 2, 4), 8),
        (date(2025, 4, 4), date(2025, 4, 6), 3),
        (date(2025, 5, 1), date(2025, 5, 5), 5),
        (date(2025, 5, 31), date(2025, 6, 2), 3),
        (date(2025, 10, 1), date(2025, 10, 8), 8),
        (date(2026, 1, 1), date(2026, 1, 3), 3),
        (date(2026, 2, 15), date(2026, 2, 23), 9),
        (date(2026, 4, 4), date(2026, 4, 6), 3),
        (date(2026, 5, 1), date(2026, 5, 5), 5),
        (date(2026, 6, 19), date(2026, 6, 21), 3),
        (date(2026, 9, 25), date(2026, 9, 27), 3),
        (date(2026, 10, 1), date(2026, 10, 7), 7),
    ],
)
def test_每个假期都照通知抄全(first: date, last: date, length: int) -> None:
    """The words of the notices: from, to and how many days, weekends in between included."""
    named = shipped_data().holidays

    assert len(days(first, last)) == length
    assert [day for day in days(first, last) if day not in named] == []
    assert not any(OFFICE.is_working_day(day) for day in days(first, last))


def test_没有列出通知之外的假日() -> None:
    assert len(shipped_data().holidays) == 28 + 33


def test_一年的工作日数() -> None:
    """248 and 248: 365 days less weekends, less days off, plus make-up weekends."""
    assert OFFICE.working_days_between(date(2024, 12, 31), date(2025, 12, 31)) == 248
    assert OFFICE.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248


def test_有效期到2026年底_之后注明未确认() -> None:
    assert not OFFICE.provisional(date(2026, 12, 31))
    assert OFFICE.provisional(date(2027, 1, 1))


def test_文件开头说明来源和怎样延长() -> None:
    head = SHIPPED.read_text(encoding="utf-8").split("\nkey:")[0]

    assert "国务院办公厅" in head
    assert "valid_through" in head
