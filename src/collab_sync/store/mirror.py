"""The mirror's statements: items, their names, links and creation keys; how far each project has been pulled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, literal, select, text, update

from collab_sync.analysis.measures.concerns import concerns
from collab_sync.model import marker
from collab_sync.model.identity import ItemId
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.store import Gone, Shard, StoredItem
from collab_sync.store.documents import packed, unpacked
from collab_sync.store.schema import PRESENT, concern, former_name, item_link, shard, work_item
from collab_sync.store.sql import batches, insert_missing, microseconds, upsert

_COLUMNS = tuple(column.name for column in work_item.columns)
_FIXED = frozenset({"id", "first_seen", "baseline"})
"""What stays as it was written first."""
_REPLACED = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in _FIXED)
_PUT = (
    f"INSERT INTO work_item ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - our names
    f" ON CONFLICT (id) DO UPDATE SET {_REPLACED}"
)
_WANTED = text("SELECT value FROM json_each(:wanted)")
_LINK = "INSERT INTO item_link (target, item) VALUES (?, ?)"
_CONCERN = "INSERT INTO concern (topic, item) VALUES (?, ?)"

# What every tick asks is built once.
_SHARDS = select(shard).order_by(shard.c.project)
_PUT_SHARDS = upsert(shard)


def digests(connection: Connection, ids: Sequence[ItemId]) -> Mapping[ItemId, bytes]:
    query = select(work_item.c.id, work_item.c.digest).where(PRESENT)
    return {ItemId(row.id): row.digest for row in _found(connection, query, work_item.c.id, ids)}


def put_items(
    connection: Connection, items: Sequence[tuple[WorkItem, bytes]], *, seen_at: datetime, baseline: bool
) -> None:
    """Rows go to the driver as they are: a first load is little else than this."""
    newest = {item.id: (item, digest) for item, digest in items}
    seen = microseconds(seen_at)
    for batch in batches(newest.values()):
        known = names(connection, [item.id for item, _ in batch])
        connection.exec_driver_sql(_PUT, [_row(item, digest, seen, baseline) for item, digest in batch])
        _replace_links(connection, [item for item, _ in batch], known=known)
        _replace_concerns(connection, [item for item, _ in batch], known=known)
        _insert(connection, former_name, _renamed([item for item, _ in batch], known))


def items(connection: Connection, ids: Iterable[ItemId]) -> Mapping[ItemId, StoredItem]:
    query = select(
        work_item.c.id,
        work_item.c.digest,
        work_item.c.first_seen,
        work_item.c.baseline,
        work_item.c.gone,
        work_item.c.document,
    )
    return {
        ItemId(row.id): StoredItem(
            item=unpacked(row.document),
            digest=row.digest,
            first_seen=row.first_seen,
            baseline=row.baseline,
            gone=row.gone,
        )
        for row in _found(connection, query, work_item.c.id, ids)
    }


def ids_by_key(connection: Connection, keys: Iterable[str]) -> Mapping[str, ItemId]:
    """Of several items with one name: who can be seen before who is gone, then who has the name before who had it."""
    wanted = {key for key in keys if key}
    ranked: dict[str, tuple[bool, bool, str]] = {}
    for former, rows in ((False, _named(connection, wanted)), (True, _formerly_named(connection, wanted))):
        for row in rows:
            claim = (bool(row.gone), former, row.id)
            ranked[row.name] = min(claim, ranked.get(row.name, claim))
    return {name: ItemId(claim[2]) for name, claim in ranked.items()}


def ids_where(
    connection: Connection, *, project: str, type_name: str, program: str, open_only: bool
) -> tuple[ItemId, ...]:
    query = select(work_item.c.id).where(PRESENT)
    for column, wanted in (
        (work_item.c.project, project),
        (work_item.c.type, type_name),
        (work_item.c.program, program),
    ):
        if wanted:
            query = query.where(column == wanted)
    if open_only:
        query = query.where(work_item.c.open == literal(True))
    return tuple(sorted(ItemId(found) for found in connection.scalars(query)))


def ids_linking_to(connection: Connection, keys: Iterable[str]) -> tuple[ItemId, ...]:
    query = select(item_link.c.item).join(work_item, work_item.c.id == item_link.c.item).where(PRESENT)
    return tuple(sorted({ItemId(row.item) for row in _found(connection, query, item_link.c.target, keys)}))


def ids_concerning(connection: Connection, topics: Iterable[str]) -> Mapping[str, tuple[ItemId, ...]]:
    query = select(concern.c.topic, concern.c.item).join(work_item, work_item.c.id == concern.c.item).where(PRESENT)
    found: dict[str, list[ItemId]] = {}
    for row in _found(connection, query, concern.c.topic, dict.fromkeys(topics)):
        found.setdefault(row.topic, []).append(ItemId(row.item))
    return {topic: tuple(sorted(ids)) for topic, ids in found.items()}


def names(connection: Connection, ids: Iterable[ItemId]) -> Mapping[ItemId, tuple[str, str]]:
    query = select(work_item.c.id, work_item.c.key, work_item.c.url)
    return {ItemId(row.id): (row.key, row.url) for row in _found(connection, query, work_item.c.id, ids)}


def created_by_key(connection: Connection, keys: Iterable[str]) -> Mapping[str, ItemId]:
    """Of several issues with one creation key the one that was seen first: the others are somebody's copies of it."""
    query = select(work_item.c.creation_key, work_item.c.first_seen, work_item.c.id).where(PRESENT)
    rows = _found(connection, query, work_item.c.creation_key, (key for key in keys if key))
    oldest_last = sorted(rows, key=lambda row: (row.first_seen, row.id), reverse=True)
    return {row.creation_key: ItemId(row.id) for row in oldest_last}


def mark_gone(connection: Connection, ids: Sequence[ItemId], gone: Gone) -> None:
    for batch in batches(ids):
        connection.execute(update(work_item).where(work_item.c.id.in_(batch)).values(gone=gone))


def settle_baseline(connection: Connection, ids: Sequence[ItemId]) -> None:
    for batch in batches(ids):
        connection.execute(update(work_item).where(work_item.c.id.in_(batch)).values(baseline=False))


def shards(connection: Connection) -> Mapping[str, Shard]:
    return {
        row.project: Shard(
            project=row.project,
            cursor=row.cursor,
            complete_as_of=row.complete_as_of,
            attempted_at=row.attempted_at,
            error=row.error,
        )
        for row in connection.execute(_SHARDS)
    }


def put_shards(connection: Connection, states: Sequence[Shard]) -> None:
    for batch in batches(states):
        connection.execute(_PUT_SHARDS, [msgspec.structs.asdict(state) for state in batch])


def _row(item: WorkItem, digest: bytes, seen: int, baseline: bool) -> tuple[object, ...]:
    """In the order of the table's columns."""
    ours = marker.loads(item.marker)
    return (
        item.id,
        "",
        digest,
        baseline,
        seen,
        item.source.key,
        item.source.url,
        item.source.project,
        item.type,
        item.program,
        item.open,
        (ours.key or None) if ours else None,
        packed(item),
    )


def _renamed(items: Sequence[WorkItem], known: Mapping[ItemId, tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {"name": name, "item": item.id}
        for item in items
        for name in known.get(item.id, ())
        if name and name not in {item.source.key, item.source.url}
    ]


def _replace_links(connection: Connection, changed: Sequence[WorkItem], *, known: Mapping[ItemId, object]) -> None:
    if known:
        connection.execute(delete(item_link).where(item_link.c.item.in_(known)))
    targets = [
        (target, item.id)
        for item in changed
        if item.parent or item.links
        for target in {item.parent, *(link.target for link in item.links)}
        if target
    ]
    if targets:
        connection.exec_driver_sql(_LINK, targets)


def _replace_concerns(connection: Connection, changed: Sequence[WorkItem], *, known: Mapping[ItemId, object]) -> None:
    if known:
        connection.execute(delete(concern).where(concern.c.item.in_(known)))
    topics = [(topic, item.id) for item in changed for topic in sorted(concerns(item))]
    if topics:
        connection.exec_driver_sql(_CONCERN, topics)


def _named(connection: Connection, names: Iterable[str]) -> list[Row[tuple[str, str, str]]]:
    found: list[Row[tuple[str, str, str]]] = []
    for column in (work_item.c.key, work_item.c.url):
        query = select(column.label("name"), work_item.c.id, work_item.c.gone)
        found.extend(_found(connection, query, column, names))
    return found


def _formerly_named(connection: Connection, names: Iterable[str]) -> Iterator[Row[tuple[str, str, str]]]:
    query = select(former_name.c.name, work_item.c.id, work_item.c.gone)
    query = query.join(work_item, work_item.c.id == former_name.c.item)
    return _found(connection, query, former_name.c.name, names)


def _found(
    connection: Connection, query: Select[tuple[str, str, str]], column: ColumnElement[str], wanted: Iterable[str]
) -> Iterator[Row[tuple[str, str, str]]]:
    """Rows whose ``column`` is one of ``wanted``. One statement however many there are: a list of values would be
    another statement for every length, and take longer to write than to answer."""
    values = list(wanted)
    if values:
        sought = msgspec.json.encode(values).decode()
        yield from connection.execute(query.where(column.in_(_WANTED)), {"wanted": sought})


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        connection.execute(insert_missing(table, *(column.name for column in table.primary_key)), rows)
