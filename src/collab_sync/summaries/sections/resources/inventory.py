"""Everything that is shared."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.resources.cells import Stock
from collab_sync.summaries.sheet import Column, Section, Sheet

INVENTORY: Sheet[Stock] = Sheet(
    "企业资源整合清单",
    (
        Column("资源类型", lambda stock: stock.scope.words.term(stock.resource.category), ("S0-41", "S0-15")),
        Column("资源名称", lambda stock: stock.resource.name, ("S0-42",)),
        Column("所属部门", lambda stock: stock.department, ("S1-38",)),
        Column("负责人", lambda stock: stock.resource.owner, ("S0-43",)),
        Column("可用状态", lambda stock: stock.scope.words.term(stock.resource.availability), ("S0-44",)),
        Column("优先级", lambda stock: stock.scope.words.term(stock.resource.priority), ("S0-45", "S0-16")),
        Column("备注", lambda stock: stock.remark, ("S0-46", "S0-47", "S0-48", "S0-49", "S0-50", "S0-51"), spare=True),
        Column(
            "可共享",
            lambda stock: stock.scope.words.term("是" if stock.resource.shareable else "否"),
            ("S1-38", "S1-23"),
        ),
    ),
    serves=("S0-40", "S0-15", "S1-38"),
)


def inventory(scope: SectionScope) -> tuple[Block, ...]:
    return INVENTORY.blocks(scope, (Stock(resource, scope) for resource in scope.view.office.resources))


SECTION = Section("资源", inventory, (INVENTORY,), serves=("S1-43", "S1-44", "S1-45"))
