"""Episodes and the labels they hold. An episode is known by its rule, subject and key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, insert, select, union_all

from collab_sync.model.episode import Episode, Hold
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.store.schema import OPEN, episode, hold
from collab_sync.store.sql import batches, begins, upsert

FEW = 50
"""Ranges in one statement."""

Holds = tuple[tuple[Episode, Hold], ...]


def open_episodes(
    connection: Connection, subjects: Iterable[SubjectRef], rules: Collection[str] | None = None
) -> Mapping[SubjectRef, tuple[Episode, ...]]:
    found: dict[SubjectRef, list[Episode]] = defaultdict(list)
    if rules is not None and not rules:
        return {}
    for batch in batches(dict.fromkeys(subjects)):
        query = select(episode.c.document).where(OPEN, episode.c.subject.in_(batch))
        if rules is not None:
            query = query.where(episode.c.rule.in_(rules))
        for document in connection.scalars(query.order_by(episode.c.subject, episode.c.rule, episode.c.key)):
            each = _episode(document)
            found[each.subject].append(each)
    return {subject: tuple(each) for subject, each in found.items()}


def running(connection: Connection, kind: SubjectKind, prefixes: Iterable[str]) -> tuple[SubjectRef, ...]:
    found: set[SubjectRef] = set()
    for batch in batches(prefixes, FEW):
        each = (begins(episode.c.subject, f"{kind}:{prefix}") for prefix in batch)
        found.update(connection.scalars(union_all(*(select(episode.c.subject).where(OPEN, *one) for one in each))))
    return tuple(sorted(found))


def ended_episode(connection: Connection, rule: str, subject: SubjectRef, key: str) -> Episode | None:
    query = select(episode.c.document).where(
        episode.c.rule == rule, episode.c.subject == subject, episode.c.key == key, episode.c.ended_at.is_not(None)
    )
    document = connection.scalar(query)
    return None if document is None else _episode(document)


def put_episodes(connection: Connection, episodes: Iterable[Episode]) -> None:
    newest = {(each.rule, each.subject, each.key): each for each in episodes}
    for batch in batches(newest.values()):
        names = [_name(each) for each in batch]
        rows = [
            name | {"ended_at": each.ended_at, "document": msgspec.json.encode(each)}
            for name, each in zip(names, batch, strict=True)
        ]
        connection.execute(upsert(episode), rows)
        _delete(connection, hold, names)
        held = [name | {"item": item} for name, each in zip(names, batch, strict=True) for item in _held_items(each)]
        if held:
            connection.execute(insert(hold), held)


def forget_episodes(connection: Connection, episodes: Iterable[Episode]) -> None:
    for batch in batches(episodes):
        _delete(connection, episode, [_name(each) for each in batch])


def holds_on(connection: Connection, items: Iterable[ItemId]) -> Mapping[ItemId, Holds]:
    found: dict[ItemId, list[tuple[Episode, Hold]]] = defaultdict(list)
    same = (hold.c.rule == episode.c.rule) & (hold.c.subject == episode.c.subject) & (hold.c.key == episode.c.key)
    for batch in batches(dict.fromkeys(items)):
        query = select(hold.c.item, episode.c.document).join(episode, same).where(hold.c.item.in_(batch))
        for row in connection.execute(query.order_by(hold.c.item, hold.c.rule, hold.c.subject, hold.c.key)):
            each = _episode(row.document)
            found[ItemId(row.item)] += [(each, held) for held in _holds(each) if held.item == row.item]
    return {item: tuple(held) for item, held in found.items()}


def _episode(document: bytes) -> Episode:
    return msgspec.json.decode(document, type=Episode)


def _name(each: Episode) -> dict[str, object]:
    return {"rule": each.rule, "subject": each.subject, "key": each.key}


def _holds(each: Episode) -> tuple[Hold, ...]:
    """What it still keeps: all while it lasts, the latched ones afterwards."""
    return each.holds if each.ended_at is None else tuple(held for held in each.holds if held.latch)


def _held_items(each: Episode) -> tuple[ItemId, ...]:
    return tuple(dict.fromkeys(held.item for held in _holds(each)))


def _delete(connection: Connection, table: Table, names: list[dict[str, object]]) -> None:
    these = [table.c[column] == bindparam(f"this_{column}") for column in ("rule", "subject", "key")]
    connection.execute(
        delete(table).where(*these), [{f"this_{column}": name[column] for column in name} for name in names]
    )
