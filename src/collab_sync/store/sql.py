"""What the statements of all faces share: column types, batches, upserts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Dialect, Table, Text, type_coerce
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.types import TypeDecorator

from collab_sync.model.identity import SubjectKind, SubjectRef

T = TypeVar("T")

BATCH = 500
"""Rows per statement: beyond it nothing gets faster, and SQLite builds with 999 bound values are still about."""

_LAST_CHARACTER = chr(0x10FFFF)
_BEFORE_SURROGATES, _AFTER_SURROGATES = 0xD7FF, chr(0xE000)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant as whole microseconds since 1970 UTC: sorts as a number and loses neither zone nor precision.

    Raises ValueError for a naive one, because nobody knows which instant that is."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def microseconds(instant: datetime) -> int:
    """An instant as ``UtcInstant`` stores it. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant without a zone cannot be stored: {instant.isoformat()}")
    return (instant - _EPOCH) // _MICROSECOND


class SubjectText(TypeDecorator[SubjectRef]):
    """A subject as ``kind:key``. No kind begins with another, so these texts sort as the subjects do."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: SubjectRef | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> SubjectRef | None:
        if value is None:
            return None
        kind, _, key = value.partition(":")
        return SubjectRef(SubjectKind(kind), key)


def begins(column: ColumnElement[Any], prefix: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions for texts with this prefix, as a range that an index can walk."""
    text = type_coerce(column, Text)
    end = _after(prefix)
    return (text >= prefix, text < end) if end else (text >= prefix,)


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    """The values in order, in lists of at most ``size``; nothing for no values."""
    rest = list(values)
    return (rest[start : start + size] for start in range(0, len(rest), size))


@cache
def upsert(table: Table, *, keep: tuple[str, ...] = ()) -> Insert:
    """Insert a row, or replace all columns of the row with the same primary key except those in ``keep``. Built once:
    that costs more than executing it."""
    statement = insert(table)
    fixed = {column.name for column in table.primary_key} | set(keep)
    replaced: dict[str, Any] = {name: statement.excluded[name] for name in table.c.keys() if name not in fixed}  # noqa: SIM118 - a column collection iterates columns, not names
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=replaced)


@cache
def insert_missing(table: Table, *unique: str) -> Insert:
    """Insert a row; leave the one that has the same ``unique`` columns as it is."""
    return insert(table).on_conflict_do_nothing(index_elements=list(unique))


def _after(prefix: str) -> str:
    """The least text that sorts after every text with this prefix; empty if there is none."""
    stem = prefix.rstrip(_LAST_CHARACTER)
    if not stem:
        return ""
    last = ord(stem[-1])
    return stem[:-1] + (_AFTER_SURROGATES if last == _BEFORE_SURROGATES else chr(last + 1))
