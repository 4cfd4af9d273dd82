"""Several figures of each of some subjects as closed polygons: a few over each other, more of them side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from collab_sync.model.document import Radar
from collab_sync.pictures.colours import BLUE, GREY, INK, RULE, SOFT, colours
from collab_sync.pictures.letters import fitted, width
from collab_sync.pictures.said import in_words, known, number
from collab_sync.pictures.sheet import HEAD, MARGIN, WIDTH, Fill, Hand, Pen, Point, Sheet, empty

_TOGETHER = 3
_MOST = 24
_ACROSS = 3
_AXES = 12
_DASHES: tuple[tuple[float, ...], ...] = ((), (4, 2), (1, 1.4))
Row: TypeAlias = tuple[float | None, ...]
Line: TypeAlias = tuple[str, Row]


class _Wheel(msgspec.Struct, frozen=True):
    """Spokes from ``centre``, the first one upwards; ``top`` lies on the rim."""

    centre: Point
    radius: float
    axes: tuple[str, ...]
    top: float

    def spot(self, place: int, value: float, beyond: float = 0.0) -> Point:
        turn = 2 * math.pi * place / len(self.axes)
        far = self.radius * min(max(value / self.top, 0.0), 1.0) + beyond
        return self.centre[0] + far * math.sin(turn), self.centre[1] - far * math.cos(turn)


def draw(chart: Radar) -> Sheet:
    axes = chart.axes[:_AXES]
    series = [(name, row[: len(axes)]) for name, row in chart.series]
    values = [value for _, row in series for value in row if known(value) and value > 0]
    if not values:
        return empty(chart.title)
    wheel = _Wheel((0, 0), 1, axes, chart.top if known(chart.top) and chart.top > 0 else max(values))
    draw_them = _together if len(series) <= _TOGETHER else _apart
    return draw_them(chart.title, wheel, series)


def _together(title: str, wheel: _Wheel, series: list[Line]) -> Sheet:
    sheet = Sheet(HEAD + 416 + MARGIN, title)
    wheel = msgspec.structs.replace(wheel, centre=(350, HEAD + 222), radius=155)
    named = colours([name for name, _ in series])
    _spokes(sheet, wheel)
    for place, ((name, row), colour) in enumerate(zip(series, named, strict=True)):
        pen = Pen(colour, 2.4, _DASHES[place], "osD"[place])
        _polygon(sheet, wheel, row, pen)
        y = HEAD + 40 + 34 * place
        sheet.line([(650, y), (690, y)], pen)
        sheet.marks([(670, y)], pen)
        sheet.text((704, y), name, Hand(colour=colour, room=WIDTH - MARGIN - 704))
    for place in range(len(wheel.axes)):
        values = [(number(_at(row, place)), colour) for (_, row), colour in zip(series, named, strict=True)]
        _label(sheet, wheel, place, values, Hand(15, INK, room=150))
    return sheet


def _apart(title: str, wheel: _Wheel, series: list[Line]) -> Sheet:
    wide, tall = (WIDTH - 2 * MARGIN) / _ACROSS, 268.0
    drawn, more = series[:_MOST], len(series[_MOST:])
    sheet = Sheet(HEAD + tall * math.ceil(len(drawn) / _ACROSS) + MARGIN + 8, title)
    means = tuple(_mean([row for _, row in series], place) for place in range(len(wheel.axes)))
    for place, (name, row) in enumerate(drawn):
        middle, up = MARGIN + wide * (place % _ACROSS + 0.5), HEAD + tall * (place // _ACROSS)
        sheet.text((middle, up + 12), name, Hand(17, INK, "center", wide - 20))
        own = msgspec.structs.replace(wheel, centre=(middle, up + 146), radius=74)
        _spokes(sheet, own)
        _polygon(sheet, own, row, Pen(BLUE, 2.2, marker="o"))
        _outline(sheet, own, means, Pen(SOFT, 1.2, (3, 2)))
        for axis in range(len(own.axes)):
            _label(sheet, own, axis, [(number(_at(row, axis)), BLUE)], Hand(12, SOFT, room=wide / 2 - 74))
    note = in_words(title, "虚线:全体平均", "dashes: average of all")
    rest = in_words(title, f";另有 {more} 个未画", f"; {more} more not drawn") if more else ""
    sheet.text((MARGIN, sheet.height - 20), note + rest, Hand(13, SOFT))
    return sheet


def _at(row: Row, place: int) -> float | None:
    return row[place] if place < len(row) else None


def _mean(rows: Sequence[Row], place: int) -> float | None:
    values = [value for row in rows if known(value := _at(row, place))]
    return sum(value / len(values) for value in values) if values else None


def _spokes(sheet: Sheet, wheel: _Wheel) -> None:
    count = len(wheel.axes)
    for part in (0.25, 0.5, 0.75, 1.0):
        rim = [wheel.spot(place, wheel.top * part) for place in range(count)]
        sheet.line([*rim, rim[0]], Pen(GREY if part == 1 else RULE, 0.9))
    for place in range(count):
        sheet.line([wheel.centre, wheel.spot(place, wheel.top)], Pen(RULE, 0.9))
    x, y = wheel.spot(0, wheel.top)
    sheet.text((x + 5, y + 6), number(wheel.top), Hand(11, SOFT))


def _label(sheet: Sheet, wheel: _Wheel, place: int, values: list[tuple[str, str]], hand: Hand) -> None:
    """The axis' name beyond its end and under it the values, each in its line's colour."""
    x, y = wheel.spot(place, wheel.top, hand.size * 0.8)
    y += hand.size * (-1.4 if y < wheel.centre[1] - wheel.radius * 0.5 else 0.1)
    name = fitted(wheel.axes[place], hand.size, hand.room)
    wide = max(width(name, hand.size), sum(width(text, hand.size) + 9 for text, _ in values) - 9)
    middle = x + _side(x - wheel.centre[0]) * wide / 2
    sheet.text((middle, y), name, msgspec.structs.replace(hand, align="center"))
    at = middle - (sum(width(text, hand.size) + 9 for text, _ in values) - 9) / 2
    for text, colour in values:
        sheet.text((at, y + hand.size * 1.3), text, Hand(hand.size, colour))
        at += width(text, hand.size) + 9


def _side(right: float) -> int:
    return 0 if abs(right) < 8 else 1 if right > 0 else -1


def _spots(wheel: _Wheel, row: Row) -> list[Point]:
    return [wheel.spot(place, value) for place, value in enumerate(row) if known(value)]


def _polygon(sheet: Sheet, wheel: _Wheel, row: Row, pen: Pen) -> None:
    """The known values joined; what is not known has no marker and is passed over."""
    spots = _spots(wheel, row)
    if len(spots) > 2:
        sheet.area(spots, Fill(pen.colour, opacity=0.1))
    _outline(sheet, wheel, row, pen)
    sheet.marks(spots, pen)


def _outline(sheet: Sheet, wheel: _Wheel, row: Row, pen: Pen) -> None:
    spots = _spots(wheel, row)
    sheet.line([*spots, *spots[:1]], pen)
