"""A ``Document`` as Atlassian Document Format (Jira Cloud, Confluence Cloud).

ADF is a tree: text from people is a text node and nothing in it can become mark-up, a mention or a link. What is
left to do is to make the tree valid (no empty text, no control characters) and to break lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, assert_never

from collab_sync.model.document import (
    BulletList,
    Chart,
    CheckList,
    Code,
    Document,
    Heading,
    Inline,
    Locale,
    Mention,
    Paragraph,
    Quiet,
    Reference,
    Strong,
    Struck,
    Table,
    Text,
    Written,
    as_table,
)
from collab_sync.model.wording import clean, lines, one_line

Node: TypeAlias = Mapping[str, object]
Drawing: TypeAlias = Callable[[Chart], Iterable[Node]]
"""What stands in the place of a chart."""

_SMALL: Node = {"type": "subsup", "attrs": {"type": "sub"}}
"""ADF has no small print; a subscript is what comes closest."""


_NOT_IN_URL = re.compile(r"[\s<>\"\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\uffff\ud800-\udfff]")


def render(document: Document, connection: str, drawn: Drawing | None = None, locale: Locale = "zh") -> Node:
    """``document`` for a site that is our ``connection``: only accounts of it can be mentioned there, others are named.
    ``drawn``: how charts are shown, as tables unless it says otherwise; ``locale``: of the heads of such tables.

    Valid by Atlassian's schema for every document."""

    def tabled(chart: Chart) -> Iterable[Node]:
        return _table(as_table(chart, locale), connection)

    content = [
        node
        for number, block in enumerate(document.blocks)
        for node in ((drawn or tabled)(block) if isinstance(block, Chart) else _block(block, connection, number))
    ]
    return {"type": "doc", "version": 1, "content": content}


def linkable(url: str) -> bool:
    """Whether an address may be made a link: web and mail addresses only."""
    return url.startswith(("https://", "http://", "mailto:")) and not _NOT_IN_URL.search(url)


def _block(block: Written, connection: str, number: int) -> Iterator[Node]:
    match block:
        case Paragraph():
            yield _paragraph(block.inlines, connection)
        case Quiet():
            yield _paragraph(block.inlines, connection, _SMALL)
        case Heading():
            level = min(max(block.level, 1), 6)
            yield {"type": "heading", "attrs": {"level": level}, "content": _inlines(block.inlines, connection)}
        case BulletList():
            items = [{"type": "listItem", "content": [_paragraph(item, connection)]} for item in block.items]
            yield from _unless_empty("bulletList", items)
        case CheckList():
            yield from _checks(block, connection, number)
        case Table():
            yield from _table(block, connection)
        case _:
            assert_never(block)


def _paragraph(inlines: Iterable[Inline], connection: str, mark: Node | None = None) -> Node:
    return {"type": "paragraph", "content": _inlines(inlines, connection, mark)}


def _unless_empty(kind: str, content: Sequence[Node]) -> Iterator[Node]:
    if content:
        yield {"type": kind, "content": content}


def _checks(block: CheckList, connection: str, number: int) -> Iterator[Node]:
    """Ids tell the boxes apart when somebody ticks one; they are the same each time the document is rendered."""
    items = [
        {
            "type": "taskItem",
            "attrs": {"localId": f"collab-{number}-{index}", "state": "DONE" if done else "TODO"},
            "content": _inlines(inlines, connection),
        }
        for index, (done, inlines) in enumerate(block.items)
    ]
    if items:
        yield {"type": "taskList", "attrs": {"localId": f"collab-{number}"}, "content": items}


def _table(table: Table, connection: str) -> Iterator[Node]:
    width = max([len(table.head), *(len(row) for row in table.rows)])
    rows: list[Node] = []
    if table.head:
        head = [(Text(name),) for name in table.head]
        rows.append(_row("tableHeader", head, width, connection))
    rows += [_row("tableCell", row, width, connection) for row in table.rows if width]
    yield from _unless_empty("table", rows)


def _row(kind: str, cells: Sequence[tuple[Inline, ...]], width: int, connection: str) -> Node:
    padded = [*cells, *[()] * (width - len(cells))]
    return {
        "type": "tableRow",
        "content": [{"type": kind, "content": [_paragraph(cell, connection)]} for cell in padded],
    }


def _inlines(inlines: Iterable[Inline], connection: str, mark: Node | None = None) -> list[Node]:
    return [node for inline in inlines for node in _inline(inline, connection, [mark] if mark else [])]


def _inline(inline: Inline, connection: str, marks: list[Node]) -> Iterator[Node]:
    match inline:
        case Text():
            yield from _texts(inline.text, marks)
        case Strong():
            yield from _texts(inline.text, [{"type": "strong"}, *marks])
        case Struck():
            yield from _texts(inline.text, [{"type": "strike"}, *marks])
        case Code():
            yield from _texts(inline.text, [{"type": "code"}])
        case Mention():
            yield from _mention(inline, connection, marks)
        case Reference():
            link: Node = {"type": "link", "attrs": {"href": inline.url}}
            text = inline.text if clean(inline.text).strip() else inline.url
            yield from _texts(text, [link, *marks] if linkable(inline.url) else marks)
        case _:
            assert_never(inline)


def _mention(mention: Mention, connection: str, marks: list[Node]) -> Iterator[Node]:
    if mention.account.connection == connection and mention.account.id:
        yield {"type": "mention", "attrs": {"id": mention.account.id, "text": f"@{one_line(mention.name)}"}}
    else:
        yield from _texts(mention.name or mention.account.id, marks)


def _texts(text: str, marks: list[Node]) -> Iterator[Node]:
    for index, line in enumerate(lines(text)):
        if index:
            yield {"type": "hardBreak"}
        if line:
            yield {"type": "text", "text": line, **({"marks": marks} if marks else {})}
