"""Write back: the outbox is the only road to a tracker, and every row on it is written exactly once.

A row goes pending → sending → done. A connection that is lost in between, or a process that dies, leaves it unknown:
then the tracker is asked for our marker, and an absent marker is believed only after a while, before anything is sent
again. Order is kept per target item, also behind a row that waits for its next attempt; one bad row never blocks rows
of other items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from collab_sync.errors import (
    AccessError,
    CollabSyncError,
    MissingItemError,
    RejectedActionError,
    TrackerError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync.model.action import CommentWrite, CreateWrite, LinkWrite, Receipt, Write
from collab_sync.model.identity import SourceRef, id_of
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Page, View
from collab_sync.model.work_item import WorkItem
from collab_sync.pipeline.absorb import absorb
from collab_sync.pipeline.census.count import look_after
from collab_sync.pipeline.rows import (
    as_written,
    created,
    first_read,
    left,
    log_outcome,
    lost_comment,
    made_refs,
    place_of,
    remember,
    resolved,
    targets,
    traces,
)
from collab_sync.pipeline.runtime import Runtime
from collab_sync.ports import ActionWriter, Connection, PagePublisher, ViewEnsurer
from collab_sync.ports.store import ON_THE_WAY, OutboxRow, OutboxState

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=30)
"""Back-off between attempts when the tracker names none: doubled each time, at most this long."""

SETTLES_IN = timedelta(minutes=2)
"""A request whose answer was lost may still be under way: only after so long does an absent marker mean that the write
did not happen. That holds for every kind: an old change of labels that comes late would undo a newer one."""

SEARCH_LAGS = timedelta(minutes=3)
"""Issues can only be searched for, and searches lag: that comes on top of a request that is still under way. A page
may be an issue."""

PASSES = 3
"""Within one delivery: an unknown outcome is looked into at once, and what waits for a created issue follows it."""

_SUCCESS = range(200, 300)
_OF_ONE_PROJECT = frozenset({301, 403, 404, 405})
"""What a tracker answers where one project is renamed, or closed to us in whole or in part; the others go on."""
_PROJECT = "project:"


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
            rows = tx.outbox(ON_THE_WAY)
            refs = made_refs(tx, rows)
        if not rows:
            return delivery
        if not _pass(runtime, rows, refs, delivery, _Round(now, paused)):
            break
    with runtime.store.read() as tx:
        delivery.waiting = len(tx.outbox(ON_THE_WAY))
    return delivery


@dataclass(frozen=True, slots=True)
class _Round:
    """``paused``: connections and projects that refused us in this delivery."""

    now: datetime
    paused: set[str]


def _pass(
    runtime: Runtime, rows: Sequence[OutboxRow], refs: Mapping[str, SourceRef], delivery: Delivery, at: _Round
) -> bool:
    """One walk over the rows in order; whether anything moved."""
    moved = False
    blocked: set[str] = set()
    for row in rows:
        names = targets(row, refs)
        mapping = runtime.ruling.mapping.project(row.planned.project)
        due = row.next_attempt is None or row.next_attempt <= at.now
        if not due or names & blocked or mapping is None or {mapping.connection, _PROJECT + mapping.name} & at.paused:
            blocked |= names
            continue
        state = _Sending(runtime, row, at.now, delivery).send()
        log_outcome(row, state)
        if state == "paused":
            at.paused.add(mapping.connection)
        elif state == "shut":
            at.paused.add(_PROJECT + mapping.name)
        if state not in ("done", "dead"):
            blocked |= names
        moved = moved or state in ("done", "dead", "again")
    return moved


class _Sending:
    """One row on its way."""

    def __init__(self, runtime: Runtime, row: OutboxRow, now: datetime, delivery: Delivery) -> None:
        self.runtime = runtime
        self.row = row
        self.now = now
        self.delivery = delivery

    def send(self) -> str:
        """``done``, ``dead``, ``again`` (at once), ``later``, ``waiting`` (for an issue), ``paused`` (no access to the
        connection) or ``shut`` (none to the project)."""
        with self.runtime.store.read() as tx:
            write = resolved(tx, self.row)
            there = created(tx, write, self.now)
            blind = isinstance(write, CreateWrite) and self._reads(write.project) and not first_read(tx, write.project)
            evidence = left(tx, write)
        if evidence:
            return self._bury(f"{evidence};这次写回没有对象了", loudly=False)
        if write is None or (blind and there is None):
            return "waiting"
        try:
            receipt = there or self._receipt(write)
            if receipt is None:
                self._move("unknown", wait=self._settles_in())
                return "later"
            self._done(write, receipt)
        except TrackerError as error:
            return self._failed(write, error)
        except CollabSyncError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect met with one row must not stop the rows of other items
            return self._defect(error)
        return "done"

    def _receipt(self, write: Write) -> Receipt | None:
        """None: an earlier attempt cannot be found, but it is too early to say that it did not happen."""
        writer = self._writer()
        if self._sent_before() or _may_be_there(write):
            found = writer.find(write)
            if found is not None:
                return found
            if self._sent_before() and self.row.next_attempt is None:
                return None
        self._move("sending")
        return writer.perform(write)

    def _done(self, write: Write, receipt: Receipt) -> None:
        """Closes the row and brings the mirror up to what is really there, or, where the item cannot be read now, to
        what was written: the write has happened and must not be repeated because a read failed."""
        fresh = self._read_back(receipt.ref or place_of(write))
        with self.runtime.store.write() as tx:
            tx.set_outbox(self.row.id, "done", receipt=receipt)
            tx.put_managed(traces(tx, self.row, write, receipt))
            remember(tx, self.row.planned, receipt, self.now)
            absorb(tx, fresh or as_written(tx, write), seen_at=self.now)
        self.delivery.done += 1

    def _read_back(self, ref: SourceRef | None) -> list[tuple[WorkItem, bytes]]:
        project = self.runtime.ruling.mapping.project(ref.project) if ref else None
        reader = self.runtime.reader_of(project) if project else None
        if ref is None or reader is None:
            return []
        try:
            payload = reader.read(ref)
            return [(reader.normalize(payload), payload.digest)]
        except TrackerError:
            return []

    def _failed(self, write: Write, error: TrackerError) -> str:
        match error:
            case UnknownOutcomeError():
                self._move("unknown", error=str(error))
                return "again" if self.row.attempts == 0 else "later"
            case TransientError():
                self._put_off(str(error), error.retry_after or self._backoff())
                return "later"
            case RejectedActionError():
                return self._refused(write, error)
            case MissingItemError():
                evidence = self._became_of(write)
                return self._bury(evidence or str(error), loudly=not evidence)
            case AccessError() if error.status in _SUCCESS and not self._sent_before():
                # something between us and the tracker spoke: who knows what came behind it
                self._move("unknown", error=str(error), wait=self._settles_in())
                self.delivery.errors.append(str(error))
                return "paused"
            case AccessError():
                self._put_off(str(error), self._backoff())
                self.delivery.errors.append(str(error))
                return "shut" if error.status in _OF_ONE_PROJECT else "paused"
            case _:
                raise error

    def _refused(self, write: Write, error: RejectedActionError) -> str:
        """A dead letter; unless it was only our own comment that somebody has deleted: then it is said anew."""
        if isinstance(write, CommentWrite) and write.comment_id:
            fresh = self._read_back(place_of(write))
            if fresh and all(own.id != write.comment_id for own in fresh[0][0].own_comments):
                return self._deleted_by_hand(write, fresh)
        return self._bury(str(error))

    def _bury(self, words: str, *, loudly: bool = True) -> str:
        """A dead letter. What has lost its item needs nobody's help: it is kept, and told where dead letters are."""
        self._move("dead", error=words)
        self.delivery.dead += loudly
        self.delivery.errors += [f"{self.row.planned.reason}: {words}"] if loudly else []
        return "dead"

    def _became_of(self, write: Write) -> str:
        """The evidence that the item of this write is no longer there, which the mirror knows from now on."""
        ref = place_of(write)
        project = self.runtime.ruling.mapping.project(ref.project) if ref else None
        reader = self.runtime.reader_of(project) if project else None
        if ref is None or project is None or reader is None:
            return ""
        with self.runtime.store.read() as tx:
            stored = tx.items([id_of(ref)]).get(id_of(ref))
        try:
            return look_after(self.runtime, project, reader, stored.item, self.now) if stored else ""
        except TrackerError:
            return ""  # the census finds out

    def _deleted_by_hand(self, write: CommentWrite, fresh: list[tuple[WorkItem, bytes]]) -> str:
        """A step that speaks is posted anew; a silent edit of what is gone is nothing to do."""
        speaks = bool(self.row.planned.lines)
        with self.runtime.store.write() as tx:
            tx.put_managed(lost_comment(tx, write))
            absorb(tx, fresh, seen_at=self.now)
            if speaks:
                tx.set_outbox(self.row.id, "pending")
            else:
                tx.set_outbox(self.row.id, "done", receipt=Receipt(at=self.now, remote_id=write.comment_id))
        self.delivery.done += not speaks
        return "again" if speaks else "done"

    def _defect(self, error: Exception) -> str:
        """What nobody foresaw: the row keeps its place and is looked into again, the defect is shown."""
        log = structlog.get_logger("collab_sync")
        log.error("write failed unexpectedly", row=self.row.planned.key, exc_info=error)
        words = f"{type(error).__name__}: {error}"
        self._move("unknown", error=words, wait=max(self._backoff(), self._settles_in()))
        self.delivery.errors.append(f"{self.row.planned.reason}: {words}")
        return "later"

    def _settles_in(self) -> timedelta:
        return SETTLES_IN + (SEARCH_LAGS if isinstance(self.row.planned.write, CreateWrite | Page) else timedelta(0))

    def _sent_before(self) -> bool:
        """Whether an attempt may have reached the tracker: then only ``find`` may say that it did not."""
        return self.row.state in ("sending", "unknown")

    def _put_off(self, error: str, wait: timedelta) -> None:
        if self._sent_before():
            self._move("unknown", error=error, wait=max(wait, self._settles_in()))
        else:
            self._move("pending", error=error, wait=wait)

    def _backoff(self) -> timedelta:
        doubled: int = 2 ** min(self.row.attempts, 10)
        return min(FIRST_RETRY * doubled, LONGEST_RETRY)

    def _move(self, state: OutboxState, *, error: str = "", wait: timedelta | None = None) -> None:
        """``wait`` counts from the clock's present: a delivery may have lasted long before its turn came."""
        next_attempt = self.runtime.clock.now() + wait if wait else None
        with self.runtime.store.write() as tx:
            tx.set_outbox(self.row.id, state, error=error, next_attempt=next_attempt)

    def _reads(self, name: str) -> bool:
        """Whether the project will ever be read: it has items."""
        project = self.runtime.ruling.mapping.project(name)
        return project is None or self.runtime.reader_of(project) is not None

    def _writer(self) -> _Writer:
        project = self.runtime.ruling.mapping.project(self.row.planned.project)
        connection = self.runtime.connection_of(self.row.planned.project)
        if project is None or connection is None:
            raise AccessError("映射中已没有这个项目,写入暂停", connection=self.row.planned.project)
        return _writer_for(self.row.planned.write, connection, project)


def _may_be_there(write: Write) -> bool:
    """Links to other trackers are not mirrored: looking costs one request, and a rebuilt store writes none twice."""
    return isinstance(write, LinkWrite) and bool(write.url)


def _writer_for(write: Write, connection: Connection, project: ProjectMapping) -> _Writer:
    """Raises RejectedActionError where this tracker has nothing of the kind."""
    match write:
        case Page():
            publisher = connection.pages(project)
            if publisher is None:
                raise RejectedActionError("这个系统没有可写的页面", connection=project.connection)
            return _PageWriter(publisher)
        case View():
            ensurer = connection.views(project)
            if ensurer is None:
                raise RejectedActionError("这个系统没有看板、筛选器和仪表板", connection=project.connection)
            return _ViewWriter(ensurer)
        case _:
            writer = connection.writer(project)
            if writer is None:
                raise RejectedActionError(
                    f"项目 {project.name} 那里只有页面,没有事项,这次写回无处可写。请在规则和 home 里改用有事项的项目。",
                    connection=project.connection,
                )
            return _ItemWriter(writer)


class _Writer(Protocol):
    def perform(self, write: Write) -> Receipt: ...

    def find(self, write: Write) -> Receipt | None: ...


@dataclass(frozen=True, slots=True)
class _ItemWriter:
    """Items go to the project's writer."""

    writer: ActionWriter

    def perform(self, write: Write) -> Receipt:
        assert not isinstance(write, Page | View), "pages and views have writers of their own"
        return self.writer.perform(write)

    def find(self, write: Write) -> Receipt | None:
        assert not isinstance(write, Page | View), "pages and views have writers of their own"
        return self.writer.find(write)


@dataclass(frozen=True, slots=True)
class _PageWriter:
    """Pages go to the project's publisher."""

    publisher: PagePublisher

    def perform(self, write: Write) -> Receipt:
        assert isinstance(write, Page), "items have a writer"
        return self.publisher.publish(write)

    def find(self, write: Write) -> Receipt | None:
        assert isinstance(write, Page), "items have a writer"
        return self.publisher.find(write)


@dataclass(frozen=True, slots=True)
class _ViewWriter:
    """Views go to the project's ensurer."""

    ensurer: ViewEnsurer

    def perform(self, write: Write) -> Receipt:
        assert isinstance(write, View), "nothing else is ensured"
        return self.ensurer.ensure(write)

    def find(self, write: Write) -> Receipt | None:
        assert isinstance(write, View), "nothing else is ensured"
        return self.ensurer.find(write)
