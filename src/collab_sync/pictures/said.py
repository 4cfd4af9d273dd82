"""What a chart says, in words: for screen readers, and for a chart that shows nothing."""

from __future__ import annotations

import math
import re
from typing import TypeGuard, assert_never

from collab_sync.model.document import Bars, Chart, Curves, Flow, Gantt, GanttTask, Pie, Radar
from collab_sync.model.wording import one_line

_LONGEST = 240
_CHINESE = re.compile("[\u3000-\u30ff\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]")


def in_words(title: str, chinese: str, english: str) -> str:
    """Our own words on a picture: English under an English title, else Chinese."""
    return english if _LATIN.search(title) and not _CHINESE.search(title) else chinese


def nothing(title: str) -> str:
    return in_words(title, "暂无数据", "No data")


def known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def number(value: float | None) -> str:
    """``value`` as people write it: no superfluous noughts, a dash for what is not known."""
    if not known(value):
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
            return [f"{name} {number(value)} {chart.unit}".strip() for name, value in chart.values]
        case Curves():
            return [f"{name} {_run(row)} {chart.unit}".strip() for name, row in chart.series]
        case Radar():
            return [f"{name} {'/'.join(map(number, row))}" for name, row in chart.series]
        case Gantt():
            return [f"{name} {len(tasks)}{_late(tasks)}" for name, tasks in chart.sections if tasks]
        case Flow():
            return [f"{chart.steps[a]} → {chart.steps[b]}" for a, b in chart.arrows if max(a, b) < len(chart.steps)]
        case _:
            assert_never(chart)


def _late(tasks: tuple[GanttTask, ...]) -> str:
    late = sum(task.state == "crit" for task in tasks)
    return f"(!{late})" if late else ""


def _run(row: tuple[float | None, ...]) -> str:
    """From the first to the last known value."""
    values = [number(value) for value in row if known(value)]
    return "→".join(dict.fromkeys((values[0], values[-1]))) if values else "—"
