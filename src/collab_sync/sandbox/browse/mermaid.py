"""Mermaid diagrams read back into charts: the kinds and the grammar that our wiki pages use, nothing beyond.

A diagram with a line that is not understood is no chart: better its source than half of its picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias, cast, get_args

from collab_sync.model.document import Bars, Chart, Curves, Flow, Gantt, GanttTask, Pie, Radar

State: TypeAlias = Literal["active", "crit", "done", "milestone"]
_UNSEEN = "\u2060"
"""Stands before a name that begins like grammar, and behind one that must differ from its neighbour."""

_NUMBER = r"-?\d+(?:\.\d+)?"
_SLICE = re.compile(rf'"([^"]*)"\s*:\s*({_NUMBER})')
_QUOTED = re.compile(r'"([^"]*)"')
_TITLE = re.compile(r'title\s+"?([^"]*?)"?')
_RANGE = re.compile(rf'(?:"([^"]*)"\s*)?{_NUMBER}\s*-->\s*({_NUMBER})')
_SERIES = re.compile(r'(bar|line)\s*(?:"([^"]*)"\s*)?\[([^\]]*)\]')
_TASK = re.compile(r"([^:]+?)\s*:\s*(.+)")
_STEP = re.compile(r'(\w+)[\[({]{1,2}"([^"]*)"[\])}]{1,2}')
_ARROW = re.compile(r"(\w+)\s*-->\s*(\w+)")
_AXIS = re.compile(r'(\w+)\s*(?:\["([^"]*)"\])?')
_CURVE = re.compile(r'curve\s+(\w+)\s*(?:\["([^"]*)"\])?\s*\{([^}]*)\}')
_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "gantt": ("dateFormat", "inclusiveEndDates", "axisFormat", "tickInterval", "todayMarker", "excludes", "weekday"),
    "flowchart": ("classDef ", "class ", "style ", "linkStyle ", "direction "),
    "radar-beta": ("showLegend", "ticks ", "graticule ", "min "),
}
"""Lines that change how a diagram looks and nothing that it says."""


class _Unread(Exception):  # noqa: N818  # never leaves this module
    """A line that is not understood."""


def read(source: str) -> Chart | None:
    """The chart that ``source`` (without its fence) draws; None where it is not one of ours."""
    lines = list(_lines(source))
    kind, _, rest = lines[0].partition(" ") if lines else ("", "", "")
    reader = _READERS.get(kind)
    if reader is None:
        return None
    look = _SETTINGS.get(kind, ())
    try:
        return reader([rest, *(line for line in lines[1:] if not line.startswith(look or "\n"))])
    except (_Unread, ValueError, IndexError):
        return None


def _lines(source: str) -> Iterator[str]:
    """What a diagram says: without settings before it, comments and empty lines."""
    source = re.sub(r"\A\s*---\n.*?\n---\n", "", source, flags=re.DOTALL)
    for line in source.split("\n"):
        if line.strip() and not line.strip().startswith("%%"):
            yield line.strip()


def _pie(lines: Sequence[str]) -> Pie:
    head = lines[0].removeprefix("showData").strip()
    slices = [_whole(_SLICE, line) for line in lines[1:]]
    return Pie(_title([head]), tuple((_name(one[1]), round(float(one[2]))) for one in slices))


def _xychart(lines: Sequence[str]) -> Bars | Curves:
    labels: tuple[str, ...] = ()
    series = []
    unit, top = "", None
    for line in lines[1:]:
        word, _, rest = line.partition(" ")
        match word:
            case "title":
                continue
            case "x-axis":
                labels = tuple(map(_name, _QUOTED.findall(rest)))
            case "y-axis":
                axis = _whole(_RANGE, rest)
                unit, top = _name(axis[1] or ""), float(axis[2])
            case _:
                series.append(_whole(_SERIES, line))
    rows = [(one[1], _name(one[2] or ""), tuple(map(float, filter(None, one[3].split(","))))) for one in series]
    if not rows or any(len(row) > len(labels) for _, _, row in rows):
        raise _Unread
    if [kind for kind, _, _ in rows] == ["bar"]:
        values = tuple((_bare(label, value), value) for label, value in zip(labels, rows[0][2], strict=True))
        return Bars(_title(lines), values, unit, top)
    known = tuple((name, (*row, *[None] * (len(labels) - len(row)))) for _, name, row in rows)
    return Curves(_title(lines), labels, known, unit, top)


def _bare(label: str, value: float) -> str:
    """The name of a bar without its number, which some diagrams repeat there."""
    return label.removesuffix(f"\N{FULLWIDTH COLON}{f'{value:.2f}'.rstrip('0').rstrip('.')}")


def _gantt(lines: Sequence[str]) -> Gantt:
    sections: list[tuple[str, list[GanttTask]]] = []
    for line in lines[1:]:
        if line.startswith("title "):
            continue
        if line.startswith("section "):
            sections.append((_name(line.removeprefix("section ")), []))
            continue
        if not sections:
            sections.append(("", []))
        sections[-1][1].append(_task(line))
    return Gantt(_title(lines), tuple((name, tuple(tasks)) for name, tasks in sections))


def _task(line: str) -> GanttTask:
    """``name :state, t1, 2025-09-17, 2025-10-15``; both days included."""
    found = _whole(_TASK, line)
    words = [word.strip() for word in found[2].split(",")]
    states = [word for word in words if word in get_args(State)]
    start, end = (date.fromisoformat(word) for word in words[-2:])
    return GanttTask(_name(found[1]), start, end, cast(State, states[0]) if states else "")


def _flow(lines: Sequence[str]) -> Flow:
    steps: dict[str, str] = {}
    arrows: list[tuple[str, str]] = []
    for line in lines[1:]:
        if step := _STEP.fullmatch(line):
            steps[step[1]] = _name(step[2])
        else:
            arrow = _whole(_ARROW, line)
            arrows.append((arrow[1], arrow[2]))
    places = {name: place for place, name in enumerate(steps)}
    if any(end not in places for arrow in arrows for end in arrow):
        raise _Unread
    return Flow("", tuple(steps.values()), tuple((places[a], places[b]) for a, b in arrows))


def _radar(lines: Sequence[str]) -> Radar:
    axes: list[str] = []
    series = []
    top = 0.0
    for line in lines[1:]:
        word, _, rest = line.partition(" ")
        match word:
            case "title":
                continue
            case "axis":
                axes += [_name(found[2] or found[1]) for found in _AXIS.finditer(rest)]
            case "max":
                top = float(rest)
            case _:
                curve = _whole(_CURVE, line)
                series.append((_name(curve[2] or curve[1]), tuple(map(float, curve[3].split(",")))))
    if not axes or any(len(row) != len(axes) for _, row in series):
        raise _Unread
    return Radar(_title(lines), tuple(axes), tuple(series), top or max(max(row) for _, row in series))


def _title(lines: Sequence[str]) -> str:
    found = (_TITLE.fullmatch(line) for line in lines)
    return next((_name(one[1]) for one in found if one), "")


def _name(text: str) -> str:
    return text.strip().replace(_UNSEEN, "")


def _whole(pattern: re.Pattern[str], line: str) -> re.Match[str]:
    found = pattern.fullmatch(line)
    if found is None:
        raise _Unread
    return found


_READERS: Mapping[str, Callable[[Sequence[str]], Chart]] = {
    "pie": _pie,
    "xychart-beta": _xychart,
    "gantt": _gantt,
    "flowchart": _flow,
    "radar-beta": _radar,
}
