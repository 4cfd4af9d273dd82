"""Compiled triggers: state, event, clock, schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from collab_sync.analysis.facts import Facts, PathReader
from collab_sync.calendar.deadlines import due_instant
from collab_sync.calendar.durations import Duration, Offset
from collab_sync.calendar.slots import Schedule
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.rules.compile.occurrences import Occurrence, changes, creation, entries
from collab_sync.rules.conditions import Predicate


@dataclass(frozen=True, slots=True)
class CompiledState:
    """``whole``: ``predicate`` and the rule's ``where`` in one. ``held``: how long it must have been true first."""

    predicate: Predicate
    whole: Predicate
    held: Duration | None = None


@dataclass(frozen=True, slots=True)
class CompiledEvent:
    """Exactly one of ``created``, ``changed`` (``to`` a value) and ``kinds`` of entry. ``reads``: keys of the entry
    that conditions and texts use; ``everybody``: unauthorised entries count too, because ``if`` asks about it."""

    kinds: tuple[str, ...] = ()
    created: bool = False
    changed: str | None = None
    to: str | None = None
    if_: Predicate | None = None
    reads: frozenset[str] = frozenset()
    everybody: bool = False

    def occurrences(self, facts: Facts) -> tuple[Occurrence, ...]:
        """Everything that happened to the subject and can fire this rule (``if`` not yet asked), oldest first."""
        if self.created:
            return creation(facts)
        if self.changed is not None:
            return changes(facts, self.changed, self.to)
        return entries(facts, self.kinds, self.reads, everybody=self.everybody)


@dataclass(frozen=True, slots=True)
class CompiledClock:
    """Runs from the value of ``start`` (a date or an instant) until ``stop`` holds; ``pause`` stands it still.
    ``whole``: the rule's ``where``, and that ``stop`` does not hold, in one."""

    start: PathReader
    start_path: str
    unit: Literal["wd", "d", "h", "wh"]
    stop: Predicate
    whole: Predicate
    pause: Predicate | None
    calendar: Literal["work", "wall"]
    land_on: Literal["workhours", "any"]

    def due(
        self,
        start: date | datetime,
        after: Offset,
        calendar: WorkingCalendar,
        pauses: Sequence[tuple[datetime, datetime | None]] = (),
    ) -> datetime | None:
        """When a step is reached; None while an open pause keeps it from coming."""
        return due_instant(
            start, after, calendar, land_on=self.land_on, calendar_kind=self.calendar, pauses=tuple(pauses)
        )


@dataclass(frozen=True, slots=True)
class CompiledSchedule:
    schedule: Schedule


CompiledTrigger: TypeAlias = CompiledState | CompiledEvent | CompiledClock | CompiledSchedule
