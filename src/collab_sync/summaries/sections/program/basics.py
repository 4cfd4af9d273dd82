"""Who leads it, in which phase it is, what it is for."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet

Pair = tuple[str, str]

BASICS: Sheet[Pair] = Sheet(
    "项目概况",
    (Column("项", lambda pair: pair[0]), Column("内容", lambda pair: pair[1], ("S4-13", "S0-19", "S0-10"))),
    serves=("S4-13", "S0-19"),
)


def basics(scope: SectionScope) -> tuple[Block, ...]:
    """Who leads it, in which phase it is, what it is for."""
    program = scope.program
    if program is None:
        return ()
    line = Line(program.facts, scope)
    pairs = (
        (scope.say("名称"), program.name),
        (scope.say("代号"), program.code),
        (scope.say("阶段"), scope.words.term(program.phase)),
        (scope.say("牵头部门"), program.department.name if program.department else scope.say("(暂缺)")),
        (scope.say("项目负责人(协同小组组长)"), program.lead.key if program.lead else scope.say("(暂缺)")),
        (scope.say("战略优先级"), scope.words.term(program.strategic) if program.strategic else scope.say("未定")),
        (scope.say("目标"), line.field("目标")),
        (scope.say("核心部门"), line.field("核心部门")),
    )
    return BASICS.blocks(scope, [pair for pair in pairs if pair[1]])


SECTION = Section("概况", basics, (BASICS,), serves=("S0-02", "S1-02", "S3-03", "S4-03"))
