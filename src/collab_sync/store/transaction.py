"""One transaction on the database: all faces of the port over one connection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import datetime

from sqlalchemy import Connection

from collab_sync.errors import StoreError
from collab_sync.model.action import LogLine, PlannedWrite, Receipt
from collab_sync.model.episode import Episode, Hold
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.store import DigestEntry, Gone, ManagedTrace, OutboxRow, OutboxState, Shard, StoredItem
from collab_sync.store import attention, journal, mirror, outbox, portions
from collab_sync.store import episodes as episode_rows


class SqlTransaction:
    """``ports.store.Transaction``: the promises are documented there. Made by ``SqliteStore`` only.

    Raises StoreError when it is written to although it is for reading, or used after its end."""

    def __init__(self, connection: Connection, *, writable: bool) -> None:
        self._connection = connection
        self._writable = writable

    @property
    def _reading(self) -> Connection:
        if self._connection.closed:
            raise StoreError("事务已经结束,不能再用\n    → 请在 with 语句之内读写")
        return self._connection

    @property
    def _writing(self) -> Connection:
        if not self._writable:
            raise StoreError("这个事务只读,不能写入\n    → 需要写入时请用 store.write()")
        return self._reading

    # --- mirror ------------------------------------------------------------------------------------------------
    def digests(self, ids: Sequence[ItemId]) -> Mapping[ItemId, bytes]:
        return mirror.digests(self._reading, ids)

    def put_items(self, items: Sequence[tuple[WorkItem, bytes]], *, seen_at: datetime, baseline: bool) -> None:
        mirror.put_items(self._writing, items, seen_at=seen_at, baseline=baseline)

    def items(self, ids: Iterable[ItemId]) -> Mapping[ItemId, StoredItem]:
        return mirror.items(self._reading, ids)

    def ids_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        return mirror.ids_by_key(self._reading, keys)

    def ids_where(
        self, *, project: str = "", type_name: str = "", program: str = "", open_only: bool = False
    ) -> tuple[ItemId, ...]:
        return mirror.ids_where(
            self._reading, project=project, type_name=type_name, program=program, open_only=open_only
        )

    def ids_after(
        self, after: ItemId, most: int, *, type_name: str = "", program: str = "", open_: bool | None = None
    ) -> tuple[ItemId, ...]:
        return portions.ids_after(self._reading, after, most, {"type": type_name, "program": program, "open": open_})

    def ids_linking_to(self, keys: Iterable[str]) -> tuple[ItemId, ...]:
        return mirror.ids_linking_to(self._reading, keys)

    def ids_concerning(self, topics: Iterable[str]) -> Mapping[str, tuple[ItemId, ...]]:
        return mirror.ids_concerning(self._reading, topics)

    def names(self, ids: Iterable[ItemId]) -> Mapping[ItemId, tuple[str, str]]:
        return mirror.names(self._reading, ids)

    def created_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        return mirror.created_by_key(self._reading, keys)

    def mark_gone(self, ids: Sequence[ItemId], gone: Gone) -> None:
        mirror.mark_gone(self._writing, ids, gone)

    def settle_baseline(self, ids: Sequence[ItemId]) -> None:
        mirror.settle_baseline(self._writing, ids)

    # --- shards ------------------------------------------------------------------------------------------------
    def shards(self) -> Mapping[str, Shard]:
        return mirror.shards(self._reading)

    def put_shards(self, shards: Sequence[Shard]) -> None:
        mirror.put_shards(self._writing, shards)

    # --- dirty and due -----------------------------------------------------------------------------------------
    def mark_dirty(self, subjects: Iterable[SubjectRef]) -> None:
        attention.mark_dirty(self._writing, subjects)

    def dirty(self) -> tuple[SubjectRef, ...]:
        return attention.all_dirty(self._reading)

    def clear_dirty(self, subjects: Iterable[SubjectRef]) -> None:
        attention.clear_dirty(self._writing, subjects)

    def set_due(self, due: Mapping[SubjectRef, datetime | None]) -> None:
        attention.set_due(self._writing, due)

    def pending(self, now: datetime) -> tuple[SubjectRef, ...]:
        return attention.pending(self._reading, now)

    def hasten(self, looks: Mapping[SubjectRef, datetime]) -> None:
        portions.hasten(self._writing, looks)

    def due(self, now: datetime) -> tuple[SubjectRef, ...]:
        return attention.due_by(self._reading, now)

    def next_due(self) -> datetime | None:
        return attention.next_due(self._reading)

    # --- episodes ----------------------------------------------------------------------------------------------
    def episodes(
        self, subjects: Iterable[SubjectRef], rules: Collection[str] | None = None
    ) -> Mapping[SubjectRef, tuple[Episode, ...]]:
        return episode_rows.open_episodes(self._reading, subjects, rules)

    def running_for(self, rule: str, *, after: str, most: int) -> tuple[SubjectRef, ...]:
        return portions.running_for(self._reading, rule, after=after, most=most)

    def ended_episode(self, rule: str, subject: SubjectRef, key: str) -> Episode | None:
        return episode_rows.ended_episode(self._reading, rule, subject, key)

    def running(self, kind: SubjectKind, prefixes: Iterable[str] = ("",)) -> tuple[SubjectRef, ...]:
        return episode_rows.running(self._reading, kind, prefixes)

    def put_episodes(self, episodes: Iterable[Episode]) -> None:
        episode_rows.put_episodes(self._writing, episodes)

    def forget_episodes(self, episodes: Iterable[Episode]) -> None:
        episode_rows.forget_episodes(self._writing, episodes)

    def holds_on(self, items: Iterable[ItemId]) -> Mapping[ItemId, tuple[tuple[Episode, Hold], ...]]:
        return episode_rows.holds_on(self._reading, items)

    # --- outbox ------------------------------------------------------------------------------------------------
    def enqueue(self, writes: Sequence[PlannedWrite], *, at: datetime, state: OutboxState = "pending") -> None:
        outbox.enqueue(self._writing, writes, at=at, state=state)

    def outbox(
        self, states: Sequence[OutboxState], *, after: int = 0, limit: int | None = None
    ) -> tuple[OutboxRow, ...]:
        return outbox.rows(self._reading, states, after=after, limit=limit)

    def outbox_counts(self, states: Sequence[OutboxState] | None = None) -> Mapping[OutboxState, int]:
        return outbox.counts(self._reading, states)

    def set_outbox(
        self,
        row_id: int,
        state: OutboxState,
        *,
        next_attempt: datetime | None = None,
        receipt: Receipt | None = None,
        error: str = "",
    ) -> None:
        values = outbox.changes(state, next_attempt=next_attempt, receipt=receipt, error=error)
        outbox.set_row(self._writing, row_id, values)

    def enqueued(self, keys: Iterable[str]) -> Set[str]:
        return outbox.enqueued(self._reading, keys)

    def creation_receipts(self, keys: Iterable[str]) -> Mapping[str, Receipt]:
        return outbox.creation_receipts(self._reading, keys)

    # --- managed traces ----------------------------------------------------------------------------------------
    def managed(self, items: Iterable[ItemId]) -> Mapping[ItemId, tuple[ManagedTrace, ...]]:
        return outbox.managed(self._reading, items)

    def put_managed(self, traces: Sequence[ManagedTrace]) -> None:
        outbox.put_managed(self._writing, traces)

    # --- journal -----------------------------------------------------------------------------------------------
    def record(self, key: str, at: datetime, value: str = "") -> None:
        journal.record_all(self._writing, {key: (at, value)})

    def record_all(self, facts: Mapping[str, tuple[datetime, str]]) -> None:
        journal.record_all(self._writing, facts)

    def recorded(self, prefix: str) -> Mapping[str, tuple[datetime, str]]:
        return journal.recorded(self._reading, prefix)

    def noted(self, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]:
        return journal.noted(self._reading, keys)

    def count_mentions(self, persons: Sequence[str], at: datetime) -> None:
        journal.count_mentions(self._writing, persons, at)

    def mentions_since(self, at: datetime) -> Mapping[str, int]:
        return journal.mentions_since(self._reading, at)

    def add_digest(self, entries: Sequence[DigestEntry]) -> None:
        journal.add_digest(self._writing, entries)

    def open_digest(self, before: datetime) -> tuple[DigestEntry, ...]:
        return journal.open_digest(self._reading, before)

    def close_digest(self, before: datetime, key: str) -> None:
        journal.close_digest(self._writing, before, key)

    def log_lines(self, *, reported: bool = True) -> tuple[LogLine, ...]:
        return outbox.log_lines(self._reading, reported=reported)
