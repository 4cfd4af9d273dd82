"""What a page is made of: tables whose columns know which requirement rows they serve, and sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from collab_sync.model.document import Block, Heading, Inline, Paragraph, Table, Text
from collab_sync.summaries.scope import SectionScope

R = TypeVar("R")
Cell: TypeAlias = tuple[Inline, ...] | str
Serves: TypeAlias = tuple[str, ...]
"""Ids of requirement rows."""


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """``cell`` gives what stands in this column for one record; a plain text is shown as it is."""

    name: str
    cell: Callable[[R], Cell]
    serves: Serves = ()


class Served(Protocol):
    """A table as the account of requirements sees it."""

    @property
    def title(self) -> str: ...

    @property
    def serves(self) -> Serves: ...

    @property
    def by_column(self) -> Mapping[str, Serves]: ...


@dataclass(frozen=True, slots=True)
class Sheet(Generic[R]):
    """A table: its heading, its columns, what to say when it has no rows."""

    title: str
    columns: tuple[Column[R], ...]
    serves: Serves = ()
    empty: str = "暂无。"

    @property
    def by_column(self) -> Mapping[str, Serves]:
        """Column name → requirement rows."""
        return {column.name: column.serves for column in self.columns}

    def blocks(self, records: Iterable[R], level: int = 2) -> tuple[Block, ...]:
        """Heading and table, or heading and the sentence for none."""
        rows = tuple(tuple(_inlines(column.cell(record)) for column in self.columns) for record in records)
        if not rows:
            return (heading(self.title, level), sentence(self.empty))
        return (heading(self.title, level), Table(tuple(column.name for column in self.columns), rows))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page. ``name`` is what ``blocks:`` of a page action calls it; ``serves``: requirement rows met by the
    section as a whole; its ``sheets`` account for their columns themselves."""

    name: str
    build: Callable[[SectionScope], tuple[Block, ...]]
    sheets: tuple[Served, ...] = ()
    serves: Serves = ()


def heading(text: str, level: int = 2) -> Heading:
    return Heading(level, (Text(text),))


def sentence(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _inlines(cell: Cell) -> tuple[Inline, ...]:
    if isinstance(cell, str):
        return (Text(cell),) if cell else ()
    return cell
