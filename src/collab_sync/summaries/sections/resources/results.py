"""How conflicts about resources were settled."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.carriers import values
from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.resources.cells import Said, newest_first
from collab_sync.summaries.sheet import Column, Section, Sheet

_SETTLING = "资源协调"
"""Kind of meeting in which requests for the same resource are settled."""


@dataclass(frozen=True, slots=True)
class Settled:
    """One line of a decision about a conflict."""

    said: Said
    decision: values.DecisionLine


RESULTS: Sheet[Settled] = Sheet(
    "资源协调结果表",
    (
        Column("日期", lambda row: row.said.at, ("S2-34",)),
        Column("协调会", lambda row: row.said.line.ref(title=True), ("S2-34", "S2-32")),
        Column("涉及申请", lambda row: requests_of(row.said.line), ("S2-34", "S2-32")),
        Column("结论", lambda row: row.said.entry.text, ("S2-34", "S2-33")),
        Column("落实事项", lambda row: row.decision.text, ("S2-34",)),
        Column("责任部门", lambda row: row.decision.dept or "", ("S2-34",)),
        Column("完成时限", lambda row: row.decision.due, ("S2-34",)),
        Column("决定人", lambda row: row.said.by),
    ),
    serves=("S2-34",),
    empty="没有资源协调决议。",
)


def requests_of(line: Line) -> str:
    """What a meeting is about, by its links."""
    linked = [link.target for link in line.facts.item.links if link.kind == "relates"]
    return line.words.joined(line.scope.named(key) for key in linked)


def results(scope: SectionScope) -> tuple[Block, ...]:
    """What was decided in meetings about conflicts, newest first; a decision without items is one row."""
    meetings = tuple(line for line in scope.of("会议") if line.field("会议类别") == _SETTLING)
    rows = []
    for said in newest_first(scope, "决议", meetings):
        near = scope.calendar.local_date(said.entry.at)
        lines = values.decision_lines(said.entry.items, near) or (values.DecisionLine(""),)
        rows += [Settled(said, line) for line in lines]
    return RESULTS.blocks(scope, rows)


SECTION = Section("资源协调结果", results, (RESULTS,))
