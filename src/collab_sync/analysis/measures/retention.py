"""How long something is kept: a month that is fixed when it is first written down."""

from __future__ import annotations

import re

from collab_sync.analysis.item_facts import ItemFacts

MONTHS_KEPT = 24
"""The least time for which documents and closed work are kept."""

_KEPT_UNTIL = re.compile(r"保留至:(\d{4}-(?:0[1-9]|1[0-2]))")


def retention(facts: ItemFacts) -> str:
    """``YYYY-MM``: what the item's label says; without one, ``MONTHS_KEPT`` months from today."""
    written = sorted(found[1] for label in facts.item.labels if (found := _KEPT_UNTIL.fullmatch(label)))
    if written:
        return written[0]
    today = facts.calendar.local_date(facts.now)
    months = today.year * 12 + today.month - 1 + MONTHS_KEPT
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
