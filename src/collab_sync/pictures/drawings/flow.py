"""Steps and what leads to what, from above downwards; an arrow back upwards is dashed."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from collab_sync.model.document import Flow
from collab_sync.pictures.colours import BLUE, INK, SOFT
from collab_sync.pictures.drawings.layers import Layout, Node, laid_out
from collab_sync.pictures.letters import wrapped
from collab_sync.pictures.said import in_words
from collab_sync.pictures.sheet import HEAD, MARGIN, WIDTH, Fill, Hand, Pen, Point, Sheet, empty

_MOST = 80
_TALL = 58.0
_STRIDE = 106.0
_WIDEST = 5
_GAP = 18.0
_FREE = 26.0
_BOX = (WIDTH - 2 * MARGIN - _GAP * (_WIDEST - 1)) / _WIDEST
_LINES = 3


class _Place(msgspec.Struct, frozen=True):
    """The middle of a node's upper edge and its width."""

    x: float
    y: float
    wide: float


def draw(chart: Flow) -> Sheet:
    steps = chart.steps[:_MOST]
    if not any(step.strip() for step in steps):
        return empty(chart.title)
    inside = range(len(steps))
    arrows = list(dict.fromkeys((a, b) for a, b in chart.arrows if a in inside and b in inside and a != b))
    layout = laid_out(len(steps), arrows, _WIDEST)
    more = len(chart.steps) - len(steps)
    sheet = Sheet(HEAD + _STRIDE * len(layout.rows) - (_STRIDE - _TALL) + MARGIN + 24 * bool(more), chart.title)
    places = _places(layout)
    for arrow, path in layout.paths:
        _arrow(sheet, [places[node] for node in path], upwards=path[0] != arrow[0])
    for node, place in places.items():
        if node >= 0:
            _step(sheet, place, steps[node])
    if more:
        note = in_words(chart.title, f"另有 {more} 步未画", f"{more} more steps not drawn")
        sheet.text((MARGIN, sheet.height - MARGIN), note, Hand(13, SOFT))
    return sheet


def _places(layout: Layout) -> dict[Node, _Place]:
    places = {}
    for number, row in enumerate(layout.rows):
        free = sum(node < 0 for node in row)
        # Many passing arrows share what the steps leave, and the steps give way as far as they stay readable.
        lane = min(_FREE, 0.4 * (WIDTH - 2 * MARGIN) / max(free, 1))
        steps = len(row) - free
        wide = min(_BOX, (WIDTH - 2 * MARGIN - free * lane - _GAP * (steps - 1)) / max(steps, 1))
        x = (WIDTH - free * lane - steps * wide - _GAP * max(steps - 1, 0)) / 2
        for node in row:
            own = wide if node >= 0 else lane
            places[node] = _Place(x + own / 2, HEAD + number * _STRIDE, own)
            x += own + (_GAP if node >= 0 else 0)
    return places


def _step(sheet: Sheet, place: _Place, text: str) -> None:
    sheet.box((place.x - place.wide / 2, place.y), (place.wide, _TALL), Fill("#eef4fb", edge=BLUE, round=6))
    lines = wrapped(text, 13, place.wide - 14, _LINES)
    for number, line in enumerate(lines):
        y = place.y + _TALL / 2 + (number - (len(lines) - 1) / 2) * 17
        sheet.text((place.x, y), line, Hand(13, INK, "center", place.wide))


def _arrow(sheet: Sheet, path: list[_Place], *, upwards: bool) -> None:
    pen = Pen(SOFT, 1.5, (3, 2) if upwards else ())
    for upper, lower in pairwise(path):
        sheet.line(_bend((upper.x, upper.y + _TALL), (lower.x, lower.y)), pen)
    for between in path[1:-1]:
        sheet.line([(between.x, between.y), (between.x, between.y + _TALL)], pen)
    x, y, back = (path[0].x, path[0].y + _TALL, 9) if upwards else (path[-1].x, path[-1].y, -9)
    sheet.area([(x, y), (x - 5, y + back), (x + 5, y + back)], Fill(SOFT))


def _bend(start: Point, end: Point) -> list[Point]:
    """From ``start`` down to ``end``, leaving and arriving upright."""
    shares = [part / 16 for part in range(17)]
    return [
        (start[0] + (end[0] - start[0]) * share**2 * (3 - 2 * share), start[1] + (end[1] - start[1]) * share)
        for share in shares
    ]
