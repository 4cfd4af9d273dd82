"""Who is assigned what."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.tasks.cells import resources
from collab_sync.summaries.sheet import Column, Section, Sheet

ASSIGNMENT: Sheet[Line] = Sheet(
    "协同任务分配表",
    (
        Column("任务名称", lambda line: line.ref(title=True), ("S0-53",)),
        Column("关联资源", resources, ("S0-54",)),
        Column("负责人", lambda line: line.people("R"), ("S0-55",)),
        Column("协助人", lambda line: line.people("C"), ("S0-56",)),
        Column("截止日期", lambda line: line.due, ("S0-57",)),
        Column("完成标准", lambda line: line.field("完成标准"), ("S0-58", "S0-60", "S0-61", "S0-62")),
        Column("进度状态", lambda line: line.status, ("S0-59", "S0-63")),
    ),
    serves=("S0-52",),
)


def assignment(scope: SectionScope) -> tuple[Block, ...]:
    return ASSIGNMENT.blocks(scope, scope.tasks)


SECTION = Section("分配表", assignment, (ASSIGNMENT,))
