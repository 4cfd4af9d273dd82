"""Requests that nobody has accepted."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet

WAITING: Sheet[Line] = Sheet(
    "待接收清单",
    (
        Column("协作需求", lambda line: line.ref(title=True), ("S3-20", "S3-27")),
        Column("接收部门", lambda line: line.department, ("S3-26",)),
        Column("发起人", lambda line: line.scope.person(line.facts.item.reporter)),
        Column("提出时间", lambda line: line.scope.moment(line.facts.item.created_at)),
        Column("期望完成时间", lambda line: line.due),
    ),
    empty="没有待接收的协作需求。",
)


def waiting(scope: SectionScope) -> tuple[Block, ...]:
    """Open requests that nobody of the asked department has accepted."""
    asked = (line for line in scope.of("协作需求") if line.facts.item.open)
    return WAITING.blocks(scope, (line for line in asked if line.newest("接收任务") is None))


SECTION = Section("待接收", waiting, (WAITING,), serves=("S3-20",))
