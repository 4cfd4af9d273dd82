"""The register of tasks."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.progress.cells import task_id
from collab_sync.summaries.sections.tasks.cells import resources
from collab_sync.summaries.sheet import Column, Section, Sheet


def origin(line: Line) -> str:
    """The department that asked for it: the reporter's."""
    reporter = line.facts.reporter
    department = line.scope.view.organisation.department_of(reporter)
    return department.name if department else ""


def expected(line: Line) -> str:
    return line.words.clauses((line.due, line.field("里程碑")))


REGISTER: Sheet[Line] = Sheet(
    "跨部门任务登记表",
    (
        Column("任务ID", task_id, ("S3-49", "S3-16", "S3-58")),
        Column("任务名称", lambda line: line.ref(title=True), ("S3-50", "S3-09")),
        Column(
            "任务背景与目标", lambda line: line.words.clauses((line.field("项目背景"), line.field("目标"))), ("S3-10",)
        ),
        Column("发起部门", origin, ("S3-51",)),
        Column("关联部门", lambda line: line.related, ("S3-52", "S3-15")),
        Column("优先级", lambda line: line.term("priority"), ("S3-53", "S3-12", "S0-16")),
        Column("期望完成时间", expected, ("S3-54", "S3-11")),
        Column("交付物标准", lambda line: line.field("完成标准"), ("S3-55", "S3-24")),
        Column("依赖资源", resources, ("S3-56", "S3-13")),
        Column("附件", lambda line: line.field("附件"), ("S3-14",)),
        Column("发起人", lambda line: line.scope.person(line.facts.item.reporter), ("S3-57",)),
    ),
    serves=("S3-48", "S0-11"),
)


def register(scope: SectionScope) -> tuple[Block, ...]:
    return REGISTER.blocks(scope, scope.tasks)


SECTION = Section("登记表", register, (REGISTER,))
