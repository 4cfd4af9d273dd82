"""What commands print: lines, tables and JSON; nothing that people typed can steer the terminal."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from rich.table import Table

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters (escape sequences begin with one) and marks that turn the direction of text."""

_PARTS = re.compile(r"\n|(?:[!-~]+|[^\n])[,。;:、)”·]*")
"""What is not taken apart at the end of a line: words, and signs with the marks behind them."""

WIDEST = 160
"""Columns of a table that goes into a file or a pipe."""


SCREEN = 80
"""Columns of what is read on a screen as it is."""


def line(text: str = "") -> None:
    """One line of output."""
    click.echo(harmless(text))


def folded(text: str, indent: int = 0, hang: int = 0, head: str = "") -> None:
    """``text`` as lines of at most SCREEN columns that begin after ``indent`` columns, all but the first after ``hang``
    more; ``head`` stands before the first one. Nothing is lost; words and numbers stay whole where they fit."""
    lines, room = [""], SCREEN - indent
    for part in _PARTS.findall(harmless(text)):
        narrow = room - (hang if len(lines) > 1 else 0)
        if part == "\n" or (lines[-1] and columns(lines[-1]) + columns(part.rstrip()) > narrow):
            lines.append("")
        *whole, rest = _pieces(part, room - hang)
        for piece in whole:
            lines[-1] += piece
            lines.append("")
        lines[-1] += rest.strip("\n") if lines[-1] else rest.strip()
    for number, one in enumerate(lines):
        line((" " * (indent + hang) if number else padded(head, indent)).rstrip("\n") + one.rstrip())


def _pieces(part: str, room: int) -> list[str]:
    """More than one for what no line can hold, an address say."""
    return [part[at : at + room] for at in range(0, len(part), room)] if part.isascii() else [part]


def columns(text: str) -> int:
    """How wide ``text`` is on a screen: Chinese signs take two columns."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, width: int) -> str:
    """``text`` with blanks behind it up to ``width`` columns."""
    return text + " " * (width - columns(text))


def harmless(text: str) -> str:
    """``text`` without characters that a terminal would obey."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def as_json(value: Json) -> None:
    """The whole output as one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[str] = ()) -> None:
    """A table with a title; the columns named in ``numbers`` are set to the right. Nothing is cut, long cells fold."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for head in heads:
        drawn.add_column(head, justify="right" if head in numbers else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(harmless(cell)) for cell in row))
    line(title)
    _print(drawn)


def _print(drawn: Table) -> None:
    import sys

    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(file=sys.stdout, highlight=False, markup=False, width=WIDEST)
    console.print(drawn)


def local(at: datetime | None, zone: ZoneInfo) -> str:
    """``2025-09-15 09:00`` in the organisation's zone; a dash for never."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "—"


def span(duration: timedelta | None) -> str:
    """A duration as people say it, in its largest unit: ``3 天``, ``5 小时``, ``12 分钟``, ``刚刚``."""
    if duration is None:
        return "—"
    minutes = int(duration.total_seconds() // 60)
    for size, unit in ((24 * 60, "天"), (60, "小时"), (1, "分钟")):
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return "刚刚"
