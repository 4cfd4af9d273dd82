"""When a rule acts: exactly one of state, event, clock, schedule."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from collab_sync.calendar.durations import parse_duration
from collab_sync.calendar.slots import parse_schedule
from collab_sync.model.organisation import StrictModel
from collab_sync.rules.schema.conditions import Condition

Unit = Literal["wd", "d", "h", "wh"]
CalendarKind = Literal["work", "wall"]
LandOn = Literal["workhours", "any"]
OnHoliday = Literal["previous", "next", "skip"]


class EventTrigger(StrictModel):
    """Something happened: the subject appeared, a path changed (``to`` a value), or an entry was left."""

    created: Literal[True] | None = None
    changed: str | None = None
    to: str | None = None
    entry: str | tuple[str, ...] | None = None
    if_: Condition | None = Field(default=None, alias="if")

    @model_validator(mode="after")
    def _exactly_one(self) -> EventTrigger:
        given = [name for name in ("created", "changed", "entry") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("event 里要写 created、changed、entry 其中恰好一个")
        if self.to is not None and self.changed is None:
            raise ValueError("to 只能和 changed 一起写")
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of entry that fire the rule; empty for other events."""
        if self.entry is None:
            return ()
        return (self.entry,) if isinstance(self.entry, str) else self.entry


class ClockTrigger(StrictModel):
    """A clock runs from ``start`` until ``stop``; ``pause`` stands it still."""

    start: str
    unit: Unit
    stop: Condition
    pause: Condition | None = None
    calendar: CalendarKind = "wall"
    land_on: LandOn = "any"


class ScheduleTrigger(StrictModel):
    """Slots of the calendar: ``at: 周五 17:00``; ``every`` and ``anchor`` for every second week and the like."""

    at: str
    every: str | None = None
    anchor: date | None = None
    on_holiday: OnHoliday = "next"

    @model_validator(mode="after")
    def _readable(self) -> ScheduleTrigger:
        parse_schedule(self.at, every=self.every, anchor=self.anchor, on_holiday=self.on_holiday)
        return self


class Trigger(StrictModel):
    """``held``: how long ``state`` must have been true before the rule acts."""

    state: Condition | None = None
    held: str | None = None
    event: EventTrigger | None = None
    clock: ClockTrigger | None = None
    schedule: ScheduleTrigger | None = None

    @field_validator("held")
    @classmethod
    def _duration(cls, held: str | None) -> str | None:
        if held is not None:
            parse_duration(held)
        return held

    @model_validator(mode="after")
    def _exactly_one(self) -> Trigger:
        given = [name for name in ("state", "event", "clock", "schedule") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("when 里要写 state、event、clock、schedule 其中恰好一个")
        if self.held is not None and self.state is None:
            raise ValueError("held 只能和 state 一起写")
        return self
