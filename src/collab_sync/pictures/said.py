"""What a chart says, in words: for screen readers, and for a chart that shows nothing."""

from __future__ import annotations

import math
import re
from typing import assert_never

from collab_sync.model.document import Bars, Chart, Curves, Flow, Gantt, Pie, Radar
from collab_sync.model.wording import one_line

_LONGEST = 240
_CHINESE = re.compile("[\u3000-\u9fff]")


def nothing(title: str) -> str:
    """That there is no data, in the title's language."""
    return "No data" if re.search("[A-Za-z]", title) and not _CHINESE.search(title) else "暂无数据"


def known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def number(value: float | None) -> str:
    """``value`` as people write it: no superfluous noughts, a dash for what is not known."""
    if value is None or not math.isfinite(value):
        return "—"
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e9 else f"{value:.4g}"


def said(chart: Chart) -> str:
    """One line of at most 240 characters: the title and the numbers."""
    parts = ",".join(_parts(chart)) or nothing(chart.title)
    line = one_line(f"{chart.title}:{parts}").strip()
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _parts(chart: Chart) -> list[str]:
    match chart:
        case Pie():
            return [f"{name} {count}" for name, count in chart.slices]
        case Bars():
            return [f"{name} {number(value)}{chart.unit}" for name, value in chart.values]
        case Curves():
            return [f"{name} {_run(row)}{chart.unit}" for name, row in chart.series]
        case Radar():
            return [f"{name} {'/'.join(map(number, row))}" for name, row in chart.series]
        case Gantt():
            return [f"{name} {len(tasks)} 项" for name, tasks in chart.sections if tasks]
        case Flow():
            return [" / ".join(chart.steps)] if chart.steps else []
        case _:
            assert_never(chart)


def _run(row: tuple[float | None, ...]) -> str:
    """From the first to the last known value."""
    values = [number(value) for value in row if known(value)]
    return "→".join(dict.fromkeys((values[0], values[-1]))) if values else "—"
