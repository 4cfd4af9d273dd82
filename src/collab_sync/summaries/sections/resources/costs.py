"""What departments were granted and what they reported as spent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from collab_sync.carriers import values
from collab_sync.model.document import Block
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet


@dataclass(frozen=True, slots=True)
class Cost:
    """What a department asked for and was granted."""

    department: str
    granted: Decimal
    spent: Decimal
    requests: tuple[Line, ...]
    scope: SectionScope


COSTS: Sheet[Cost] = Sheet(
    "成本分摊表",
    (
        Column("部门", lambda cost: cost.department, ("S1-41",)),
        Column("已批准金额", lambda cost: cost.granted, ("S1-41",)),
        Column("已报费用", lambda cost: cost.spent, ("S1-41", "S0-33")),
        Column("依据", lambda cost: cost.scope.words.joined(line.key for line in cost.requests)),
    ),
    serves=("S1-41",),
)


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
            rows.append(Cost(department.name, total, spent, granted, scope))
    return COSTS.blocks(scope, rows)


def _amount(entry: Entry) -> Decimal:
    return values.number(entry.data.get("金额") or entry.data.get("数值", "")) or Decimal(0)


SECTION = Section("成本分摊", costs, (COSTS,))
