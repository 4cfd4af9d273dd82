"""Tasks over time, department by department. Nothing is drawn for today: the same tasks give the same picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from collab_sync.model.document import Gantt, GanttTask
from collab_sync.pictures.colours import BLUE, GREY, INK, PALE, RED, RULE, SOFT
from collab_sync.pictures.said import in_words
from collab_sync.pictures.sheet import HEAD, MARGIN, WIDTH, Fill, Hand, Pen, Point, Sheet

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
_MEANINGS = {
    "": ("未开始", "planned"),
    "active": ("进行中", "in progress"),
    "crit": ("逾期", "late"),
    "done": ("已完成", "done"),
    "milestone": ("里程碑", "milestone"),
}
_STEPS = (1, 2, 7, 14)
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 600, 1200, 12000)
_APART = 64.0
"""Between two dates of the axis."""
_Row = str | GanttTask


class _Span(msgspec.Struct, frozen=True):
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def written(self, day: date) -> str:
        """With the year only where there are several."""
        return f"{day:%m-%d}" if self.first.year == self.last.year else f"{day.year % 100:02}-{day:%m-%d}"

    def x(self, day: int) -> float:
        """Where the ``day``-th day begins."""
        left = MARGIN + _NAMES
        return left + (WIDTH - MARGIN - _DATES - left) * day / self.days


def draw(chart: Gantt) -> Sheet:
    rows = list(_rows(chart))
    tasks = [row for row in rows if isinstance(row, GanttTask)]
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
        note = in_words(chart.title, f"另有 {more} 项未画", f"{more} more not drawn")
        sheet.text((MARGIN, bottom + _ROW / 2), note, Hand(13, SOFT))
    _legend(sheet, chart.title, [state for state in _FILLS if any(task.state == state for task in tasks)])
    return sheet


def _rows(chart: Gantt) -> Iterator[_Row]:
    room = _MOST
    for name, tasks in chart.sections:
        if tasks and room:
            yield name
            yield from tasks[:room]
            room -= len(tasks[:room])


def _axis(sheet: Sheet, span: _Span, bottom: float) -> None:
    for day in _marked(span):
        x = span.x((day - span.first).days)
        sheet.line([(x, HEAD + _AXIS - 6), (x, bottom)], Pen(RULE))
        sheet.text((x, HEAD + 10), span.written(day), Hand(13, SOFT, "center"))


def _marked(span: _Span) -> list[date]:
    """Days, Mondays or first days of months that the axis names, so that they stand apart."""
    most = (WIDTH - 2 * MARGIN - _NAMES - _DATES) / _APART
    for step in _STEPS:
        if span.days / step <= most:
            first = -span.first.weekday() % 7 if step % 7 == 0 else 0
            return [span.first + timedelta(day) for day in range(first, span.days, step)]
    step = next((step for step in _MONTHS if span.days / 30.4 / step <= most), _MONTHS[-1])
    begin, end = span.first.year * 12 + span.first.month - 1, span.last.year * 12 + span.last.month
    months = range(-(-begin // step) * step, end, step)
    days = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [day for day in days if day >= span.first] or [span.first]


def _section(sheet: Sheet, name: str, top: float) -> None:
    sheet.box((MARGIN, top + 1), (WIDTH - 2 * MARGIN, _ROW - 2), Fill(PALE))
    sheet.text((MARGIN + 8, top + _ROW / 2), name, Hand(15, room=WIDTH - 2 * MARGIN - 16))


def _task(sheet: Sheet, task: GanttTask, span: _Span, top: float) -> None:
    middle = top + _ROW / 2
    sheet.text((MARGIN + 20, middle), task.name, Hand(14, room=_NAMES - 34))
    if task.state == "milestone":
        _milestone(sheet, task, span, middle)
    else:
        _bar(sheet, task, span, middle)


def _bar(sheet: Sheet, task: GanttTask, span: _Span, middle: float) -> None:
    first, last = sorted((task.start, task.end))
    left, right = span.x((first - span.first).days), span.x((last - span.first).days + 1)
    sheet.box((left, middle - _BAR / 2), (max(right - left, 3), _BAR), _FILLS[task.state])
    sheet.text((right + 6, middle), span.written(last), Hand(12, SOFT))


def _milestone(sheet: Sheet, task: GanttTask, span: _Span, middle: float) -> None:
    x = span.x((task.end - span.first).days) + span.x(1) / 2 - span.x(0) / 2
    _diamond(sheet, (x, middle))
    sheet.text((x + _BAR / 2 + 7, middle), span.written(task.end), Hand(12, SOFT))


def _diamond(sheet: Sheet, centre: Point) -> None:
    (x, y), half = centre, _BAR / 2 + 1
    sheet.area([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], _FILLS["milestone"])


def _legend(sheet: Sheet, title: str, states: list[str]) -> None:
    x, y = MARGIN + _NAMES, sheet.height - _LEGEND / 2
    for state in states:
        if state == "milestone":
            _diamond(sheet, (x + 12, y))
        else:
            sheet.box((x, y - 6), (24, 12), _FILLS[state])
        sheet.text((x + 30, y), in_words(title, *_MEANINGS[state]), Hand(13, SOFT))
        x += 108
