"""What must be kept until when."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.archive.cells import kept_until
from collab_sync.summaries.sheet import Column, Section, Sheet

_MONTH = 7


def verdict(line: Line) -> str:
    """Whether the month is over. Nothing is ever deleted because of it."""
    month = kept_until(line)
    if len(month) != _MONTH:
        return line.scope.say("保留期写法有误,应为 YYYY-MM")
    over = month < f"{line.scope.today:%Y-%m}"
    return line.scope.say("已满保留期,可由责任部门决定去留" if over else "保留中")


KEPT: Sheet[Line] = Sheet(
    "归档与保留期核对",
    (
        Column("事项", lambda line: line.ref(title=True), ("S4-47",)),
        Column("类型", lambda line: line.words.term(line.facts.item.type)),
        Column("部门", lambda line: line.department, ("S4-45",)),
        Column("保留至", kept_until, ("S4-47",)),
        Column("核对", verdict, ("S4-47",)),
    ),
    serves=("S4-47",),
    empty="没有需要保留的归档事项。",
)


def kept(scope: SectionScope) -> tuple[Block, ...]:
    """What carries a month until which it is kept."""
    return KEPT.blocks(scope, (line for line in scope.lines if kept_until(line)))


SECTION = Section("归档核对", kept, (KEPT,))
