"""What each department answers for."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.progress.cells import task_id
from collab_sync.summaries.sections.tasks.cells import dependencies
from collab_sync.summaries.sheet import Column, Section, Sheet


def department_date(line: Line) -> str:
    """What the department promised when it accepted, else the due date."""
    return line.said("接收任务", "部门时间节点") or line.field("部门时间节点") or line.due


def deliverables(line: Line) -> str:
    return line.field("交付物") or line.said("验收申请", "交付物") or line.field("完成标准")


def needs(line: Line) -> str:
    """What it needs from other departments: as written, and the items it waits for."""
    return line.words.joined((line.field("协作需求"), dependencies(line)))


SHARE: Sheet[Line] = Sheet(
    "部门责任分工表",
    (
        Column("任务ID", task_id, ("S3-60",)),
        Column("部门", lambda line: line.department, ("S3-61",)),
        Column("负责人", lambda line: line.people("R"), ("S3-62", "S3-22")),
        Column("职责描述", lambda line: line.field("职责描述") or line.title, ("S3-63", "S3-21")),
        Column("部门时间节点", department_date, ("S3-64",)),
        Column("交付物", deliverables, ("S3-65", "S4-26")),
        Column("协作需求", needs, ("S3-66", "S3-25", "S3-67", "S3-68", "S3-69")),
    ),
    serves=("S3-59",),
)


def share(scope: SectionScope) -> tuple[Block, ...]:
    return SHARE.blocks(scope, scope.tasks)


SECTION = Section("责任分工", share, (SHARE,))
