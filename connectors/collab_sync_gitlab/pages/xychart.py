"""Bars and curves as Mermaid's ``xychart-beta``, which has no legend, no gaps and no room for long labels.

Found out with Mermaid 10.7, 10.9, 11.13 and 11.17 in a browser: equal labels are one place on the axis; labels that do
not fit lie over each other below the axis, and vanish beside it; a line with fewer values than labels ends early.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import dropwhile
from unicodedata import east_asian_width

from collab_sync.model.document import Bars, Curves
from collab_sync_gitlab.pages.signs import NO_WORD, PALETTE, name, number, settings

_WIDTH = 700
_ROOM = 620
"""Of the width, what is left for labels below the axis."""
_WIDE, _NARROW = 14, 8
"""How much a sign takes of it, in the default size."""
_HEIGHT = 320
_ROW = 36
_LONGEST = 18
"""Characters of a label: much longer ones beside the axis vanish."""


def lines(chart: Bars | Curves) -> list[str]:
    """The diagram; nothing where no value is known."""
    return _bars(chart) if isinstance(chart, Bars) else _curves(chart)


def _bars(bars: Bars) -> list[str]:
    """Each label says its number. Bars lie down where their labels have no room below them."""
    values = [(label, value) for label, value in bars.values if math.isfinite(value)]
    if not values:
        return []
    labels = _distinct([f"{name(label, _LONGEST)}：{number(value)}" for label, value in values])
    lying = _widest(labels) > _ROOM / len(labels)
    height = max(3 * _ROW, (len(labels) + 2) * _ROW) if lying else _HEIGHT
    top = bars.top or max(value for _, value in values)
    return [
        _look(height, [PALETTE[0][0]]),
        "xychart-beta horizontal" if lying else "xychart-beta",
        *_frame(bars, labels, top),
        f"  bar [{', '.join(number(value) for _, value in values)}]",
    ]


def _curves(curves: Curves) -> list[str]:
    known = [value for _, row in curves.series for value in row if _known(value)]
    if not known or not curves.labels:
        return []
    count = len(curves.labels)
    series = [(named, _unbroken(row[:count])) for named, row in curves.series]
    rows = [f'  line "{name(named)}" [{", ".join(map(number, row))}]' for named, row in series if row]
    colors = [PALETTE[place % len(PALETTE)][0] for place, (_, row) in enumerate(series) if row]
    labels = _thinned([name(label, _LONGEST) for label in curves.labels])
    top = curves.top or max(value or 0.0 for value in known)
    return [_look(_HEIGHT, colors), "xychart-beta", *_frame(curves, labels, top), *rows]


def _look(height: int, colors: Sequence[str]) -> str:
    return settings(
        xyChart={"width": _WIDTH, "height": height}, themeVariables={"xyChart": {"plotColorPalette": ", ".join(colors)}}
    )


def _frame(chart: Bars | Curves, labels: Sequence[str], top: float) -> list[str]:
    axis = f'"{name(chart.unit)}" ' if chart.unit else ""
    quoted = ", ".join(f'"{label}"' for label in labels)
    return [
        f'  title "{name(chart.title)}"',
        f"  x-axis [{quoted}]",
        f"  y-axis {axis}0 --> {number(top if math.isfinite(top) and top > 0 else 1)}",
    ]


def _unbroken(row: Sequence[float | None]) -> list[float]:
    """What is not known in between is as before, what is not known yet is as it was first; the line ends with the last
    value that is known."""
    kept = list(dropwhile(lambda value: not _known(value), reversed(row)))[::-1]
    last = next((value for value in kept if _known(value)), None)
    found: list[float] = []
    for value in kept:
        last = value if _known(value) else last
        found.append(last or 0.0)
    return found


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _distinct(labels: Sequence[str]) -> list[str]:
    """Equal ones made different by what nobody sees."""
    return [label + NO_WORD * labels[:place].count(label) for place, label in enumerate(labels)]


def _thinned(labels: Sequence[str]) -> list[str]:
    """As many as there is room for, the last one among them; the others show nothing."""
    step = math.ceil(_widest(labels) * len(labels) / _ROOM) or 1
    last = len(labels) - 1
    return _distinct([label if (last - place) % step == 0 else NO_WORD for place, label in enumerate(labels)])


def _widest(labels: Sequence[str]) -> int:
    return max(sum(_WIDE if east_asian_width(sign) in "WF" else _NARROW for sign in label) + _WIDE for label in labels)
