"""Pull: pages of changed items into the mirror, each page in one transaction with its cursor.

A page that failed leaves the cursor where it was; the next pull repeats at most that page. A project whose pull failed
is stale: nothing is concluded from its silence until a pull has been read to its end again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import structlog

from collab_sync.errors import CollabSyncError, TrackerError
from collab_sync.model import marker
from collab_sync.model.identity import ItemId
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.pipeline.absorb import absorb
from collab_sync.ports import PulledPage, WorkItemReader
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
    pull = _begin(reader, project, store, now)
    try:
        complete = pull.read_on(enough)
    except TrackerError as error:
        return pull.failed(str(error))
    except CollabSyncError:
        raise
    except Exception as error:  # noqa: BLE001 - shown with its traceback, and kept from stopping the other projects
        structlog.get_logger("collab_sync").error("pull failed unexpectedly", project=project.name, exc_info=error)
        return pull.failed(f"内部错误 {type(error).__name__}:{error}")
    return pull.report() if complete else pull.paused()


def fingerprint(project: ProjectMapping) -> str:
    """Of how a project is read: when it changes, everything there has to be read anew."""
    return hashlib.sha256(project.model_dump_json().encode()).hexdigest()[:16]


def _begin(reader: WorkItemReader, project: ProjectMapping, store: Store, now: datetime) -> _Pull:
    """A new pull, or the one that was interrupted, at the page where it was."""
    mapping = fingerprint(project)
    with store.read() as tx:
        shard = tx.shards().get(project.name) or Shard(project=project.name)
        read_by = tx.recorded(f"{MAPPING}{project.name}").get(f"{MAPPING}{project.name}")
        place = tx.recorded(f"{READING}{project.name}").get(f"{READING}{project.name}")
    again = read_by is not None and read_by[1] != mapping
    began, cursor = now, None if again else shard.cursor
    if place is not None:
        by, _, inside = place[1].partition("\n")
        began, cursor = (place[0], inside) if by == mapping else (began, cursor)
    return _Pull(reader, project, store, now, began, cursor, mapping, again, shard.complete_as_of is None)


@dataclass(slots=True)
class _Pull:
    """``began``: when it first began; ``again``: unchanged items count too, because they are understood differently
    now; ``baseline``: nobody has ever read this project to its end."""

    reader: WorkItemReader
    project: ProjectMapping
    store: Store
    now: datetime
    began: datetime
    cursor: str | None
    mapping: str
    again: bool
    baseline: bool
    pages: int = 0
    read: int = 0
    changed: int = 0

    def read_on(self, enough: Callable[[], bool]) -> bool:
        """Reads page after page; whether the end was reached."""
        for page in self.reader.pull(self.cursor):
            self._take(page)
            if not page.complete and enough():
                return False
        return True

    def report(self, error: str = "") -> PullReport:
        return PullReport(self.project.name, self.pages, self.read, self.changed, error)

    def failed(self, error: str) -> PullReport:
        self._say(error)
        return self.report(error)

    def paused(self) -> PullReport:
        """Its turn is over. Until it has been read to its end nothing follows from what was not found."""
        self._say(PAUSED)
        return self.report()

    def _say(self, error: str) -> None:
        with self.store.write() as tx:
            shard = tx.shards().get(self.project.name) or Shard(project=self.project.name)
            tx.put_shard(msgspec.structs.replace(shard, attempted_at=self.now, error=error))

    def _take(self, page: PulledPage) -> None:
        """Stores one page and where the pull is now, in one transaction."""
        with self.store.read() as tx:
            known = tx.digests([payload.id for payload in page.payloads])
        fresh = [payload for payload in page.payloads if self.again or known.get(payload.id) != payload.digest]
        items = [(self.reader.normalize(payload), payload.digest) for payload in fresh]
        recalled = _recall(self.reader, self.store, [item for item, _ in items])
        with self.store.write() as tx:
            absorb(tx, items, seen_at=self.now, baseline=self.baseline)
            tx.put_managed(recalled)
            self._mark(tx, page)
        self.pages, self.read, self.changed = self.pages + 1, self.read + len(page.payloads), self.changed + len(items)

    def _mark(self, tx: Transaction, page: PulledPage) -> None:
        name = self.project.name
        if not page.complete:
            tx.record(f"{READING}{name}", self.began, f"{self.mapping}\n{page.cursor}")
            return
        tx.record(f"{READING}{name}", self.began)
        tx.record(f"{MAPPING}{name}", self.now, self.mapping)
        tx.put_shard(Shard(project=name, cursor=page.cursor, complete_as_of=self.began, attempted_at=self.now))


def _recall(reader: WorkItemReader, store: Store, items: Sequence[WorkItem]) -> list[ManagedTrace]:
    """Traces of our own comments that the store does not know: it was lost, or a receipt was."""
    with store.read() as tx:
        managed = tx.managed([item.id for item in items if item.own_comments])
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
        for id_, comments in reader.recall(asking).items():
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
