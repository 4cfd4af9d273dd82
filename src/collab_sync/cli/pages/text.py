"""A page on the screen: headings, sentences, tables; charts as the tables of their numbers."""

from __future__ import annotations

from typing import assert_never

from collab_sync.cli.terminal.paper import line, table
from collab_sync.model.document import (
    Bars,
    Block,
    BulletList,
    CheckList,
    Curves,
    Document,
    Flow,
    Gantt,
    Heading,
    Paragraph,
    Pie,
    Quiet,
    Radar,
    Table,
    as_table,
    plain,
)
from collab_sync.model.page import Locale, Page


def print_page(page: Page) -> None:
    """The whole page, the notice under its title."""
    line(page.title)
    line(f"页面 {page.path}")
    for block in page.whole.blocks:
        _print(block, page.locale)


def _print(block: Block, locale: Locale) -> None:
    match block:
        case Heading():
            line(f"\n{'#' * block.level} {_text(block)}")
        case Table():
            _table("", block)
        case Pie() | Bars() | Curves() | Radar() | Gantt() | Flow():
            _table(f"\n{block.title}", as_table(block, locale))
        case Paragraph() | Quiet() | BulletList() | CheckList():
            line(f"\n{_text(block)}")
        case _:
            assert_never(block)


def _table(title: str, shown: Table) -> None:
    rows = [[_text(Paragraph(cell)) for cell in row] for row in shown.rows]
    table(title, shown.head, rows)


def _text(block: Block) -> str:
    return plain(Document((block,)))
