"""Charts as Mermaid diagrams, which GitLab draws in wikis without limits (in issues a table takes their place).

Mermaid has no way to quote everything: a half-width colon in a task's name, a bracket or a word of its own grammar
at the beginning makes the whole diagram fail: see ``signs``. Bars and curves are ``xychart``.

Found out with Mermaid 8.11, 10.7, 10.9, 11.13 and 11.17 in a browser: a pie's colours go to its slices in the order of
their size; a directive in front of a diagram sets colours in every one of these versions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from collab_sync.model.document import Bars, Chart, Curves, Flow, Gantt, GanttTask, Pie, Radar
from collab_sync_gitlab.pages import xychart
from collab_sync_gitlab.pages.signs import PALETTE, name, number, settings

__all__ = ["drawn", "name"]

_FEWEST_AXES = 3
_LIGHTS = {
    "红": "#D9534F", "red": "#D9534F",
    "黄": "#F0AD4E", "yellow": "#F0AD4E",
    "绿": "#5CB85C", "green": "#5CB85C",
}  # fmt: skip
_LIGHT = re.compile(r"(?:灯::|[🔴🟡🟢] ?)?(红|黄|绿|red|yellow|green)灯?", re.IGNORECASE)


def drawn(chart: Chart) -> str:
    """A fenced diagram; empty where there is nothing to draw."""
    lines = tuple(_lines(chart))
    return "\n".join(["```mermaid", *lines, "```"]) if lines else ""


def _lines(chart: Chart) -> Iterable[str]:
    match chart:
        case Pie():
            return _pie(chart)
        case Bars() | Curves():
            return xychart.lines(chart)
        case Radar():
            return _radar(chart)
        case Gantt():
            return _gantt(chart)
        case Flow():
            return _flow(chart)
        case _:
            assert_never(chart)


def _pie(pie: Pie) -> list[str]:
    """Lights in their own colours: colours are given out from the largest slice on, so the slices come in that order,
    equal ones as they were."""
    slices = sorted(((label, count) for label, count in pie.slices if count > 0), key=lambda one: -one[1])
    if not slices:
        return []
    meant = [_light(label) for label, _ in slices]
    colors = meant if all(meant) else [color for color, _ in PALETTE]
    named = {f"pie{place}": color for place, color in enumerate(colors, start=1)}
    look = settings(themeVariables={**named, "pieOpacity": "1"})
    return [look, f"pie showData title {name(pie.title)}", *(f'  "{name(label)}" : {count}' for label, count in slices)]


def _light(label: str) -> str:
    """The colour that a slice's name means; empty for any other name."""
    found = _LIGHT.fullmatch(label.strip())
    return _LIGHTS[found[1].lower()] if found else ""


def _radar(radar: Radar) -> list[str]:
    """Subjects of which every figure is known; with less than three axes there is no shape to compare."""
    known = [(subject, row) for subject, row in radar.series if len(row) == len(radar.axes) and _all_known(row)]
    if not known or len(radar.axes) < _FEWEST_AXES:
        return []
    top = radar.top if math.isfinite(radar.top) and radar.top > 0 else 1.0
    axes = ", ".join(f'a{place}["{name(axis)}"]' for place, axis in enumerate(radar.axes))
    colors = {f"cScale{place}": color for place, (color, _) in enumerate(PALETTE)}
    curves = [
        f'  curve c{place}["{name(subject)}"]{{{", ".join(number(min(max(value or 0.0, 0.0), top)) for value in row)}}}'
        for place, (subject, row) in enumerate(known)
    ]
    look = settings(radar={"curveTension": 0}, themeVariables=colors)
    head = [look, "radar-beta", f"  title {name(radar.title)}", f"  axis {axes}"]
    return [*head, *curves, f"  max {number(top)}", "  min 0", "  graticule polygon"]


def _all_known(row: Sequence[float | None]) -> bool:
    return all(value is not None and math.isfinite(value) for value in row)


def _gantt(gantt: Gantt) -> list[str]:
    lines = ["gantt", f"  title {name(gantt.title)}", "  dateFormat YYYY-MM-DD", "  inclusiveEndDates"]
    lines += ["  axisFormat %m-%d", "  todayMarker off"]  # a page of last year is not to say where today is
    number = 0
    for section, tasks in gantt.sections:
        lines += [f"  section {name(section)}"] if tasks else []
        for task in tasks:
            number += 1
            lines.append(_task(task, number))
    return lines if number else []


def _task(task: GanttTask, number: int) -> str:
    marks = f"{task.state}, " if task.state else ""
    return f"  {name(task.name)} :{marks}t{number}, {min(task.start, task.end).isoformat()}, {task.end.isoformat()}"


def _flow(flow: Flow) -> list[str]:
    if not flow.steps:
        return []
    steps = [f'  n{index}["{name(step)}"]' for index, step in enumerate(flow.steps)]
    known = range(len(flow.steps))
    return ["flowchart LR", *steps, *(f"  n{a} --> n{b}" for a, b in flow.arrows if a in known and b in known)]
