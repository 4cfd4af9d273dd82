"""Shares as a ring, each with its name, count and share beside it."""

from __future__ import annotations

import math

import msgspec

from collab_sync.model.document import Pie
from collab_sync.pictures.colours import SOFT, WHITE, colours
from collab_sync.pictures.sheet import HEAD, MARGIN, WIDTH, Fill, Hand, Pen, Point, Sheet, empty, spread

_RADII = (82.0, 140.0)
_CENTRE_X = WIDTH / 2
_ROW = 27.0
_MOST = 12


class _Slice(msgspec.Struct, frozen=True):
    text: str
    colour: str
    start: float
    end: float

    def spot(self, centre: Point, radius: float) -> Point:
        angle = math.radians((self.start + self.end) / 2)
        return centre[0] + radius * math.sin(angle), centre[1] - radius * math.cos(angle)


def draw(chart: Pie) -> Sheet:
    slices = _slices(_gathered(chart))
    if not slices:
        return empty(chart.title)
    sides = _sides(slices)
    height = max(_RADII[1] * 2, *(len(side) * _ROW for side in sides))
    sheet = Sheet(HEAD + height + MARGIN, chart.title)
    centre = (_CENTRE_X, HEAD + height / 2)
    for one in slices:
        sheet.ring(centre, _RADII, (one.start, one.end), Fill(one.colour, edge=WHITE))
    total = sum(count for _, count in chart.slices if count > 0)
    sheet.text(centre, f"{total}", Hand(size=34, align="center", room=2 * _RADII[0]))
    for side, way in zip(sides, (1, -1), strict=True):
        _label(sheet, side, centre, way)
    return sheet


def _gathered(chart: Pie) -> list[tuple[str, int]]:
    """Slices that have a share; the smallest ones together if there are too many to read."""
    slices = [(name, count) for name, count in chart.slices if count > 0]
    if len(slices) <= _MOST:
        return slices
    kept = sorted(slices, key=lambda one: -one[1])[: _MOST - 1]
    rest = [one for one in slices if one not in kept]
    return [*kept, (f"其他 {len(rest)} 类", sum(count for _, count in rest))]


def _slices(parts: list[tuple[str, int]]) -> list[_Slice]:
    total, so_far, slices = sum(count for _, count in parts), 0, []
    for (name, count), colour in zip(parts, colours([name for name, _ in parts]), strict=True):
        start, so_far = so_far, so_far + count
        text = f"{name[:60]}  {count}({count / total:.0%})"
        slices.append(_Slice(text, colour, 360 * start / total, 360 * so_far / total))
    return slices


def _sides(slices: list[_Slice]) -> tuple[list[_Slice], list[_Slice]]:
    """Right of the ring and left of it, each from above."""
    right = [one for one in slices if one.start + one.end <= 360]
    return right, [one for one in slices if one.start + one.end > 360][::-1]


def _label(sheet: Sheet, side: list[_Slice], centre: Point, way: int) -> None:
    half = (sheet.height - HEAD - MARGIN - _ROW) / 2
    wished = [one.spot(centre, _RADII[1] + 14)[1] for one in side]
    x = centre[0] + way * (_RADII[1] + 34)
    hand = Hand(align="left" if way > 0 else "right", room=WIDTH / 2 - _RADII[1] - 34 - MARGIN)
    for one, y in zip(side, spread(wished, _ROW, (centre[1] - half, centre[1] + half)), strict=True):
        sheet.line([one.spot(centre, _RADII[1] - 4), one.spot(centre, _RADII[1] + 12), (x - way * 6, y)], Pen(SOFT))
        sheet.text((x, y), one.text, hand)
