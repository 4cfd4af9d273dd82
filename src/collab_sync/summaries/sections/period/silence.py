"""Who has not reported in the period, by department: named without being notified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collab_sync.analysis.reporting.updates import has_reported
from collab_sync.model.document import Block, Inline, Text
from collab_sync.model.organisation import Person
from collab_sync.summaries.scope import TASKS, Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet, heading, sentence


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody responsible who has not reported in the period."""

    person: Person
    line: Line


@dataclass(frozen=True, slots=True)
class Silence:
    """What one department owes; ``key`` and ``name`` are empty for people without a department."""

    key: str
    name: str
    pairs: tuple[Missing, ...]

    @property
    def items(self) -> int:
        return len({pair.line.key for pair in self.pairs})

    @property
    def said(self) -> tuple[Inline, ...]:
        """``李明:NPX-1 …、NPX-2 …;张悦:…``"""
        say = self.pairs[0].line.scope.say
        found: list[Inline] = []
        for person in dict.fromkeys(pair.person.key for pair in self.pairs):
            found += [Text(say(";")), Text(say("{person}:", person=person))][0 if found else 1 :]
            own = [pair.line for pair in self.pairs if pair.person.key == person]
            found += listed(own)
        return tuple(found)


def listed(lines: Iterable[Line]) -> Iterator[Inline]:
    """References with titles, as a list in a sentence."""
    for place, line in enumerate(lines):
        yield from ((Text(line.scope.say("、")),) if place else ())
        yield from line.ref(title=True)


def _count(silence: Silence) -> str:
    scope = silence.pairs[0].line.scope
    return scope.figure(f"缺更新:{silence.key}", silence.items)


def _name(silence: Silence) -> str:
    return silence.name or silence.pairs[0].line.scope.say("未登记部门")


SILENT: Sheet[Silence] = Sheet(
    "缺更新",
    (
        Column("部门", _name, ("S3-28",)),
        Column("缺更新的事项数", _count, ("S2-24",)),
        Column("人员与事项", lambda silence: silence.said, ("S2-24", "S3-28", "S0-23")),
    ),
)


def missing(scope: SectionScope) -> tuple[Missing, ...]:
    """Pairs (R, item in progress) without a counting 【进度更新】 of his own in the period. A status change is none."""
    begin, end = scope.period
    found = []
    for line in scope.of(*TASKS):
        if line.facts.item.status != "进行中":
            continue
        doers = {one.key: one for one in line.facts.people("R")}
        found += [Missing(one, line) for one in doers.values() if not has_reported(line.facts, one, begin, end)]
    return tuple(found)


def by_department(scope: SectionScope, pairs: Iterable[Missing]) -> tuple[Silence, ...]:
    """Departments in the order of the office, then people of none."""
    owed: dict[str, list[Missing]] = {key: [] for key in (*(one.key for one in scope.departments), "")}
    for pair in pairs:
        department = scope.view.organisation.department_of(pair.person)
        owed[department.key if department else ""].append(pair)
    names = {department.key: department.name for department in scope.departments}
    return tuple(Silence(key, names.get(key, ""), tuple(found)) for key, found in owed.items() if found)


def not_updated(scope: SectionScope) -> tuple[Block, ...]:
    """Department by department, with the people and their items."""
    begin, end = scope.period
    since, until = (scope.moment(at, "%m-%d %H:%M") for at in (begin, end))
    title = heading(scope, "缺更新({since} 至 {until})", since=since, until=until)
    silent = by_department(scope, missing(scope))
    if not silent:
        return (title, sentence(scope, "没有缺更新的任务。"))
    return (title, *SILENT.blocks(scope, silent)[1:])


SECTION = Section("缺更新", not_updated, (SILENT,), serves=("S2-24", "S3-28", "S0-23"))
