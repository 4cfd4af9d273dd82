"""Several figures of each of some subjects as closed polygons: a few over each other, many side by side."""

from __future__ import annotations

import math

import msgspec

from collab_sync.model.document import Radar
from collab_sync.pictures.colours import INK, RULE, SOFT, colours
from collab_sync.pictures.said import known, number
from collab_sync.pictures.sheet import HEAD, MARGIN, WIDTH, Fill, Hand, Pen, Point, Sheet, empty

_TOGETHER = 3
_MOST = 24
_ACROSS = 3
_AXES = 12
_DASHES: tuple[tuple[float, ...], ...] = ((), (4, 2), (1, 1.4))
Row = tuple[float | None, ...]


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
    series = [(name, row[: len(axes)]) for name, row in chart.series[:_MOST]]
    values = [value for _, row in series for value in row if value is not None and math.isfinite(value) and value > 0]
    if not values:
        return empty(chart.title)
    top = chart.top if known(chart.top) and chart.top > 0 else max(values)
    if len(series) <= _TOGETHER:
        return _together(chart.title, axes, series, top)
    return _apart(chart.title, axes, series, top)


def _together(title: str, axes: tuple[str, ...], series: list[tuple[str, Row]], top: float) -> Sheet:
    sheet = Sheet(HEAD + 400 + MARGIN, title)
    wheel = _Wheel((360, HEAD + 205), 150, axes, top)
    _spokes(sheet, wheel, Hand(15, room=180))
    for place, ((name, row), colour) in enumerate(zip(series, colours([name for name, _ in series]), strict=True)):
        pen = Pen(colour, 2.4, _DASHES[place % len(_DASHES)], "osD"[place % 3])
        _polygon(sheet, wheel, row, pen)
        y = HEAD + 40 + 34 * place
        sheet.line([(640, y), (676, y)], pen)
        sheet.text((690, y), name, Hand(room=WIDTH - MARGIN - 690))
    return sheet


def _apart(title: str, axes: tuple[str, ...], series: list[tuple[str, Row]], top: float) -> Sheet:
    wide, tall = (WIDTH - 2 * MARGIN) / _ACROSS, 270.0
    sheet = Sheet(HEAD + tall * math.ceil(len(series) / _ACROSS) + MARGIN / 2, title)
    for place, ((name, row), colour) in enumerate(zip(series, colours([name for name, _ in series]), strict=True)):
        middle = MARGIN + wide * (place % _ACROSS + 0.5)
        up = HEAD + tall * (place // _ACROSS)
        sheet.text((middle, up + 12), name, Hand(17, INK, "center", wide - 20))
        wheel = _Wheel((middle, up + 148), 80, axes, top)
        _spokes(sheet, wheel, Hand(12, SOFT, room=wide / 2 - 60))
        _polygon(sheet, wheel, row, Pen(colour, 2.2, marker="o"))
    return sheet


def _spokes(sheet: Sheet, wheel: _Wheel, hand: Hand) -> None:
    count = len(wheel.axes)
    for part in (0.25, 0.5, 0.75, 1.0):
        rim = [wheel.spot(place, wheel.top * part) for place in range(count)]
        sheet.line([*rim, rim[0]], Pen(RULE, 1.4 if part == 1 else 0.8))
    for place, name in enumerate(wheel.axes):
        sheet.line([wheel.centre, wheel.spot(place, wheel.top)], Pen(RULE))
        x, y = wheel.spot(place, wheel.top, 14)
        sheet.text((x, y), name, msgspec.structs.replace(hand, align=_side(x - wheel.centre[0])))
    for part in (0.5, 1.0):
        x, y = wheel.spot(0, wheel.top * part)
        sheet.text((x + 4, y + 8), number(wheel.top * part), Hand(11, SOFT))


def _side(right: float) -> str:
    return "center" if abs(right) < 8 else "left" if right > 0 else "right"


def _polygon(sheet: Sheet, wheel: _Wheel, row: Row, pen: Pen) -> None:
    """The known values joined; what is not known has no marker and is passed over."""
    spots = [wheel.spot(place, value) for place, value in enumerate(row) if value is not None and math.isfinite(value)]
    if not spots:
        return
    if len(spots) > 2:
        sheet.area(spots, Fill(pen.colour, opacity=0.16))
    sheet.line([*spots, spots[0]], pen)
