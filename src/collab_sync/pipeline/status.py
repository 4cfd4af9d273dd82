"""How things stand: how far each project has been read, what waits, what people must look at. Only reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.pipeline.absorb import GONE
from collab_sync.pipeline.census.count import COUNTED, trouble
from collab_sync.pipeline.editing.in_force import RULES_IN_FORCE
from collab_sync.pipeline.logbook.budgets import BudgetNote, budgets
from collab_sync.pipeline.logbook.runs import RunNote, last_run, notable_runs
from collab_sync.ports.store import ON_THE_WAY, OutboxRow, OutboxState, Shard, Transaction

REFUSED, NOTICE = "refused:", "notice:"
LAG_TOLERATED = timedelta(minutes=30)
"""A project that has not been read to its end for longer is worth a look."""

SHORTEST_PATIENCE = timedelta(minutes=3)
POLLS = 3
"""So many ticks may be missed before anything is concluded from it."""

DROPPED = "已由人工放弃"
"""How the error of a row begins that a person gave up."""

HEARTBEAT = "audit:heartbeat"
"""Under it the journal keeps when the daemon last found that all is well."""

HEARTBEATS_APART = timedelta(minutes=5)
"""At least; and never more than a tick longer."""

COMPLAINTS = "audit:complaints"
"""Under it the journal keeps what the daemon's auditor complains of, line by line, and since when it says just that;
no text means that it complains of nothing any more."""


@dataclass(frozen=True, slots=True)
class ShardStatus:
    """``age``: since the last attempt to read; ``lag``: since the start of the last reading that came to its end.
    Both are None for never. ``stale``: its silence proves nothing any more. ``error``: of the last attempt.
    ``counted``: when a census last came to its end; ``doubt``: why the last one did not, or is not believed."""

    project: str
    read_until: datetime | None
    age: timedelta | None
    lag: timedelta | None
    stale: bool
    error: str
    counted: datetime | None = None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The subject that is to be judged next; ``subject`` is an item's key where it is an item, ``ref`` the subject
    itself."""

    subject: str
    at: datetime
    ref: SubjectRef | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A dated sentence for people."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Status:
    """``last_tick``: when something was last decided, ``version`` with which rules. ``withheld``: plans beyond a limit
    of which rows still wait; ``notices``: newest first. ``outbox``: rows by state, only states that have any. ``gone``:
    what was taken out of the mirror and why, newest first. ``waiting``: the rows on their way. ``heartbeat``: when a
    daemon last found that all is well; ``complaints``: what it found else, each dated when that list last changed.
    ``last_run``: the last one that came to its end; ``runs``: the last few that did something or could not, newest
    first; ``budgets``: what each connection may still ask, as of the last run."""

    now: datetime
    shards: tuple[ShardStatus, ...]
    oldest: Waiting | None
    outbox: Mapping[OutboxState, int]
    dead: tuple[OutboxRow, ...]
    withheld: tuple[Note, ...]
    notices: tuple[Note, ...]
    last_tick: datetime | None
    version: str
    gone: tuple[Note, ...] = ()
    waiting: tuple[OutboxRow, ...] = ()
    heartbeat: datetime | None = None
    complaints: tuple[Note, ...] = ()
    last_run: RunNote | None = None
    runs: tuple[RunNote, ...] = ()
    budgets: Mapping[str, BudgetNote] = field(default_factory=dict)

    def oldest_waiting(self) -> Mapping[OutboxState, timedelta]:
        """How long ago the oldest row of each state was put there; only states of rows on their way that have any."""
        ages: dict[OutboxState, timedelta] = {}
        for row in self.waiting:
            ages[row.state] = max(self.now - row.enqueued_at, ages.get(row.state, timedelta(0)))
        return ages

    @property
    def attention(self) -> bool:
        """Whether a person should look."""
        unseen = any(not given_up(row) for row in self.dead)
        return unseen or bool(self.withheld) or any(shard.stale or shard.error or shard.doubt for shard in self.shards)


def read_status(
    tx: Transaction, projects: Sequence[str], now: datetime, tolerance: timedelta = LAG_TOLERATED
) -> Status:
    """The state at ``now``. ``projects``: those of the mapping, in its order; without any, those that were ever read.
    ``tolerance``: how far a project may lag."""
    known = tx.shards()
    names = tuple(projects) or tuple(known)
    dead = tx.outbox(("dead",))
    in_force = tx.recorded(RULES_IN_FORCE).get(RULES_IN_FORCE)
    return Status(
        now=now,
        shards=tuple(_shard(tx, known.get(name, Shard(project=name)), now, tolerance) for name in names),
        oldest=_oldest(tx),
        outbox=tx.outbox_counts(),
        dead=dead,
        withheld=_withheld(tx, dead),
        notices=_notes(tx, NOTICE),
        last_tick=in_force[0] if in_force else None,
        version=in_force[1] if in_force else "",
        gone=tuple(Note(note.at, note.text.partition("\n")[2]) for note in _notes(tx, GONE) if note.text),
        waiting=tx.outbox(ON_THE_WAY),
        heartbeat=next((at for at, _ in tx.recorded(HEARTBEAT).values()), None),
        complaints=tuple(Note(note.at, text) for note in _notes(tx, COMPLAINTS) for text in note.text.splitlines()),
        last_run=last_run(tx),
        runs=notable_runs(tx),
        budgets=budgets(tx),
    )


def tolerated(poll: timedelta) -> timedelta:
    """How far a project may lag where there is a tick every ``poll``."""
    return max(LAG_TOLERATED, POLLS * poll)


def patience(poll: timedelta) -> timedelta:
    """How long a daemon that ticks every ``poll`` may be without a tick that came to its end before it counts as
    stuck."""
    return max(SHORTEST_PATIENCE, POLLS * poll)


def given_up(row: OutboxRow) -> bool:
    """Whether a person has said that a dead row is to stay unwritten."""
    return row.state == "dead" and row.last_error.startswith(DROPPED)


def never_sent(row: OutboxRow) -> bool:
    """Whether a dead row was held back by a limit: no attempt was made, and nobody has given it up."""
    return row.state == "dead" and row.attempts == 0 and not given_up(row)


def _shard(tx: Transaction, shard: Shard, now: datetime, tolerance: timedelta) -> ShardStatus:
    counted = tx.recorded(f"{COUNTED}{shard.project}").get(f"{COUNTED}{shard.project}")
    lag = now - shard.complete_as_of if shard.complete_as_of else None
    return ShardStatus(
        project=shard.project,
        read_until=shard.complete_as_of,
        age=now - shard.attempted_at if shard.attempted_at else None,
        lag=lag,
        stale=lag is None or lag > tolerance,
        error=shard.error,
        counted=counted[0] if counted else None,
        doubt=trouble(tx, shard.project),
    )


def _oldest(tx: Transaction) -> Waiting | None:
    at = tx.next_due()
    subjects = tx.due(at) if at else ()
    if at is None or not subjects:
        return None
    return Waiting(_name(tx, subjects[0]), at, subjects[0])


def _name(tx: Transaction, subject: SubjectRef) -> str:
    if subject.kind is not SubjectKind.WORK_ITEM:
        return str(subject)
    stored = tx.items([ItemId(subject.key)]).get(ItemId(subject.key))
    return stored.item.source.key if stored else subject.key


def _withheld(tx: Transaction, dead: Sequence[OutboxRow]) -> tuple[Note, ...]:
    """Refusals of plans of which rows are still held back; the others are history."""
    open_since = {row.enqueued_at for row in dead if never_sent(row)}
    return tuple(note for note in _notes(tx, REFUSED) if note.at in open_since)


def _notes(tx: Transaction, prefix: str) -> tuple[Note, ...]:
    found = [Note(at, text) for at, text in tx.recorded(prefix).values()]
    return tuple(sorted(found, key=lambda note: (note.at, note.text), reverse=True))
