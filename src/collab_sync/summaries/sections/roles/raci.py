"""Who is responsible, accountable, consulted and informed."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet

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


def raci(scope: SectionScope) -> tuple[Block, ...]:
    return RACI.blocks(scope, scope.tasks)


SECTION = Section("RACI", raci, (RACI,))
