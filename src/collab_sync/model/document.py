"""What we write, as a small tree that each connector renders to its tracker's own form.

Text from people enters only as ``Text`` (or ``Code``): a connector escapes it so that it shows as typed and
does nothing. A ``Mention`` is the only thing that notifies anybody, and only the planner makes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias

import msgspec

from collab_sync.model.identity import Account

Locale: TypeAlias = Literal["zh", "en"]
"""The languages that pages speak."""

_HEADS: Mapping[Locale, Mapping[str, str]] = {
    "zh": {
        "item": "项", "count": "数量", "value": "数值", "group": "分组", "task": "事项",
        "start": "开始", "end": "结束", "from": "从", "to": "到",
    },
    "en": {
        "item": "Item", "count": "Count", "value": "Value", "group": "Group", "task": "Task",
        "start": "Start", "end": "End", "from": "From", "to": "To",
    },
}  # fmt: skip


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Plain text, shown exactly as it is."""

    text: str


class Strong(msgspec.Struct, frozen=True, tag="strong"):
    text: str


class Code(msgspec.Struct, frozen=True, tag="code"):
    text: str


class Struck(msgspec.Struct, frozen=True, tag="struck"):
    """Text that no longer holds."""

    text: str


class Mention(msgspec.Struct, frozen=True, tag="mention"):
    """Notifies ``account``; shown as ``name`` where the tracker has no mention."""

    name: str
    account: Account


class Reference(msgspec.Struct, frozen=True, tag="ref"):
    """A link to another item or page: shown as ``text``."""

    text: str
    url: str


Inline: TypeAlias = Text | Strong | Code | Struck | Mention | Reference


class Paragraph(msgspec.Struct, frozen=True, tag="p"):
    inlines: tuple[Inline, ...]


class Heading(msgspec.Struct, frozen=True, tag="h"):
    level: int
    inlines: tuple[Inline, ...]


class BulletList(msgspec.Struct, frozen=True, tag="ul"):
    items: tuple[tuple[Inline, ...], ...]


class CheckList(msgspec.Struct, frozen=True, tag="checks"):
    items: tuple[tuple[bool, tuple[Inline, ...]], ...]


class Table(msgspec.Struct, frozen=True, tag="table"):
    head: tuple[str, ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]


class Quiet(msgspec.Struct, frozen=True, tag="quiet"):
    """The one small line at the end that names the rule and how to ask why."""

    inlines: tuple[Inline, ...]


class Pie(msgspec.Struct, frozen=True, tag="pie"):
    """Shares of a whole; ``slices`` are names with counts."""

    title: str
    slices: tuple[tuple[str, int], ...]


class Bars(msgspec.Struct, frozen=True, tag="bars"):
    """One value per label; ``unit`` names the axis, ``top`` its upper end (None: as needed)."""

    title: str
    values: tuple[tuple[str, float], ...]
    unit: str = ""
    top: float | None = None


class Curves(msgspec.Struct, frozen=True, tag="curves"):
    """Values over time, for a burn-up or a trend: ``labels`` along the axis, each of ``series`` a name with one value
    per label (None: not known then). ``unit`` and ``top`` as for bars."""

    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    unit: str = ""
    top: float | None = None


class Radar(msgspec.Struct, frozen=True, tag="radar"):
    """Several figures of each of some subjects: ``series`` are names with one value per axis (None: not known), from 0
    to ``top``."""

    title: str
    axes: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    top: float


class GanttTask(msgspec.Struct, frozen=True):
    """``start`` and ``end`` are days, both included."""

    name: str
    start: date
    end: date
    state: Literal["", "active", "crit", "done", "milestone"] = ""


class Gantt(msgspec.Struct, frozen=True, tag="gantt"):
    """Tasks over time; ``sections`` are names with their tasks."""

    title: str
    sections: tuple[tuple[str, tuple[GanttTask, ...]], ...]


class Flow(msgspec.Struct, frozen=True, tag="flow"):
    """Steps and what leads to what: ``arrows`` are pairs of indices into ``steps``."""

    title: str
    steps: tuple[str, ...]
    arrows: tuple[tuple[int, int], ...]


Chart: TypeAlias = Pie | Bars | Curves | Radar | Gantt | Flow
"""A picture of numbers. A tracker that draws none shows ``as_table`` in its place."""

Written: TypeAlias = Paragraph | Heading | BulletList | CheckList | Table | Quiet
"""What every place can show."""

Block: TypeAlias = Written | Chart


class Document(msgspec.Struct, frozen=True):
    """A comment, an issue description or a page."""

    blocks: tuple[Block, ...]


def as_table(chart: Chart, locale: Locale = "zh") -> Table:
    """What a chart says, for places without pictures; ``locale`` is that of the column heads."""
    said = _HEADS[locale]
    match chart:
        case Pie():
            return _rows((said["item"], said["count"]), [(name, str(count)) for name, count in chart.slices])
        case Bars():
            head = (said["item"], f"{said['value']}({chart.unit})" if chart.unit else said["value"])
            return _rows(head, [(name, f"{value:g}") for name, value in chart.values])
        case Curves():
            return _grid((said["item"], *(name for name, _ in chart.series)), chart.labels, chart.series)
        case Radar():
            return _grid((said["item"], *(name for name, _ in chart.series)), chart.axes, chart.series)
        case Gantt():
            rows = [
                (section, task.name, task.start.isoformat(), task.end.isoformat())
                for section, tasks in chart.sections
                for task in tasks
            ]
            return _rows((said["group"], said["task"], said["start"], said["end"]), rows)
        case Flow():
            inside = [(a, b) for a, b in chart.arrows if max(a, b) < len(chart.steps)]
            return _rows((said["from"], said["to"]), [(chart.steps[a], chart.steps[b]) for a, b in inside])


def merged(inlines: Iterable[Inline]) -> list[Inline]:
    """Neighbouring texts as one: what two halves mean together must be escaped together."""
    whole: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Text) and whole and isinstance(whole[-1], Text):
            whole[-1] = Text(whole[-1].text + inline.text)
        else:
            whole.append(inline)
    return whole


def plain(document: Document) -> str:
    """The text people see, one block per line, mentions as names: for plans, logs and hashes."""
    return "\n".join(_block(block) for block in document.blocks)


def _block(block: Block) -> str:
    match block:
        case Paragraph() | Heading() | Quiet():
            return _inlines(block.inlines)
        case BulletList():
            return "\n".join(f"- {_inlines(item)}" for item in block.items)
        case CheckList():
            return "\n".join(f"- [{'x' if done else ' '}] {_inlines(item)}" for done, item in block.items)
        case Table():
            rows = [" | ".join(block.head), *(" | ".join(map(_inlines, row)) for row in block.rows)]
            return "\n".join(rows)
        case Pie() | Bars() | Curves() | Radar() | Gantt() | Flow():
            return f"{block.title}\n{_block(as_table(block))}"


def _grid(head: tuple[str, ...], names: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]]) -> Table:
    """A row per name, a column per series; what is not known stays empty."""
    cells = [[f"{value:g}" if value is not None else "" for value in column] for _, column in series]
    return _rows(head, [(name, *(column[place] for column in cells)) for place, name in enumerate(names)])


def _rows(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    return Table(head, tuple(tuple((Text(cell),) for cell in row) for row in rows))


def _inlines(inlines: tuple[Inline, ...]) -> str:
    return "".join(inline.name if isinstance(inline, Mention) else inline.text for inline in inlines)
