"""Pull: pages of changed items into the mirror, each page in one transaction with its cursor.

A page that failed leaves the cursor where it was; the next pull repeats at most that page. A project whose pull failed
is stale: nothing is concluded from its silence until a pull has been read to its end again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
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
from collab_sync.ports.store import ManagedTrace, Shard, Store

MAPPING = "mapping:"
"""Under ``mapping:‹project›`` the journal keeps by which mapping the project has been read."""


@dataclass(frozen=True, slots=True)
class PullReport:
    """``error`` is the tracker's message when the pull failed, empty when it was read to its end."""

    project: str
    pages: int = 0
    read: int = 0
    changed: int = 0
    error: str = ""


def pull_project(reader: WorkItemReader, project: ProjectMapping, store: Store, now: datetime) -> PullReport:
    """Brings one project up to date. Tracker errors, and defects met with one project, are recorded with the shard and
    reported, never raised: the other projects go on. Raises StoreError."""
    with store.read() as tx:
        shard = tx.shards().get(project.name) or Shard(project=project.name)
        read_by = tx.recorded(f"{MAPPING}{project.name}").get(f"{MAPPING}{project.name}")
    pages = read = changed = 0
    mapping = fingerprint(project)
    again = read_by is not None and read_by[1] != mapping
    try:
        for page in reader.pull(None if again else shard.cursor):
            fresh = _take(reader, page, shard, store, now, force=again)
            pages, read, changed = pages + 1, read + len(page.payloads), changed + fresh
    except TrackerError as error:
        _record_failure(store, project.name, now, str(error))
        return PullReport(project.name, pages, read, changed, str(error))
    except CollabSyncError:
        raise
    except Exception as error:  # noqa: BLE001 - shown with its traceback, and kept from stopping the other projects
        words = f"内部错误 {type(error).__name__}:{error}"
        structlog.get_logger("collab_sync").error("pull failed unexpectedly", project=project.name, exc_info=error)
        _record_failure(store, project.name, now, words)
        return PullReport(project.name, pages, read, changed, words)
    if read_by is None or again:
        with store.write() as tx:
            tx.record(f"{MAPPING}{project.name}", now, mapping)
    return PullReport(project.name, pages, read, changed)


def fingerprint(project: ProjectMapping) -> str:
    """Of how a project is read: when it changes, everything there has to be read anew."""
    return hashlib.sha256(project.model_dump_json().encode()).hexdigest()[:16]


def _take(  # noqa: PLR0913  # a page, where it belongs, and how it is taken
    reader: WorkItemReader, page: PulledPage, shard: Shard, store: Store, now: datetime, *, force: bool = False
) -> int:
    """Stores one page with its cursor; returns how many items were new or changed. ``force``: unchanged ones too,
    because they are understood differently now. The cursor moves on only once all have been."""
    with store.read() as tx:
        known = tx.digests([payload.id for payload in page.payloads])
    fresh = [payload for payload in page.payloads if force or known.get(payload.id) != payload.digest]
    items = [(reader.normalize(payload), payload.digest) for payload in fresh]
    recalled = _recall(reader, store, [item for item, _ in items])
    with store.write() as tx:
        absorb(tx, items, seen_at=now, baseline=shard.complete_as_of is None)
        tx.put_managed(recalled)
        current = tx.shards().get(shard.project) or shard
        complete = now if page.complete else current.complete_as_of
        tx.put_shard(
            msgspec.structs.replace(
                current,
                cursor=page.cursor if page.complete or not force else current.cursor,
                complete_as_of=complete,
                attempted_at=now,
                error="",
            )
        )
    return len(items)


def _record_failure(store: Store, project: str, now: datetime, error: str) -> None:
    with store.write() as tx:
        shard = tx.shards().get(project) or Shard(project=project)
        tx.put_shard(msgspec.structs.replace(shard, attempted_at=now, error=error))


def _recall(reader: WorkItemReader, store: Store, items: Sequence[WorkItem]) -> list[ManagedTrace]:
    """Traces of our own comments that the store does not know: it was lost, or a receipt was."""
    with store.read() as tx:
        managed = tx.managed([item.id for item in items])
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
