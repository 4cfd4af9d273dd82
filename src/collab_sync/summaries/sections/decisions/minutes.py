"""Every line of every decision, by meeting."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.carriers import values
from collab_sync.model.document import Block
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet


@dataclass(frozen=True, slots=True)
class Decided:
    """One line of a 【决议】."""

    meeting: Line
    entry: Entry
    decision: values.DecisionLine

    @property
    def incomplete(self) -> str:
        """Which of the three parts are missing."""
        dept, due = self.decision.dept, self.decision.due
        scope = self.meeting.scope
        absent = ("缺责任部门" if not dept else "", "缺完成时限" if due is None else "")
        return scope.words.joined(scope.say(what) for what in absent)


MINUTES: Sheet[Decided] = Sheet(
    "会议决议",
    (
        Column("会议", lambda row: row.meeting.ref(title=True), ("S2-29", "S1-32")),
        Column("决议事项", lambda row: row.decision.text, ("S2-29",)),
        Column("责任部门", lambda row: row.decision.dept or "", ("S2-29",)),
        Column("完成时限", lambda row: row.decision.due, ("S2-29",)),
        Column("决定人", lambda row: row.meeting.scope.person(row.entry.by)),
        Column("需补充", lambda row: row.incomplete, ("S2-29",)),
    ),
    serves=("S2-29",),
)


def minutes(scope: SectionScope) -> tuple[Block, ...]:
    """Every line of every counting 【决议】, by meeting."""
    rows = []
    for line in scope.of("会议"):
        for entry in line.facts.entries("决议"):
            near = scope.calendar.local_date(entry.at)
            rows += [Decided(line, entry, decision) for decision in values.decision_lines(entry.items, near)]
    return MINUTES.blocks(scope, rows)


SECTION = Section("会议决议", minutes, (MINUTES,), serves=("S1-32",))
