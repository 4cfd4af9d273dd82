"""One bar per label, lying, with its value at its end."""

from __future__ import annotations

import math

from collab_sync.model.document import Bars
from collab_sync.pictures.colours import BLUE, PALE, RULE, SOFT, light
from collab_sync.pictures.letters import legible, width
from collab_sync.pictures.said import known, number
from collab_sync.pictures.sheet import HEAD, LABEL, MARGIN, WIDTH, Fill, Hand, Pen, Sheet, empty

_ROW = 34.0
_BAR = 22.0
_MOST = 60
_NAMES = 300.0
"""The widest column of names."""
_VALUES = 110.0


def draw(chart: Bars) -> Sheet:
    values = chart.values[:_MOST]
    if not any(known(value) and value for _, value in values):
        return empty(chart.title)
    more = len(chart.values) - len(values)
    sheet = Sheet(HEAD + _ROW * (len(values) + bool(more)) + MARGIN, chart.title)
    names = min(_NAMES, max(width(legible(name), LABEL.size) for name, _ in values) + 14)
    left, right = MARGIN + names, WIDTH - MARGIN - _VALUES
    least, most = _range(chart)
    for place, (name, value) in enumerate(values):
        middle = HEAD + _ROW * (place + 0.5)
        sheet.text((left - 12, middle), name, Hand(align="right", room=names - 12))
        sheet.box((left, middle - _BAR / 2), (right - left, _BAR), Fill(PALE))
        _bar(sheet, middle, value, (left, (right - left) / (most - least), least, light(name) or BLUE))
        sheet.text((right + 10, middle), _valued(value, chart.unit), Hand(room=_VALUES))
    zero = left - least * (right - left) / (most - least)
    sheet.line([(zero, HEAD), (zero, HEAD + _ROW * len(values))], Pen(RULE, width=1.5))
    if more:
        sheet.text((left, HEAD + _ROW * (len(values) + 0.5)), f"另有 {more} 项未画", Hand(colour=SOFT))
    return sheet


def _bar(sheet: Sheet, middle: float, value: float, scale: tuple[float, float, float, str]) -> None:
    left, each, least, colour = scale
    if not known(value):
        return
    ends = sorted((left - least * each, left + (value - least) * each))
    sheet.box((ends[0], middle - _BAR / 2), (max(ends[1] - ends[0], 1.5), _BAR), Fill(colour))


def _range(chart: Bars) -> tuple[float, float]:
    """From nought or below to the chart's top or the highest value."""
    values = [value for _, value in chart.values if math.isfinite(value)]
    top = chart.top if chart.top is not None and math.isfinite(chart.top) else 0.0
    return min(0.0, *values), max(0.0, top, *values)


def _valued(value: float, unit: str) -> str:
    return f"{number(value)}{unit}" if unit in {"%", "‰"} else f"{number(value)} {unit}"
