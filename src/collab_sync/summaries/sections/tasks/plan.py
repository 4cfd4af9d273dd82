"""The plan of working together."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.tasks.cells import dependencies, resources, span
from collab_sync.summaries.sheet import Column, Section, Sheet

PLAN: Sheet[Line] = Sheet(
    "跨部门协作计划表",
    (
        Column("任务名称", lambda line: line.ref(title=True), ("S2-17",)),
        Column("负责人", lambda line: line.people("R"), ("S2-17",)),
        Column("起止时间", span, ("S2-17",)),
        Column("交付标准", lambda line: line.field("完成标准"), ("S2-17",)),
        Column("任务依赖关系", dependencies, ("S2-18",)),
        Column("资源需求", resources, ("S2-19",)),
    ),
    serves=("S2-16",),
)


def plan(scope: SectionScope) -> tuple[Block, ...]:
    return PLAN.blocks(scope, scope.tasks)


SECTION = Section("计划表", plan, (PLAN,))
