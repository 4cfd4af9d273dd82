"""Dated facts by key, immediate mentions per person, and what waits for somebody's digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or_update

from collab_sync.ports.store import DigestEntry
from collab_sync.store.schema import UNDELIVERED, digest_entry, journal, mention
from collab_sync.store.sql import batches, begins, upsert

# What every tick asks is built once: building a statement costs more than SQLite takes to answer it.
_RECORD = upsert(journal)
_NOTED = select(journal).where(journal.c.key.in_(bindparam("keys", expanding=True)))


def record_all(connection: Connection, facts: Mapping[str, tuple[datetime, str]]) -> None:
    for batch in batches(facts.items()):
        connection.execute(_RECORD, [{"key": key, "at": at, "value": value} for key, (at, value) in batch])


def recorded(connection: Connection, prefix: str) -> Mapping[str, tuple[datetime, str]]:
    query = select(journal).where(*begins(journal.c.key, prefix))
    return {row.key: (row.at, row.value) for row in connection.execute(query.order_by(journal.c.key))}


def noted(connection: Connection, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]:
    found: dict[str, tuple[datetime, str]] = {}
    for batch in batches(dict.fromkeys(keys)):
        found.update({row.key: (row.at, row.value) for row in connection.execute(_NOTED, {"keys": batch})})
    return found


def count_mentions(connection: Connection, persons: Sequence[str], at: datetime) -> None:
    statement = insert_or_update(mention)
    statement = statement.on_conflict_do_update(
        index_elements=list(mention.primary_key), set_={"count": mention.c.count + statement.excluded.count}
    )
    for batch in batches(Counter(persons).items()):
        connection.execute(statement, [{"at": at, "person": person, "count": count} for person, count in batch])


def mentions_since(connection: Connection, at: datetime) -> Mapping[str, int]:
    query = select(mention.c.person, func.sum(mention.c.count).label("total")).where(mention.c.at >= at)
    return {row.person: row.total for row in connection.execute(query.group_by(mention.c.person))}


def add_digest(connection: Connection, entries: Sequence[DigestEntry]) -> None:
    for batch in batches(entries):
        connection.execute(insert(digest_entry), [msgspec.structs.asdict(entry) for entry in batch])


def open_digest(connection: Connection, before: datetime) -> tuple[DigestEntry, ...]:
    query = select(digest_entry).where(UNDELIVERED, digest_entry.c.at < before)
    query = query.order_by(digest_entry.c.person, digest_entry.c.at, digest_entry.c.id)
    return tuple(
        DigestEntry(person=row.person, at=row.at, item=row.item, url=row.url, rule=row.rule, text=row.text)
        for row in connection.execute(query)
    )


def close_digest(connection: Connection, before: datetime, key: str) -> None:
    connection.execute(update(digest_entry).where(UNDELIVERED, digest_entry.c.at < before).values(delivered_by=key))
