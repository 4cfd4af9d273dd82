"""Milestones as a line of the 「协同信息」 names them: ``里程碑: 原型定稿 9-24;试产 10-15``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.carriers import values

FIELD = "里程碑"
_PARTS = re.compile("[;；、,，|\n]")
_BETWEEN = " :：()（）—-"
_READ = 2_000
"""So many characters of the line are looked at."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """``due``: None where the line gives no date."""

    name: str
    due: date | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.due.isoformat()}" if self.due else self.name


def milestones(facts: ItemFacts) -> tuple[Milestone, ...]:
    """The milestones of a programme (or of the request for one), in the order written."""
    text = facts.item.fields.get(FIELD) or facts.item.milestone or ""
    return parsed(text, facts.calendar.local_date(facts.item.created_at))


def parsed(text: str, near: date) -> tuple[Milestone, ...]:
    """The milestones of one line; a date without a year means the one nearest to ``near``. A part that is nothing but
    a date is no milestone."""
    found = (_milestone(part.strip(), near) for part in _PARTS.split(text[:_READ]))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _milestone(part: str, near: date) -> Milestone | None:
    for digit in re.finditer(r"(?<!\d)\d", part):
        due = values.day(part[digit.start() :], near)
        if due is not None:
            name = part[: digit.start()].strip(_BETWEEN)
            return Milestone(name, due) if name else None
    return Milestone(part) if part and not values.says_nothing(part) else None
