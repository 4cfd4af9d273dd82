"""Items whose responsibility is not clear."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.model.document import Block
from collab_sync.summaries.scope import TASKS, Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet


@dataclass(frozen=True, slots=True)
class Doubt:
    """An item whose responsibility is not clear."""

    line: Line
    what: str


GAPS: Sheet[Doubt] = Sheet(
    "职责空白与重叠",
    (
        Column("任务", lambda doubt: doubt.line.ref(title=True), ("S4-12",)),
        Column("问题", lambda doubt: doubt.what, ("S4-12", "S1-58", "S3-90")),
    ),
    serves=("S4-12",),
    empty="没有发现职责空白或重叠。",
)


def gaps(scope: SectionScope) -> tuple[Block, ...]:
    """Items without exactly one approver, without anybody responsible, or without a department."""
    return GAPS.blocks(
        scope, (Doubt(line, what) for line in scope.of(*TASKS) if line.facts.item.open and (what := doubts(line)))
    )


def doubts(line: Line) -> str:
    """What is not clear about who answers for an item; what could not be read is not held against it."""
    blind = line.facts.item.unreadable
    approvers = len(line.facts.role("A"))
    say = line.scope.say
    found = [
        say("没有责任部门") if not line.facts.item.dept and "dept" not in blind else "",
        say("没有负责人(R)") if not line.facts.role("R") and "R" not in blind else "",
        say("没有审批人(A)") if not approvers and "A" not in blind else "",
        say("审批人(A)有 {count} 名", count=approvers) if approvers > 1 else "",
    ]
    return line.words.joined(found)


SECTION = Section("职责空白", gaps, (GAPS,))
