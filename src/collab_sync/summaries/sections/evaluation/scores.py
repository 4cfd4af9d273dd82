"""Rates, durations and marks of a department or a programme."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from collab_sync.analysis.reporting.ratings import marks
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope

DIMENSIONS: tuple[str, ...] = ("响应及时性", "沟通效率", "交付质量")

DONE = ("已完成", "已结项")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share with its parts; unknown while there is nothing to divide by."""

    part: int
    whole: int

    def told(self, scope: SectionScope) -> str:
        """``50%(1/2)``."""
        if not self.whole:
            return scope.say("暂无数据")
        percent, number = f"{self.part / self.whole:.0%}", scope.words.number
        return scope.say("{percent}({part}/{whole})", percent=percent, part=number(self.part), whole=number(self.whole))

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Score:
    """One department's (or programme's) figures over these items."""

    name: str
    lines: tuple[Line, ...]
    scope: SectionScope

    @property
    def completed(self) -> Ratio:
        live = [line for line in self.lines if line.facts.item.status != "已取消"]
        return Ratio(sum(line.facts.item.status in DONE for line in live), len(live))

    @property
    def in_time(self) -> Ratio:
        """Of what is done or is open and overdue, what was done by its date; cancelled work is neither."""
        counted = [line for line in self.lines if line.facts.due and (self._done(line) or self._overdue(line))]
        return Ratio(sum(self._done(line) and line.late == 0 for line in counted), len(counted))

    @property
    def mean_days(self) -> float | None:
        """Mean working days from the first day of work to completion."""
        spent = [days for line in self.lines if self._done(line) and (days := working_days(line)) is not None]
        return fmean(spent) if spent else None

    @property
    def days(self) -> str:
        """``mean_days`` as a cell shows it."""
        return f"{self.mean_days:.1f}" if self.mean_days is not None else self.scope.say("暂无数据")

    @property
    def marks(self) -> tuple[tuple[float, ...], ...]:
        """Every complete rating as three numbers."""
        rated = (parsed(entry) for line in self.lines for entry in line.facts.entries("协作评价"))
        return tuple(found for found in rated if found)

    def mean(self, dimension: int) -> float | None:
        given = [mark[dimension] for mark in self.marks]
        return fmean(given) if given else None

    @staticmethod
    def _overdue(line: Line) -> bool:
        return line.facts.item.open and line.late > 0

    @staticmethod
    def _done(line: Line) -> bool:
        return line.facts.item.status in DONE and line.facts.item.done_at is not None


def working_days(line: Line) -> int | None:
    """Working days from the first day of work to completion, both included."""
    done = line.facts.item.done_at
    if done is None:
        return None
    calendar = line.facts.calendar
    began = min(line.began, calendar.local_date(done))
    return calendar.working_days_between(began, calendar.local_date(done)) + int(calendar.is_working_day(began))


def parsed(entry: Entry) -> tuple[float, ...]:
    """``5/5/4`` as three numbers from 1 to 5; nothing for anything else."""
    given = marks(entry)
    return tuple(float(mark) for mark in given) if len(given) == len(DIMENSIONS) else ()


def by_department(scope: SectionScope) -> tuple[Score, ...]:
    """Figures of every department that has tasks here."""
    found = ((department, scope.of_department(department, scope.tasks)) for department in scope.departments)
    return tuple(Score(department.name, lines, scope) for department, lines in found if lines)
