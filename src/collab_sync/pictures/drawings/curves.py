"""Values over time: each line named at its end, in its own colour, dash and marker."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TypeAlias

import msgspec

from collab_sync.model.document import Curves
from collab_sync.pictures.colours import RULE, SOFT, colours
from collab_sync.pictures.letters import legible, width
from collab_sync.pictures.said import in_words, known, number
from collab_sync.pictures.sheet import HEAD, LABEL, MARGIN, WIDTH, Hand, Pen, Point, Sheet, empty, spread

_LEFT = 84.0
_NAMES = 260.0
"""The widest column of names."""
_TALL = 300.0
_ROW = 22.0
_MOST = 16
_MARKED = 12
"""Markers along a line, about."""
_DASHES: tuple[tuple[float, ...], ...] = ((), (4, 2), (1, 1.4), (6, 1.6, 1, 1.6))
_MARKERS = "osD^v"
Row: TypeAlias = tuple[float | None, ...]


class _Line(msgspec.Struct, frozen=True):
    """A series of which something is known."""

    name: str
    row: Row
    pen: Pen

    @property
    def label(self) -> str:
        return f"{number([value for value in self.row if known(value)][-1])}  {legible(self.name)}"


class _Plot(msgspec.Struct, frozen=True):
    """The field that the lines run in, up to ``right``; ``ticks`` from the lowest to the highest value."""

    tall: float
    right: float
    ticks: tuple[float, ...]
    count: int

    def x(self, place: int) -> float:
        return _LEFT + (self.right - _LEFT) * (place / (self.count - 1) if self.count > 1 else 0.5)

    def y(self, value: float) -> float:
        return HEAD + self.tall * (self.ticks[-1] - value) / (self.ticks[-1] - self.ticks[0])

    def spots(self, row: Row) -> list[Point | None]:
        return [(self.x(place), self.y(value)) if known(value) else None for place, value in enumerate(row)]


def draw(chart: Curves) -> Sheet:
    lines = _lines(chart)
    if not lines:
        return empty(chart.title)
    values = [value for line in lines for value in line.row if known(value)]
    top = chart.top if known(chart.top) else 0.0
    names = min(_NAMES, max(width(line.label, LABEL.size) for line in lines) + 4)
    ticks = _ticks(min(0.0, *values), max(0.0, top, *values))
    plot = _Plot(max(_TALL, len(lines) * _ROW), WIDTH - MARGIN - names - 34, ticks, len(chart.labels))
    sheet = Sheet(HEAD + plot.tall + 30 + MARGIN, chart.title)
    _scale(sheet, plot, chart.unit)
    _dates(sheet, plot, chart.labels)
    for line in lines:
        _curve(sheet, plot, line)
    _names(sheet, plot, lines)
    if more := len(chart.series) - _MOST:
        _more(sheet, chart.title, more)
    return sheet


def _lines(chart: Curves) -> list[_Line]:
    names = [name for name, _ in chart.series[:_MOST]]
    pens = [
        Pen(colour, 2.4, _DASHES[place % len(_DASHES)], _MARKERS[place % len(_MARKERS)])
        for place, colour in enumerate(colours(names))
    ]
    rows = [row[: len(chart.labels)] for _, row in chart.series[:_MOST]]
    found = zip(names, rows, pens, strict=True)
    return [_Line(name, row, pen) for name, row, pen in found if any(map(known, row))]


def _ticks(least: float, most: float) -> tuple[float, ...]:
    """About five round values around both; never a single one."""
    from matplotlib.ticker import MaxNLocator

    whole = least == round(least) and most == round(most)
    found = MaxNLocator(5, integer=whole, steps=[1, 2, 2.5, 5, 10]).tick_values(least, most)
    return tuple(map(float, found)) if len(found) > 1 and found[-1] > found[0] else (least, least + 1)


def _scale(sheet: Sheet, plot: _Plot, unit: str) -> None:
    for value in plot.ticks:
        y = plot.y(value)
        sheet.line([(_LEFT, y), (plot.right, y)], Pen(SOFT if value == 0 else RULE))
        said = f"{number(value)} {unit}" if value == plot.ticks[-1] else number(value)
        sheet.text((_LEFT - 10, y), said, Hand(13, SOFT, "right", _LEFT - 18))


def _dates(sheet: Sheet, plot: _Plot, labels: tuple[str, ...]) -> None:
    """As many labels as stand apart, the last one among them."""
    widest = min(max(width(legible(label), 13) for label in labels) + 16, 160)
    each = (plot.right - _LEFT) / max(plot.count - 1, 1)
    step = max(1, math.ceil(widest / each))
    for place in range((plot.count - 1) % step, plot.count, step):
        sheet.text((plot.x(place), HEAD + plot.tall + 20), labels[place], Hand(13, SOFT, "center", 150))


def _curve(sheet: Sheet, plot: _Plot, line: _Line) -> None:
    """The line in pieces: where a value is not known there is a gap."""
    step = math.ceil(plot.count / _MARKED)
    for there, run in groupby(plot.spots(line.row), key=lambda spot: spot is not None):
        spots = [spot for spot in run if spot is not None]
        if there:
            sheet.line(spots, line.pen)
            sheet.marks(spots[::-step], line.pen)


def _names(sheet: Sheet, plot: _Plot, lines: list[_Line]) -> None:
    """Each name with its last value, beside the line's end as far as there is room."""
    ends = [[spot for spot in plot.spots(line.row) if spot is not None][-1] for line in lines]
    order = sorted(range(len(lines)), key=lambda place: ends[place][1])
    heights = spread([ends[place][1] for place in order], _ROW, (HEAD, HEAD + plot.tall))
    x = plot.right + 34
    for place, height in zip(order, heights, strict=True):
        pen = lines[place].pen
        sheet.line([(ends[place][0] + 7, ends[place][1]), (x - 5, height)], Pen(pen.colour, 0.8))
        sheet.text((x, height), lines[place].label, Hand(15, pen.colour, room=WIDTH - MARGIN - x))


def _more(sheet: Sheet, title: str, more: int) -> None:
    if more > 0:
        note = in_words(title, f"另有 {more} 条未画", f"{more} more not drawn")
        sheet.text((MARGIN, sheet.height - 16), note, Hand(13, SOFT))
