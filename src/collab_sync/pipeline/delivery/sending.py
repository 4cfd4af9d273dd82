"""One row on its way: pending → sending → done, or unknown, or dead; each step of it, and what failures lead to.

``sending`` is committed before the request leaves, the receipt before the row is over; whatever dies in between leaves
a row whose outcome is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
from collab_sync.model.page import Page
from collab_sync.pipeline.census.count import Enquiry, enquire, settle
from collab_sync.pipeline.delivery.steps import Batch, CalledOffError, ReadBack, Steps, asked, changed
from collab_sync.pipeline.delivery.writers import Writer, writer_of
from collab_sync.pipeline.rows import (
    as_written,
    created,
    first_read,
    left,
    lost_comment,
    place_of,
    remember,
    resolved,
    traces,
)
from collab_sync.pipeline.runtime import Runtime
from collab_sync.ports import WorkItemReader
from collab_sync.ports.store import OutboxRow, OutboxState, Transaction

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=30)
"""Back-off between attempts when the tracker names none: doubled each time, at most this long."""

SETTLES_IN = timedelta(minutes=2)
"""A request whose answer was lost may still be under way: only after so long does an absent marker mean that the write
did not happen. That holds for every kind: an old change of labels that comes late would undo a newer one."""

SEARCH_LAGS = timedelta(minutes=3)
"""Issues can only be searched for, and searches lag: that comes on top of a request that is still under way. A page
may be an issue."""

_SUCCESS = range(200, 300)
_OF_ONE_PROJECT = frozenset({301, 403, 404, 405})
"""What a tracker answers where one project is renamed, or closed to us in whole or in part; the others go on."""


@dataclass(slots=True)
class Delivery:
    """What became of the rows: counts by outcome, and the trackers' words about those that failed."""

    done: int = 0
    dead: int = 0
    waiting: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Begun:
    """What the store knows of a row before anything is asked: the ``write`` as it can be sent (None: not yet), the
    receipt of one that is ``there`` already, the ``evidence`` that it has lost its item."""

    write: Write | None
    there: Receipt | None
    evidence: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """A receipt, and the item as it was read after it."""

    receipt: Receipt
    fresh: ReadBack


class Sending:
    """One row on its way; what becomes of it is counted in ``delivery``."""

    def __init__(self, runtime: Runtime, row: OutboxRow, now: datetime, delivery: Delivery) -> None:
        self.runtime = runtime
        self.row = row
        self.now = now
        self.delivery = delivery
        self._writer: Writer | TrackerError | None = None

    def steps(self) -> Steps[str]:
        """``done``, ``dead``, ``again`` (at once), ``later``, ``waiting`` (for an issue), ``paused`` (no access to the
        connection), ``shut`` (none to the project) or ``recalled`` (called off before anything was asked)."""
        try:
            self._writer = self._whoever_writes()
            place = place_of(self.row.planned.write)
            begun = yield from changed(self._begin, id_of(place) if place else None)
            if begun.evidence:
                return (yield from self._bury(f"{begun.evidence};这次写回没有对象了", loudly=False))
            if begun.write is None:
                return "waiting"
            return (yield from self._sent(begun.write, begun.there))
        except CalledOffError:
            yield from self._move("unknown" if self._sent_before() else "pending", until=self.row.next_attempt)
            return "recalled"
        except CollabSyncError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect met with one row must not stop the rows of other items
            return (yield from self._defect(error))

    def _begin(self, tx: Transaction, batch: Batch) -> _Begun:
        """Marks the row as being sent, unless it is not to be sent, or the tracker must be asked first."""
        write = resolved(tx, self.row)
        there = created(tx, write, self.now)
        blind = isinstance(write, CreateWrite) and self._reads(write.project) and not first_read(tx, write.project)
        write = None if blind and there is None else write
        evidence = left(tx, write, batch.present)
        settled = write is None or there is not None or bool(evidence)
        if not settled and not self._to_be_sought(write) and not isinstance(self._writer, TrackerError):
            tx.set_outbox(self.row.id, "sending")
        return _Begun(write, there, evidence)

    def _sent(self, write: Write, there: Receipt | None) -> Steps[str]:
        try:
            if there is not None:
                fresh = yield from asked(lambda: self._read_back(there.ref or place_of(write)), begins=True)
                return (yield from self._done(write, _Answer(there, fresh)))
            answer = yield from self._answer(write)
            if answer is None:
                yield from self._move("unknown", wait=self._settles_in())
                return "later"
            return (yield from self._done(write, answer))
        except TrackerError as error:
            return (yield from self._failed(write, error))

    def _answer(self, write: Write) -> Steps[_Answer | None]:
        """None: an earlier attempt cannot be found, but it is too early to say that it did not happen."""
        if isinstance(self._writer, TrackerError):
            raise self._writer
        writer = self._writer
        assert writer is not None, "it is asked for before anything else"
        if self._to_be_sought(write):
            found = yield from asked(lambda: self._found(writer, write), begins=True)
            if found is not None or (self._sent_before() and self.row.next_attempt is None):
                return found
            yield from self._move("sending")
        return (yield from asked(lambda: self._performed(writer, write), begins=True))

    def _performed(self, writer: Writer, write: Write) -> _Answer:
        """Reading back belongs to it: the mirror is brought up to what is really there."""
        receipt = writer.perform(write)
        return _Answer(receipt, self._read_back(receipt.ref or place_of(write)))

    def _found(self, writer: Writer, write: Write) -> _Answer | None:
        receipt = writer.find(write)
        return _Answer(receipt, self._read_back(receipt.ref or place_of(write))) if receipt else None

    def _read_back(self, ref: SourceRef | None) -> ReadBack:
        """Nothing where the item cannot be read now: the write has happened and must not be repeated for that."""
        _, reader = self._reader(ref)
        if ref is None or reader is None:
            return []
        try:
            payload = reader.read(ref)
            return [(reader.normalize(payload), payload.digest)]
        except TrackerError:
            return []

    def _done(self, write: Write, answer: _Answer) -> Steps[str]:
        """Closes the row; where the item could not be read the mirror takes over what was written."""

        def close(tx: Transaction, batch: Batch) -> None:
            tx.set_outbox(self.row.id, "done", receipt=answer.receipt)
            tx.put_managed(traces(tx, self.row, write, answer.receipt))
            remember(tx, self.row.planned, answer.receipt, self.now)
            batch.read.extend(answer.fresh or as_written(tx, write))

        yield from changed(close)
        self.delivery.done += 1
        return "done"

    # --- failures ----------------------------------------------------------------------------------------------
    def _failed(self, write: Write, error: TrackerError) -> Steps[str]:
        match error:
            case UnknownOutcomeError():
                yield from self._move("unknown", error=str(error))
                return "again" if self.row.attempts == 0 else "later"
            case TransientError():
                yield from self._put_off(str(error), error.retry_after or self._backoff())
                return "later"
            case RejectedActionError():
                return (yield from self._refused(write, error))
            case MissingItemError():
                evidence = yield from self._became_of(write)
                return (yield from self._bury(evidence or str(error), loudly=not evidence))
            case AccessError():
                return (yield from self._without_access(error))
            case _:
                raise error

    def _without_access(self, error: AccessError) -> Steps[str]:
        self.delivery.errors.append(str(error))
        if error.status in _SUCCESS and not self._sent_before():
            # something between us and the tracker spoke: who knows what came behind it
            yield from self._move("unknown", error=str(error), wait=self._settles_in())
            return "paused"
        yield from self._put_off(str(error), self._backoff())
        return "shut" if error.status in _OF_ONE_PROJECT else "paused"

    def _refused(self, write: Write, error: RejectedActionError) -> Steps[str]:
        """A dead letter; unless it was only our own comment that somebody has deleted: then it is said anew."""
        if isinstance(write, CommentWrite) and write.comment_id:
            fresh = yield from asked(lambda: self._read_back(place_of(write)))
            if fresh and all(own.id != write.comment_id for own in fresh[0][0].own_comments):
                return (yield from self._deleted_by_hand(write, fresh))
        return (yield from self._bury(str(error)))

    def _bury(self, words: str, *, loudly: bool = True) -> Steps[str]:
        """A dead letter. What has lost its item needs nobody's help: it is kept, and told where dead letters are."""
        yield from self._move("dead", error=words)
        self.delivery.dead += loudly
        self.delivery.errors += [f"{self.row.planned.reason}: {words}"] if loudly else []
        return "dead"

    def _became_of(self, write: Write) -> Steps[str]:
        """The evidence that the item of this write is no longer there, which the mirror knows from now on."""
        ref = place_of(write)
        project, reader = self._reader(ref)
        if ref is None or project is None or reader is None:
            return ""
        id_ = id_of(ref)
        stored = (yield from changed(lambda tx, _: tx.items([id_]))).get(id_)
        if stored is None:
            return ""
        try:
            enquiry: Enquiry = yield from asked(lambda: enquire(self.runtime, project, reader, stored.item))
        except TrackerError:
            return ""  # the census finds out
        return (yield from changed(lambda tx, _: settle(tx, stored.item, enquiry, self.now)))

    def _deleted_by_hand(self, write: CommentWrite, fresh: ReadBack) -> Steps[str]:
        """A step that speaks is posted anew; a silent edit of what is gone is nothing to do."""
        speaks = bool(self.row.planned.lines)

        def note(tx: Transaction, batch: Batch) -> None:
            tx.put_managed(lost_comment(tx, write))
            batch.read.extend(fresh)
            if speaks:
                tx.set_outbox(self.row.id, "pending")
            else:
                tx.set_outbox(self.row.id, "done", receipt=Receipt(at=self.now, remote_id=write.comment_id))

        yield from changed(note)
        self.delivery.done += not speaks
        return "again" if speaks else "done"

    def _defect(self, error: Exception) -> Steps[str]:
        """What nobody foresaw: the row keeps its place and is looked into again, the defect is shown."""
        log = structlog.get_logger("collab_sync")
        log.error("write failed unexpectedly", row=self.row.planned.key, exc_info=error)
        words = f"{type(error).__name__}: {error}"
        yield from self._move("unknown", error=words, wait=max(self._backoff(), self._settles_in()))
        self.delivery.errors.append(f"{self.row.planned.reason}: {words}")
        return "later"

    # --- what they share ---------------------------------------------------------------------------------------
    def _settles_in(self) -> timedelta:
        return SETTLES_IN + (SEARCH_LAGS if isinstance(self.row.planned.write, CreateWrite | Page) else timedelta(0))

    def _sent_before(self) -> bool:
        """Whether an attempt may have reached the tracker: then only ``find`` may say that it did not."""
        return self.row.state in ("sending", "unknown")

    def _to_be_sought(self, write: Write | None) -> bool:
        """Links to other trackers are not mirrored: looking costs a request, and a rebuilt store writes none twice."""
        return self._sent_before() or (isinstance(write, LinkWrite) and bool(write.url))

    def _put_off(self, error: str, wait: timedelta) -> Steps[None]:
        if self._sent_before():
            yield from self._move("unknown", error=error, wait=max(wait, self._settles_in()))
        else:
            yield from self._move("pending", error=error, wait=wait)

    def _backoff(self) -> timedelta:
        doubled: int = 2 ** min(self.row.attempts, 10)
        return min(FIRST_RETRY * doubled, LONGEST_RETRY)

    def _move(
        self, state: OutboxState, *, error: str = "", wait: timedelta | None = None, until: datetime | None = None
    ) -> Steps[None]:
        """``wait`` counts from the clock's present: a delivery may have lasted long before its turn came."""
        at = self.runtime.clock.now() + wait if wait else until
        yield from changed(lambda tx, _: tx.set_outbox(self.row.id, state, error=error, next_attempt=at))

    def _whoever_writes(self) -> Writer | TrackerError:
        """The error is raised when it is known that there is something to be written."""
        try:
            return writer_of(self.runtime, self.row)
        except TrackerError as error:
            return error

    def _reads(self, name: str) -> bool:
        """Whether the project will ever be read: it has items."""
        project = self.runtime.ruling.mapping.project(name)
        return project is None or self.runtime.reader_of(project) is not None

    def _reader(self, ref: SourceRef | None) -> tuple[ProjectMapping | None, WorkItemReader | None]:
        """Who reads what is there, and of which project."""
        project = self.runtime.ruling.mapping.project(ref.project) if ref else None
        return project, self.runtime.reader_of(project) if project else None
