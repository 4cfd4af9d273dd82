"""One block of a page: a chart is drawn where the server draws it, and its numbers can be read in any case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collab_sync.model.document import (
    Bars,
    Block,
    BulletList,
    Chart,
    Curves,
    Document,
    Flow,
    Gantt,
    Inline,
    Locale,
    Paragraph,
    Pie,
    Radar,
    Strong,
    Text,
    as_table,
)
from collab_sync_gitlab import render
from collab_sync_gitlab.pages import mermaid
from collab_sync_gitlab.pages.signs import PALETTE
from collab_sync_gitlab.pages.versions import Draws

_UNKNOWN = "—"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a page is written: for whom mentions work, in which language, with what drawn."""

    connection: str
    locale: Locale
    draws: Draws

    def render(self, *blocks: Block) -> str:
        return render.render(Document(blocks), self.connection, self.locale)


def block(one: Block, manner: Manner) -> str:
    """Markdown; empty for nothing."""
    match one:
        case Pie() | Bars() | Curves() | Radar() | Gantt() | Flow():
            return _chart(one, manner)
    return manner.render(one)


def _chart(chart: Chart, manner: Manner) -> str:
    fence = mermaid.drawn(chart)
    if fence and manner.draws.knows(chart):
        return "\n\n".join(filter(None, [fence, manner.render(*_figures(chart))]))
    return manner.render(Paragraph((Strong(chart.title),)), as_table(chart, manner.locale)) if _says(chart) else ""


def _says(chart: Chart) -> bool:
    """Whether there is anything to tell: of a chart that cannot be drawn, a radar may still have known figures."""
    if isinstance(chart, Radar):
        return any(value is not None for _, row in chart.series for value in row)
    return bool(mermaid.drawn(chart))


def _figures(chart: Chart) -> tuple[Block, ...]:
    """The numbers below a picture that does not show them: a line for each series, with the sign of its colour."""
    match chart:
        case Curves():
            unit = f"({chart.unit})" if chart.unit else ""
            signs = [PALETTE[place % len(PALETTE)][1] for place in range(len(chart.series))]
            rows = zip(signs, chart.series, strict=True)
            return (BulletList(tuple(_line(f"{sign} ", name, unit, chart.labels, row) for sign, (name, row) in rows)),)
        case Radar():
            return (BulletList(tuple(_line("", name, "", chart.axes, row) for name, row in chart.series)),)
    return ()


def _line(sign: str, name: str, unit: str, labels: Sequence[str], row: Sequence[float | None]) -> tuple[Inline, ...]:
    known = ((label, _UNKNOWN if value is None else f"{value:g}") for label, value in zip(labels, row, strict=False))
    told = " · ".join(f"{label} {value}" for label, value in known)
    return (Text(sign), Strong(name), Text(f"{unit}: {told}"))
