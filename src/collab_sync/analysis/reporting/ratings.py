"""What departments were given for working together: each authorised 【协作评价】 with one mark per dimension."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.surroundings import Surroundings
from collab_sync.model.identity import SubjectRef
from collab_sync.model.organisation import Department
from collab_sync.model.work_item import Entry

RATING = "协作评价"
BEST = 5
_MARK = re.compile(r"(?<![0-9.])[0-9](?:\.[0-9])?(?![0-9.])")


@dataclass(frozen=True, slots=True)
class RatingFacts:
    """One rating of one department. ``marks`` are those for 响应、质量、配合, or however many were given."""

    item: ItemFacts
    entry: Entry
    department: Department
    marks: tuple[Decimal, ...]

    @property
    def subject(self) -> SubjectRef:
        return self.item.subject

    @property
    def now(self) -> datetime:
        return self.item.now

    @property
    def value(self) -> Decimal:
        """The mean of the marks, to two places."""
        return round(sum(self.marks, Decimal(0)) / len(self.marks), 2)


def marks(entry: Entry) -> tuple[Decimal, ...]:
    """``5/5/4`` → 5, 5, 4; from 评分 or, if nobody wrote that key, from the text. Marks outside 1–5 do not count."""
    text = entry.data.get("评分") or entry.text
    found = (Decimal(mark) for mark in _MARK.findall(text))
    return tuple(mark for mark in found if 1 <= mark <= BEST)


def ratings_of(item: ItemFacts) -> Iterator[RatingFacts]:
    """Authorised ratings on an item, oldest first; of the department named, else of the item's own."""
    for entry in item.entries(RATING):
        named = item.around.organisation.department(entry.data.get("部门"))
        department = named or item.department
        given = marks(entry)
        if department is not None and given:
            yield RatingFacts(item, entry, department, given)


def ratings(around: Surroundings, department: Department) -> tuple[RatingFacts, ...]:
    """Every rating the department was given, item by item."""
    found = (rating for item in around.items_where() for rating in ratings_of(item))
    return tuple(rating for rating in found if rating.department.key == department.key)
