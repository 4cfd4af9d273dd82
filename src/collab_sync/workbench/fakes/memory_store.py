"""``ports.store.Store`` in plain dictionaries: for examples and tests that play weeks in milliseconds.

It keeps every promise of the port but one: nothing survives the process. A transaction works on copies that take the
place of the state when it ends well, so that readers keep what they saw and a failure leaves nothing behind. Costs grow
with the size of the state: it is for small worlds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice

import msgspec

from collab_sync.analysis.measures.concerns import concerns
from collab_sync.errors import StoreError
from collab_sync.model import marker
from collab_sync.model.action import CreateWrite, LogLine, PlannedWrite, Receipt
from collab_sync.model.episode import Episode, Hold
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.store import (
    DigestEntry,
    Gone,
    ManagedTrace,
    OutboxRow,
    OutboxState,
    Shard,
    StoredItem,
    Transaction,
)
from collab_sync.workbench.fakes.memory_state import EpisodeName, State


class MemoryStore:
    """A store of one thread."""

    def __init__(self) -> None:
        self._state = State()
        self._writing = False

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        if self._writing:
            raise StoreError("已有一个未结束的写事务\n    → 请先结束前一个 with store.write()")
        tx = MemoryTransaction(self._state.copy(), writable=True)
        self._writing = True
        try:
            yield tx
            self._state = tx.state
        finally:
            self._writing = False
            tx.end()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        tx = MemoryTransaction(self._state, writable=False)
        try:
            yield tx
        finally:
            tx.end()

    def close(self) -> None:
        """Forgets everything."""
        self._state = State()


class MemoryTransaction:
    """``ports.store.Transaction``: the promises are documented there."""

    def __init__(self, state: State, *, writable: bool) -> None:
        self._state: State | None = state
        self._writable = writable

    def end(self) -> None:
        self._state = None

    @property
    def state(self) -> State:
        """For reading. Raises StoreError after the end."""
        if self._state is None:
            raise StoreError("事务已经结束,不能再用\n    → 请在 with 语句之内读写")
        return self._state

    @property
    def changing(self) -> State:
        """For writing. Raises StoreError in a transaction that only reads."""
        if not self._writable:
            raise StoreError("这个事务只读,不能写入\n    → 需要写入时请用 store.write()")
        return self.state

    # --- mirror ------------------------------------------------------------------------------------------------
    def digests(self, ids: Sequence[ItemId]) -> Mapping[ItemId, bytes]:
        return {id_: stored.digest for id_, stored in self.items(ids).items() if not stored.gone}

    def put_items(self, items: Sequence[tuple[WorkItem, bytes]], *, seen_at: datetime, baseline: bool) -> None:
        state = self.changing
        for item, digest in items:
            known = state.items.get(item.id)
            if known is None:
                state.items[item.id] = StoredItem(item=item, digest=digest, first_seen=_utc(seen_at), baseline=baseline)
                continue
            names = {known.item.source.key, known.item.source.url} - {"", item.source.key, item.source.url}
            state.former.update(dict.fromkeys(names, item.id))
            state.items[item.id] = msgspec.structs.replace(known, item=item, digest=digest, gone="")

    def items(self, ids: Iterable[ItemId]) -> Mapping[ItemId, StoredItem]:
        stored = self.state.items
        return {id_: stored[id_] for id_ in ids if id_ in stored}

    def ids_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        wanted = {key for key in keys if key}
        state, ranked = self.state, dict[str, tuple[bool, bool, ItemId]]()
        named = [(name, False, id_) for id_, one in state.items.items() for name in _names(one.item)]
        formerly = [(name, True, id_) for name, id_ in state.former.items()]
        for name, former, id_ in (*named, *formerly):
            claim = (bool(state.items[id_].gone), former, id_)
            if name in wanted:
                ranked[name] = min(claim, ranked.get(name, claim))
        return {name: claim[2] for name, claim in ranked.items()}

    def ids_where(
        self, *, project: str = "", type_name: str = "", program: str = "", open_only: bool = False
    ) -> tuple[ItemId, ...]:
        found = (
            item.id
            for item in self._present()
            if project in ("", item.source.project)
            and type_name in ("", item.type)
            and program in ("", item.program)
            and (item.open or not open_only)
        )
        return tuple(sorted(found))

    def ids_after(
        self, after: ItemId, most: int, *, type_name: str = "", program: str = "", open_: bool | None = None
    ) -> tuple[ItemId, ...]:
        found = (
            item.id
            for item in self._present()
            if item.id > after
            and type_name in ("", item.type)
            and program in ("", item.program)
            and open_ in (None, item.open)
        )
        return tuple(sorted(found))[:most]

    def ids_linking_to(self, keys: Iterable[str]) -> tuple[ItemId, ...]:
        wanted = {key for key in keys if key}
        found = (item.id for item in self._present() if not wanted.isdisjoint(_targets(item)))
        return tuple(sorted(found))

    def ids_concerning(self, topics: Iterable[str]) -> Mapping[str, tuple[ItemId, ...]]:
        wanted, found = set(topics), dict[str, tuple[ItemId, ...]]()
        for item in sorted(self._present(), key=lambda item: item.id):
            for topic in concerns(item) & wanted:
                found[topic] = (*found.get(topic, ()), item.id)
        return found

    def names(self, ids: Iterable[ItemId]) -> Mapping[ItemId, tuple[str, str]]:
        return {id_: (one.item.source.key, one.item.source.url) for id_, one in self.items(ids).items()}

    def created_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        wanted = {key for key in keys if key}
        made: dict[str, StoredItem] = {}
        for stored in sorted(self.state.items.values(), key=lambda one: (one.first_seen, one.item.id)):
            mark = None if stored.gone else marker.loads(stored.item.marker)
            if mark is not None and mark.key in wanted:
                made.setdefault(mark.key, stored)
        return {key: stored.item.id for key, stored in made.items()}

    def mark_gone(self, ids: Sequence[ItemId], gone: Gone) -> None:
        state = self.changing
        for id_, stored in self.items(ids).items():
            state.items[id_] = msgspec.structs.replace(stored, gone=gone)

    def settle_baseline(self, ids: Sequence[ItemId]) -> None:
        state = self.changing
        for id_, stored in self.items(ids).items():
            if stored.baseline:
                state.items[id_] = msgspec.structs.replace(stored, baseline=False)

    # --- shards, dirty, due ------------------------------------------------------------------------------------
    def shards(self) -> Mapping[str, Shard]:
        return dict(sorted(self.state.shards.items()))

    def put_shards(self, shards: Sequence[Shard]) -> None:
        self.changing.shards.update({shard.project: shard for shard in shards})

    def mark_dirty(self, subjects: Iterable[SubjectRef]) -> None:
        self.changing.dirty.update(dict.fromkeys(subjects))

    def dirty(self) -> tuple[SubjectRef, ...]:
        return tuple(sorted(self.state.dirty))

    def clear_dirty(self, subjects: Iterable[SubjectRef]) -> None:
        state = self.changing
        for subject in subjects:
            state.dirty.pop(subject, None)

    def set_due(self, due: Mapping[SubjectRef, datetime | None]) -> None:
        state = self.changing
        for subject, at in due.items():
            if at is None:
                state.due.pop(subject, None)
            else:
                state.due[subject] = _utc(at)

    def pending(self, now: datetime) -> tuple[SubjectRef, ...]:
        return tuple(sorted({*self.dirty(), *self.due(now)}))

    def hasten(self, looks: Mapping[SubjectRef, datetime]) -> None:
        due = self.changing.due
        due.update({subject: min(_utc(at), due.get(subject, _utc(at))) for subject, at in looks.items()})

    def due(self, now: datetime) -> tuple[SubjectRef, ...]:
        return tuple(sorted(subject for subject, at in self.state.due.items() if at <= now))

    def next_due(self) -> datetime | None:
        return min(self.state.due.values(), default=None)

    # --- episodes ----------------------------------------------------------------------------------------------
    def episodes(
        self, subjects: Iterable[SubjectRef], rules: Collection[str] | None = None
    ) -> Mapping[SubjectRef, tuple[Episode, ...]]:
        wanted = set(subjects)
        found: dict[SubjectRef, tuple[Episode, ...]] = {}
        for (rule, subject, _), episode in sorted(self.state.episodes.items()):
            if subject in wanted and episode.ended_at is None and (rules is None or rule in rules):
                found[subject] = (*found.get(subject, ()), episode)
        return found

    def running_for(self, rule: str, *, after: str, most: int) -> tuple[SubjectRef, ...]:
        found = {one.subject for one in self.state.episodes.values() if one.rule == rule and one.ended_at is None}
        return tuple(sorted((one for one in found if str(one) > after), key=str)[:most])

    def ended_episode(self, rule: str, subject: SubjectRef, key: str) -> Episode | None:
        episode = self.state.episodes.get((rule, subject, key))
        return episode if episode is not None and episode.ended_at is not None else None

    def running(self, kind: SubjectKind, prefixes: Iterable[str] = ("",)) -> tuple[SubjectRef, ...]:
        found = {episode.subject for episode in self.state.episodes.values() if episode.ended_at is None}
        wanted = tuple(prefixes)
        return tuple(sorted(one for one in found if one.kind is kind and one.key.startswith(wanted)))

    def put_episodes(self, episodes: Iterable[Episode]) -> None:
        self.changing.episodes.update({_name(episode): episode for episode in episodes})

    def forget_episodes(self, episodes: Iterable[Episode]) -> None:
        state = self.changing
        for episode in episodes:
            state.episodes.pop(_name(episode), None)

    def holds_on(self, items: Iterable[ItemId]) -> Mapping[ItemId, tuple[tuple[Episode, Hold], ...]]:
        wanted = set(items)
        found: dict[ItemId, tuple[tuple[Episode, Hold], ...]] = {}
        for _, episode in sorted(self.state.episodes.items()):
            for hold in episode.holds:
                if hold.item in wanted and (episode.ended_at is None or hold.latch):
                    found[hold.item] = (*found.get(hold.item, ()), (episode, hold))
        return found

    # --- outbox ------------------------------------------------------------------------------------------------
    def enqueue(self, writes: Sequence[PlannedWrite], *, at: datetime, state: OutboxState = "pending") -> None:
        here = self.changing
        for planned in writes:
            if planned.key not in here.planned:
                id_ = here.planned[planned.key] = len(here.outbox) + 1
                here.outbox[id_] = OutboxRow(id=id_, planned=planned, state=state, enqueued_at=_utc(at))

    def outbox(
        self, states: Sequence[OutboxState], *, after: int = 0, limit: int | None = None
    ) -> tuple[OutboxRow, ...]:
        found = (row for row in self.state.outbox.values() if row.state in states and row.id > after)
        return tuple(islice(found, limit))

    def outbox_counts(self, states: Sequence[OutboxState] | None = None) -> Mapping[OutboxState, int]:
        return Counter(row.state for row in self.state.outbox.values() if states is None or row.state in states)

    def set_outbox(
        self,
        row_id: int,
        state: OutboxState,
        *,
        next_attempt: datetime | None = None,
        receipt: Receipt | None = None,
        error: str = "",
    ) -> None:
        rows = self.changing.outbox
        if row_id not in rows:
            raise StoreError(f"发件箱里没有第 {row_id} 行\n    → 请用 collab-sync status 查看现有的行")
        row = rows[row_id]
        rows[row_id] = msgspec.structs.replace(
            row,
            state=state,
            attempts=row.attempts + (state == "sending"),
            next_attempt=next_attempt,
            receipt=receipt or row.receipt,
            last_error=error or row.last_error,
        )

    def enqueued(self, keys: Iterable[str]) -> Set[str]:
        return set(keys) & {row.planned.key for row in self.state.outbox.values()}

    def creation_receipts(self, keys: Iterable[str]) -> Mapping[str, Receipt]:
        wanted = {key for key in keys if key}
        found: dict[str, Receipt] = {}
        for row in self.state.outbox.values():
            key = _creation_key(row.planned)
            if row.state == "done" and row.receipt is not None and key in wanted:
                found.setdefault(key, row.receipt)
        return found

    # --- managed traces ----------------------------------------------------------------------------------------
    def managed(self, items: Iterable[ItemId]) -> Mapping[ItemId, tuple[ManagedTrace, ...]]:
        wanted = set(items)
        found: dict[ItemId, tuple[ManagedTrace, ...]] = {}
        for (item, _, _), trace in sorted(self.state.managed.items()):
            if item in wanted:
                found[item] = (*found.get(item, ()), trace)
        return found

    def put_managed(self, traces: Sequence[ManagedTrace]) -> None:
        self.changing.managed.update({(trace.item, trace.kind, trace.key): trace for trace in traces})

    # --- journal -----------------------------------------------------------------------------------------------
    def record(self, key: str, at: datetime, value: str = "") -> None:
        self.changing.journal[key] = (_utc(at), value)

    def record_all(self, facts: Mapping[str, tuple[datetime, str]]) -> None:
        for key, (at, value) in facts.items():
            self.record(key, at, value)

    def noted(self, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]:
        return {key: self.state.journal[key] for key in keys if key in self.state.journal}

    def recorded(self, prefix: str) -> Mapping[str, tuple[datetime, str]]:
        return {key: said for key, said in sorted(self.state.journal.items()) if key.startswith(prefix)}

    def count_mentions(self, persons: Sequence[str], at: datetime) -> None:
        counts = self.changing.mentions
        for person in persons:
            counts[_utc(at), person] = counts.get((_utc(at), person), 0) + 1

    def mentions_since(self, at: datetime) -> Mapping[str, int]:
        total: Counter[str] = Counter()
        for (when, person), count in self.state.mentions.items():
            if when >= at:
                total[person] += count
        return dict(total)

    def add_digest(self, entries: Sequence[DigestEntry]) -> None:
        digest = self.changing.digest
        for entry in entries:
            digest[len(digest)] = entry

    def open_digest(self, before: datetime) -> tuple[DigestEntry, ...]:
        state = self.state
        found = [entry for id_, entry in state.digest.items() if id_ not in state.delivered and entry.at < before]
        return tuple(sorted(found, key=lambda entry: (entry.person, entry.at)))

    def close_digest(self, before: datetime, key: str) -> None:
        state = self.changing
        waiting = [id_ for id_, entry in state.digest.items() if id_ not in state.delivered and entry.at < before]
        state.delivered.update(dict.fromkeys(waiting, key))

    def log_lines(self, *, reported: bool = True) -> tuple[LogLine, ...]:
        states = ("done", "reported") if reported else ("done",)
        rows = (row for row in self.state.outbox.values() if row.state in states)
        return tuple(sorted((line for row in rows for line in row.planned.lines), key=lambda one: (one.at, one.order)))

    def _present(self) -> Iterator[WorkItem]:
        return (stored.item for stored in self.state.items.values() if not stored.gone)


def _name(episode: Episode) -> EpisodeName:
    return episode.rule, episode.subject, episode.key


def _names(item: WorkItem) -> tuple[str, ...]:
    return tuple(name for name in (item.source.key, item.source.url) if name)


def _targets(item: WorkItem) -> set[str]:
    return {target for target in (item.parent, *(link.target for link in item.links)) if target}


def _creation_key(planned: PlannedWrite) -> str:
    if not isinstance(planned.write, CreateWrite):
        return ""
    ours = marker.loads(planned.write.marker)
    return (ours.key if ours else "") or planned.key


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
