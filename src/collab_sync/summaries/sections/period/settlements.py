"""What waits for a decision, conflicts over resources too; what was decided in the period and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.analysis.measures.decisions import DECISION, DecisionItem, decision_items
from collab_sync.model.document import Block, Inline, Text
from collab_sync.summaries.scope import WITHHELD, Line, SectionScope
from collab_sync.summaries.sections.period.waiting import Waiting, waiting
from collab_sync.summaries.sheet import Column, Section, Sheet

WAITING: Sheet[Waiting] = Sheet(
    "需要决策",
    (
        Column("事项", lambda row: row.what, ("S1-13", "S1-14", "S2-32")),
        Column("由谁决定", lambda row: row.whom, ("S1-13", "S1-40")),
        Column("要决定什么", lambda row: row.ask, ("S1-14", "S2-33")),
        Column("时间", lambda row: row.since),
    ),
    empty="没有等待决策的事项和资源冲突。",
)


@dataclass(frozen=True, slots=True)
class Decided:
    """One line of a 【决议】 of the period."""

    meeting: Line
    item: DecisionItem

    @property
    def became(self) -> tuple[Inline, ...]:
        """The task that was made of it with its state; else why there is none."""
        scope = self.meeting.scope
        facts = scope.view.created(f"{DECISION}:{self.meeting.facts.name}:{self.item.n}")
        if facts is None:
            whole = self.item.department is not None and self.item.due is not None
            missing = scope.say("尚无跟进事项") if whole else scope.say("缺责任部门或完成时限,未转跟进事项")
            return (Text(missing),)
        if facts.item.confidential:
            return (Text(scope.say(WITHHELD)),)
        line = Line(facts, scope)
        return (*line.ref(), Text(f" {line.status}"))


DECIDED: Sheet[Decided] = Sheet(
    "本期决议及落实",
    (
        Column("决议事项", lambda row: row.item.text, ("S2-29",)),
        Column("会议", lambda row: row.meeting.ref(title=True), ("S2-29", "S1-32")),
        Column("责任部门", lambda row: row.item.department.name if row.item.department else "", ("S2-29",)),
        Column("完成时限", lambda row: row.item.due, ("S2-29",)),
        Column("落实", lambda row: row.became, ("S1-22", "S2-31")),
    ),
    empty="本期没有新的决议。",
)


def settlements(scope: SectionScope) -> tuple[Block, ...]:
    """First what is still open, then what was settled."""
    return (*WAITING.blocks(scope, waiting(scope)), *DECIDED.blocks(scope, decided(scope)))


def decided(scope: SectionScope) -> tuple[Decided, ...]:
    """Every line of every counting 【决议】 of the period, by meeting."""
    begin, end = scope.period
    found = []
    for line in scope.of("会议"):
        dates = {entry.id: entry.at for entry in line.facts.entries(DECISION)}
        found += [
            Decided(line, item)
            for item in decision_items(line.facts)
            if begin <= dates[item.place.rsplit(":", 2)[0]] < end
        ]
    return tuple(found)


SECTION = Section("冲突与决议", settlements, (WAITING, DECIDED), serves=("S1-13", "S2-29", "S2-32"))
