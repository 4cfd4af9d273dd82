"""What was decided and what became of it; meetings; what the leading group has to decide."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.carriers import values
from collab_sync.model.document import Block
from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line, SectionScope, joined
from collab_sync.summaries.sections.overview import LEADERS, progress_note
from collab_sync.summaries.sheet import Column, Section, Sheet

FOLLOW_UP: Sheet[Line] = Sheet(
    "决议跟进",
    (
        Column("决议事项", lambda line: line.ref(title=True), ("S2-29", "S1-22")),
        Column("责任部门", lambda line: line.department, ("S2-29",)),
        Column("负责人", lambda line: line.people("R")),
        Column("完成时限", lambda line: line.due, ("S2-29",)),
        Column("状态", lambda line: line.status, ("S2-29",)),
    ),
    serves=("S2-29", "S1-22"),
)


@dataclass(frozen=True, slots=True)
class Decided:
    """One line of a 【决议】."""

    meeting: Line
    entry: Entry
    decision: values.DecisionLine

    @property
    def incomplete(self) -> str:
        """Which of the three parts are missing."""
        dept, due = self.decision.dept, self.decision.due
        return joined(("缺责任部门" if not dept else "", "缺完成时限" if due is None else ""))


MINUTES: Sheet[Decided] = Sheet(
    "会议决议",
    (
        Column("会议", lambda row: row.meeting.ref(title=True), ("S2-29", "S1-32")),
        Column("决议事项", lambda row: row.decision.text, ("S2-29",)),
        Column("责任部门", lambda row: row.decision.dept or "", ("S2-29",)),
        Column("完成时限", lambda row: row.decision.due.isoformat() if row.decision.due else "", ("S2-29",)),
        Column("决定人", lambda row: row.meeting.scope.person(row.entry.by)),
        Column("需补充", lambda row: row.incomplete, ("S2-29",)),
    ),
    serves=("S2-29",),
)

PENDING: Sheet[Line] = Sheet(
    "需领导小组决策",
    (
        Column("事项", lambda line: line.ref(title=True), ("S1-13", "S1-14")),
        Column("部门", lambda line: line.department),
        Column("截止", lambda line: line.due),
        Column("逾期(工作日)", lambda line: str(line.late)),
        Column("最近进展", progress_note),
    ),
    empty="没有待决事项。",
)

AGENDA: Sheet[Line] = Sheet(
    "周例会议程",
    (
        Column("上周进度", lambda line: f"{line.key} {progress_note(line)}", ("S2-28",)),
        Column("本周计划", lambda line: f"{line.title}(截止 {line.due or '未定'})", ("S2-28",)),
        Column("需协调事项", lambda line: line.said("进度更新", "需协调资源", "延迟原因"), ("S2-28",)),
    ),
    serves=("S2-28",),
)


def follow_up(scope: SectionScope) -> tuple[Block, ...]:
    """Tasks that rules made of decisions and alarms."""
    return FOLLOW_UP.blocks(line for line in scope.of("任务") if line.facts.generation > 0)


def minutes(scope: SectionScope) -> tuple[Block, ...]:
    """Every line of every counting 【决议】, by meeting."""
    rows = []
    for line in scope.of("会议"):
        for entry in line.facts.entries("决议"):
            near = scope.calendar.local_date(entry.at)
            rows += [Decided(line, entry, decision) for decision in values.decision_lines(entry.items, near)]
    return MINUTES.blocks(rows)


def pending(scope: SectionScope) -> tuple[Block, ...]:
    """What has been escalated to the leading group and is open."""
    return PENDING.blocks(line for line in scope.lines if line.facts.item.open and LEADERS in line.facts.item.labels)


def agenda(scope: SectionScope) -> tuple[Block, ...]:
    """What a weekly meeting goes through: last week, this week, what needs coordination."""
    return AGENDA.blocks(scope.active)


SECTIONS: tuple[Section, ...] = (
    Section("决议跟进", follow_up, (FOLLOW_UP,)),
    Section("会议决议", minutes, (MINUTES,), serves=("S1-32",)),
    Section("待决事项", pending, (PENDING,)),
    Section("议程", agenda, (AGENDA,)),
)
