"""What is asked for."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet


def approval(line: Line) -> str:
    """The newest counting word on a request."""
    entry = line.newest("资源审批")
    if entry is None:
        return line.scope.say("待批")
    return f"{line.words.term(entry.data.get('结果', ''))} {line.scope.person(entry.by)}".strip()


def wanted(line: Line) -> str:
    """From when to when, as asked for."""
    begin, end = line.field("从"), line.field("到")
    return line.scope.say("{start} 至 {end}", start=begin, end=end) if begin and end else begin or end


def amount(line: Line) -> str:
    """What it costs; nothing for what is free."""
    typed = line.field("金额")
    return "" if typed == "0" else line.words.typed(typed)


REQUESTS: Sheet[Line] = Sheet(
    "资源需求清单",
    (
        Column("申请", lambda line: line.ref(title=True), ("S0-12",)),
        Column("申请部门", lambda line: line.department, ("S0-12",)),
        Column("资源", lambda line: line.facts.item.resource or line.field("所需资源"), ("S0-12", "S2-19")),
        Column("数量", lambda line: line.words.typed(line.field("数量")), ("S0-12",)),
        Column("金额", amount, spare=True),
        Column("时间", wanted, ("S0-12",)),
        Column("建议排序", lambda line: line.text("arbitration_score"), ("S2-33",)),
        Column("审批", approval, ("S1-40",)),
    ),
    serves=("S0-12",),
)


def requests(scope: SectionScope) -> tuple[Block, ...]:
    return REQUESTS.blocks(scope, scope.of("资源申请"))


SECTION = Section("资源需求", requests, (REQUESTS,))
