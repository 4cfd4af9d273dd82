"""Every programme in one line."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.analysis.subject_facts import ProgramFacts
from collab_sync.model.document import Block
from collab_sync.summaries.scope import TASKS, Line, SectionScope
from collab_sync.summaries.sections.overview.cells import LEADERS, LIGHTS, count_lights
from collab_sync.summaries.sheet import Column, Section, Sheet, sentence


@dataclass(frozen=True, slots=True)
class Standing:
    """A programme as the leading group sees it."""

    program: ProgramFacts
    lines: tuple[Line, ...]
    scope: SectionScope

    @property
    def active(self) -> tuple[Line, ...]:
        tasks = (line for line in self.lines if line.facts.item.type in TASKS and line.facts.generation == 0)
        return tuple(line for line in tasks if line.facts.item.open)


def shares(row: Standing) -> str:
    counts = count_lights(row.active)
    return "/".join(str(counts[light]) for light in LIGHTS)


OVERVIEW: Sheet[Standing] = Sheet(
    "各项目进展",
    (
        Column("项目", lambda row: row.program.name, ("S1-15", "S0-03", "S0-04")),
        Column("阶段", lambda row: row.scope.words.term(row.program.phase), ("S1-15",)),
        Column("牵头部门", lambda row: row.program.department.name if row.program.department else "", ("S4-13",)),
        Column("负责人", lambda row: row.program.lead.key if row.program.lead else "", ("S1-33",)),
        Column("在办", lambda row: len(row.active), ("S1-15",)),
        Column("红/黄/绿", shares, ("S1-15", "S2-41")),
        Column("逾期", lambda row: sum(line.late > 0 for line in row.active), ("S1-15",)),
        Column("高风险", lambda row: sum(line.text("risk_level") == "高" for line in row.lines if _risk(line))),
        Column("待领导小组决策", lambda row: sum(_waits(line) for line in row.lines), ("S1-13",)),
    ),
    serves=("S1-15",),
)


def overview(scope: SectionScope) -> tuple[Block, ...]:
    """Every programme in one line; confidential ones are counted only."""
    programs = sorted(scope.view.programs.items())
    shown = [program for _, program in programs if not program.facts.item.confidential]
    rows = [
        Standing(program, tuple(line for line in scope.lines if line.facts.program_code == program.code), scope)
        for program in shown
    ]
    hidden = len(programs) - len(shown)
    return (
        *OVERVIEW.blocks(scope, rows),
        *((sentence(scope, "另有保密项目 {count} 个。", count=scope.words.number(hidden)),) if hidden else ()),
    )


def _risk(line: Line) -> bool:
    return line.facts.item.type == "风险" and line.facts.item.open


def _waits(line: Line) -> bool:
    return line.facts.item.open and LEADERS in line.facts.item.labels


SECTION = Section("项目总览", overview, (OVERVIEW,))
