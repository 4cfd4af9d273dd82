r"""A ``Document`` as Jira wiki markup, for Jira Data Center (REST v2).

Text from people shows as typed, because every sign that can begin mark-up is written so that it cannot:

1. Signs for which Jira's renderer knows a backslash get one: ``* _ - + ^ ~ ? ! # @ ( )``.
2. It knows none for ``\ < > & :`` (the backslash itself would show, ``\\`` would break the line), turns ``\{\{`` back
   into braces before it looks for ``{{code}}``, and splits tables and links at bars: these, brackets and braces
   become numbered characters (``&#92;``), which every part of it leaves alone.
3. A colon only does something before a visible sign (``https://``, ``:D``); elsewhere, and in ``17:00``, it stays.

From the published renderer; not verified against a running Data Center.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeAlias, assert_never
from urllib.parse import quote

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
    merged,
)
from collab_sync.model.wording import lines, one_line
from collab_sync_adf.adf import linkable

Drawing: TypeAlias = Callable[[Chart], str]
"""What stands in the place of a chart."""

_SIGN = re.compile(
    r"(?P<backslashed>[*_+^~?!#@()-])"
    r"|[\\{}\[\]|<>&]|:(?=[!-~])(?!(?<=[0-9]:)[0-9])|(?<=[A-Za-z]):\Z"
)
_STARTS_BLOCK = re.compile(r"^([^\S\n]*(?:bq|h[1-6]))\.", re.IGNORECASE | re.MULTILINE)
_UNMARKABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Kinds of characters over which a mark does not reach: joiners of emoji, unassigned and private ones."""
_ZERO_WIDTH = "&#8203;"
_USERNAME = re.compile(r"[^\s\[\]|~{}\\\x00-\x1f\x7f-\x9f]+")
_SAFE_IN_URL = "/:?#@!$&'()*+,;=%~-._"


def render(document: Document, connection: str, drawn: Drawing | None = None, locale: Locale = "zh") -> str:
    """``document`` for a site that is our ``connection``; blocks are separated by an empty line. ``drawn``: how charts
    are shown, as tables unless it says otherwise; ``locale``: of the heads of such tables."""

    def tabled(chart: Chart) -> str:
        return _table(as_table(chart, locale), connection)

    shown = ((drawn or tabled)(one) if isinstance(one, Chart) else _block(one, connection) for one in document.blocks)
    return "\n\n".join(filter(None, shown))


def escape(text: str) -> str:
    """``text`` so that it shows as typed and does nothing. Lines stay lines."""
    return _at_line_starts("\n".join(_SIGN.sub(_inert, line) for line in lines(text)))


def _inert(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}" if sign["backslashed"] else f"&#{ord(sign[0])};"


def _block(block: Written, connection: str) -> str:  # one case per kind of block
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
        case _:
            assert_never(block)


def _table(table: Table, connection: str) -> str:
    head = (
        ["||" + "||".join(_one_line((Text(name),), connection) or " " for name in table.head) + "||"]
        if table.head
        else []
    )
    rows = ["|" + "|".join(_one_line(cell, connection) or " " for cell in row) + "|" for row in table.rows if row]
    return "\n".join(head + rows)


def _one_line(inlines: Iterable[Inline], connection: str) -> str:
    return _inlines(inlines, connection).replace("\n", " ")


def _inlines(inlines: Iterable[Inline], connection: str) -> str:
    text = ""
    for inline in merged(_as_it_acts(inline, connection) for inline in inlines):
        piece = _inline(inline)
        text += _between(text, piece) + piece
    return _at_line_starts(text)


def _at_line_starts(markup: str) -> str:
    return _STARTS_BLOCK.sub(r"\1&#46;", markup)


def _as_it_acts(inline: Inline, connection: str) -> Inline:
    """A mention that reaches nobody and a link that leads nowhere are text, and escaped with the text beside them."""
    match inline:
        case Mention(name, account):
            reached = account.connection == connection and _USERNAME.fullmatch(account.id)
            return inline if reached else Text(one_line(name or account.id))
        case Reference(text, url):
            shown = one_line(text).strip() or one_line(url)
            return Reference(shown, url) if linkable(url) else Text(shown)
        case _:
            return inline


def _between(before: str, after: str) -> str:
    """Code is only recognised between signs or blanks, and Chinese has no blanks."""
    code = before.endswith("}}") or after.startswith("{{")
    return _ZERO_WIDTH if code and before[-1:].strip() and after[:1].strip() else ""


def _inline(inline: Inline) -> str:
    match inline:
        case Text():
            return escape(inline.text)
        case Strong():
            return _marked("{*}", inline.text, "{*}")
        case Struck():
            return _marked("{-}", inline.text, "{-}")
        case Code():
            return _marked("{{", one_line(inline.text), "}}")
        case Mention():
            return f"[~{inline.account.id}]"
        case Reference():
            # braces in an address would begin a macro before the link is seen
            return f"[{escape(inline.text)}|{quote(inline.url, safe=_SAFE_IN_URL)}]"
        case _:
            assert_never(inline)


def _marked(opening: str, text: str, closing: str) -> str:
    """Marks hold inside one line and reach up to its blanks; in braces they hold inside words too: Chinese has no
    blanks."""
    return "\n".join(_marked_line(opening, line, closing) for line in lines(text))


def _marked_line(opening: str, line: str, closing: str) -> str:
    core = line.strip().replace("\t", " ")
    if not core or any(unicodedata.category(sign) in _UNMARKABLE for sign in core):
        return escape(line)
    lead, trail = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
    return f"{lead}{opening}{escape(core)}{closing}{trail}"
