"""Pull: pages of changed items into the mirror, each page in one transaction with its cursor.

A page that failed leaves the cursor where it was; the next pull repeats at most that page. A project whose pull failed
is stale: nothing is concluded from its silence until a pull has been read to its end again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec
import structlog

from collab_sync.errors import CollabSyncError, TrackerError
from collab_sync.model import marker
from collab_sync.model.identity import ItemId
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.pipeline.absorb import absorb
from collab_sync.pipeline.lanes.aside import EndingError, Here
from collab_sync.pipeline.lanes.task import one_by_one
from collab_sync.ports import Payload, PulledPage, WorkItemReader
from collab_sync.ports.store import ManagedTrace, Shard, Store, Transaction

MAPPING = "mapping:"
"""Under ``mapping:‹project›`` the journal keeps by which mapping the project has been read."""
READING = "reading:"
"""Under ``reading:‹project›`` a pull that has not come to its end: when it began, by which mapping, and its cursor."""
PAUSED = "还没有读完,下一轮接着读"
"""What a shard says of itself whose turn was over before its pull was."""


@dataclass(frozen=True, slots=True)
class PullReport:
    """``error`` is the tracker's message when the pull failed, empty when it was read to its end."""

    project: str
    pages: int = 0
    read: int = 0
    changed: int = 0
    error: str = ""


def pull_project(
    reader: WorkItemReader,
    project: ProjectMapping,
    store: Store,
    now: datetime,
    enough: Callable[[], bool] = lambda: False,
) -> PullReport:
    """Brings one project up to date, or further until it is ``enough``; the next pull goes on there. Tracker errors,
    and defects met with one project, are recorded with the shard and reported, never raised: the other projects go on.
    Raises StoreError."""
    place = places(store, {project.name: project.fingerprint()}, now)[project.name]
    pull = Pull(reader, project, store, now, turn=lambda: enough, place=place)
    one_by_one([pull], lambda: False)
    settle([pull], store)
    return pull.report


def read_anew(store: Store) -> None:
    """Forgets how far every project has been read: the next pull reads all of it. Writes nothing where that is so
    already. For when the clock by which it was read turns out to have been wrong: what changed meanwhile would be
    older than what has been asked for, and never be asked for again."""
    with store.read() as tx:
        far = [shard for shard in tx.shards().values() if shard.cursor is not None]
        inside = {key: at for key, (at, cursor) in tx.recorded(READING).items() if cursor}
    if not far and not inside:
        return
    with store.write() as tx:
        tx.put_shards([msgspec.structs.replace(shard, cursor=None) for shard in far])
        tx.record_all({key: (at, "") for key, at in inside.items()})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pull goes on. ``began``: when it first began; ``again``: unchanged items count too, because they are
    understood differently now; ``baseline``: nobody has ever read this project to its end; ``noted``: the journal
    already says of it what it will say after a pull that comes to its end at once."""

    began: datetime
    cursor: str | None
    mapping: str
    again: bool
    baseline: bool
    noted: bool


@dataclass(slots=True)
class Pull:
    """The pull of one project, as a task (``lanes.task``): its pages may be read ahead, for each is compared with the
    mirror only when it is stored. ``turn`` begins a turn, its answer tells when that is over; ``asking``: how questions
    between two pages are asked. ``settled``: how far the project has been read where that is all there is to store;
    whoever pulls several stores it for all of them together (``settle``)."""

    reader: WorkItemReader
    project: ProjectMapping
    store: Store
    now: datetime
    turn: Callable[[], Callable[[], bool]]
    place: Place
    asking: Here = field(default_factory=Here)
    report: PullReport = field(init=False)
    settled: Shard | None = field(default=None, init=False)
    _enough: Callable[[], bool] = field(init=False)
    _complete: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.report = PullReport(self.project.name)

    @property
    def connection(self) -> str:
        return self.project.connection

    def begin(self) -> bool:
        """A new pull, or the one that was interrupted, at the page where it was."""
        self._enough = self.turn()
        return True

    def pages(self) -> Iterator[PulledPage]:
        return self.reader.pull(self.place.cursor)

    def take(self, page: PulledPage) -> bool:
        """Stores one page and where the pull is now, in one transaction."""
        fresh = self._fresh(page.payloads)
        if page.complete and not fresh and self.place.noted and not self.report.pages:
            self.settled = self._shard(page)
        else:
            self._store(page, fresh)
        self._count(len(page.payloads), len(fresh))
        self._complete = page.complete
        return not page.complete and self._enough()

    def _fresh(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Those that the mirror does not hold as they are."""
        if self.place.again or not payloads:
            return list(payloads)
        with self.store.read() as tx:
            known = tx.digests([payload.id for payload in payloads])
        return [payload for payload in payloads if known.get(payload.id) != payload.digest]

    def _store(self, page: PulledPage, fresh: Sequence[Payload]) -> None:
        items = [(self.reader.normalize(payload), payload.digest) for payload in fresh]
        recalled = self._recall([item for item, _ in items])
        with self.store.write() as tx:
            absorb(tx, items, seen_at=self.now, baseline=self.place.baseline)
            tx.put_managed(recalled)
            self._mark(tx, page)

    def over(self, *, stopped: bool) -> None:
        """Its turn may be over before it is. Until it has been read to its end nothing follows from what was not
        found."""
        if stopped and not self._complete:
            self._say(PAUSED)

    def failed(self, error: Exception) -> None:
        self.settled = None
        if isinstance(error, EndingError):
            self._say(PAUSED)
            return
        words = str(error)
        if not isinstance(error, TrackerError):
            if isinstance(error, CollabSyncError):
                raise error
            words = f"内部错误 {type(error).__name__}:{error}"
            log = structlog.get_logger("collab_sync")
            log.error("pull failed unexpectedly", project=self.project.name, exc_info=error)
        self._say(words)
        self.report = replace(self.report, error=words)

    def _count(self, read: int, changed: int) -> None:
        so_far = self.report
        self.report = replace(so_far, pages=so_far.pages + 1, read=so_far.read + read, changed=so_far.changed + changed)

    def _say(self, error: str) -> None:
        with self.store.write() as tx:
            shard = tx.shards().get(self.project.name) or Shard(project=self.project.name)
            tx.put_shards([msgspec.structs.replace(shard, attempted_at=self.now, error=error)])

    def _recall(self, items: Sequence[WorkItem]) -> list[ManagedTrace]:
        """Traces of our own comments that the store does not know: it was lost, or a receipt was."""
        if not items:
            return []
        with self.store.read() as tx:
            managed = tx.managed([item.id for item in items if item.own_comments])
        return _recalled(items, managed, lambda unread: self.asking.ask(lambda: self.reader.recall(unread)))

    def _mark(self, tx: Transaction, page: PulledPage) -> None:
        name, place = self.project.name, self.place
        if not page.complete:
            tx.record(f"{READING}{name}", place.began, f"{place.mapping}\n{page.cursor}")
            return
        tx.record(f"{READING}{name}", place.began)
        tx.record(f"{MAPPING}{name}", self.now, place.mapping)
        tx.put_shards([self._shard(page)])

    def _shard(self, page: PulledPage) -> Shard:
        name, began = self.project.name, self.place.began
        return Shard(project=name, cursor=page.cursor, complete_as_of=began, attempted_at=self.now)


def places(store: Store, fingerprints: Mapping[str, str], now: datetime) -> Mapping[str, Place]:
    """Where the pulls of these projects go on, in one look at the store. ``fingerprints``: how each is read, by name;
    where that has changed, everything there is read anew."""
    with store.read() as tx:
        shards = tx.shards()
        noted = tx.noted(f"{prefix}{name}" for name in fingerprints for prefix in (MAPPING, READING))
    return {
        name: _place(shards.get(name) or Shard(project=name), mapping, noted, now)
        for name, mapping in fingerprints.items()
    }


def settle(pulls: Iterable[Pull], store: Store) -> None:
    """Stores how far these projects have been read, as far as it is not stored yet."""
    settled = [pull.settled for pull in pulls if pull.settled is not None]
    if settled:
        with store.write() as tx:
            tx.put_shards(settled)


def _place(shard: Shard, mapping: str, noted: Mapping[str, tuple[datetime, str]], now: datetime) -> Place:
    _, read_by = noted.get(f"{MAPPING}{shard.project}", (now, ""))
    since, place = noted.get(f"{READING}{shard.project}", (now, ""))
    again = read_by not in ("", mapping)
    began, cursor = now, None if again else shard.cursor
    by, _, inside = place.partition("\n")
    if by == mapping:
        began, cursor = since, inside
    return Place(began, cursor, mapping, again, shard.complete_as_of is None, read_by == mapping and not place)


def _recalled(
    items: Sequence[WorkItem],
    managed: Mapping[ItemId, Sequence[ManagedTrace]],
    recall: Callable[[Sequence[WorkItem]], Mapping[ItemId, Sequence[OwnComment]]],
) -> list[ManagedTrace]:
    known = {id_: {trace.remote_id for trace in traces} for id_, traces in managed.items()}
    lost: dict[ItemId, list[OwnComment]] = {}
    asking: list[WorkItem] = []
    for item in items:
        unknown = [own for own in item.own_comments if own.id not in known.get(item.id, set())]
        if any(own.marker is None for own in unknown):
            asking.append(item)
        elif unknown:
            lost[item.id] = unknown
    if asking:
        for id_, comments in recall(asking).items():
            lost[id_] = [own for own in comments if own.id not in known.get(id_, set())]
    names = {id_: {trace.key for trace in traces} for id_, traces in managed.items()}
    return [trace for id_, comments in lost.items() for trace in _traces(id_, comments, names.get(id_, set()))]


def _traces(id_: ItemId, comments: Sequence[OwnComment], known: set[str]) -> list[ManagedTrace]:
    """Traces of comments, newest last. What the store knows by name stays as it is: it may be ahead of the tracker."""
    found = []
    for own in comments:
        mark = marker.loads(own.marker)
        # A comment of ours without a readable marker is remembered too, so that it is not asked for again.
        key = mark.key if mark else f"unmarked:{own.id}"
        key = f"{key}:{own.id}" if key.startswith("moved:") or key in known else key
        found.append(
            ManagedTrace(item=id_, kind="comment", key=key, remote_id=own.id,
                         hash=mark.hash if mark else "", state=mark.state if mark else {})
        )  # fmt: skip
    return found
