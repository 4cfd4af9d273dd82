"""Populations a portion at a time, in the order of the index that finds them: for work that goes over many subjects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, func, literal, literal_column, select
from sqlalchemy.dialects.sqlite import insert

from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.store.schema import OPEN, PRESENT, due, episode, work_item
from collab_sync.store.sql import batches


def ids_after(
    connection: Connection, after: ItemId, most: int, wanted: Mapping[str, str | bool | None]
) -> tuple[ItemId, ...]:
    """``wanted``: what a column must hold; nothing that is None or empty is asked for."""
    query = select(work_item.c.id).where(PRESENT, work_item.c.id > after)
    for name, value in wanted.items():
        if value not in (None, ""):
            query = query.where(work_item.c[name] == literal(value))
    return tuple(ItemId(found) for found in connection.scalars(query.order_by(work_item.c.id).limit(most)))


def running_for(connection: Connection, rule: str, *, after: str, most: int) -> tuple[SubjectRef, ...]:
    subject: ColumnElement[str] = literal_column("episode.subject", Text)
    query = select(subject).distinct().where(OPEN, episode.c.rule == rule, subject > after)
    found = connection.scalars(query.order_by(subject).limit(most))
    return tuple(SubjectRef(SubjectKind(kind), key) for kind, _, key in (text.partition(":") for text in found))


def hasten(connection: Connection, looks: Mapping[SubjectRef, datetime]) -> None:
    statement = insert(due)
    earlier = func.min(due.c.at, statement.excluded.at)
    statement = statement.on_conflict_do_update(index_elements=[due.c.subject], set_={"at": earlier})
    for rows in batches({"subject": subject, "at": at} for subject, at in looks.items()):
        connection.execute(statement, rows)
