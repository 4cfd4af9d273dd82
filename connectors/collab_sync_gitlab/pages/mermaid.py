"""Charts as Mermaid diagrams, which GitLab draws in wikis without limits (in issues a table takes their place).

Mermaid has no way to quote everything: a half-width colon in a task's name, a bracket or a word of its own grammar
at the beginning makes the whole diagram fail. So names keep their look and lose their meaning: signs become full-width,
a name that begins like grammar gets an invisible character in front.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import assert_never

from collab_sync.model.document import Bars, Chart, Curves, Flow, Gantt, GanttTask, Pie, Radar
from collab_sync.model.wording import one_line

_LONGEST = 60
"""Characters of a name: a longer one leaves no room for the bars."""

_SIGNS = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in "\"#%&'*:;,<>?@[\\]^`{|}~()=$+!"})
_GRAMMAR = re.compile(
    r"(?:section|title|click|href|call|gantt|dateFormat|inclusiveEndDates|topAxis|axisFormat|tickInterval|excludes|"
    r"includes|todayMarker|weekday|weekend|accTitle|accDescr|vert|--|\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)
_NO_WORD = "\u2060"


def drawn(chart: Chart) -> str:
    """A fenced diagram; empty where there is nothing to draw."""
    lines = tuple(_lines(chart))
    return "\n".join(["```mermaid", *lines, "```"]) if lines else ""


def name(text: str) -> str:
    """``text`` as a name that no diagram stumbles over: one line, at most 60 characters, never empty."""
    line = " ".join(one_line(text).translate(_SIGNS).split())
    line = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    if not line:
        return "—"
    return _NO_WORD + line if _GRAMMAR.match(line) else line


def _lines(chart: Chart) -> Iterable[str]:
    match chart:
        case Pie():
            return _pie(chart)
        case Bars():
            return _bars(chart)
        case Curves():
            return _curves(chart)
        case Radar():
            return ()  # drawn as a table: not every version knows it
        case Gantt():
            return _gantt(chart)
        case Flow():
            return _flow(chart)
        case _:
            assert_never(chart)


def _pie(pie: Pie) -> list[str]:
    slices = [f'  "{name(label)}" : {count}' for label, count in pie.slices if count > 0]
    return [f"pie title {name(pie.title)}", *slices] if slices else []


def _bars(bars: Bars) -> list[str]:
    values = [(label, value) for label, value in bars.values if math.isfinite(value)]
    if not values:
        return []
    top = bars.top or max(value for _, value in values)
    axis = f'"{name(bars.unit)}" ' if bars.unit else ""
    labels = ", ".join(f'"{name(label)}"' for label, _ in values)
    return [
        "xychart-beta",
        f'  title "{name(bars.title)}"',
        f"  x-axis [{labels}]",
        f"  y-axis {axis}0 --> {_number(top if top > 0 else 1)}",
        f"  bar [{', '.join(_number(value) for _, value in values)}]",
    ]


def _curves(curves: Curves) -> list[str]:
    known = [value for _, row in curves.series for value in row if value is not None and math.isfinite(value)]
    if not known or not curves.labels:
        return []
    top = curves.top or max(known)
    axis = f'"{name(curves.unit)}" ' if curves.unit else ""
    labels = ", ".join(f'"{name(label)}"' for label in curves.labels)
    lines = [f"  line [{', '.join(_number(value or 0.0) for value in row)}]" for _, row in curves.series]
    return [
        "xychart-beta",
        f'  title "{name(curves.title)}"',
        f"  x-axis [{labels}]",
        f"  y-axis {axis}0 --> {_number(top if top > 0 else 1)}",
        *lines,
    ]


def _gantt(gantt: Gantt) -> list[str]:
    lines = ["gantt", f"  title {name(gantt.title)}", "  dateFormat YYYY-MM-DD", "  inclusiveEndDates"]
    lines += ["  axisFormat %m-%d"]
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


def _number(value: float) -> str:
    """Without an exponent, which the grammar does not know."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
