"""Dates planned and real."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet


def pushes(line: Line) -> str:
    history = line.facts.due_history
    if not history.unapproved_pushes:
        return line.words.number(history.pushes)
    return line.scope.say("{all},未批准 {unapproved}", all=history.pushes, unapproved=history.unapproved_pushes)


SCHEDULE: Sheet[Line] = Sheet(
    "时间节点进度表",
    (
        Column("任务", lambda line: line.ref(title=True)),
        Column("负责人", lambda line: line.people("R"), ("S4-29",)),
        Column("原计划完成时间", lambda line: line.text("original_due"), ("S0-26",)),
        Column("计划完成时间", lambda line: line.due, ("S4-28",)),
        Column("实际完成时间", lambda line: line.scope.moment(line.facts.item.done_at, "%Y-%m-%d"), ("S0-26",)),
        Column("相差(工作日)", lambda line: line.late if line.facts.due else "", ("S0-26",)),
        Column("延期次数", pushes, ("S0-63",)),
        Column("状态", lambda line: line.status, ("S4-30", "S0-59")),
    ),
    serves=("S4-27",),
)


def schedule(scope: SectionScope) -> tuple[Block, ...]:
    return SCHEDULE.blocks(scope, scope.tasks)


SECTION = Section("时间节点", schedule, (SCHEDULE,), serves=("S4-24",))
