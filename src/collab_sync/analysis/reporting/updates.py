"""Who owes a report on progress: pairs of a person and an item without a word of that person's own in a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from collab_sync.analysis.facts import Facts
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.natural import natural
from collab_sync.analysis.subject_facts import ProgramFacts
from collab_sync.model.organisation import Person

REPORTED_TYPES: frozenset[str] = frozenset({"任务", "协作需求"})
IN_PROGRESS = "进行中"
UPDATE = "进度更新"

Admission = Callable[[Facts], bool | None]
"""Whether a rule's ``only`` admits an item; not knowing is no."""


@dataclass(frozen=True, slots=True)
class MissingUpdate:
    """``person`` is responsible for ``item`` and has not reported on it."""

    person: Person
    item: ItemFacts

    @property
    def key(self) -> str:
        """A name of its own among all pairs: the item's key and the person."""
        return f"{self.item.item.source.key}:{self.person.key}"


def missing_updates(
    program: ProgramFacts, since: datetime, until: datetime, only: Admission | None = None
) -> tuple[MissingUpdate, ...]:
    """Everybody responsible for a running item of the programme without an authorised 【进度更新】 of their own dated
    in [``since``, ``until``); by item as people count, then by name. ``only``: which items are meant."""
    items = [
        item
        for item in program.around.items_where(program=program.code, open_only=True)
        if item.item.type in REPORTED_TYPES
        and item.status_before(until) == IN_PROGRESS
        and (only is None or only(item))
    ]
    pairs = [
        MissingUpdate(person, item)
        for item in items
        for person in {person.key: person for person in item.people("R")}.values()
        if not has_reported(item, person, since, until)
    ]
    return tuple(sorted(pairs, key=lambda pair: (natural(pair.item.item.source.key), pair.person.key)))


def has_reported(item: ItemFacts, person: Person, since: datetime, until: datetime) -> bool:
    """Whether ``person`` has left an authorised 【进度更新】 on ``item`` dated in [``since``, ``until``)."""
    known = item.around.organisation.person
    return any(since <= entry.at < until and known(entry.by) == person for entry in item.entries(UPDATE))
