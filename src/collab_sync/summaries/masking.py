"""The last look at a page before anybody reads it: no text names a confidential item.

Sections never get confidential items. But people mention them: in a reason, in a decision, in the condition of a risk.
Whatever refers to one, by key, by address or by its title, reads 保密事项 instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from collab_sync.analysis.view import MirrorView
from collab_sync.carriers import values
from collab_sync.model.document import (
    Bars,
    Block,
    BulletList,
    CheckList,
    Curves,
    Document,
    Flow,
    Gantt,
    GanttTask,
    Heading,
    Inline,
    Mention,
    Paragraph,
    Pie,
    Quiet,
    Radar,
    Table,
)
from collab_sync.summaries.scope import WITHHELD

Mask = Callable[[str], str]


def masked(document: Document, view: MirrorView, withheld: str = WITHHELD) -> Document:
    """``document`` without the keys, addresses and titles of confidential items: ``withheld`` stands for them."""
    secrets = sorted(_replacements(document, view), key=len, reverse=True)
    if not secrets:
        return document

    def mask(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, withheld)
        return text

    return Document(tuple(_block(block, mask) for block in document.blocks))


def _replacements(document: Document, view: MirrorView) -> frozenset[str]:
    """What must not be read: everything confidential that some text refers to."""
    named = {reference for text in _texts(document.blocks) for reference in values.references(text, "")}
    found: set[str] = set()
    for reference, id_ in view.mirror.ids_by_key(named).items():
        facts = view.item(id_)
        if facts and facts.item.confidential:
            source = facts.item.source
            found |= {reference, source.key, source.url, facts.item.title}
    return frozenset(text for text in found if text)


def _texts(blocks: Iterable[Block]) -> Iterable[str]:
    seen: list[str] = []

    def look(text: str) -> str:
        seen.append(text)
        return text

    for block in blocks:
        _block(block, look)
    return seen


def _block(block: Block, mask: Mask) -> Block:  # noqa: C901, PLR0911  # one case per kind of block
    match block:
        case Paragraph() | Heading() | Quiet():
            return msgspec.structs.replace(block, inlines=_inlines(block.inlines, mask))
        case BulletList():
            return BulletList(tuple(_inlines(item, mask) for item in block.items))
        case CheckList():
            return CheckList(tuple((done, _inlines(item, mask)) for done, item in block.items))
        case Table():
            rows = tuple(tuple(_inlines(cell, mask) for cell in row) for row in block.rows)
            return Table(tuple(map(mask, block.head)), rows)
        case Pie():
            return Pie(mask(block.title), tuple((mask(name), count) for name, count in block.slices))
        case Bars():
            shown = tuple((mask(name), value) for name, value in block.values)
            return msgspec.structs.replace(block, title=mask(block.title), values=shown)
        case Curves():
            lines = tuple((mask(name), row) for name, row in block.series)
            labels = tuple(map(mask, block.labels))
            return msgspec.structs.replace(block, title=mask(block.title), labels=labels, series=lines)
        case Radar():
            lines = tuple((mask(name), row) for name, row in block.series)
            return Radar(mask(block.title), tuple(map(mask, block.axes)), lines, block.top)
        case Gantt():
            sections = tuple(
                (mask(name), tuple(_named(task, mask) for task in tasks)) for name, tasks in block.sections
            )
            return Gantt(mask(block.title), sections)
        case Flow():
            return Flow(mask(block.title), tuple(map(mask, block.steps)), block.arrows)


def _named(task: GanttTask, mask: Mask) -> GanttTask:
    return msgspec.structs.replace(task, name=mask(task.name))


def _inlines(inlines: tuple[Inline, ...], mask: Mask) -> tuple[Inline, ...]:
    return tuple(_inline(inline, mask) for inline in inlines)


def _inline(inline: Inline, mask: Mask) -> Inline:
    if isinstance(inline, Mention):
        return inline
    return msgspec.structs.replace(inline, text=mask(inline.text))
