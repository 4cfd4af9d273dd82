"""Who stands for what: role table, RACI, duties of departments, gaps and overlaps, everybody concerned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collab_sync.model.document import Block
from collab_sync.model.organisation import Department, Person
from collab_sync.summaries.scope import TASKS, Line, SectionScope, joined
from collab_sync.summaries.sections.tasks import span
from collab_sync.summaries.sheet import Column, Section, Sheet

_SHOWN_DUTIES = 3


@dataclass(frozen=True, slots=True)
class Post:
    """One person in one role for one department."""

    department: str
    role: str
    name: str
    duties: str
    contact: str


ROLES: Sheet[Post] = Sheet(
    "跨部门协作角色分工表",
    (
        Column("协作部门", lambda post: post.department, ("S2-46",)),
        Column("角色", lambda post: post.role, ("S2-47", "S2-11")),
        Column("姓名", lambda post: post.name, ("S2-48",)),
        Column("职责描述", lambda post: post.duties, ("S2-49", "S2-51", "S2-52", "S2-53", "S2-54", "S2-10")),
        Column("联系方式(内部)", lambda post: post.contact, ("S2-50",)),
    ),
    serves=("S2-45", "S2-15"),
)

RACI: Sheet[Line] = Sheet(
    "RACI 矩阵",
    (
        Column("任务", lambda line: line.ref(title=True)),
        Column("责任部门", lambda line: line.department),
        Column("负责人(R)", lambda line: line.people("R"), ("S0-24",)),
        Column("审批人(A)", lambda line: line.people("A"), ("S0-24", "S4-22")),
        Column("参与人(C)", lambda line: line.people("C"), ("S0-24",)),
        Column("知会者(I)", lambda line: line.people("I"), ("S0-24",)),
        Column("第一责任人", lambda line: line.people("F"), ("S2-35",)),
    ),
    serves=("S0-24", "S0-25"),
)

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

STAKEHOLDERS: Sheet[Post] = Sheet(
    "干系人表",
    (
        Column("部门/单位", lambda post: post.department, ("S0-13",)),
        Column("角色", lambda post: post.role, ("S0-13", "S0-19", "S1-12", "S1-16", "S2-11")),
        Column("姓名", lambda post: post.name, ("S0-13",)),
        Column("期望与职责", lambda post: post.duties, ("S0-13",)),
    ),
)


def roles(scope: SectionScope) -> tuple[Block, ...]:
    """Leads, liaisons and doers of every department that works on it."""
    return ROLES.blocks(post for department in involved(scope) for post in _posts(scope, department))


def involved(scope: SectionScope) -> tuple[Department, ...]:
    """Departments with an item here or in support of one, the programme's own among them."""
    known = scope.view.organisation
    own = scope.program.department if scope.program else None
    found = {own} | {line.facts.department for line in scope.lines}
    found |= {known.department(name) for line in scope.tasks for name in line.facts.item.related_depts}
    return tuple(department for department in scope.departments if department in found)


def _posts(scope: SectionScope, department: Department) -> Iterator[Post]:
    people = scope.view.organisation.person_by_key
    own = scope.of_department(department, scope.tasks)
    headings = (("部门负责人", department.lead), ("执行接口人", department.liaison))
    for role, key in headings:
        name = key or "(暂缺)"
        yield Post(department.name, role, name, _duties(own), _contact(people.get(name)))
    doers = {person.key: person for line in own for person in line.facts.people("R")}
    for key, person in doers.items():
        if key not in (department.lead, department.liaison):
            duties = _duties(tuple(line for line in own if person in line.facts.people("R")))
            yield Post(department.name, "执行人", key, duties, _contact(person))


def _duties(lines: tuple[Line, ...]) -> str:
    said = joined([line.field("职责描述") or line.title for line in lines[:_SHOWN_DUTIES]])
    more = len(lines) - _SHOWN_DUTIES
    return f"{said}等 {len(lines)} 项" if more > 0 else said


def _contact(person: Person | None) -> str:
    """Accounts by which the trackers reach somebody. Telephone numbers are nothing for a page."""
    accounts = [f"{name} {account}" for ids in (person.identities if person else ()) for name, account in ids.items()]
    return joined(accounts)


def raci(scope: SectionScope) -> tuple[Block, ...]:
    return RACI.blocks(scope.tasks)


def duties(scope: SectionScope) -> tuple[Block, ...]:
    return DUTIES.blocks(scope.tasks)


def gaps(scope: SectionScope) -> tuple[Block, ...]:
    """Items without exactly one approver, without anybody responsible, or without a department."""
    return GAPS.blocks(
        Doubt(line, what) for line in scope.of(*TASKS) if line.facts.item.open and (what := doubts(line))
    )


def doubts(line: Line) -> str:
    """What is not clear about who answers for an item; what could not be read is not held against it."""
    blind = line.facts.item.unreadable
    approvers = len(line.facts.role("A"))
    found = [
        "没有责任部门" if not line.facts.item.dept and "dept" not in blind else "",
        "没有负责人(R)" if not line.facts.role("R") and "R" not in blind else "",
        "没有审批人(A)" if not approvers and "A" not in blind else "",
        f"审批人(A)有 {approvers} 名" if approvers > 1 else "",
    ]
    return joined(found)


def stakeholders(scope: SectionScope) -> tuple[Block, ...]:
    """Roles of the organisation, then departments and outside units with their leads."""
    known = scope.view.organisation
    posts = [
        Post(department.name if (department := known.department_of(person)) else "公司", role, person.key, role, "")
        for role in known.roles
        for person in known.members(role)
    ]
    inside = involved(scope)
    for department in scope.departments:
        if department in inside or department.external:
            kind = "外部单位对接人" if department.external else "部门负责人"
            own = scope.of_department(department, scope.tasks)
            posts.append(Post(department.name, kind, department.lead or "(暂缺)", _duties(own), ""))
    return STAKEHOLDERS.blocks(posts)


SECTIONS: tuple[Section, ...] = (
    Section("角色分工", roles, (ROLES,)),
    Section("RACI", raci, (RACI,)),
    Section("职责明细", duties, (DUTIES,), serves=("S4-11",)),
    Section("职责空白", gaps, (GAPS,)),
    Section("干系人", stakeholders, (STAKEHOLDERS,), serves=("S0-13",)),
)
