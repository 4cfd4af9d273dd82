"""Duties of departments, task by task."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.tasks.cells import span
from collab_sync.summaries.sheet import Column, Section, Sheet

DUTIES: Sheet[Line] = Sheet(
    "部门职责分工明细表",
    (
        Column("负责部门", lambda line: line.department, ("S4-14", "S1-09")),
        Column("配合部门", lambda line: line.related, ("S4-14", "S1-09")),
        Column("任务", lambda line: line.ref()),
        Column("具体职责", lambda line: line.field("职责描述") or line.title, ("S4-16",)),
        Column("交付标准", lambda line: line.field("完成标准"), ("S4-17",)),
        Column("起止时间", span, ("S4-18",)),
    ),
    serves=("S4-15",),
)


def duties(scope: SectionScope) -> tuple[Block, ...]:
    return DUTIES.blocks(scope, scope.tasks)


SECTION = Section("职责明细", duties, (DUTIES,), serves=("S4-11",))
