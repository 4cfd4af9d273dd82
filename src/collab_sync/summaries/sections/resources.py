"""What is shared: the list, what is asked for, what is short, what was moved, how conflicts were settled."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from collab_sync.carriers import values
from collab_sync.model.document import Block
from collab_sync.model.resource import Resource
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import UNREGISTERED, Line, SectionScope, amount, joined
from collab_sync.summaries.sheet import Column, Section, Sheet

_SETTLING = "资源协调"
"""Kind of meeting in which requests for the same resource are settled."""


@dataclass(frozen=True, slots=True)
class Stock:
    """A shared resource with what the office wrote about it."""

    resource: Resource
    scope: SectionScope

    @property
    def department(self) -> str:
        found = self.scope.view.organisation.department(self.resource.dept)
        return found.name if found else f"{self.resource.dept}{UNREGISTERED}"

    @property
    def remark(self) -> str:
        """Restriction, times it cannot be had, and how a gap is to be filled."""
        names = [f"{span.start:%m-%d}~{span.end:%m-%d} 不可用 {span.why}".strip() for span in self.resource.blackouts]
        return joined((self.resource.restriction or "", *names, self.resource.supplement or ""), ";")


def approval(line: Line) -> str:
    """The newest counting word on a request."""
    entry = line.newest("资源审批")
    return f"{entry.data.get('结果', '')} {line.scope.person(entry.by)}".strip() if entry else "待批"


INVENTORY: Sheet[Stock] = Sheet(
    "企业资源整合清单",
    (
        Column("资源类型", lambda stock: stock.resource.category, ("S0-41", "S0-15")),
        Column("资源名称", lambda stock: stock.resource.name, ("S0-42",)),
        Column("所属部门", lambda stock: stock.department, ("S1-38",)),
        Column("负责人", lambda stock: stock.resource.owner, ("S0-43",)),
        Column("可用状态", lambda stock: stock.resource.availability, ("S0-44",)),
        Column("优先级", lambda stock: stock.resource.priority, ("S0-45", "S0-16")),
        Column("备注", lambda stock: stock.remark, ("S0-46", "S0-47", "S0-48", "S0-49", "S0-50", "S0-51")),
        Column("可共享", lambda stock: "是" if stock.resource.shareable else "否", ("S1-38", "S1-23")),
    ),
    serves=("S0-40", "S0-15", "S1-38"),
)

REQUESTS: Sheet[Line] = Sheet(
    "资源需求清单",
    (
        Column("申请", lambda line: line.ref(title=True), ("S0-12",)),
        Column("申请部门", lambda line: line.department, ("S0-12",)),
        Column("资源", lambda line: line.facts.item.resource or line.field("所需资源"), ("S0-12", "S2-19")),
        Column("数量", lambda line: line.field("数量"), ("S0-12",)),
        Column("金额", lambda line: line.field("金额")),
        Column("时间", lambda line: joined((line.field("从"), line.field("到")), " 至 "), ("S0-12",)),
        Column("建议排序", lambda line: line.text("arbitration_score"), ("S2-33",)),
        Column("审批", approval, ("S1-40",)),
    ),
    serves=("S0-12",),
)

SHORT: Sheet[Stock] = Sheet(
    "资源缺口",
    (
        Column("资源", lambda stock: stock.resource.name, ("S0-17",)),
        Column("负责人", lambda stock: stock.resource.owner),
        Column("缺口开始", lambda stock: stock.scope.moment(stock.resource.gap_since), ("S0-51",)),
        Column("补充方案", lambda stock: stock.resource.supplement or "尚无,请补充", ("S0-18",)),
    ),
    serves=("S0-17",),
    empty="没有缺口。",
)


@dataclass(frozen=True, slots=True)
class Said:
    """An entry on an item, as one row."""

    line: Line
    entry: Entry

    def get(self, key: str) -> str:
        return self.entry.data.get(key, "")

    @property
    def by(self) -> str:
        return self.line.scope.person(self.entry.by)

    @property
    def at(self) -> str:
        return self.line.scope.moment(self.entry.at)


MOVES: Sheet[Said] = Sheet(
    "资源调配记录",
    (
        Column("时间", lambda said: said.at, ("S0-29",)),
        Column("申请", lambda said: said.line.ref(title=True), ("S0-29",)),
        Column("资源", lambda said: said.line.facts.item.resource or "", ("S0-29",)),
        Column("数量", lambda said: said.get("数量")),
        Column("金额", lambda said: said.get("金额")),
        Column("从", lambda said: said.get("从"), ("S0-29",)),
        Column("到", lambda said: said.get("到"), ("S0-29",)),
        Column("说明", lambda said: said.entry.text, ("S0-29",)),
        Column("决定人", lambda said: said.by),
    ),
    serves=("S0-29",),
)


@dataclass(frozen=True, slots=True)
class Settled:
    """One line of a decision about a conflict."""

    said: Said
    decision: values.DecisionLine


RESULTS: Sheet[Settled] = Sheet(
    "资源协调结果表",
    (
        Column("日期", lambda row: row.said.at, ("S2-34",)),
        Column("协调会", lambda row: row.said.line.ref(title=True), ("S2-34", "S2-32")),
        Column("涉及申请", lambda row: requests_of(row.said.line), ("S2-34", "S2-32")),
        Column("结论", lambda row: row.said.entry.text, ("S2-34", "S2-33")),
        Column("落实事项", lambda row: row.decision.text, ("S2-34",)),
        Column("责任部门", lambda row: row.decision.dept or "", ("S2-34",)),
        Column("完成时限", lambda row: row.decision.due.isoformat() if row.decision.due else "", ("S2-34",)),
        Column("决定人", lambda row: row.said.by),
    ),
    serves=("S2-34",),
    empty="没有资源协调决议。",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a department asked for and was granted."""

    department: str
    granted: Decimal
    spent: Decimal
    requests: tuple[Line, ...]


COSTS: Sheet[Cost] = Sheet(
    "成本分摊表",
    (
        Column("部门", lambda cost: cost.department, ("S1-41",)),
        Column("已批准金额", lambda cost: amount(cost.granted), ("S1-41",)),
        Column("已报费用", lambda cost: amount(cost.spent), ("S1-41", "S0-33")),
        Column("依据", lambda cost: joined([line.key for line in cost.requests])),
    ),
    serves=("S1-41",),
)


def requests_of(line: Line) -> str:
    """What a meeting is about, by its links."""
    linked = [link.target for link in line.facts.item.links if link.kind == "relates"]
    return joined([line.scope.named(key) for key in linked])


def inventory(scope: SectionScope) -> tuple[Block, ...]:
    return INVENTORY.blocks(Stock(resource, scope) for resource in scope.view.office.resources)


def talents(scope: SectionScope) -> tuple[Block, ...]:
    """Of the shared resources those that are people."""
    pool = Sheet("人才池", INVENTORY.columns, ("S1-42",))
    people = (
        resource for resource in scope.view.office.resources if resource.category == "人力" and resource.shareable
    )
    return pool.blocks(Stock(resource, scope) for resource in people)


def requests(scope: SectionScope) -> tuple[Block, ...]:
    return REQUESTS.blocks(scope.of("资源申请"))


def short(scope: SectionScope) -> tuple[Block, ...]:
    gaps = (resource for resource in scope.view.office.resources if resource.availability == "缺口")
    return SHORT.blocks(Stock(resource, scope) for resource in gaps)


def moves(scope: SectionScope) -> tuple[Block, ...]:
    """Every counting 【资源调配】, newest first."""
    return MOVES.blocks(_newest_first(scope, "资源调配", scope.of("资源申请")))


def results(scope: SectionScope) -> tuple[Block, ...]:
    """What was decided in meetings about conflicts, newest first; a decision without items is one row."""
    meetings = tuple(line for line in scope.of("会议") if line.field("会议类别") == _SETTLING)
    rows = []
    for said in _newest_first(scope, "决议", meetings):
        near = scope.calendar.local_date(said.entry.at)
        lines = values.decision_lines(said.entry.items, near) or (values.DecisionLine(""),)
        rows += [Settled(said, line) for line in lines]
    return RESULTS.blocks(rows)


def costs(scope: SectionScope) -> tuple[Block, ...]:
    """Granted requests and reported expenses by department. Nobody is charged by this page."""
    rows = []
    for department in scope.departments:
        own = scope.of_department(department, scope.lines)
        granted = tuple(
            line for line in own if line.facts.item.type == "资源申请" and line.said("资源审批", "结果") == "同意"
        )
        spent = sum((_amount(entry) for line in own for entry in line.facts.entries("费用")), Decimal(0))
        total = sum((line.number("金额") for line in granted), Decimal(0))
        if granted or spent:
            rows.append(Cost(department.name, total, spent, granted))
    return COSTS.blocks(rows)


def _amount(entry: Entry) -> Decimal:
    return values.number(entry.data.get("金额") or entry.data.get("数值", "")) or Decimal(0)


def _newest_first(scope: SectionScope, kind: str, lines: tuple[Line, ...]) -> tuple[Said, ...]:
    found = [Said(line, entry) for line in lines for entry in line.facts.entries(kind)]
    return tuple(sorted(found, key=lambda said: said.entry.at, reverse=True))


SECTIONS: tuple[Section, ...] = (
    Section("资源", inventory, (INVENTORY,), serves=("S1-43", "S1-44", "S1-45")),
    Section("人才池", talents, serves=("S1-42",)),
    Section("资源需求", requests, (REQUESTS,)),
    Section("资源缺口", short, (SHORT,)),
    Section("资源调配", moves, (MOVES,)),
    Section("资源协调结果", results, (RESULTS,)),
    Section("成本分摊", costs, (COSTS,)),
)
