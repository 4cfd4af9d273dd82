"""Puts normalized items into the mirror and marks dirty what may now be judged differently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from collab_sync.analysis.view import PROGRAM_TYPE
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.model.work_item import Change, WorkItem
from collab_sync.ports.store import StoredItem, Transaction

FACET = "fields."


def absorb(
    tx: Transaction, items: Sequence[tuple[WorkItem, bytes]], *, seen_at: datetime, baseline: bool = False
) -> None:
    """Stores items and marks them, and what depends on them, dirty; in the caller's transaction."""
    if not items:
        return
    before = tx.items([item.id for item, _ in items])
    items = [(_known_since(before.get(item.id), item), digest) for item, digest in items]
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


def _known_since(before: StoredItem | None, now: WorkItem) -> WorkItem:
    return _with_history(before.item, now) if before else now


def _with_history(before: WorkItem, now: WorkItem) -> WorkItem:
    """The item with what the mirror itself has seen change: no tracker keeps a history of single section lines."""
    seen = [change for change in before.changes if change.field.startswith(FACET)]
    for name in sorted({*before.fields, *now.fields}):
        old, new = before.fields.get(name), now.fields.get(name)
        if old != new:
            seen.append(Change(field=f"{FACET}{name}", at=now.updated_at, old=old, new=new))
    known = {(change.field, change.at) for change in now.changes}
    fresh = [change for change in seen if (change.field, change.at) not in known]
    return msgspec.structs.replace(now, changes=(*now.changes, *fresh)) if fresh else now
