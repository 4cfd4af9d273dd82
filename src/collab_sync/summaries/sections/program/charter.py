"""Goals, milestones and boundaries."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.program.cells import applications
from collab_sync.summaries.sheet import Column, Section, Sheet


def boundaries(line: Line) -> str:
    return line.words.clauses(line.words.pair(name, line.field(name)) for name in ("范围内", "范围外"))


CHARTER: Sheet[Line] = Sheet(
    "协作目标说明书",
    (
        Column(
            "最终交付成果", lambda line: line.words.clauses((line.field("预期成果"), line.field("目标"))), ("S2-08",)
        ),
        Column("关键里程碑", lambda line: line.field("里程碑"), ("S2-09",)),
        Column("协作边界", boundaries, ("S2-10",)),
    ),
    serves=("S2-07",),
)


def charter(scope: SectionScope) -> tuple[Block, ...]:
    """Goals, milestones and boundaries, from the programme and its application."""
    own = (Line(scope.program.facts, scope),) if scope.program else ()
    stated = [line for line in (*own, *applications(scope)) if line.field("目标") or line.field("预期成果")]
    return CHARTER.blocks(scope, stated)


SECTION = Section("目标说明书", charter, (CHARTER,))
