"""Puts normalized items into the mirror and marks dirty what may now be judged differently."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from collab_sync.analysis.measures.concerns import watch
from collab_sync.analysis.sharing.conflicts import REQUEST_TYPE
from collab_sync.analysis.subject_facts import PROGRAM_TYPE
from collab_sync.model import marker
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.model.work_item import Change, WorkItem
from collab_sync.pipeline.succession import succeed
from collab_sync.ports.store import Gone, StoredItem, Transaction

FACET = "fields."
STATUS = "status"
"""Trackers that keep no history of it (labels) have it written down by what the mirror sees."""
GONE = "gone:"
"""Under ``gone:‹item id›`` the journal keeps when an item was taken out of the mirror, its key and the evidence; empty
once it is seen again."""


def absorb(
    tx: Transaction, items: Sequence[tuple[WorkItem, bytes]], *, seen_at: datetime, baseline: bool = False
) -> None:
    """Stores items and marks them, and what depends on them, dirty; in the caller's transaction. An item that only
    holds a page of ours is known and never seen."""
    pages = [pair for pair in items if marker.of_page(pair[0].marker)]
    if pages:
        tx.put_items(pages, seen_at=seen_at, baseline=False)
        tx.mark_gone([item.id for item, _ in pages], "page")
        items = [pair for pair in items if not marker.of_page(pair[0].marker)]
    if not items:
        return
    before = tx.items([item.id for item, _ in items])
    items = [(_known_since(before.get(item.id), item), digest) for item, digest in items]
    tx.put_items(items, seen_at=seen_at, baseline=baseline)
    now = [item for item, _ in items]
    for stored in before.values():
        if stored.gone:
            tx.record(f"{GONE}{stored.item.id}", seen_at)
    then = [stored.item for stored in before.values()]
    tx.mark_dirty({*(item_subject(item.id) for item in now), *depending(tx, now, then)})
    succeed(tx, now, seen_at)
    for item in now:
        if item.moved_to:
            lose(tx, [item], "moved", f"{item.source.key} 移走了:在别的项目里,那里有新的编号", seen_at)


def lose(tx: Transaction, items: Sequence[WorkItem], gone: Gone, evidence: str, at: datetime) -> None:
    """These items are no longer to be seen: whatever depends on them is judged anew, what runs for them ends."""
    tx.mark_gone([item.id for item in items], gone)
    for item in items:
        tx.record(f"{GONE}{item.id}", at, f"{item.source.key}\n{evidence}")
    tx.mark_dirty({*(item_subject(item.id) for item in items), *depending(tx, (), items)})


def depending(tx: Transaction, now: Sequence[WorkItem], then: Sequence[WorkItem]) -> set[SubjectRef]:
    """What may be judged differently because these items changed from ``then`` to ``now``: items that link to them,
    their programmes with all they hold, whatever watches any of these, and conflicts that a request has left."""
    both = (*now, *then)
    codes = {code for one in both if one.type == PROGRAM_TYPE and (code := one.fields.get("代号"))}
    named = _names(both)
    ids = set(tx.ids_linking_to(sorted(named)))
    ids.update(id_ for code in codes for id_ in tx.ids_where(program=code))
    named.update(name for names in tx.names(ids).values() for name in names if name)
    watching = tx.ids_concerning(watch(name) for name in sorted(named))
    ids.update(id_ for found in watching.values() for id_ in found)
    subjects = {SubjectRef(SubjectKind.PROGRAM, code) for code in codes} | {item_subject(id_) for id_ in ids}
    asked = {one.id: one.resource for one in now if one.type == REQUEST_TYPE}
    if any(one.type == REQUEST_TYPE and (one.id not in asked or asked[one.id] != one.resource) for one in then):
        subjects.update(tx.running(SubjectKind.CONFLICT))  # which of them it has left, they know best themselves
    return subjects


def item_subject(id_: ItemId) -> SubjectRef:
    """The subject a work item is."""
    return SubjectRef(SubjectKind.WORK_ITEM, id_)


def _names(items: Iterable[WorkItem]) -> set[str]:
    return {name for item in items for name in (item.source.key, item.source.url) if name}


def _known_since(before: StoredItem | None, now: WorkItem) -> WorkItem:
    return _with_history(before.item, now) if before else now


def _with_history(before: WorkItem, now: WorkItem) -> WorkItem:
    """The item with what the mirror itself has seen change: no tracker keeps a history of single section lines,
    and not every one of the status."""
    kept = STATUS if not any(change.field == STATUS for change in now.changes) else FACET
    seen = [change for change in before.changes if change.field.startswith(FACET) or change.field == kept]
    for name in sorted({*before.fields, *now.fields}):
        old, new = before.fields.get(name), now.fields.get(name)
        if old != new:
            seen.append(Change(field=f"{FACET}{name}", at=now.updated_at, old=old, new=new))
    if before.status != now.status and not any(change.field == STATUS for change in now.changes):
        seen.append(Change(field=STATUS, at=now.updated_at, old=before.status, new=now.status))
    known = {(change.field, change.at, change.new) for change in now.changes}
    fresh = [change for change in seen if (change.field, change.at, change.new) not in known]
    return msgspec.structs.replace(now, changes=(*now.changes, *fresh)) if fresh else now
