"""The landing page: asked for by no rule, but once pages have been written; what stands where is read off the journal.

Whoever writes a page leaves the mark ``landing:due``; the landing page remembers which mark it answered, and leaves
none itself. So it is looked for with one look-up in the journal, and nothing can keep it going by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from collab_sync.model.action import Receipt
from collab_sync.model.page import Page
from collab_sync.planner.context import PlanningContext
from collab_sync.summaries.kinds import KINDS, LANDING, kind_of
from collab_sync.summaries.past import Standing, parts_of

STANDS = "stands:"
"""Under ``stands:‹page key›`` the journal remembers where a page of ours stands."""

MARKS = DUE, MADE = "landing:due", "landing:made"
"""The newest page that was written, and the one that the landing page knows of."""


class Place(msgspec.Struct, frozen=True):
    """What the journal keeps of a written page; ``about``: the id of the item it is named after."""

    url: str = ""
    about: str = ""


class Journal(Protocol):
    """Where dated facts are recorded (a part of ``ports.store.Transaction``)."""

    def record(self, key: str, at: datetime, value: str = "") -> None: ...


def remember(journal: Journal, page: Page, receipt: Receipt, now: datetime) -> None:
    """A page was written: where it stands, and that the landing page is due. Its own writing is no reason for it."""
    if page.key.partition(":")[0] == LANDING:
        return
    place = Place(receipt.url, page.about)
    journal.record(f"{STANDS}{page.key}", now, msgspec.json.encode(place).decode())
    journal.record(DUE, now, f"{page.key}|{page.hash}")


def unanswered(marks: Mapping[str, tuple[datetime, str]]) -> str:
    """The mark that no landing page has answered yet, as it is to be recorded under ``MADE``; empty for none.
    ``marks``: what the journal notes under ``MARKS``."""
    due, made = marks.get(DUE), marks.get(MADE)
    mark = f"{due[0].isoformat()}|{due[1]}" if due else ""
    return "" if made and made[1] == mark else mark


def standing(context: PlanningContext) -> tuple[Standing, ...]:
    """Every page of ours that was written, by kind, then by name."""
    zone = context.view.office.calendar.zone
    places = {kind.name: place for place, kind in enumerate(KINDS)}
    found = []
    for key, (at, value) in context.memory.recorded(STANDS).items():
        kind, name, slot = parts_of(key.removeprefix(STANDS))
        known = kind_of(kind)
        place = msgspec.json.decode(value, type=Place)
        day = at.astimezone(zone).date().isoformat()
        found.append(Standing(kind, name, slot, place.url, day, known.about if known else "org", place.about))
    return tuple(sorted(found, key=lambda one: (places.get(one.kind, len(places)), one.kind, one.name, one.slot)))
