"""What was moved from where to where."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.resources.cells import Said, newest_first
from collab_sync.summaries.sheet import Column, Section, Sheet

MOVES: Sheet[Said] = Sheet(
    "资源调配记录",
    (
        Column("时间", lambda said: said.at, ("S0-29",)),
        Column("申请", lambda said: said.line.ref(title=True), ("S0-29",)),
        Column("资源", lambda said: said.line.facts.item.resource or "", ("S0-29",)),
        Column("数量", lambda said: said.number("数量")),
        Column("金额", lambda said: said.number("金额")),
        Column("从", lambda said: said.get("从"), ("S0-29",)),
        Column("到", lambda said: said.get("到"), ("S0-29",)),
        Column("说明", lambda said: said.entry.text, ("S0-29",)),
        Column("决定人", lambda said: said.by),
    ),
    serves=("S0-29",),
)


def moves(scope: SectionScope) -> tuple[Block, ...]:
    """Every counting 【资源调配】, newest first."""
    return MOVES.blocks(scope, newest_first(scope, "资源调配", scope.of("资源申请")))


SECTION = Section("资源调配", moves, (MOVES,))
