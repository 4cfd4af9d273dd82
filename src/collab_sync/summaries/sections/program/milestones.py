"""Its milestones."""

from __future__ import annotations

from collab_sync.analysis.measures.milestones import milestones
from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.program.basics import Pair
from collab_sync.summaries.sheet import Column, Section, Sheet

MILESTONES: Sheet[Pair] = Sheet(
    "里程碑",
    (Column("里程碑", lambda pair: pair[0], ("S2-09",)), Column("日期", lambda pair: pair[1], ("S2-09", "S3-11"))),
    empty="没有写明里程碑。",
)


def milestone_table(scope: SectionScope) -> tuple[Block, ...]:
    found = milestones(scope.program.facts) if scope.program else ()
    return MILESTONES.blocks(scope, [(one.name, scope.words.day(one.due) or scope.say("未定")) for one in found])


SECTION = Section("里程碑", milestone_table, (MILESTONES,))
