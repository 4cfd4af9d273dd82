"""Steps and what leads to what: each step to the right of all that lead to it."""

from __future__ import annotations

from collections.abc import Sequence

from collab_sync.model.document import Flow
from collab_sync.pictures.colours import BLUE, INK, PALE, SOFT
from collab_sync.pictures.letters import wrapped
from collab_sync.pictures.sheet import HEAD, MARGIN, WIDTH, Fill, Hand, Pen, Point, Sheet, empty

_MOST = 60
_TALL = 62.0
_GAP_Y = 22.0
_GAP_X = 44.0
_COLUMNS = 5
_LINES = 3
Arrow = tuple[int, int]


def draw(chart: Flow) -> Sheet:
    steps = chart.steps[:_MOST]
    if not steps:
        return empty(chart.title)
    arrows = sorted({(a, b) for a, b in chart.arrows if 0 <= a < len(steps) and 0 <= b < len(steps) and a != b})
    bands = _bands(_levels(len(steps), arrows))
    wide = (WIDTH - 2 * MARGIN - _GAP_X * (_COLUMNS - 1)) / _COLUMNS
    spots, bottom = _placed(bands, wide)
    sheet = Sheet(bottom + MARGIN, chart.title)
    for start, end in arrows:
        _arrow(sheet, spots[start], spots[end], wide)
    for place, text in enumerate(steps):
        _step(sheet, spots[place], text, wide)
    return sheet


def _levels(count: int, arrows: Sequence[Arrow]) -> list[int]:
    """How many steps lead to each at least; an arrow that would close a circle does not count."""
    level = [0] * count
    for _ in range(count):
        moved = [(b, level[a] + 1) for a, b in arrows if a < b and level[b] <= level[a]]
        if not moved:
            break
        for step, at_least in moved:
            level[step] = max(level[step], at_least)
    return level


def _bands(levels: list[int]) -> list[list[list[int]]]:
    """Columns of steps, at most five beside each other in a band."""
    columns = [[step for step, level in enumerate(levels) if level == one] for one in range(max(levels) + 1)]
    return [columns[start : start + _COLUMNS] for start in range(0, len(columns), _COLUMNS)]


def _placed(bands: list[list[list[int]]], wide: float) -> tuple[dict[int, Point], float]:
    """The upper left corner of each step, and where the last one ends."""
    spots: dict[int, Point] = {}
    top = HEAD
    for band in bands:
        tallest = max(len(column) for column in band) * (_TALL + _GAP_Y)
        for place, column in enumerate(band):
            start = top + (tallest - len(column) * (_TALL + _GAP_Y)) / 2
            for row, step in enumerate(column):
                spots[step] = (MARGIN + place * (wide + _GAP_X), start + row * (_TALL + _GAP_Y))
        top += tallest + _GAP_Y
    return spots, top - _GAP_Y


def _step(sheet: Sheet, corner: Point, text: str, wide: float) -> None:
    sheet.box(corner, (wide, _TALL), Fill(PALE, edge=BLUE, round=7))
    lines = wrapped(text, 14, wide - 14, _LINES)
    for place, line in enumerate(lines):
        y = corner[1] + _TALL / 2 + (place - (len(lines) - 1) / 2) * 18
        sheet.text((corner[0] + wide / 2, y), line, Hand(14, INK, "center", wide))


def _arrow(sheet: Sheet, start: Point, end: Point, wide: float) -> None:
    tail, head = (start[0] + wide, start[1] + _TALL / 2), (end[0], end[1] + _TALL / 2)
    pen = Pen(SOFT, 1.6)
    middle = (tail[0] + head[0]) / 2 if head[0] > tail[0] else tail[0] + _GAP_X / 2
    sheet.line([tail, (middle, tail[1]), (middle, head[1]), head], pen)
    sheet.area([head, (head[0] - 9, head[1] - 5), (head[0] - 9, head[1] + 5)], Fill(SOFT))
