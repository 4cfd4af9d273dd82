"""Whether items are late by so many working days, asked of many items at one instant.

"More than three working days" is a day per calendar and instant: what was due before it is that late. The day is
worked out once; what is left for every item is one comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from collab_sync.analysis.item_facts import ItemFacts

Test = Callable[[ItemFacts], bool | None]


def late_by(days: int, otherwise: Test) -> Test:
    """The test whether an item is late by ``days`` working days or more; ``otherwise`` answers for items without a due
    date and for finished ones, and for a number that every item has reached."""
    if days < 1:
        return otherwise
    known: tuple[datetime | None, dict[str | None, date]] = (None, {})

    def holds(facts: ItemFacts) -> bool | None:
        nonlocal known
        item = facts.item
        due = facts.due if item.changes else item.raw_due
        if due is None or item.done_at is not None:
            return otherwise(facts)
        now, department = facts.around.now, item.dept
        asked, limits = known
        if asked is not now:
            limits = {}
            known = (now, limits)  # in one step: a thread that asks about another instant keeps its own
        limit = limits.get(department)
        if limit is None:
            limit = limits[department] = _first_day_in_time(facts, days)
        return due < limit

    return holds


def _first_day_in_time(facts: ItemFacts, days: int) -> date:
    """The first day after which too few working days have passed; of one department and one instant."""
    calendar, now = facts.calendar, facts.now
    today = calendar.local_date(now)
    opened = now >= calendar.opening(today)
    # Counted back from the first day that does not count yet.
    return calendar.working_day_after(today + timedelta(days=1) if opened else today, -days)
