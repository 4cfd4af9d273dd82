"""The items of a meeting's 【决议】: numbered once, each with its department, its date and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.carriers import values
from collab_sync.carriers.values import DecisionLine
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.model.organisation import Department

DECISION = "决议"


@dataclass(frozen=True)
class DecisionItem:
    """One line. ``n`` counts from 1 over all decisions of the meeting, by time and then by line. ``department`` is
    None where the line names none that the organisation knows."""

    meeting: ItemFacts
    n: int
    text: str
    department: Department | None
    due: date | None

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.WORK_ITEM, f"{self.meeting.item.id}:{DECISION}:{self.n}")

    @property
    def now(self) -> datetime:
        return self.meeting.now

    @property
    def lead(self) -> str | None:
        return self.department.lead if self.department else None

    @property
    def liaison(self) -> str | None:
        """Who works on it: the department's liaison; without one its lead."""
        return (self.department.liaison or self.department.lead) if self.department else None


def decision_items(meeting: ItemFacts) -> tuple[DecisionItem, ...]:
    """The items of every 【决议】 that counts, in the order of their numbers."""
    lines: list[DecisionLine] = []
    for entry in meeting.entries(DECISION):
        lines += values.decision_lines(entry.items, meeting.calendar.local_date(entry.at))
    known = meeting.around.organisation.department
    return tuple(
        DecisionItem(meeting, number, line.text, known(line.dept), line.due)
        for number, line in enumerate(lines, start=1)
    )
