"""Tasks that rules made of decisions and alarms."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet

FOLLOW_UP: Sheet[Line] = Sheet(
    "决议跟进",
    (
        Column("决议事项", lambda line: line.ref(title=True), ("S2-29", "S1-22")),
        Column("责任部门", lambda line: line.department, ("S2-29",)),
        Column("负责人", lambda line: line.people("R")),
        Column("完成时限", lambda line: line.due, ("S2-29",)),
        Column("状态", lambda line: line.status, ("S2-29",)),
    ),
    serves=("S2-29", "S1-22"),
)


def follow_up(scope: SectionScope) -> tuple[Block, ...]:
    """Tasks that rules made of decisions and alarms."""
    return FOLLOW_UP.blocks(scope, (line for line in scope.of("任务") if line.facts.generation > 0))


SECTION = Section("决议跟进", follow_up, (FOLLOW_UP,))
