"""Steps and what leads to what, from above downwards; an arrow back upwards is dashed."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from collab_sync.model.document import Flow
from collab_sync.pictures.colours import BLUE, INK, SOFT
from collab_sync.pictures.drawings.layers import Arrow, Layout, Node, laid_out
from collab_sync.pictures.letters import wrapped
from collab_sync.pictures.said import in_words
from collab_sync.pictures.sheet import HEAD, MARGIN, WIDTH, Fill, Hand, Pen, Point, Sheet

_MOST = 80
_MOST_ARROWS = 200
_TALL = 58.0
_STRIDE = 106.0
_WIDEST = 5
_GAP = 18.0
_FREE = 26.0
_BOX = 200.0
"""The widest box."""
_LINES = 3


class _Place(msgspec.Struct, frozen=True):
    """The middle of a node's upper edge, and the width of a step."""

    x: float
    y: float
    wide: float


def draw(chart: Flow) -> Sheet:
    steps, found = chart.steps[:_MOST], _arrows(chart)
    arrows = [(a, b) for a, b in found if max(a, b) < len(steps)][:_MOST_ARROWS]
    layout = laid_out(len(steps), arrows, _WIDEST)
    more = len(chart.steps) - len(steps) + len(found) - len(arrows)
    sheet = Sheet(HEAD + _STRIDE * len(layout.rows) - (_STRIDE - _TALL) + MARGIN + 24 * bool(more), chart.title)
    places = _places(layout)
    for arrow, path in layout.paths:
        _arrow(sheet, [places[node] for node in path], upwards=path[0] != arrow[0])
    for node, place in places.items():
        if node >= 0:
            _step(sheet, place, steps[node])
    if more:
        note = in_words(chart.title, f"另有 {more} 步或箭头未画", f"{more} more steps or arrows not drawn")
        sheet.text((MARGIN, sheet.height - MARGIN), note, Hand(13, SOFT))
    return sheet


def _arrows(chart: Flow) -> list[Arrow]:
    """Between steps that are there, each once."""
    inside = range(len(chart.steps))
    return list(dict.fromkeys((a, b) for a, b in chart.arrows if a in inside and b in inside and a != b))


def _places(layout: Layout) -> dict[Node, _Place]:
    places = {}
    wide = min(_BOX, *(_room(row) for row in layout.rows))
    for number, row in enumerate(layout.rows):
        lane = _lane(row)
        spans = [wide + _GAP if node >= 0 else lane for node in row]
        x = (WIDTH - sum(spans)) / 2
        for node, span in zip(row, spans, strict=True):
            places[node] = _Place(x + span / 2, HEAD + number * _STRIDE, wide)
            x += span
    return places


def _lane(row: tuple[Node, ...]) -> float:
    """The width for each passing arrow: together they leave the steps more than half."""
    return min(_FREE, 0.4 * (WIDTH - 2 * MARGIN) / max(sum(node < 0 for node in row), 1))


def _room(row: tuple[Node, ...]) -> float:
    """The width for each step of a row."""
    steps = sum(node >= 0 for node in row)
    return (WIDTH - 2 * MARGIN - (len(row) - steps) * _lane(row)) / max(steps, 1) - _GAP


def _step(sheet: Sheet, place: _Place, text: str) -> None:
    sheet.box((place.x - place.wide / 2, place.y), (place.wide, _TALL), Fill("#eef4fb", edge=BLUE, round=6))
    lines = wrapped(text, 13, place.wide - 14, _LINES)
    for number, line in enumerate(lines):
        y = place.y + _TALL / 2 + (number - (len(lines) - 1) / 2) * 17
        sheet.text((place.x, y), line, Hand(13, INK, "center", place.wide))


def _arrow(sheet: Sheet, path: list[_Place], *, upwards: bool) -> None:
    pen = Pen(SOFT, 1.5, (3, 2) if upwards else ())
    bends = (_bend((upper.x, upper.y + _TALL), (lower.x, lower.y)) for upper, lower in pairwise(path))
    sheet.line([point for bend in bends for point in bend], pen)
    x, y, back = (path[0].x, path[0].y + _TALL, 9) if upwards else (path[-1].x, path[-1].y, -9)
    sheet.area([(x, y), (x - 5, y + back), (x + 5, y + back)], Fill(SOFT))


def _bend(start: Point, end: Point) -> list[Point]:
    """From ``start`` down to ``end``, leaving and arriving upright."""
    shares = [part / 16 for part in range(17)]
    return [
        (start[0] + (end[0] - start[0]) * share**2 * (3 - 2 * share), start[1] + (end[1] - start[1]) * share)
        for share in shares
    ]
