"""Puts normalized items into the mirror and marks dirty what may now be judged differently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collab_sync.analysis.view import PROGRAM_TYPE
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.store import Transaction


def absorb(
    tx: Transaction, items: Sequence[tuple[WorkItem, bytes]], *, seen_at: datetime, baseline: bool = False
) -> None:
    """Stores items and marks them, and what depends on them, dirty; in the caller's transaction."""
    if not items:
        return
    before = tx.items([item.id for item, _ in items])
    tx.put_items(items, seen_at=seen_at, baseline=baseline)
    touched = {item.id for item, _ in items}
    names = [name for item, _ in items for name in (item.source.key, item.source.url) if name]
    touched.update(tx.ids_linking_to(names))
    subjects = {SubjectRef(SubjectKind.WORK_ITEM, id_) for id_ in touched}
    for one in (*(item for item, _ in items), *(stored.item for stored in before.values())):
        if one.type == PROGRAM_TYPE and (code := one.fields.get("代号")):
            subjects.add(SubjectRef(SubjectKind.PROGRAM, code))
            subjects |= {SubjectRef(SubjectKind.WORK_ITEM, id_) for id_ in tx.ids_where(program=code)}
    tx.mark_dirty(subjects)


def item_subject(id_: ItemId) -> SubjectRef:
    """The subject a work item is."""
    return SubjectRef(SubjectKind.WORK_ITEM, id_)
