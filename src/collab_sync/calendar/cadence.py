"""Which days a schedule names, before anybody asks whether they are working days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias, assert_never

from collab_sync.calendar.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class EachWorkingDay:
    """``工作日``."""


@dataclass(frozen=True, slots=True)
class EachWeekday:
    """``周五``: every week; ``weekday`` as in ``date.weekday()``."""

    weekday: int


@dataclass(frozen=True, slots=True)
class EachMonthDay:
    """``每月25日``; the last day of months that are too short."""

    day: int


@dataclass(frozen=True, slots=True)
class FirstWorkingDay:
    """``每月首个工作日`` (1 month), ``每季首个工作日`` (3 months, counted from January)."""

    months: Literal[1, 3]


@dataclass(frozen=True, slots=True)
class EachInterval:
    """Every ``count`` days or months from ``anchor`` on, the anchor included; nothing before it."""

    count: int
    unit: Literal["days", "months"]
    anchor: date


Cadence: TypeAlias = EachWorkingDay | EachWeekday | EachMonthDay | FirstWorkingDay | EachInterval


def nominal_days(cadence: Cadence, calendar: WorkingCalendar, first: date, last: date) -> Iterator[date]:
    """The days that ``cadence`` names from ``first`` to ``last``, both included, in order."""
    for day in _candidates(cadence, calendar, first, last):
        if first <= day <= last:
            yield day


def _candidates(cadence: Cadence, calendar: WorkingCalendar, first: date, last: date) -> Iterator[date]:
    """All of ``nominal_days`` and possibly some days around them."""
    match cadence:
        case EachWorkingDay():
            return _working_days(calendar, first, last)
        case EachWeekday(weekday=weekday):
            return _steps(first + timedelta(days=(weekday - first.weekday()) % 7), 7, last)
        case EachMonthDay(day=number):
            return (_day_of_month(*month, number) for month in _months(first, last, 1))
        case FirstWorkingDay(months=months):
            return (_working_day_from(date(*month, 1), calendar) for month in _months(first, last, months))
        case EachInterval():
            return _interval_steps(cadence, first, last)
        case _:
            assert_never(cadence)


def _working_days(calendar: WorkingCalendar, first: date, last: date) -> Iterator[date]:
    day = _working_day_from(first, calendar)
    while day <= last:
        yield day
        day = calendar.working_day_after(day, 1)


def _steps(start: date, days: int, last: date) -> Iterator[date]:
    for ordinal in range(start.toordinal(), last.toordinal() + 1, days):
        yield date.fromordinal(ordinal)


def _months(first: date, last: date, every: int) -> Iterator[tuple[int, int]]:
    """(year, month) of all months, or first months of quarters, that touch the days from ``first`` to ``last``."""
    begin, end = _month_number(first), _month_number(last)
    for number in range(begin - begin % every, end + 1, every):
        yield number // 12, number % 12 + 1


def _interval_steps(cadence: EachInterval, first: date, last: date) -> Iterator[date]:
    count, anchor = cadence.count, cadence.anchor
    if cadence.unit == "days":
        missed = max((first - anchor).days // count, 0)
        return _steps(anchor + timedelta(days=missed * count), count, last)
    begin = _month_number(anchor)
    missed = max((_month_number(first) - begin) // count, 0)
    numbers = range(begin + missed * count, _month_number(last) + 1, count)
    return (_day_of_month(number // 12, number % 12 + 1, anchor.day) for number in numbers)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _day_of_month(year: int, month: int, number: int) -> date:
    return date(year, month, min(number, monthrange(year, month)[1]))


def _working_day_from(day: date, calendar: WorkingCalendar) -> date:
    """``day`` itself, or the first working day after it."""
    return day if calendar.is_working_day(day) else calendar.working_day_after(day, 1)
