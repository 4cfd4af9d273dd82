"""What must be looked at: subjects that changed (dirty) and subjects whose instant has come (due)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, union_all

from collab_sync.model.identity import SubjectRef
from collab_sync.store.schema import dirty, due
from collab_sync.store.sql import batches, insert_missing, upsert

_PENDING = union_all(select(dirty.c.subject), select(due.c.subject).where(due.c.at <= bindparam("now")))
"""Built once: every tick asks it."""


def mark_dirty(connection: Connection, subjects: Iterable[SubjectRef]) -> None:
    for batch in batches(dict.fromkeys(subjects)):
        connection.execute(insert_missing(dirty, "subject"), [{"subject": subject} for subject in batch])


def all_dirty(connection: Connection) -> tuple[SubjectRef, ...]:
    return tuple(connection.scalars(select(dirty.c.subject).order_by(dirty.c.subject)))


def clear_dirty(connection: Connection, subjects: Iterable[SubjectRef]) -> None:
    for batch in batches(subjects):
        connection.execute(delete(dirty).where(dirty.c.subject.in_(batch)))


def set_due(connection: Connection, instants: Mapping[SubjectRef, datetime | None]) -> None:
    for batch in batches(subject for subject, at in instants.items() if at is None):
        connection.execute(delete(due).where(due.c.subject.in_(batch)))
    for rows in batches({"subject": subject, "at": at} for subject, at in instants.items() if at is not None):
        connection.execute(upsert(due), rows)


def pending(connection: Connection, now: datetime) -> tuple[SubjectRef, ...]:
    return tuple(sorted(set(connection.scalars(_PENDING, {"now": now}))))


def due_by(connection: Connection, now: datetime) -> tuple[SubjectRef, ...]:
    return tuple(sorted(connection.scalars(select(due.c.subject).where(due.c.at <= now))))


def next_due(connection: Connection) -> datetime | None:
    earliest: datetime | None = connection.scalar(select(func.min(due.c.at)))
    return earliest
