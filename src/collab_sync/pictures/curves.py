"""Values over time: each line named at its end, in its own colour, dash and marker."""

from __future__ import annotations

import math
from itertools import groupby

import msgspec

from collab_sync.model.document import Curves
from collab_sync.pictures.colours import RULE, SOFT, colours
from collab_sync.pictures.said import known, number
from collab_sync.pictures.sheet import HEAD, MARGIN, WIDTH, Hand, Pen, Point, Sheet, empty, spread

_LEFT = 84.0
_NAMES = 190.0
_TALL = 300.0
_ROW = 22.0
_MOST = 16
_DASHES: tuple[tuple[float, ...], ...] = ((), (4, 2), (1, 1.4), (6, 1.6, 1, 1.6))
_MARKERS = "osD^vPX*"


class _Plot(msgspec.Struct, frozen=True):
    """The field that the lines run in; values from ``least`` to ``most`` over ``count`` places."""

    tall: float
    least: float
    most: float
    count: int

    def x(self, place: int) -> float:
        wide = WIDTH - MARGIN - _NAMES - _LEFT
        return _LEFT + wide * (place / (self.count - 1) if self.count > 1 else 0.5)

    def y(self, value: float) -> float:
        return HEAD + self.tall * (self.most - value) / (self.most - self.least)


def draw(chart: Curves) -> Sheet:
    series = [(name, row[: len(chart.labels)]) for name, row in chart.series[:_MOST]]
    values = [value for _, row in series for value in row if value is not None and math.isfinite(value)]
    if not values:
        return empty(chart.title)
    ticks = _ticks(min(0.0, *values), max(0.0, chart.top if known(chart.top) and chart.top else 0.0, *values))
    plot = _Plot(max(_TALL, len(series) * _ROW), ticks[0], ticks[-1], len(chart.labels))
    sheet = Sheet(HEAD + plot.tall + 44 + MARGIN, chart.title)
    _frame(sheet, chart, plot, ticks)
    pens = [
        Pen(colour, 2.6, _DASHES[place % len(_DASHES)], _MARKERS[place % len(_MARKERS)])
        for place, colour in enumerate(colours([name for name, _ in series]))
    ]
    for (_, row), pen in zip(series, pens, strict=True):
        for run in _runs(row, plot):
            sheet.line(run, pen)
    _names(sheet, [(name, row, pen) for (name, row), pen in zip(series, pens, strict=True)], plot)
    return sheet


def _ticks(least: float, most: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    whole = least == round(least) and most == round(most)
    return [float(one) for one in MaxNLocator(5, integer=whole, steps=[1, 2, 5, 10]).tick_values(least, most)]


def _frame(sheet: Sheet, chart: Curves, plot: _Plot, ticks: list[float]) -> None:
    ends = plot.x(0), plot.x(plot.count - 1) if plot.count > 1 else WIDTH - MARGIN - _NAMES
    for value in ticks:
        sheet.line([(_LEFT, plot.y(value)), (max(ends), plot.y(value))], Pen(RULE))
        sheet.text((_LEFT - 12, plot.y(value)), number(value), Hand(13, SOFT, "right", _LEFT - 14))
    sheet.text((MARGIN, HEAD - 12), chart.unit, Hand(13, SOFT))
    step = max(1, math.ceil(plot.count / 9))
    for place in range(0, plot.count, step):
        room = max(ends[1] - ends[0], 60) / plot.count * step - 6
        sheet.text((plot.x(place), HEAD + plot.tall + 22), chart.labels[place], Hand(13, SOFT, "center", room))


def _runs(row: tuple[float | None, ...], plot: _Plot) -> list[list[Point]]:
    """The line in pieces: where a value is not known there is a gap."""
    spots = [(plot.x(place), plot.y(v)) if v is not None and math.isfinite(v) else None for place, v in enumerate(row)]
    return [[spot for spot in run if spot] for there, run in groupby(spots, key=bool) if there]


def _names(sheet: Sheet, lines: list[tuple[str, tuple[float | None, ...], Pen]], plot: _Plot) -> None:
    """Each name with its last value, beside the line's end as far as there is room."""
    ends = []
    for name, row, pen in lines:
        runs = _runs(row, plot)
        if runs:
            last = [value for value in row if known(value)][-1]
            ends.append((runs[-1][-1][1], f"{number(last)}  {name[:60]}", pen, runs[-1][-1]))
    ends.sort(key=lambda one: one[0])
    heights = spread([one[0] for one in ends], _ROW, (HEAD, HEAD + plot.tall))
    x = WIDTH - MARGIN - _NAMES + 18
    for height, (_, text, pen, end) in zip(heights, ends, strict=True):
        sheet.line([(end[0] + 6, end[1]), (x - 4, height)], Pen(pen.colour, 0.8))
        sheet.text((x, height), text, Hand(15, pen.colour, room=_NAMES - 18))
