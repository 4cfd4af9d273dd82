"""What a page is made of: tables whose columns know which requirement rows they serve, and sections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, Protocol, TypeAlias, TypeVar

from collab_sync.model.document import Block, Heading, Inline, Paragraph, Table, Text
from collab_sync.summaries.scope import SectionScope

R = TypeVar("R")
Cell: TypeAlias = tuple[Inline, ...] | str | int | Decimal | date | None
"""What stands in a cell: a text as it is, a number or a day as the readers write it."""
Serves: TypeAlias = tuple[str, ...]
"""Ids of requirement rows."""


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """``name`` in Chinese, by which the account of requirements knows it; ``cell`` gives what stands in this column for
    one record; ``spare``: left out of a table in which nobody has anything to say there."""

    name: str
    cell: Callable[[R], Cell]
    serves: Serves = ()
    spare: bool = False


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

    def blocks(self, scope: SectionScope, records: Iterable[R], level: int = 2) -> tuple[Block, ...]:
        """Heading and table, or heading and the sentence for none."""
        whole = [[_inlines(scope, column.cell(record)) for column in self.columns] for record in records]
        kept = [place for place, one in enumerate(self.columns) if not one.spare or any(row[place] for row in whole)]
        rows = tuple(tuple(row[place] for place in kept) for row in whole)
        title = heading(scope, self.title, level)
        if not rows:
            return (title, sentence(scope, self.empty))
        return (title, Table(tuple(scope.say(self.columns[place].name) for place in kept), rows))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page. ``name`` is what ``blocks:`` of a page action calls it; ``serves``: requirement rows met by the
    section as a whole; its ``sheets`` account for their columns themselves."""

    name: str
    build: Callable[[SectionScope], tuple[Block, ...]]
    sheets: tuple[Served, ...] = ()
    serves: Serves = ()


def heading(scope: SectionScope, text: str, /, level: int = 2, **values: object) -> Heading:
    """A heading of ours in the readers' language, with ``{places}`` filled."""
    return Heading(level, (Text(scope.say(text, **values)),))


def sentence(scope: SectionScope, text: str, /, **values: object) -> Paragraph:
    """A paragraph of ours in the readers' language, with ``{places}`` filled."""
    return Paragraph((Text(scope.say(text, **values)),))


def _inlines(scope: SectionScope, cell: Cell) -> tuple[Inline, ...]:
    match cell:
        case tuple():
            return cell
        case int() | Decimal():
            return (Text(scope.words.number(cell)),)
        case date():
            return (Text(scope.words.day(cell)),)
    return (Text(cell),) if cell else ()
