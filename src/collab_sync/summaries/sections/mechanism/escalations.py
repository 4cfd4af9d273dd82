"""What escalating brought: how long items were overdue before each level, and how long afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from collab_sync.model.action import LogLine
from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.mechanism.cells import told
from collab_sync.summaries.sheet import Column, Section, Sheet, sentence

LATE = "延期"
ESCALATED = "升级::"


@dataclass(frozen=True, slots=True)
class Spell:
    """An item that was overdue and reached ``level``: working days before and after (None: it still is)."""

    level: str
    before: int
    after: int | None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of escalation over the period."""

    name: str
    spells: tuple[Spell, ...]
    scope: SectionScope

    @property
    def before(self) -> str:
        return _mean([spell.before for spell in self.spells])

    @property
    def after(self) -> str:
        return _mean([spell.after for spell in self.spells if spell.after is not None])

    @property
    def lasting(self) -> int:
        return sum(spell.after is None for spell in self.spells)


LEVELS: Sheet[Level] = Sheet(
    "逾期与升级",
    (
        Column("级别", lambda level: level.name, ("S3-35", "S1-56")),
        Column("事项数", lambda level: level.scope.figure(f"升级:{level.name}", len(level.spells)), ("S1-56",)),
        Column("升级前平均逾期(工作日)", lambda level: level.before, ("S1-56",)),
        Column("升级后平均多久解除(工作日)", lambda level: level.after, ("S1-56",)),
        Column("仍在逾期", lambda level: level.lasting, ("S1-56",)),
    ),
    empty="本期没有事项因逾期升级。",
)


def escalations(scope: SectionScope) -> tuple[Block, ...]:
    """Level by level; confidential items are not counted."""
    table = LEVELS.blocks(scope, levels(scope))
    note = sentence(scope, "按本系统所加、所去的标签推算(替代指标);解除指不再逾期:已完成,或截止日经批准后移。")
    return (*table, note)


def levels(scope: SectionScope) -> tuple[Level, ...]:
    """Every level that an item reached in the period, by name."""
    found: dict[str, list[Spell]] = {}
    for own in _by_target(told(scope)).values():
        for spell in _spells(scope, own):
            found.setdefault(spell.level, []).append(spell)
    return tuple(Level(name, tuple(spells), scope) for name, spells in sorted(found.items()))


def _by_target(lines: Iterable[LogLine]) -> dict[str, list[LogLine]]:
    found: dict[str, list[LogLine]] = {}
    for line in lines:
        if line.action in ("label+", "label-") and (line.detail == LATE or line.detail.startswith(ESCALATED)):
            found.setdefault(line.target, []).append(line)
    return found


def _spells(scope: SectionScope, lines: Sequence[LogLine]) -> list[Spell]:
    """What the labels of one item say: overdue since, escalated at, overdue until."""
    begin, end = scope.period
    found = []
    since: datetime | None = None
    for place, line in enumerate(lines):
        if line.detail == LATE:
            since = line.at if line.action == "label+" else None
        elif line.action == "label+" and since is not None and begin <= line.at < end:
            until = next((one.at for one in lines[place:] if one.detail == LATE and one.action == "label-"), None)
            after = None if until is None else _days(scope, line.at, until)
            found.append(Spell(line.detail.removeprefix(ESCALATED), _days(scope, since, line.at) + 1, after))
    return found


def _days(scope: SectionScope, since: datetime, until: datetime) -> int:
    first, last = (scope.calendar.local_date(at) for at in (since, until))
    return scope.calendar.working_days_between(first, last)


def _mean(days: Sequence[int]) -> str:
    return f"{fmean(days):.1f}" if days else "—"


SECTION = Section("逾期与升级", escalations, (LEVELS,), serves=("S1-56", "S3-35"))
