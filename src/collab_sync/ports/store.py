"""The store's faces: mirror, shards, dirty and due index, episodes, outbox, managed traces, journal.

One ``Transaction`` offers them all, because what belongs together must commit together: a page with its cursor, a plan
with the episode edges that caused it. Every method reads or writes batches; nothing is lazy, nothing outlives the
transaction. ``collab_sync.testing`` ships the suite that every store passes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

import msgspec

from collab_sync.model.action import LogLine, PlannedWrite, Receipt
from collab_sync.model.episode import Episode, Hold
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.model.work_item import WorkItem

Gone: TypeAlias = Literal["", "deleted", "moved", "hidden", "page"]


class StoredItem(msgspec.Struct, frozen=True, kw_only=True):
    """A mirrored item and what the mirror knows about it. ``baseline``: it was there at the first contact with its
    shard and has not been decided on yet. ``gone``: why it is not to be seen, empty while it is; ``page``: it never
    was, because it holds a page of ours and is nobody's work."""

    item: WorkItem
    digest: bytes
    first_seen: datetime
    baseline: bool = False
    gone: Gone = ""


class Shard(msgspec.Struct, frozen=True, kw_only=True):
    """How far a project has been pulled. ``complete_as_of``: start of the last pull that was read to its end
    (None: never). ``error``: the last attempt's message, empty when it succeeded."""

    project: str
    cursor: str | None = None
    complete_as_of: datetime | None = None
    attempted_at: datetime | None = None
    error: str = ""


class ManagedTrace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something we put on an item and may change again. ``key``: that of the comment's marker.
    ``hash``: of the content last written; ``state``: marker state (paragraphs of a sticky comment)."""

    item: ItemId
    kind: Literal["comment"]
    key: str
    remote_id: str = ""
    hash: str = ""
    state: Mapping[str, str] = {}


OutboxState: TypeAlias = Literal["pending", "sending", "unknown", "done", "dead", "reported"]
ON_THE_WAY: tuple[OutboxState, ...] = ("pending", "sending", "unknown")
"""States of rows that will move on by themselves: not written yet, and not given up."""


class OutboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """A write on its way. ``reported``: decided under report_only, never sent. ``last_error``: the tracker's words."""

    id: int
    planned: PlannedWrite
    state: OutboxState
    enqueued_at: datetime
    attempts: int = 0
    next_attempt: datetime | None = None
    receipt: Receipt | None = None
    last_error: str = ""


class DigestEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of somebody's digest; delivered by the run that writes it."""

    person: str
    at: datetime
    item: str
    url: str
    rule: str
    text: str


class Transaction(Protocol):
    """Everything done through one transaction commits together or not at all."""

    # --- mirror ------------------------------------------------------------------------------------------------
    def digests(self, ids: Sequence[ItemId]) -> Mapping[ItemId, bytes]:
        """Payload digests of those of ``ids`` that are mirrored and not gone."""
        ...

    def put_items(self, items: Sequence[tuple[WorkItem, bytes]], *, seen_at: datetime, baseline: bool) -> None:
        """Upserts items with their payload digests; first_seen and baseline are set on insert only; gone is cleared.

        Replaces the item's links in the link index (targets: parent, links), its topics (``analysis.concerns``) and
        its creation key (``marker.loads(item.marker).key``). Does not mark anything dirty."""
        ...

    def items(self, ids: Iterable[ItemId]) -> Mapping[ItemId, StoredItem]:
        """Those that exist, gone ones too."""
        ...

    def ids_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        """Ids of items by what people call them (``NPX-12``, ``rd/x1-firmware#4``) or by their URL."""
        ...

    def ids_where(
        self, *, project: str = "", type_name: str = "", program: str = "", open_only: bool = False
    ) -> tuple[ItemId, ...]:
        """Ids of present items that match all given anchors, sorted."""
        ...

    def ids_after(
        self, after: ItemId, most: int, *, type_name: str = "", program: str = "", open_: bool | None = None
    ) -> tuple[ItemId, ...]:
        """The first ``most`` ids of present items after ``after``, sorted; of a type, of a programme, open or not."""
        ...

    def ids_linking_to(self, keys: Iterable[str]) -> tuple[ItemId, ...]:
        """Present items whose parent or links name one of ``keys`` (keys or URLs)."""
        ...

    def ids_concerning(self, topics: Iterable[str]) -> Mapping[str, tuple[ItemId, ...]]:
        """Present items by topic (``analysis.concerns``), sorted; topics without any are left out."""
        ...

    def names(self, ids: Iterable[ItemId]) -> Mapping[ItemId, tuple[str, str]]:
        """Key and URL of those that exist, gone ones too."""
        ...

    def created_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        """Present issues of ours by creation key."""
        ...

    def mark_gone(self, ids: Sequence[ItemId], gone: Gone) -> None: ...

    def settle_baseline(self, ids: Sequence[ItemId]) -> None:
        """These items have been decided on: from now on they are like any other."""
        ...

    # --- shards ------------------------------------------------------------------------------------------------
    def shards(self) -> Mapping[str, Shard]: ...

    def put_shards(self, shards: Sequence[Shard]) -> None: ...

    # --- dirty and due -----------------------------------------------------------------------------------------
    def mark_dirty(self, subjects: Iterable[SubjectRef]) -> None: ...

    def dirty(self) -> tuple[SubjectRef, ...]: ...

    def clear_dirty(self, subjects: Iterable[SubjectRef]) -> None: ...

    def set_due(self, due: Mapping[SubjectRef, datetime | None]) -> None:
        """Replaces the instant at which each subject must be looked at again (None: never by time alone)."""
        ...

    def pending(self, now: datetime) -> tuple[SubjectRef, ...]:
        """Dirty subjects and those whose instant is not after ``now``, each once, sorted."""
        ...

    def hasten(self, looks: Mapping[SubjectRef, datetime]) -> None:
        """Each of these subjects is looked at again at this instant at the latest."""
        ...

    def due(self, now: datetime) -> tuple[SubjectRef, ...]:
        """Subjects whose instant is not after ``now``, sorted."""
        ...

    def next_due(self) -> datetime | None: ...

    # --- episodes ----------------------------------------------------------------------------------------------
    def episodes(
        self, subjects: Iterable[SubjectRef], rules: Collection[str] | None = None
    ) -> Mapping[SubjectRef, tuple[Episode, ...]]:
        """Episodes (of these ``rules``; None: of any) that have not ended, ordered by (rule, key). Event episodes never
        end, so all of them are here."""
        ...

    def running_for(self, rule: str, *, after: str, most: int) -> tuple[SubjectRef, ...]:
        """The first ``most`` subjects, as texts after ``after``, that have an episode of the rule which has not ended;
        in the order of these texts."""
        ...

    def ended_episode(self, rule: str, subject: SubjectRef, key: str) -> Episode | None: ...

    def running(self, kind: SubjectKind, prefixes: Iterable[str] = ("",)) -> tuple[SubjectRef, ...]:
        """Subjects of a kind that have episodes which have not ended, sorted; those whose keys begin so."""
        ...

    def put_episodes(self, episodes: Iterable[Episode]) -> None:
        """Upserts by (rule, subject, key); the holds of each replace what was stored for it."""
        ...

    def forget_episodes(self, episodes: Iterable[Episode]) -> None:
        """Drops episodes that never fired (a condition that stopped before its ``held`` was over)."""
        ...

    def holds_on(self, items: Iterable[ItemId]) -> Mapping[ItemId, tuple[tuple[Episode, Hold], ...]]:
        """Holds of episodes that have not ended, and latched holds of ended ones, by the item they are on."""
        ...

    # --- outbox ------------------------------------------------------------------------------------------------
    def enqueue(self, writes: Sequence[PlannedWrite], *, at: datetime, state: OutboxState = "pending") -> None:
        """Appends in order. A key that is already there is left as it is: once decided, once written."""
        ...

    def outbox(
        self, states: Sequence[OutboxState], *, after: int = 0, limit: int | None = None
    ) -> tuple[OutboxRow, ...]:
        """Rows in these states in enqueue order; those behind the row ``after``, at most ``limit``."""
        ...

    def outbox_counts(self, states: Sequence[OutboxState] | None = None) -> Mapping[OutboxState, int]:
        """How many rows are in each (of these) states; states without any are left out."""
        ...

    def set_outbox(
        self,
        row_id: int,
        state: OutboxState,
        *,
        next_attempt: datetime | None = None,
        receipt: Receipt | None = None,
        error: str = "",
    ) -> None:
        """Moves a row on; ``sending`` counts an attempt, an empty ``error`` keeps the last one."""
        ...

    def enqueued(self, keys: Iterable[str]) -> Set[str]:
        """Those of these idempotency keys that are in the outbox, in whatever state."""
        ...

    def creation_receipts(self, keys: Iterable[str]) -> Mapping[str, Receipt]:
        """Receipts of done create writes by creation key."""
        ...

    # --- managed traces ----------------------------------------------------------------------------------------
    def managed(self, items: Iterable[ItemId]) -> Mapping[ItemId, tuple[ManagedTrace, ...]]: ...

    def put_managed(self, traces: Sequence[ManagedTrace]) -> None:
        """Upserts by (item, kind, key)."""
        ...

    # --- journal -----------------------------------------------------------------------------------------------
    def record(self, key: str, at: datetime, value: str = "") -> None:
        """Remembers a dated fact by key (schedule slots done, rule versions, reports); a later value replaces it."""
        ...

    def record_all(self, facts: Mapping[str, tuple[datetime, str]]) -> None:
        """Several of them at once."""
        ...

    def noted(self, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]:
        """Recorded facts by exact key; keys without any are left out."""
        ...

    def recorded(self, prefix: str) -> Mapping[str, tuple[datetime, str]]:
        """Recorded facts whose key starts with ``prefix``, by key."""
        ...

    def count_mentions(self, persons: Sequence[str], at: datetime) -> None: ...

    def mentions_since(self, at: datetime) -> Mapping[str, int]:
        """Immediate mentions per person with a time not before ``at``."""
        ...

    def add_digest(self, entries: Sequence[DigestEntry]) -> None: ...

    def open_digest(self, before: datetime) -> tuple[DigestEntry, ...]:
        """Undelivered entries dated before ``before``, by person, then time."""
        ...

    def close_digest(self, before: datetime, key: str) -> None:
        """Marks those entries delivered by the write with this idempotency key."""
        ...

    def log_lines(self, *, reported: bool = True) -> tuple[LogLine, ...]:
        """Lines of all done writes, and with ``reported`` of those that were only reported, by (at, order, enqueue
        order)."""
        ...


class Store(Protocol):
    """A database. Raises StoreError; a transaction that raises leaves nothing behind."""

    def write(self) -> AbstractContextManager[Transaction]:
        """A transaction that may write; one at a time."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """A consistent snapshot; writing through it raises StoreError."""
        ...

    def close(self) -> None: ...
