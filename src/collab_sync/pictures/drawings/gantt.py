"""Tasks over time, department by department. Nothing is drawn for today: the same tasks give the same picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from collab_sync.model.document import Gantt, GanttTask
from collab_sync.pictures.colours import BLUE, GREY, INK, PALE, RED, RULE, SOFT
from collab_sync.pictures.sheet import HEAD, MARGIN, WIDTH, Fill, Hand, Pen, Sheet, empty

_NAMES = 300.0
_DATES = 52.0
_ROW = 25.0
_BAR = 15.0
_AXIS = 30.0
_LEGEND = 40.0
_MOST = 150
_FILLS = {
    "": Fill("#cfe0f2", edge=BLUE, round=3),
    "active": Fill(BLUE, edge=BLUE, round=3),
    "crit": Fill(RED, edge=RED, hatch="///", round=3),
    "done": Fill(GREY, edge=GREY, round=3),
    "milestone": Fill(INK),
}
_MEANINGS = {"": "未开始", "active": "进行中", "crit": "逾期或关键", "done": "已完成", "milestone": "里程碑"}
_STEPS = (1, 2, 7, 14, 28, 91, 182, 365, 1826, 3652, 36525, 365250)
_Row = str | GanttTask


class _Span(msgspec.Struct, frozen=True):
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def x(self, day: int) -> float:
        """Where the ``day``-th day begins."""
        left = MARGIN + _NAMES
        return left + (WIDTH - MARGIN - _DATES - left) * day / self.days


def draw(chart: Gantt) -> Sheet:
    rows = list(_rows(chart))
    tasks = [row for row in rows if isinstance(row, GanttTask)]
    if not tasks:
        return empty(chart.title)
    span = _Span(min(min(task.start, task.end) for task in tasks), max(max(task.start, task.end) for task in tasks))
    more = sum(len(tasks) for _, tasks in chart.sections) - len(tasks)
    top = HEAD + _AXIS
    sheet = Sheet(top + _ROW * (len(rows) + bool(more)) + _LEGEND, chart.title)
    bottom = top + _ROW * len(rows)
    _axis(sheet, span, bottom)
    for place, row in enumerate(rows):
        if isinstance(row, str):
            _section(sheet, row, top + _ROW * place)
        else:
            _task(sheet, row, span, top + _ROW * place)
    if more:
        sheet.text((MARGIN, bottom + _ROW / 2), f"另有 {more} 项未画", Hand(13, SOFT))
    _legend(sheet, [state for state in _FILLS if any(task.state == state for task in tasks)])
    return sheet


def _rows(chart: Gantt) -> Iterator[_Row]:
    room = _MOST
    for name, tasks in chart.sections:
        if tasks and room:
            yield name
            yield from tasks[:room]
            room -= len(tasks[:room])


def _axis(sheet: Sheet, span: _Span, bottom: float) -> None:
    most = (WIDTH - 2 * MARGIN - _NAMES) / 62
    step = next((step for step in _STEPS if span.days / step <= most), _STEPS[-1])
    form = "%m-%d" if step < 28 else "%Y-%m"
    first = -span.first.weekday() % 7 if step % 7 == 0 else 0
    for day in range(first, span.days, step):
        x = span.x(day)
        sheet.line([(x, HEAD + _AXIS - 6), (x, bottom)], Pen(RULE))
        sheet.text((x, HEAD + 10), (span.first + timedelta(day)).strftime(form), Hand(13, SOFT, "center"))


def _section(sheet: Sheet, name: str, top: float) -> None:
    sheet.box((MARGIN, top + 1), (WIDTH - 2 * MARGIN, _ROW - 2), Fill(PALE))
    sheet.text((MARGIN + 8, top + _ROW / 2), name, Hand(15, room=WIDTH - 2 * MARGIN - 16))


def _task(sheet: Sheet, task: GanttTask, span: _Span, top: float) -> None:
    middle = top + _ROW / 2
    sheet.text((MARGIN + 20, middle), task.name, Hand(14, room=_NAMES - 34))
    if task.state == "milestone":
        _diamond(sheet, task, span, middle)
    else:
        _bar(sheet, task, span, middle)


def _bar(sheet: Sheet, task: GanttTask, span: _Span, middle: float) -> None:
    first, last = sorted((task.start, task.end))
    left, right = span.x((first - span.first).days), span.x((last - span.first).days + 1)
    sheet.box((left, middle - _BAR / 2), (max(right - left, 3), _BAR), _FILLS[task.state])
    sheet.text((right + 6, middle), f"{last:%m-%d}", Hand(12, SOFT))


def _diamond(sheet: Sheet, task: GanttTask, span: _Span, middle: float) -> None:
    x = (span.x((task.end - span.first).days) + span.x((task.end - span.first).days + 1)) / 2
    half = _BAR / 2 + 1
    sheet.area([(x, middle - half), (x + half, middle), (x, middle + half), (x - half, middle)], _FILLS["milestone"])
    sheet.text((x + half + 6, middle), f"{task.end:%m-%d}", Hand(12, SOFT))


def _legend(sheet: Sheet, states: list[str]) -> None:
    x, y = MARGIN + _NAMES, sheet.height - _LEGEND / 2
    for state in states:
        sheet.box((x, y - 6), (24, 12), _FILLS[state])
        sheet.text((x + 30, y), _MEANINGS[state], Hand(13, SOFT))
        x += 112
