"""Write back: the outbox is the only road to a tracker, and every row on it is written exactly once.

A row goes pending → sending → done. A connection that is lost in between, or a process that dies, leaves it unknown:
then the tracker is asked for our marker before anything is sent again. Order is kept per target item; one bad row never
blocks rows of other items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from collab_sync.errors import (
    AccessError,
    MissingItemError,
    RejectedActionError,
    TrackerError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, CreateWrite, ItemWrite, LinkWrite, Receipt, Target
from collab_sync.model.identity import SourceRef, item_id
from collab_sync.pipeline.absorb import absorb
from collab_sync.pipeline.runtime import Runtime
from collab_sync.planner.comments import POST, STICKY
from collab_sync.ports import ActionWriter
from collab_sync.ports.store import ManagedTrace, OutboxRow, OutboxState, Transaction

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=30)
"""Back-off between attempts when the tracker names none: doubled each time, at most this long."""

PASSES = 3
"""Within one delivery: an unknown outcome is looked into at once, and what waits for a created issue follows it."""

WAITING: tuple[OutboxState, ...] = ("pending", "sending", "unknown")


@dataclass(slots=True)
class Delivery:
    """What became of the rows: counts by outcome, and the trackers' words about those that failed."""

    done: int = 0
    dead: int = 0
    waiting: int = 0
    errors: list[str] = field(default_factory=list)


def deliver(runtime: Runtime, now: datetime) -> Delivery:
    """Sends what is due. Tracker errors are recorded with their rows, never raised."""
    delivery = Delivery()
    paused: set[str] = set()
    for _ in range(PASSES):
        with runtime.store.read() as tx:
            rows = tx.outbox(WAITING, due=now)
        if not rows or not _pass(runtime, rows, now, delivery, paused):
            break
    with runtime.store.read() as tx:
        delivery.waiting = len(tx.outbox(WAITING))
    return delivery


def _pass(runtime: Runtime, rows: Sequence[OutboxRow], now: datetime, delivery: Delivery, paused: set[str]) -> bool:
    """One walk over the rows in order; whether anything moved."""
    moved = False
    blocked: set[str] = set()
    for row in rows:
        names = _targets(row)
        project = row.planned.project
        mapping = runtime.ruling.mapping.project(project)
        if names & blocked or mapping is None or mapping.connection in paused:
            blocked |= names
            continue
        state = _Sending(runtime, row, now, delivery).send()
        if state == "paused":
            paused.add(mapping.connection)
        if state != "done":
            blocked |= names if state != "dead" else set()
        moved = moved or state in ("done", "dead", "unknown")
    return moved


class _Sending:
    """One row on its way."""

    def __init__(self, runtime: Runtime, row: OutboxRow, now: datetime, delivery: Delivery) -> None:
        self.runtime = runtime
        self.row = row
        self.now = now
        self.delivery = delivery

    def send(self) -> str:
        """``done``, ``dead``, ``unknown``, ``later``, ``waiting`` (for an issue) or ``paused`` (no access)."""
        with self.runtime.store.read() as tx:
            write = _resolved(tx, self.row)
        if write is None:
            return "waiting"
        try:
            receipt = self._receipt(write)
            self._done(write, receipt)
        except TrackerError as error:
            return self._failed(error)
        return "done"

    def _receipt(self, write: ItemWrite) -> Receipt:
        writer = self._writer()
        if self.row.state in ("sending", "unknown"):
            found = writer.find(write)
            if found is not None:
                return found
        self._move("sending")
        return writer.perform(write)

    def _done(self, write: ItemWrite, receipt: Receipt) -> None:
        """Reads the item back, so that the mirror knows what is really there, and closes the row."""
        ref = receipt.ref or _ref(write)
        connection = self.runtime.connection_of(self.row.planned.project)
        fresh = []
        if ref is not None and connection is not None:
            project = self.runtime.ruling.mapping.project(ref.project)
            if project is not None:
                reader = connection.reader(project)
                payload = reader.read(ref)
                fresh = [(reader.normalize(payload), payload.digest)]
        with self.runtime.store.write() as tx:
            tx.set_outbox(self.row.id, "done", receipt=receipt)
            tx.put_managed(_traces(write, receipt))
            absorb(tx, fresh, seen_at=self.now)
        self.delivery.done += 1

    def _failed(self, error: TrackerError) -> str:
        match error:
            case UnknownOutcomeError():
                self._move(
                    "unknown", error=str(error), wait=timedelta(0) if self.row.attempts == 0 else self._backoff()
                )
                return "unknown"
            case TransientError():
                state: OutboxState = "unknown" if self._sent_before() else "pending"
                self._move(state, error=str(error), wait=error.retry_after or self._backoff())
                return "later"
            case RejectedActionError() | MissingItemError():
                self._move("dead", error=str(error))
                self.delivery.dead += 1
                self.delivery.errors.append(f"{self.row.planned.reason}: {error}")
                return "dead"
            case AccessError():
                state = "unknown" if self._sent_before() else "pending"
                self._move(state, error=str(error), wait=self._backoff())
                self.delivery.errors.append(str(error))
                return "paused"
            case _:
                raise error

    def _sent_before(self) -> bool:
        """Whether an attempt may have reached the tracker: then only ``find`` may say that it did not."""
        return self.row.state in ("sending", "unknown")

    def _backoff(self) -> timedelta:
        doubled: int = 2 ** min(self.row.attempts, 10)
        return min(FIRST_RETRY * doubled, LONGEST_RETRY)

    def _move(self, state: OutboxState, *, error: str = "", wait: timedelta | None = None) -> None:
        with self.runtime.store.write() as tx:
            tx.set_outbox(self.row.id, state, error=error, next_attempt=self.now + wait if wait else None)

    def _writer(self) -> ActionWriter:
        project = self.runtime.ruling.mapping.project(self.row.planned.project)
        connection = self.runtime.connection_of(self.row.planned.project)
        if project is None or connection is None:
            raise AccessError("映射中已没有这个项目,写入暂停", connection=self.row.planned.project)
        return connection.writer(project)


# --- targets ---------------------------------------------------------------------------------------------------
def _targets(row: OutboxRow) -> set[str]:
    """Names of the items a row touches: rows of one item keep their order."""
    write = row.planned.write
    match write:
        case CreateWrite():
            return {row.planned.key.removeprefix("create|")}
        case LinkWrite():
            return {_name(write.source), _name(write.target)}
        case _:
            return {_name(write.target)}


def _name(target: Target) -> str:
    if target.ref is not None:
        return f"{target.ref.connection}:{target.ref.native_id}"
    return target.creation_key


def _resolved(tx: Transaction, row: OutboxRow) -> ItemWrite | None:
    """The write with every target an existing item; None while an issue it needs is not made."""
    write = row.planned.write
    if isinstance(write, CreateWrite):
        return write
    receipts = tx.creation_receipts(row.planned.waits_for)
    refs = {key: receipt.ref for key, receipt in receipts.items() if receipt.ref}
    if isinstance(write, LinkWrite):
        source, target = _target(write.source, refs), _target(write.target, refs)
        return msgspec.structs.replace(write, source=source, target=target) if source and target else None
    where = _target(write.target, refs)
    if where is None:
        return None
    resolved = msgspec.structs.replace(write, target=where)
    return _with_comment(tx, resolved) if isinstance(resolved, CommentWrite) else resolved


def _target(target: Target, refs: dict[str, SourceRef]) -> Target | None:
    if target.ref is not None:
        return target
    ref = refs.get(target.creation_key)
    return Target(ref=ref, creation_key=target.creation_key) if ref else None


def _with_comment(tx: Transaction, write: CommentWrite) -> CommentWrite:
    """A sticky comment that was posted after this row was decided is edited, not posted again."""
    mark = marker.loads(write.marker)
    ref = write.target.ref
    if write.comment_id or mark is None or ref is None or not mark.key.startswith(STICKY):
        return write
    id_ = item_id(ref.connection, ref.native_id)
    known = {trace.key: trace for trace in tx.managed([id_]).get(id_, ())}
    trace = known.get(mark.key)
    return msgspec.structs.replace(write, comment_id=trace.remote_id) if trace and trace.remote_id else write


def _ref(write: ItemWrite) -> SourceRef | None:
    match write:
        case CreateWrite():
            return None
        case LinkWrite():
            return write.source.ref
        case _:
            return write.target.ref


def _traces(write: ItemWrite, receipt: Receipt) -> list[ManagedTrace]:
    """What we have now put on the item, for the next plan."""
    if not isinstance(write, CommentWrite) or write.target.ref is None:
        return []
    mark = marker.loads(write.marker)
    if mark is None:
        return []
    id_ = item_id(write.target.ref.connection, write.target.ref.native_id)
    remote = receipt.remote_id or write.comment_id
    key = mark.key if mark.key.startswith((STICKY, POST)) else f"{mark.key}:{remote}"
    return [ManagedTrace(item=id_, kind="comment", key=key, remote_id=remote, hash=mark.hash, state=mark.state)]
