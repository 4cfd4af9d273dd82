"""A programme: what it is for, how it was applied for, its milestones, its flow; all programmes beside each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from collab_sync.analysis.measures.milestones import milestones
from collab_sync.analysis.subject_facts import ProgramFacts
from collab_sync.model.document import Block, Flow
from collab_sync.summaries.scope import TASKS, Line, SectionScope, joined
from collab_sync.summaries.sections.overview import LEADERS, LIGHTS, lights
from collab_sync.summaries.sheet import Column, Section, Sheet, heading, sentence

Pair = tuple[str, str]


def shares(row: Standing) -> str:
    counts = lights(row.active)
    return "/".join(str(counts[light]) for light in LIGHTS)


def approvals(line: Line) -> str:
    """The newest counting words of the office and of the leading group."""
    said = [(kind, line.newest(kind)) for kind in ("立项评估", "立项审批")]
    return joined([f"{kind}:{entry.data.get('结果', '已评')}" for kind, entry in said if entry], ";")


def boundaries(line: Line) -> str:
    inside, outside = line.field("范围内"), line.field("范围外")
    return joined((f"范围内:{inside}" if inside else "", f"范围外:{outside}" if outside else ""), ";")


BASICS: Sheet[Pair] = Sheet(
    "项目概况",
    (Column("项", lambda pair: pair[0]), Column("内容", lambda pair: pair[1], ("S4-13", "S0-19", "S0-10"))),
    serves=("S4-13", "S0-19"),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One column of the application form, as a row of a page: what it asks and what was answered."""

    name: str
    answer: Callable[[Line], str]
    serves: tuple[str, ...]


FORM: tuple[Stated, ...] = (
    Stated("项目背景", lambda line: line.field("项目背景"), ("S1-26",)),
    Stated("目标", lambda line: line.field("目标"), ("S1-27", "S0-09", "S4-09")),
    Stated("预期成果", lambda line: line.field("预期成果"), ("S1-28",)),
    Stated("所需资源", lambda line: line.field("所需资源"), ("S1-29",)),
    Stated("建议参与部门", lambda line: line.field("建议参与部门"), ("S1-30", "S4-10")),
    Stated("范围外", lambda line: line.field("范围外"), ("S4-08", "S4-10")),
    Stated("评估与审批", approvals, ("S1-31",)),
)

APPLICATION: Sheet[Line] = Sheet(
    "跨部门协同项目立项申请表",
    (
        Column("申请", lambda line: line.ref(title=True)),
        *(Column(one.name, one.answer, one.serves) for one in FORM),
        Column("发起人", lambda line: line.scope.person(line.facts.item.reporter)),
    ),
    serves=("S1-25",),
    empty="没有找到立项申请。",
)

CHARTER: Sheet[Line] = Sheet(
    "协作目标说明书",
    (
        Column("最终交付成果", lambda line: joined((line.field("预期成果"), line.field("目标")), ";"), ("S2-08",)),
        Column("关键里程碑", lambda line: line.field("里程碑"), ("S2-09",)),
        Column("协作边界", boundaries, ("S2-10",)),
    ),
    serves=("S2-07",),
)

MILESTONES: Sheet[Pair] = Sheet(
    "里程碑",
    (Column("里程碑", lambda pair: pair[0], ("S2-09",)), Column("日期", lambda pair: pair[1], ("S2-09", "S3-11"))),
    empty="没有写明里程碑。",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A programme as the leading group sees it."""

    program: ProgramFacts
    lines: tuple[Line, ...]

    @property
    def active(self) -> tuple[Line, ...]:
        tasks = (line for line in self.lines if line.facts.item.type in TASKS and line.facts.generation == 0)
        return tuple(line for line in tasks if line.facts.item.open)


OVERVIEW: Sheet[Standing] = Sheet(
    "各项目进展",
    (
        Column("项目", lambda row: row.program.name, ("S1-15", "S0-03", "S0-04")),
        Column("阶段", lambda row: row.program.phase, ("S1-15",)),
        Column("牵头部门", lambda row: row.program.department.name if row.program.department else "", ("S4-13",)),
        Column("负责人", lambda row: row.program.lead.key if row.program.lead else "", ("S1-33",)),
        Column("在办", lambda row: str(len(row.active)), ("S1-15",)),
        Column("红/黄/绿", shares, ("S1-15", "S2-41")),
        Column("逾期", lambda row: str(sum(line.late > 0 for line in row.active)), ("S1-15",)),
        Column("高风险", lambda row: str(sum(line.text("risk_level") == "高" for line in row.lines if _risk(line)))),
        Column("待领导小组决策", lambda row: str(sum(_waits(line) for line in row.lines)), ("S1-13",)),
    ),
    serves=("S1-15",),
)


def basics(scope: SectionScope) -> tuple[Block, ...]:
    """Who leads it, in which phase it is, what it is for."""
    program = scope.program
    if program is None:
        return ()
    line = Line(program.facts, scope)
    pairs = (
        ("名称", program.name),
        ("代号", program.code),
        ("阶段", program.phase),
        ("牵头部门", program.department.name if program.department else "(暂缺)"),
        ("项目负责人(协同小组组长)", program.lead.key if program.lead else "(暂缺)"),
        ("战略优先级", program.strategic or "未定"),
        ("目标", line.field("目标")),
        ("核心部门", line.field("核心部门")),
    )
    return BASICS.blocks([pair for pair in pairs if pair[1]])


def application(scope: SectionScope) -> tuple[Block, ...]:
    return APPLICATION.blocks(applications(scope))


def applications(scope: SectionScope) -> tuple[Line, ...]:
    """The applications behind this programme: those that name its code."""
    if scope.program is None:
        return (scope.item,) if scope.item else ()
    code = scope.program.code
    found = (facts for facts in scope.view.items_where(type_name="立项申请") if not facts.item.confidential)
    return tuple(Line(one, scope) for one in found if code in (one.item.fields.get("项目代号"), one.program_code))


def charter(scope: SectionScope) -> tuple[Block, ...]:
    """Goals, milestones and boundaries, from the programme and its application."""
    own = (Line(scope.program.facts, scope),) if scope.program else ()
    stated = [line for line in (*own, *applications(scope)) if line.field("目标") or line.field("预期成果")]
    return CHARTER.blocks(stated)


def milestone_table(scope: SectionScope) -> tuple[Block, ...]:
    found = milestones(scope.program.facts) if scope.program else ()
    return MILESTONES.blocks([(one.name, one.due.isoformat() if one.due else "未定") for one in found])


def flow(scope: SectionScope) -> tuple[Block, ...]:
    """What must be done before what, of tasks that wait for others."""
    keys = {line.key: line for line in scope.tasks}
    arrows = [(before, line.key) for line in scope.tasks for before in _before(line) if before in keys]
    used = list(dict.fromkeys(key for arrow in arrows for key in arrow))
    title = heading("协作流程图(任务依赖)")
    if not arrows:
        return (title, sentence("任务之间没有写明依赖。"))
    steps = tuple(f"{key} {keys[key].title}" for key in used)
    return (title, Flow("协作流程", steps, tuple((used.index(a), used.index(b)) for a, b in arrows)))


def overview(scope: SectionScope) -> tuple[Block, ...]:
    """Every programme in one line; confidential ones are counted only."""
    programs = sorted(scope.view.programs.items())
    shown = [program for _, program in programs if not program.facts.item.confidential]
    rows = [
        Standing(program, tuple(line for line in scope.lines if line.facts.program_code == program.code))
        for program in shown
    ]
    hidden = len(programs) - len(shown)
    return (*OVERVIEW.blocks(rows), *((sentence(f"另有保密项目 {hidden} 个。"),) if hidden else ()))


def _before(line: Line) -> tuple[str, ...]:
    return tuple(link.target for link in line.facts.item.links if link.kind == "blocked_by")


def _risk(line: Line) -> bool:
    return line.facts.item.type == "风险" and line.facts.item.open


def _waits(line: Line) -> bool:
    return line.facts.item.open and LEADERS in line.facts.item.labels


SECTIONS: tuple[Section, ...] = (
    Section("概况", basics, (BASICS,), serves=("S0-02", "S1-02", "S3-03", "S4-03")),
    Section("立项", application, (APPLICATION,)),
    Section("目标说明书", charter, (CHARTER,)),
    Section("里程碑", milestone_table, (MILESTONES,)),
    Section("流程图", flow, serves=("S4-19", "S4-20")),
    Section("项目总览", overview, (OVERVIEW,)),
)
