"""What the leading group has to decide."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.overview.cells import LEADERS, progress_note
from collab_sync.summaries.sheet import Column, Section, Sheet

PENDING: Sheet[Line] = Sheet(
    "需领导小组决策",
    (
        Column("事项", lambda line: line.ref(title=True), ("S1-13", "S1-14")),
        Column("部门", lambda line: line.department),
        Column("截止", lambda line: line.due),
        Column("逾期(工作日)", lambda line: line.late),
        Column("最近进展", progress_note),
    ),
    empty="没有待决事项。",
)


def pending(scope: SectionScope) -> tuple[Block, ...]:
    """What has been escalated to the leading group and is open."""
    return PENDING.blocks(
        scope, (line for line in scope.lines if line.facts.item.open and LEADERS in line.facts.item.labels)
    )


SECTION = Section("待决事项", pending, (PENDING,))
