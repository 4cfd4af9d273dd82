"""Schedules in the words of rule files, and the instants at which they come round.

::

    周五 17:00 | 工作日 17:00 | 每月25日 09:00 | 每月首个工作日 09:00 | 每季首个工作日 09:00
    周三 14:00  + every: 2 weeks  + anchor: 2025-09-17
    09:00       + every: 6 months + anchor: 2025-04-15
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias, cast, get_args

from collab_sync.calendar.cadence import (
    Cadence,
    EachInterval,
    EachMonthDay,
    EachWeekday,
    EachWorkingDay,
    FirstWorkingDay,
    nominal_days,
)
from collab_sync.calendar.data import WEEKDAYS
from collab_sync.calendar.text import clock_time, meant
from collab_sync.calendar.working_calendar import WorkingCalendar

OnHoliday: TypeAlias = Literal["previous", "next", "skip"]

_FORMS = '"周五 17:00"、"工作日 17:00"、"每月25日 09:00"、"每月首个工作日 09:00"、"每季首个工作日 09:00"或 "09:00"'
_COLONS = (":", "\uff1a")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_MONTH_DAY = re.compile(r"每月([0-9]{1,2})[日号]")
_EVERY = re.compile(r"([0-9]{1,3})\s*(days?|weeks?|months?|天|周|个月)")
_LONGEST = {"days": 3660, "months": 120}
"""Ten years: a longer interval is a slip of the keyboard."""

_FIRST_LOOK = timedelta(days=40)
_LAST_LOOK = timedelta(days=40 * 366)
"""Four times the longest interval: what does not come round by then never does."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One round of a schedule. ``nominal``: the day the schedule names; ``at``: the instant (UTC) at which it runs,
    moved if that day is off. Of several that land on the same instant only the last one is a slot."""

    nominal: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something comes round, by the local clock of the calendar it is asked about."""

    cadence: Cadence
    time: time
    on_holiday: OnHoliday = "next"

    def slots(self, calendar: WorkingCalendar, after: datetime, until: datetime) -> tuple[Slot, ...]:
        """Slots whose instant lies in (after, until], in order."""
        # A day off moves at most to the working day next to it: what lands inside was named at most that far out.
        first = calendar.working_day_after(calendar.local_date(after), -1)
        last = calendar.working_day_after(calendar.local_date(until), 1)
        landed = {
            calendar.instant(day, self.time): nominal
            for nominal in nominal_days(self.cadence, calendar, first, last)
            if (day := self._day_for(nominal, calendar))
        }
        return tuple(Slot(nominal, at) for at, nominal in landed.items() if after < at <= until)

    def next_slot(self, calendar: WorkingCalendar, after: datetime) -> Slot:
        """The first slot after ``after``; one in the year 9999 if none ever comes (a Saturday with ``skip``)."""
        begin, look = self._not_before(after, calendar), _FIRST_LOOK
        while look <= _LAST_LOOK:
            end = begin + look
            if slots := self.slots(calendar, begin, end):
                return slots[0]
            begin, look = end, look * 3
        never = calendar.working_day_after(date.max, 1)
        return Slot(never, calendar.instant(never, self.time))

    def _not_before(self, after: datetime, calendar: WorkingCalendar) -> datetime:
        """``after``, or a moment before anything that an anchor in the future can bring."""
        match self.cadence:
            case EachInterval(anchor=anchor):
                return max(after, calendar.instant(calendar.working_day_after(anchor, -2), time()))
            case _:
                return after

    def _day_for(self, nominal: date, calendar: WorkingCalendar) -> date | None:
        if calendar.is_working_day(nominal):
            return nominal
        match self.on_holiday:
            case "previous":
                return calendar.working_day_after(nominal, -1)
            case "next":
                return calendar.working_day_after(nominal, 1)
            case "skip":
                return None


def parse_schedule(at: str, every: str | None = None, anchor: date | None = None, on_holiday: str = "next") -> Schedule:
    """Reads a schedule as rule files write it (see the module). ``every`` and ``anchor`` come together: the anchor is
    the first nominal day, nothing happens before it.

    Raises ValueError with a sentence for the person who typed it.
    """
    if on_holiday not in get_args(OnHoliday):
        raise ValueError(f"on_holiday“{on_holiday}”无法识别,请写 previous(提前)、next(顺延)或 skip(跳过)")
    words = at.split()
    if not 1 <= len(words) <= 2 or not any(mark in words[-1] for mark in _COLONS):
        raise ValueError(f"时间“{at}”无法识别,请写成 {_FORMS}{meant(at)}")
    days, clock = ("", words[0]) if len(words) == 1 else (words[0], words[1])
    cadence = _plain(days, at) if every is None and anchor is None else _recurring(days, every, anchor)
    return Schedule(cadence, clock_time(clock), cast("OnHoliday", on_holiday))


def _plain(days: str, at: str) -> Cadence:
    if not days:
        raise ValueError(f'只写时刻“{at}”时,还要写 every(如 "6 months")和 anchor(起始日期)')
    if weekday := _WEEKDAY.fullmatch(days):
        return EachWeekday(_weekday_number(weekday[1]))
    if month_day := _MONTH_DAY.fullmatch(days):
        return EachMonthDay(_checked_month_day(int(month_day[1])))
    match days:
        case "工作日":
            return EachWorkingDay()
        case "每月首个工作日":
            return FirstWorkingDay(1)
        case "每季首个工作日":
            return FirstWorkingDay(3)
        case _:
            raise ValueError(f"时间“{at}”无法识别,请写成 {_FORMS}{meant(at)}")


def _recurring(days: str, every: str | None, anchor: date | None) -> EachInterval:
    if every is None or anchor is None:
        raise ValueError("every 和 anchor 要一起写:every 是间隔,anchor 是第一次的日期")
    found = _EVERY.fullmatch(every.strip())
    if not found or not int(found[1]):
        raise ValueError(f'间隔“{every}”无法识别,请写成 "2 weeks"、"6 months" 或 "10 days"{meant(every)}')
    interval = _interval(int(found[1]), found[2], anchor)
    if interval.count > _LONGEST[interval.unit]:
        raise ValueError(f"间隔“{every}”超过十年,请核对")
    if days:
        _check_weekday(days, every, interval)
    return interval


def _interval(count: int, word: str, anchor: date) -> EachInterval:
    if word.startswith("month") or word == "个月":
        return EachInterval(count, "months", anchor)
    return EachInterval(count * 7 if word.startswith("week") or word == "周" else count, "days", anchor)


def _check_weekday(days: str, every: str, interval: EachInterval) -> None:
    weekday = _WEEKDAY.fullmatch(days)
    if not weekday:
        raise ValueError(f'“{days}”不能和 every 一起写;every 只配合 "周三 14:00" 或 "09:00"')
    if interval.unit != "days" or interval.count % 7:
        raise ValueError(f'“{days}”只能配合整周的间隔,请把“{every}”写成 "2 weeks" 这样')
    if interval.anchor.weekday() != _weekday_number(weekday[1]):
        actual = WEEKDAYS[interval.anchor.weekday()]
        raise ValueError(f"anchor {interval.anchor} 是{actual},与“{days}”不一致,请改其中一个")


def _weekday_number(character: str) -> int:
    return "一二三四五六日".index("日" if character == "天" else character)


def _checked_month_day(number: int) -> int:
    if not 1 <= number <= 31:
        raise ValueError(f"每月没有 {number} 日,请写 1 到 31(短月按最后一天)")
    return number
