"""Writes on their way, the tracker's answers, and the traces we may change again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, bindparam, func, select, union_all, update

from collab_sync.errors import StoreError
from collab_sync.model import marker
from collab_sync.model.action import CreateWrite, LogLine, PlannedWrite, Receipt
from collab_sync.model.identity import ItemId
from collab_sync.ports.store import ManagedTrace, OutboxRow, OutboxState
from collab_sync.store.schema import managed_trace, outbox
from collab_sync.store.sql import batches, insert_missing, upsert

_MOVE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        state=bindparam("to"),
        next_attempt=bindparam("until", type_=outbox.c.next_attempt.type),
        attempts=outbox.c.attempts + bindparam("tried"),
        receipt=func.coalesce(bindparam("answer"), outbox.c.receipt),
        last_error=func.coalesce(bindparam("words"), outbox.c.last_error),
    )
)
"""One statement for every move (``changes``), built once: rows move often."""


class _Lines(msgspec.Struct, frozen=True):
    """The part of a planned write that the log shows; the rest of the document is not decoded."""

    lines: tuple[LogLine, ...]


def enqueue(connection: Connection, writes: Sequence[PlannedWrite], *, at: datetime, state: OutboxState) -> None:
    for batch in batches(writes):
        connection.execute(insert_missing(outbox, "key"), [_row(planned, at, state) for planned in batch])


def rows(
    connection: Connection, states: Sequence[OutboxState], *, after: int, limit: int | None
) -> tuple[OutboxRow, ...]:
    """Read state by state: within one of them the index has the rows in their order, and a portion costs a portion."""
    if not states:
        return ()
    portions = [_portion(state, after, limit) for state in dict.fromkeys(states)]
    query = union_all(*portions) if len(portions) > 1 else portions[0]
    found = sorted(connection.execute(query), key=lambda row: int(row.id))
    return tuple(_outbox_row(row) for row in found[:limit])


def _portion(state: OutboxState, after: int, limit: int | None) -> Select[Any]:
    query = select(outbox).where(outbox.c.state == state, outbox.c.id > after)
    return select(query.order_by(outbox.c.id).limit(limit).subquery())


def _outbox_row(row: Row[Any]) -> OutboxRow:
    return OutboxRow(
        id=row.id,
        planned=msgspec.json.decode(row.document, type=PlannedWrite),
        state=row.state,
        enqueued_at=row.enqueued_at,
        attempts=row.attempts,
        next_attempt=row.next_attempt,
        receipt=None if row.receipt is None else msgspec.json.decode(row.receipt, type=Receipt),
        last_error=row.last_error,
    )


def counts(connection: Connection, states: Sequence[OutboxState] | None) -> Mapping[OutboxState, int]:
    query = select(outbox.c.state, func.count().label("rows")).group_by(outbox.c.state)
    asked = query if states is None else query.where(outbox.c.state.in_(states))
    return {row.state: row.rows for row in connection.execute(asked)}


def changes(
    state: OutboxState, *, next_attempt: datetime | None, receipt: Receipt | None, error: str
) -> Mapping[str, object]:
    """How a row moves to ``state``; a receipt and an error stay until others come."""
    return {
        "to": state,
        "until": next_attempt,
        "tried": int(state == "sending"),
        "answer": None if receipt is None else msgspec.json.encode(receipt),
        "words": error or None,
    }


def set_row(connection: Connection, row_id: int, values: Mapping[str, object]) -> None:
    """Raises StoreError for a row that does not exist: an answer that belongs nowhere must not get lost silently."""
    if not connection.execute(_MOVE, {"row": row_id, **values}).rowcount:
        raise StoreError(f"发件箱里没有第 {row_id} 行\n    → 请用 collab-sync status 查看现有的行")


def enqueued(connection: Connection, keys: Iterable[str]) -> Set[str]:
    found: set[str] = set()
    for batch in batches(keys):
        found.update(connection.scalars(select(outbox.c.key).where(outbox.c.key.in_(batch))))
    return found


def creation_receipts(connection: Connection, keys: Iterable[str]) -> Mapping[str, Receipt]:
    found: dict[str, Receipt] = {}
    for batch in batches(key for key in keys if key):
        query = select(outbox.c.creation_key, outbox.c.receipt).where(
            outbox.c.creation_key.in_(batch), outbox.c.state == "done", outbox.c.receipt.is_not(None)
        )
        for row in connection.execute(query.order_by(outbox.c.id.desc())):
            found[row.creation_key] = msgspec.json.decode(row.receipt, type=Receipt)
    return found


def log_lines(connection: Connection, *, reported: bool) -> tuple[LogLine, ...]:
    states = ("done", "reported") if reported else ("done",)
    query = select(outbox.c.document).where(outbox.c.state.in_(states)).order_by(outbox.c.id)
    lines = [
        line for document in connection.scalars(query) for line in msgspec.json.decode(document, type=_Lines).lines
    ]
    return tuple(sorted(lines, key=lambda line: (line.at, line.order)))


def managed(connection: Connection, items: Iterable[ItemId]) -> Mapping[ItemId, tuple[ManagedTrace, ...]]:
    found: dict[ItemId, list[ManagedTrace]] = defaultdict(list)
    for batch in batches(dict.fromkeys(items)):
        query = select(managed_trace.c.document).where(managed_trace.c.item.in_(batch))
        query = query.order_by(managed_trace.c.item, managed_trace.c.kind, managed_trace.c.key)
        for document in connection.scalars(query):
            trace = msgspec.json.decode(document, type=ManagedTrace)
            found[trace.item].append(trace)
    return {item: tuple(traces) for item, traces in found.items()}


def put_managed(connection: Connection, traces: Sequence[ManagedTrace]) -> None:
    for batch in batches(traces):
        connection.execute(
            upsert(managed_trace),
            [
                {"item": trace.item, "kind": trace.kind, "key": trace.key, "document": msgspec.json.encode(trace)}
                for trace in batch
            ],
        )


def _row(planned: PlannedWrite, at: datetime, state: OutboxState) -> dict[str, object]:
    return {
        "key": planned.key,
        "state": state,
        "enqueued_at": at,
        "attempts": 0,
        "last_error": "",
        "creation_key": _creation_key(planned),
        "document": msgspec.json.encode(planned),
    }


def _creation_key(planned: PlannedWrite) -> str | None:
    if not isinstance(planned.write, CreateWrite):
        return None
    ours = marker.loads(planned.write.marker)
    return (ours.key if ours else "") or planned.key
