"""Lessons learnt."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.model.document import Block
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet


@dataclass(frozen=True, slots=True)
class Lesson:
    """One counting 【复盘】."""

    line: Line
    entry: Entry

    @property
    def program(self) -> str:
        found = self.line.scope.view.program(self.line.facts.program_code)
        if found is None:
            return self.line.facts.program_code or ""
        return "" if found.facts.item.confidential else found.name

    def said(self, key: str) -> str:
        return self.entry.data.get(key, "")


CASES: Sheet[Lesson] = Sheet(
    "历史案例库",
    (
        Column("项目", lambda row: row.program, ("S3-47", "S2-38")),
        Column("复盘会", lambda row: row.line.ref(title=True), ("S2-44",)),
        Column("日期", lambda row: row.line.scope.moment(row.entry.at, "%Y-%m-%d")),
        Column("亮点", lambda row: row.said("亮点"), ("S2-41", "S0-37")),
        Column("待改进", lambda row: row.said("待改进"), ("S2-42", "S0-37")),
        Column("可复用经验", lambda row: row.said("可复用"), ("S2-43", "S0-39", "S1-36")),
        Column("主持", lambda row: row.line.scope.person(row.entry.by)),
    ),
    serves=("S3-47", "S2-38", "S1-19", "S1-36"),
    empty="还没有归档的案例。",
)


def cases(scope: SectionScope) -> tuple[Block, ...]:
    """Every lesson, newest first."""
    found = [Lesson(line, entry) for line in scope.of("会议", "复盘") for entry in line.facts.entries("复盘")]
    return CASES.blocks(scope, sorted(found, key=lambda row: row.entry.at, reverse=True))


SECTION = Section("案例库", cases, (CASES,), serves=("S1-05", "S1-19"))
