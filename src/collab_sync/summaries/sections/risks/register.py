"""The risk register."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet


def state(line: Line) -> str:
    """监控中 while open, 已触发 once its condition came true, else how it ended."""
    if not line.facts.item.open:
        return line.words.term(line.facts.item.status)
    return line.scope.say("已触发" if "风险:已触发" in line.facts.item.labels else "监控中")


def trigger(line: Line) -> str:
    """The condition as typed, the rules' word for lateness in people's."""
    return line.field("触发条件").replace("late_days", line.scope.say("逾期工作日数"))


REGISTER: Sheet[Line] = Sheet(
    "风险登记册",
    (
        Column("风险点", lambda line: line.ref(title=True), ("S4-35", "S4-31")),
        Column("责任部门", lambda line: line.department, ("S4-36",)),
        Column("影响", lambda line: line.words.term(line.field("影响")), ("S4-33",)),
        Column("概率", lambda line: line.words.term(line.field("概率")), ("S4-33",)),
        Column("等级", lambda line: line.term("risk_level"), ("S4-33",)),
        Column("应对措施", lambda line: line.field("应对措施"), ("S4-37",)),
        Column("触发条件", trigger, ("S4-38",)),
        Column("状态", state, ("S4-38", "S2-20")),
    ),
    serves=("S4-34", "S2-20", "S4-31"),
)


def register(scope: SectionScope) -> tuple[Block, ...]:
    return REGISTER.blocks(scope, scope.of("风险"))


SECTION = Section("风险", register, (REGISTER,))
