"""One item among others, looked at through the vocabulary that ships."""

from __future__ import annotations

from typing import TypeAlias

from tests.unit.analysis.office_samples import organisation, seen, shipped, view

from collab_sync.analysis.facts import Facts, MemberKind, PathReader, Value
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.model.identity import SubjectKind
from collab_sync.model.work_item import WorkItem

NOW = "09-26 17:00"
Leave: TypeAlias = tuple[str, str, str, str]
"""Person, first day, last day, delegate."""


def there(
    item: WorkItem, *others: WorkItem, now: str = NOW, absent: Leave | None = None, stale: bool = False
) -> ItemFacts:
    """``item`` among others. ``stale``: its project could not be read lately."""
    people = organisation(absent) if absent else None
    around = view(item, *others, now=now, people=people, stale=[item.source.project] if stale else ())
    return seen(around, item.source.key)


def path(name: str, of: MemberKind = SubjectKind.WORK_ITEM) -> PathReader:
    """The reader of a path."""
    reader = shipped().vocabulary.reader(of, name)
    assert reader is not None, name
    return reader


def read(item: WorkItem, name: str, *, now: str = NOW, absent: Leave | None = None, stale: bool = False) -> Value:
    """A path of an item that stands alone."""
    return path(name).value(there(item, now=now, absent=absent, stale=stale))


def of_member(facts: Facts, name: str) -> Value:
    """A path of a member of ``decision_items``."""
    return path(name, "decision_item").value(facts)
