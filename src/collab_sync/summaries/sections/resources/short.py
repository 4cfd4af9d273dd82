"""What is short, since when, and what is to fill the gap."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.resources.cells import Stock
from collab_sync.summaries.sheet import Column, Section, Sheet

SHORT: Sheet[Stock] = Sheet(
    "资源缺口",
    (
        Column("资源", lambda stock: stock.resource.name, ("S0-17",)),
        Column("负责人", lambda stock: stock.resource.owner),
        Column("缺口开始", lambda stock: stock.scope.moment(stock.resource.gap_since), ("S0-51",)),
        Column("补充方案", lambda stock: stock.resource.supplement or stock.scope.say("尚无,请补充"), ("S0-18",)),
    ),
    serves=("S0-17",),
    empty="没有缺口。",
)


def short(scope: SectionScope) -> tuple[Block, ...]:
    gaps = (resource for resource in scope.view.office.resources if resource.availability == "缺口")
    return SHORT.blocks(scope, (Stock(resource, scope) for resource in gaps))


SECTION = Section("资源缺口", short, (SHORT,))
