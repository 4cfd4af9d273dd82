"""Whether the data became better: gaps that were found, that were filled, that are left, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collab_sync.model.action import LogLine
from collab_sync.model.document import Block, Curves
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.mechanism.cells import told
from collab_sync.summaries.sections.quality.doubts import INCOMPLETE
from collab_sync.summaries.sheet import Column, Section, Sheet, sentence

_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month: gaps ``found`` and ``filled`` in it, and ``left`` at its end."""

    name: str
    found: int
    filled: int
    left: int


MONTHS: Sheet[Month] = Sheet(
    "数据补齐情况",
    (
        Column("月份", lambda month: month.name, ("S2-03",)),
        Column("新发现缺项", lambda month: month.found, ("S2-03", "S1-56")),
        Column("已补齐", lambda month: month.filled, ("S2-03", "S1-56")),
        Column("月末仍缺", lambda month: month.left, ("S2-03", "S1-56")),
    ),
    empty="没有发现过缺项。",
)


def completeness(scope: SectionScope) -> tuple[Block, ...]:
    """The table, a curve once there are months enough for one."""
    found = months(scope)
    note = sentence(scope, "按本系统所加、所去的“需补齐”标签计(替代指标)。")
    return (*MONTHS.blocks(scope, found), *_curve(scope, found), *([note] if found else []))


def months(scope: SectionScope) -> tuple[Month, ...]:
    """The months of the period in which the log has anything, oldest first."""
    lines = [line for line in told(scope) if _about(line)]
    first = _month(scope, scope.period[0])
    names = dict.fromkeys(_month(scope, line.at) for line in lines)
    left, found = 0, []
    for name in names:
        own = [line for line in lines if _month(scope, line.at) == name]
        added = sum(line.action == "label+" for line in own)
        left += 2 * added - len(own)
        found.append(Month(name, added, len(own) - added, left))
    return tuple(month for month in found if month.name >= first)


def _month(scope: SectionScope, at: datetime) -> str:
    """``2025-10``, as it sorts."""
    return f"{at.astimezone(scope.calendar.zone):%Y-%m}"


def _about(line: LogLine) -> bool:
    return line.action in ("label+", "label-") and line.detail.startswith(INCOMPLETE)


def _curve(scope: SectionScope, found: tuple[Month, ...]) -> tuple[Block, ...]:
    if len(found) < _FEWEST:
        return ()
    left = (scope.say("月末仍缺"), tuple(float(month.left) for month in found))
    return (Curves(scope.say("月末仍缺的项数"), tuple(month.name for month in found), (left,), scope.say("项")),)


SECTION = Section("数据补齐", completeness, (MONTHS,), serves=("S2-03", "S1-56"))
