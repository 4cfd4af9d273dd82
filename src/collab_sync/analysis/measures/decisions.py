"""The items of a meeting's 【决议】: numbered once, each with its department, its date and who answers for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.carriers import values
from collab_sync.carriers.values import DecisionLine
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.model.organisation import Department

DECISION = "决议"


@dataclass(frozen=True)
class DecisionItem:
    """One line. ``n`` counts from 1 over all decisions of the meeting, in the order of first sight. ``department`` is
    None where the line names none that the organisation knows; ``place`` is what the line is called for ever."""

    meeting: ItemFacts
    n: int
    text: str
    department: Department | None
    due: date | None
    place: str = ""

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
    """The items of every 【决议】 that counts, in the order of their numbers.

    A number is fixed at first sight: a line that is written into an older 【决议】, or counts only later, gets the next
    free one, and those that follow it keep theirs. What a line is called is its entry and its words."""
    known = meeting.around.organisation.department
    lines = tuple(_lines(meeting))
    numbers = dict(meeting.around.decision_numbers(meeting.item.id)) if lines else {}
    free = max(numbers.values(), default=0)
    found = []
    for place, line in lines:
        if place not in numbers:
            free += 1
            numbers[place] = free
        found.append(DecisionItem(meeting, numbers[place], line.text, known(line.dept), line.due, place))
    return tuple(sorted(found, key=lambda item: item.n))


def _lines(meeting: ItemFacts) -> Iterator[tuple[str, DecisionLine]]:
    """Each line with a name of its own: two lines of one entry with the same words are told apart by their order."""
    for entry in meeting.entries(DECISION):
        seen: Counter[str] = Counter()
        for line in values.decision_lines(entry.items, meeting.calendar.local_date(entry.at)):
            words = sha256(line.text.encode("utf-8", "replace")).hexdigest()[:12]
            seen[words] += 1
            yield f"{entry.id}:{words}:{seen[words]}", line
