"""Rows of the outbox: the items they touch, what they become once the issues they wait for exist, what they leave."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Set
from datetime import datetime

import msgspec
import structlog

from collab_sync.model import marker
from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    LabelWrite,
    LinkWrite,
    PlannedWrite,
    Receipt,
    Target,
    UnlinkWrite,
    Write,
)
from collab_sync.model.identity import ItemId, SourceRef, id_of
from collab_sync.model.page import Page, View
from collab_sync.model.work_item import WorkItem
from collab_sync.pipeline.absorb import GONE
from collab_sync.planner import landing
from collab_sync.planner.desks.comments import ANEW, POST, STICKY
from collab_sync.planner.desks.page_desk import KEPT, said
from collab_sync.planner.editions import figures_of
from collab_sync.ports.store import ManagedTrace, OutboxRow, Transaction

LOST = "lost:"
"""Key of the trace of a comment of ours that somebody deleted: an edit of it becomes a new comment."""


def log_outcome(row: OutboxRow, outcome: str) -> None:
    """What became of a row in this delivery: news where it is closed, else of interest to whoever looks closely.

    Through the standard library's logger: where nobody has set up logs, as in rehearsals, nothing is printed."""
    log = structlog.wrap_logger(logging.getLogger("collab_sync"))
    tell = log.info if outcome in ("done", "dead") else log.debug
    tell("row", id=row.id, project=row.planned.project, key=row.planned.key, outcome=outcome)


# --- targets ---------------------------------------------------------------------------------------------------
def targets(row: OutboxRow, refs: Mapping[str, SourceRef]) -> set[str]:
    """Names of the item a row is sent to: rows that share one keep their order. An issue of ours goes by the key under
    which it is made, and once it is there by its own name as well. A link is sent to its source only; the item at its
    other end must not wait for an issue that may never be made."""
    write = row.planned.write
    match write:
        case CreateWrite():
            return _names(Target(creation_key=_creation_key(write) or row.planned.key), refs)
        case LinkWrite() | UnlinkWrite():
            return _names(write.source, refs)
        case Page():
            return {f"page:{write.series}"}  # editions may share one place
        case View():
            return {f"view:{write.key}"}
        case _:
            return _names(write.target, refs)


def made_refs(tx: Transaction, rows: Iterable[OutboxRow]) -> Mapping[str, SourceRef]:
    """Where the issues are that these rows wait for, by creation key, as far as they have been made."""
    return _refs(tx, {key for row in rows for key in row.planned.waits_for})


def place_of(write: Write) -> SourceRef | None:
    """The item that a write changes; None for an issue that is to be made."""
    match write:
        case CreateWrite() | Page() | View():
            return None
        case LinkWrite() | UnlinkWrite():
            return write.source.ref
        case _:
            return write.target.ref


# --- before sending --------------------------------------------------------------------------------------------
def resolved(tx: Transaction, row: OutboxRow) -> Write | None:
    """The write with every target an existing item; None while an issue it needs is not made."""
    write = row.planned.write
    if isinstance(write, CreateWrite | Page | View):
        return write
    refs = _refs(tx, row.planned.waits_for)
    if isinstance(write, LinkWrite | UnlinkWrite):
        source, target = _target(write.source, refs), _target(write.target, refs)
        return msgspec.structs.replace(write, source=source, target=target) if source and target else None
    where = _target(write.target, refs)
    if where is None:
        return None
    found = msgspec.structs.replace(write, target=where)
    return _with_comment(tx, row, found) if isinstance(found, CommentWrite) else found


def created(tx: Transaction, write: Write | None, now: datetime) -> Receipt | None:
    """The receipt of an issue that the mirror already holds under this creation key."""
    key = _creation_key(write) if isinstance(write, CreateWrite) else ""
    ref = _refs(tx, [key]).get(key) if key else None
    return Receipt(at=now, remote_id=ref.native_id, ref=ref, url=ref.url) if ref else None


def left(tx: Transaction, write: Write | None, present: Set[ItemId]) -> str:
    """Why the item that a write changes is no longer to be seen; empty while it is. ``present``: items known to be."""
    ref = place_of(write) if write else None
    if ref is None or id_of(ref) in present:
        return ""
    stored = tx.items([id_of(ref)]).get(id_of(ref))
    if stored is None or not stored.gone:
        return ""
    key = f"{GONE}{stored.item.id}"
    _, _, evidence = tx.recorded(key).get(key, (None, ""))[1].partition("\n")
    return evidence or f"{stored.item.source.key} 已不在"


def first_read(tx: Transaction, project: str) -> bool:
    """Whether a project has ever been read to its end: before that nobody knows what has been made there already."""
    shard = tx.shards().get(project)
    return shard is not None and shard.complete_as_of is not None


# --- afterwards ------------------------------------------------------------------------------------------------
def traces(tx: Transaction, row: OutboxRow, write: Write, receipt: Receipt) -> list[ManagedTrace]:
    """What we have now put on the item, for the next plan. What a later plan has already decided about the comment is
    kept: only where it is becomes known."""
    if not isinstance(write, CommentWrite) or write.target.ref is None:
        return []
    mark = marker.loads(write.marker)
    if mark is None:
        return []
    id_ = id_of(write.target.ref)
    remote = receipt.remote_id or write.comment_id
    key = mark.key if mark.key.startswith((STICKY, POST)) else f"{mark.key}:{remote}"
    known = _known(tx, write.target.ref).get(key) if key.startswith(STICKY) else None
    planned_blind = isinstance(row.planned.write, CommentWrite) and row.planned.write.target.ref is None
    if known is not None and not planned_blind:
        return [] if write.comment_id else [msgspec.structs.replace(known, remote_id=remote)]
    return [ManagedTrace(item=id_, kind="comment", key=key, remote_id=remote, hash=mark.hash, state=mark.state)]


def remember(tx: Transaction, planned: PlannedWrite, receipt: Receipt, now: datetime) -> None:
    """What later plans go by: only a page that has really been written may be compared with or linked to."""
    write = planned.write
    if isinstance(write, Page):
        tx.record(f"{KEPT}{write.key}", now, said(write, planned.project))
        landing.remember(tx, write, receipt, now)
        for key, value in figures_of(write).items():
            tx.record(key, now, value)


def lost_comment(tx: Transaction, write: CommentWrite) -> list[ManagedTrace]:
    """A comment of ours is no longer there: remembered, and forgotten as the place of its text."""
    assert write.target.ref is not None, "only comments on existing items are edited"
    id_ = id_of(write.target.ref)
    known = _known(tx, write.target.ref).values()
    moved = [msgspec.structs.replace(trace, remote_id="") for trace in known if trace.remote_id == write.comment_id]
    return [*moved, ManagedTrace(item=id_, kind="comment", key=LOST + write.comment_id, remote_id=write.comment_id)]


def as_written(tx: Transaction, write: Write) -> list[tuple[WorkItem, bytes]]:
    """The mirrored item with the labels just written, for when it cannot be read back; the next pull replaces it."""
    if not isinstance(write, LabelWrite) or write.target.ref is None:
        return []
    id_ = id_of(write.target.ref)
    stored = tx.items([id_]).get(id_)
    if stored is None or stored.gone:
        return []
    labels = (stored.item.labels | set(write.add)) - set(write.remove)
    return [(msgspec.structs.replace(stored.item, labels=labels), stored.digest)]


# --- private ---------------------------------------------------------------------------------------------------
def _names(target: Target, refs: Mapping[str, SourceRef]) -> set[str]:
    ref = target.ref or refs.get(target.creation_key)
    own = {f"{ref.connection}:{ref.native_id}"} if ref else set()
    return own | {target.creation_key} - {""}


def _creation_key(write: CreateWrite) -> str:
    mark = marker.loads(write.marker)
    return mark.key if mark else ""


def _refs(tx: Transaction, keys: Iterable[str]) -> dict[str, SourceRef]:
    """By receipt, or by what the mirror holds: an issue may exist whose receipt was never had."""
    wanted = tuple(keys)
    if not wanted:
        return {}
    seen = tx.created_by_key(wanted)
    items = tx.items(seen.values())
    found = {key: items[id_].item.source for key, id_ in seen.items() if id_ in items}
    receipts = tx.creation_receipts(wanted).items()
    return {**found, **{key: receipt.ref for key, receipt in receipts if receipt.ref}}


def _target(target: Target, refs: Mapping[str, SourceRef]) -> Target | None:
    if target.ref is not None:
        return target
    ref = refs.get(target.creation_key)
    return Target(ref=ref, creation_key=target.creation_key) if ref else None


def _with_comment(tx: Transaction, row: OutboxRow, write: CommentWrite) -> CommentWrite:
    """A sticky comment that was posted after this row was decided is edited, not posted again; one that was deleted is
    posted anew; one that must tell people anew always is a new comment."""
    mark = marker.loads(write.marker)
    if mark is None or write.target.ref is None or not mark.key.startswith(STICKY) or row.planned.key.endswith(ANEW):
        return write
    known = _known(tx, write.target.ref)
    if write.comment_id and LOST + write.comment_id not in known:
        return write
    trace = known.get(mark.key)
    return msgspec.structs.replace(write, comment_id=trace.remote_id if trace else "")


def _known(tx: Transaction, ref: SourceRef) -> dict[str, ManagedTrace]:
    id_ = id_of(ref)
    return {trace.key: trace for trace in tx.managed([id_]).get(id_, ())}
