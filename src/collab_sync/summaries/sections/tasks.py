"""Who does what by when: the register, the assignment tables, the plan, what waits to be accepted."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope, joined
from collab_sync.summaries.sections.progress import task_id
from collab_sync.summaries.sheet import Column, Section, Sheet


def origin(line: Line) -> str:
    """The department that asked for it: the reporter's."""
    reporter = line.facts.reporter
    department = line.scope.view.organisation.department_of(reporter)
    return department.name if department else ""


def expected(line: Line) -> str:
    return joined((line.due, line.field("里程碑")), ";")


def resources(line: Line) -> str:
    return joined((line.facts.item.resource or "", line.field("所需资源")))


def department_date(line: Line) -> str:
    """What the department promised when it accepted, else the due date."""
    return line.said("接收任务", "部门时间节点") or line.field("部门时间节点") or line.due


def deliverables(line: Line) -> str:
    return line.field("交付物") or line.said("验收申请", "交付物") or line.field("完成标准")


def needs(line: Line) -> str:
    """What it needs from other departments: as written, and the items it waits for."""
    return joined((line.field("协作需求"), dependencies(line)))


def dependencies(line: Line) -> str:
    """The items it waits for; a confidential one is not named."""
    return joined([line.scope.named(link.target) for link in line.facts.item.links if link.kind == "blocked_by"])


def span(line: Line) -> str:
    return f"{line.began.isoformat()} 至 {line.due}" if line.due else f"{line.began.isoformat()} 起"


REGISTER: Sheet[Line] = Sheet(
    "跨部门任务登记表",
    (
        Column("任务ID", task_id, ("S3-49", "S3-16", "S3-58")),
        Column("任务名称", lambda line: line.ref(title=True), ("S3-50", "S3-09")),
        Column("任务背景与目标", lambda line: joined((line.field("项目背景"), line.field("目标")), ";"), ("S3-10",)),
        Column("发起部门", origin, ("S3-51",)),
        Column("关联部门", lambda line: line.related, ("S3-52", "S3-15")),
        Column("优先级", lambda line: line.text("priority"), ("S3-53", "S3-12", "S0-16")),
        Column("期望完成时间", expected, ("S3-54", "S3-11")),
        Column("交付物标准", lambda line: line.field("完成标准"), ("S3-55", "S3-24")),
        Column("依赖资源", resources, ("S3-56", "S3-13")),
        Column("附件", lambda line: line.field("附件"), ("S3-14",)),
        Column("发起人", lambda line: line.scope.person(line.facts.item.reporter), ("S3-57",)),
    ),
    serves=("S3-48", "S0-11"),
)

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


def register(scope: SectionScope) -> tuple[Block, ...]:
    return REGISTER.blocks(scope.tasks)


def assignment(scope: SectionScope) -> tuple[Block, ...]:
    return ASSIGNMENT.blocks(scope.tasks)


def share(scope: SectionScope) -> tuple[Block, ...]:
    return SHARE.blocks(scope.tasks)


def plan(scope: SectionScope) -> tuple[Block, ...]:
    return PLAN.blocks(scope.tasks)


def waiting(scope: SectionScope) -> tuple[Block, ...]:
    """Open requests that nobody of the asked department has accepted."""
    asked = (line for line in scope.of("协作需求") if line.facts.item.open)
    return WAITING.blocks(line for line in asked if line.newest("接收任务") is None)


SECTIONS: tuple[Section, ...] = (
    Section("登记表", register, (REGISTER,)),
    Section("分配表", assignment, (ASSIGNMENT,)),
    Section("责任分工", share, (SHARE,)),
    Section("计划表", plan, (PLAN,)),
    Section("待接收", waiting, (WAITING,), serves=("S3-20",)),
)
