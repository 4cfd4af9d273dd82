r"""A ``Document`` as Jira wiki markup, for Jira Data Center (REST v2).

Every character that can begin mark-up is escaped with a backslash, which Jira's notation guide documents for all of
them; so text from people shows as typed. Not verified against a running Data Center.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from collab_sync.model.document import (
    Bars,
    Block,
    BulletList,
    CheckList,
    Code,
    Document,
    Flow,
    Gantt,
    Heading,
    Inline,
    Mention,
    Paragraph,
    Pie,
    Quiet,
    Reference,
    Strong,
    Struck,
    Table,
    Text,
    as_table,
)
from collab_sync_jira.render.adf import lines, linkable

_MARKUP = re.compile(r"[\\{}\[\]*_+^~?!#|@&<>:;()-]")
_STARTS_BLOCK = re.compile(r"^(\s*)(bq|h[1-6])(?=\.)")


def render(document: Document, connection: str) -> str:
    """``document`` for a site that is our ``connection``; blocks are separated by an empty line."""
    return "\n\n".join(text for block in document.blocks if (text := _block(block, connection)))


def escape(text: str) -> str:
    """``text`` so that it shows as typed and does nothing. Lines stay lines."""
    return "\n".join(_line(line) for line in lines(text))


def _line(line: str) -> str:
    escaped = _MARKUP.sub(lambda found: _ENTITIES.get(found[0], "\\" + found[0]), line)
    return _STARTS_BLOCK.sub(r"\1\\\2", escaped)


_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _block(block: Block, connection: str) -> str:  # noqa: PLR0911  # one case per kind of block
    match block:
        case Paragraph():
            return _inlines(block.inlines, connection)
        case Quiet():
            text = _one_line(block.inlines, connection)
            return f"{{color:#707070}}{text}{{color}}" if text else ""
        case Heading():
            return f"h{min(max(block.level, 1), 6)}. {_one_line(block.inlines, connection)}"
        case BulletList():
            return "\n".join(f"* {_one_line(item, connection)}" for item in block.items)
        case CheckList():
            return "\n".join(
                f"* {'(/)' if done else '(x)'} {_one_line(item, connection)}" for done, item in block.items
            )
        case Table():
            return _table(block, connection)
        case Pie() | Bars() | Gantt() | Flow():
            return _table(as_table(block), connection)
        case _:
            assert_never(block)


def _table(table: Table, connection: str) -> str:
    head = (
        ["||" + "||".join(escape(name).replace("\n", " ") or " " for name in table.head) + "||"] if table.head else []
    )
    rows = ["|" + "|".join(_one_line(cell, connection) or " " for cell in row) + "|" for row in table.rows if row]
    return "\n".join(head + rows)


def _one_line(inlines: Iterable[Inline], connection: str) -> str:
    return _inlines(inlines, connection).replace("\n", " ")


def _inlines(inlines: Iterable[Inline], connection: str) -> str:
    return "".join(_inline(inline, connection) for inline in inlines)


def _inline(inline: Inline, connection: str) -> str:
    match inline:
        case Text():
            return escape(inline.text)
        case Strong():
            return _marked("*", inline.text)
        case Struck():
            return _marked("-", inline.text)
        case Code():
            return f"{{{{{escape(inline.text)}}}}}" if inline.text.strip() else escape(inline.text)
        case Mention():
            return _mention(inline, connection)
        case Reference():
            target = inline.url.replace("|", "%7C").replace("]", "%5D")
            return f"[{escape(inline.text or inline.url)}|{target}]" if linkable(inline.url) else escape(inline.text)
        case _:
            assert_never(inline)


def _mention(mention: Mention, connection: str) -> str:
    name = mention.account.id
    if mention.account.connection == connection and name and not re.search(r"[\]\[|~\n]", name):
        return f"[~{name}]"
    return escape(mention.name)


def _marked(mark: str, text: str) -> str:
    """Braces make the mark hold inside words too: Chinese has no spaces."""
    return f"{{{mark}}}{escape(text)}{{{mark}}}" if text.strip() else escape(text)
