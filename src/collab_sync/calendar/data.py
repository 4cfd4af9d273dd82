"""What people write about working time (``rules/calendars/*.yaml``), checked as a whole.

A calendar lists what differs from the ordinary week: days off and make-up working days, up to ``valid_through``. A
department may have hours and days of its own; where it says something, it wins.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from collab_sync.calendar.text import clock_time
from collab_sync.model.organisation import StrictModel

Weekday: TypeAlias = Literal["周一", "周二", "周三", "周四", "周五", "周六", "周日"]

WEEKDAYS: tuple[Weekday, ...] = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
"""In the order of ``date.weekday()``."""

ClockTime: TypeAlias = Annotated[
    time,
    BeforeValidator(lambda value: value if isinstance(value, time) else clock_time(str(value))),
    WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"}),
]
"""A time of day without seconds, written ``"09:00"``."""

Span: TypeAlias = tuple[ClockTime, ClockTime]
"""From and to on one day."""

NamedDays: TypeAlias = Mapping[date, str]


class DepartmentOverlay(StrictModel):
    """What differs for one department. ``None``: as in the organisation. ``holidays`` and ``makeups`` are added to
    the organisation's and win over them: a make-up on a public holiday means that this department works."""

    hours: Span | None = None
    breaks: tuple[Span, ...] | None = None
    holidays: NamedDays = Field(default_factory=dict)
    makeups: NamedDays = Field(default_factory=dict)


class CalendarData(StrictModel):
    """One working calendar. Days listed in ``holidays`` are off, days in ``makeups`` are worked, all others follow
    ``week``. After ``valid_through`` (inclusive) nothing is known yet and ``week`` alone decides."""

    key: str = Field(min_length=1)
    tz: str
    hours: Span = (time(9), time(18))
    breaks: tuple[Span, ...] = ()
    week: tuple[Weekday, ...] = WEEKDAYS[:5]
    holidays: NamedDays = Field(default_factory=dict)
    makeups: NamedDays = Field(default_factory=dict)
    valid_through: date
    departments: Mapping[str, DepartmentOverlay] = Field(default_factory=dict)

    @field_validator("tz")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"没有时区“{name}”,请写成 Asia/Shanghai 这样的名称") from error
        return name

    @field_validator("week")
    @classmethod
    def _a_real_week(cls, week: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if not week:
            raise ValueError("week 至少要有一个工作日")
        if len(set(week)) < len(week):
            raise ValueError("week 里有重复的日子,请每天只写一次")
        return week

    @model_validator(mode="after")
    def _consistent(self) -> CalendarData:
        problems = [*_span_problems(self.hours, self.breaks), *_day_problems(self, self.holidays, self.makeups)]
        for key, overlay in self.departments.items():
            breaks = self.breaks if overlay.breaks is None else overlay.breaks
            own = [
                *_span_problems(overlay.hours or self.hours, breaks),
                *_day_problems(self, overlay.holidays, overlay.makeups, worked=self.holidays),
            ]
            problems += [f"部门 {key}:{problem}" for problem in own]
        if problems:
            raise ValueError(";".join(problems))
        return self

    @property
    def weekdays(self) -> frozenset[int]:
        """The ordinary working days as ``date.weekday()`` numbers."""
        return frozenset(WEEKDAYS.index(name) for name in self.week)

    @property
    def version(self) -> str:
        """Twelve hex digits over everything that decides; the names of days do not."""
        parts = json.dumps(_deciding(self), ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(parts.encode()).hexdigest()[:12]

    def for_department(self, key: str) -> CalendarData:
        """This calendar as the department ``key`` lives it; itself when the department has nothing of its own."""
        overlay = self.departments.get(key)
        if overlay is None:
            return self
        weekdays = self.weekdays
        worked = {**self.makeups, **overlay.makeups}
        off = {**self.holidays, **overlay.holidays}
        return CalendarData(
            key=f"{self.key}/{key}",
            tz=self.tz,
            hours=overlay.hours or self.hours,
            breaks=self.breaks if overlay.breaks is None else overlay.breaks,
            week=self.week,
            holidays={day: name for day, name in off.items() if day not in overlay.makeups},
            makeups={
                day: name
                for day, name in worked.items()
                if day not in overlay.holidays and day.weekday() not in weekdays
            },
            valid_through=self.valid_through,
        )


def _deciding(data: CalendarData) -> Mapping[str, object]:
    return {
        "tz": data.tz,
        "hours": [str(at) for at in data.hours],
        "breaks": sorted([str(begin), str(end)] for begin, end in data.breaks),
        "week": sorted(data.weekdays),
        "holidays": sorted(str(day) for day in data.holidays),
        "makeups": sorted(str(day) for day in data.makeups),
        "valid_through": str(data.valid_through),
        "departments": {key: _deciding(data.for_department(key)) for key in data.departments},
    }


def _span_problems(hours: Span, breaks: tuple[Span, ...]) -> Iterator[str]:
    opening, closing = hours
    if opening >= closing:
        yield f"上班时间 {_span(hours)} 颠倒了,请先写上班、后写下班(不支持跨午夜)"
        return
    end_of_last = opening
    for pause in sorted(breaks):
        begin, end = pause
        if begin >= end:
            yield f"休息时间 {_span(pause)} 颠倒了,请先写开始、后写结束"
        elif not (opening < begin and end < closing):
            yield f"休息时间 {_span(pause)} 不在上班时间 {_span(hours)} 之内,请改休息时间或上班时间"
        elif begin < end_of_last:
            yield f"休息时间 {_span(pause)} 与前一段休息重叠,请合并成一段"
        end_of_last = max(end_of_last, end)


def _day_problems(
    data: CalendarData, holidays: NamedDays, makeups: NamedDays, worked: NamedDays | None = None
) -> Iterator[str]:
    """``worked``: days off of the organisation on which a department may work all the same."""
    for day in sorted(holidays.keys() & makeups.keys()):
        yield f"{day} 既是假日({holidays[day]})又是调休上班日({makeups[day]}),请删去其中一个"
    ordinary = data.weekdays
    for day in sorted(makeups.keys() - holidays.keys() - (worked or {}).keys()):
        if day.weekday() in ordinary:
            yield f"调休上班日 {day} 是{WEEKDAYS[day.weekday()]},本来就是工作日,请核对日期"
    for day in sorted(day for day in {*holidays, *makeups} if day > data.valid_through):
        limit = f"valid_through({data.valid_through})"
        yield f"{day} 晚于 {limit},不会起作用;请核对这一天,或把 valid_through 改到已公布的最后一天"


def _span(span: Span) -> str:
    return f"{span[0]:%H:%M}–{span[1]:%H:%M}"
