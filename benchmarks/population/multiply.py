"""Many offices out of one: every row of a settled store again and again, with other digits where its mark stands.

Rows are written by driver SQL in the product's own tables; indexes are made last.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = tuple[Any, ...]

_NUMBERED = ("outbox", "digest_entry")
"""Tables whose rows have running numbers of their own."""
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


def multiply(source: Path, target: Path, mark: str, copies: range, *, single: str) -> None:
    """Fills ``target``, a database with the same empty tables, from ``source``. What is without the mark is of the
    whole office and is copied once; so is what belongs to the one issue with the creation key ``single``."""
    there = sqlite3.connect(source)
    here = sqlite3.connect(target, isolation_level=None)
    try:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000", "temp_store=MEMORY"):
            here.execute(f"PRAGMA {pragma}")
        here.execute("BEGIN")
        indexes = here.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            here.execute(f"DROP INDEX {name}")
        lone = there.execute("SELECT key FROM work_item WHERE creation_key = ?", (single,)).fetchone()[0]
        for (table,) in there.execute(_TABLES).fetchall():
            rows = there.execute(f"SELECT * FROM {table}").fetchall()
            _fill(here, table, _Rows(rows, mark, lone, numbered=table in _NUMBERED), copies)
        for _, sql in indexes:
            here.execute(sql)
        here.execute("COMMIT")
        here.execute("PRAGMA journal_mode=WAL")
    finally:
        there.close()
        here.close()


def _fill(here: sqlite3.Connection, table: str, rows: _Rows, copies: range) -> None:
    here.execute(f"DELETE FROM {table}")
    if rows.width:
        marks = ",".join("?" * rows.width)
        here.executemany(f"INSERT INTO {table} VALUES ({marks})", rows.all_of(copies))


class _Rows:
    """The rows of one table: those of the whole office, and those of which every copy has its own."""

    def __init__(self, rows: Iterable[Row], mark: str, lone: str, *, numbered: bool) -> None:
        found = list(rows)
        self.mark = mark
        self.width = len(found[0]) if found else 0
        self.shared = [row for row in found if not _names(row, mark) or _names(row, lone)]
        self.own = [row for row in found if _names(row, mark) and not _names(row, lone)]
        self.step = max((row[0] for row in found), default=0) if numbered else 0

    def all_of(self, copies: range) -> Iterator[Row]:
        """What is shared goes with the first copy."""
        for copy in copies:
            digits = str(10_000 + copy)
            raw = self.mark.encode(), digits.encode()
            offset = (copy - copies.start) * self.step
            for first, *rest in [*self.shared, *self.own] if copy == copies.start else self.own:
                head = first + offset if self.step else first
                yield tuple(_replaced(value, self.mark, digits, raw) for value in (head, *rest))


def _names(row: Row, text: str) -> bool:
    """Whether the columns beside the document name it."""
    return any(text in value for value in row if isinstance(value, str))


def _replaced(value: Any, mark: str, digits: str, raw: tuple[bytes, bytes]) -> Any:
    if isinstance(value, str):
        return value.replace(mark, digits)
    return value.replace(*raw) if isinstance(value, bytes) else value
