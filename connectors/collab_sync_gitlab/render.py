"""Our documents as GitLab Markdown.

The only thing that notifies anybody is a ``Mention``; text from people is escaped (see ``escape``). One block is one
Markdown block, the quiet line is set small.

A marker is the last line, ``<!-- collab-sync {…} -->``: GitLab keeps HTML comments as they are and shows nothing. Its
text is that of ``collab_sync.model.marker.dumps``: one line of ASCII without dashes and angle brackets, so it can
neither end the comment nor start a quick action.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never
from urllib.parse import quote

from collab_sync.model import wording
from collab_sync.model.document import (
    Bars,
    Block,
    BulletList,
    CheckList,
    Code,
    Curves,
    Document,
    Flow,
    Gantt,
    Heading,
    Inline,
    Locale,
    Mention,
    Paragraph,
    Pie,
    Quiet,
    Radar,
    Reference,
    Strong,
    Struck,
    Table,
    Text,
    as_table,
    merged,
)
from collab_sync.model.wording import clean, one_line
from collab_sync_gitlab.escape import ZERO_WIDTH, escape, flanks, line_starts

_MARKER = re.compile(r"^<!-- collab-sync (\{[^\n\r<>-]*\}) -->[ \t]*\r?$", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[^/]", re.IGNORECASE)
_USERNAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?", re.ASCII)
_GLUED = re.compile(r"\\?[A-Za-z0-9_./-]", re.ASCII)
_CALL = re.compile(r"@(?=[\w.-])")
_TITLE_LIMIT = 255
_SAFE_IN_URL = "/:?#@!$&'*+,=%~-._"


def note(document: Document, marker: str, connection: str) -> str:
    """The body of a comment or a description, with its marker hidden behind it.

    Raises ValueError for a marker that cannot be hidden (``dumps`` makes none)."""
    body = render(document, connection)
    return f"{body}\n\n{hide(marker)}" if body else hide(marker)


def hide(marker: str) -> str:
    """The line that carries ``marker`` and shows nothing. Raises ValueError for one that ``dumps`` did not make."""
    line = f"<!-- collab-sync {marker} -->"
    if not _MARKER.fullmatch(line):
        raise ValueError("a marker must be one line of JSON without dashes and angle brackets")
    return line


def hidden(body: str) -> str | None:
    """The marker in ``body`` if there is exactly one. Only to be trusted when we wrote ``body``."""
    found: list[str] = _MARKER.findall(body)
    return found[0] if len(found) == 1 else None


def render(document: Document, connection: str, locale: Locale = "zh") -> str:
    """Markdown without a marker. Mentions of accounts that are not on ``connection`` show as names; ``locale`` is that
    of the words we add."""
    blocks = (_block(block, connection, locale) for block in document.blocks)
    return "\n\n".join(block for block in blocks if block)


def title(text: str) -> str:
    """An issue title: one line, at most 255 characters, and nobody is notified by an ``@`` in it."""
    return wording.title(_CALL.sub("@\u200b", one_line(text)), _TITLE_LIMIT)


def _block(block: Block, connection: str, locale: Locale) -> str:  # noqa: PLR0911  # one case per kind of block
    match block:
        case Paragraph():
            return _lines(block.inlines, connection).replace("\n", "\\\n")
        case Heading():
            text = _lines(block.inlines, connection).replace("\n", " ")
            return f"{'#' * min(max(block.level, 1), 6)} {text}" if text else ""
        case Quiet():
            text = _lines(block.inlines, connection).replace("\n", "<br>")
            return f"<sub>{text}</sub>" if text else ""
        case BulletList():
            return "\n".join(f"- {_cell(item, connection)}" for item in block.items)
        case CheckList():
            return "\n".join(f"- [{'x' if done else ' '}] {_cell(item, connection)}" for done, item in block.items)
        case Table():
            return _table(block, connection)
        case Pie() | Bars() | Curves() | Radar() | Gantt() | Flow():
            return _table(as_table(block, locale), connection)
        case _:
            assert_never(block)


def _table(table: Table, connection: str) -> str:
    width = max([len(table.head), *(len(row) for row in table.rows)], default=0)
    if not width:
        return ""
    head = [_cell((Text(name),), connection) for name in table.head]
    rows = [[_cell(cell, connection) for cell in row] for row in table.rows]
    padded = [cells + [""] * (width - len(cells)) for cells in [head, *rows]]
    lines = [f"| {' | '.join(cells)} |" for cells in padded]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(inlines: tuple[Inline, ...], connection: str) -> str:
    return _lines(inlines, connection).replace("\n", "<br>")


def _lines(inlines: Iterable[Inline], connection: str) -> str:
    """Lines of Markdown without blank ones at the ends; nothing in them is taken for the start of a block."""
    acting = merged(_as_it_acts(inline, connection) for inline in inlines)
    return line_starts(_joined(acting)).strip("\n")


def _as_it_acts(inline: Inline, connection: str) -> Inline:
    """A mention that reaches nobody and a link that leads nowhere are text, and escaped with the text beside them."""
    match inline:
        case Mention(name, account):
            reached = account.connection == connection and _USERNAME.fullmatch(account.id)
            return inline if reached else Text(one_line(name or account.id))
        case Reference(text, url):
            shown, address = one_line(text) if clean(text).strip() else one_line(url), clean(url).strip()
            return Reference(shown, address) if _ADDRESS.match(address) else Text(shown)
        case _:
            return inline


def _joined(inlines: list[Inline]) -> str:
    text, called = "", False
    for inline in inlines:
        if piece := _inline(inline):
            calls = isinstance(inline, Mention)
            text += _between(text, piece, called=called, calls=calls) + piece
            called = calls
    return text


def _between(before: str, after: str, *, called: bool, calls: bool) -> str:
    """A mention keeps its distance from letters around it, or GitLab would read another name, and from a backslash,
    which older servers would take for its escape; equal marks that meet (``**甲****乙**``) would be read as one.

    ``called``, ``calls``: whether what stands before or after is a mention."""
    if (calls and (called or _GLUED.fullmatch(before[-1:]))) or (called and _GLUED.match(after)):
        return " "
    meet = (calls and before.endswith("\\")) or (after[0] in "*~`" and before[-1:] == after[0])
    return ZERO_WIDTH if meet else ""


def _inline(inline: Inline) -> str:
    match inline:
        case Text():
            return escape(inline.text)
        case Strong():
            return _marked(inline.text, "**", "strong")
        case Struck():
            return _marked(inline.text, "~~", "del")
        case Code():
            return _code(inline.text)
        case Mention():
            return f"@{inline.account.id}"
        case Reference():
            return _reference(inline)
        case _:
            assert_never(inline)


def _marked(text: str, mark: str, tag: str) -> str:
    """Marks where they are sure to work, otherwise the HTML element that they stand for."""
    text = one_line(text).strip()
    if not text:
        return ""
    return f"{mark}{escape(text)}{mark}" if flanks(text) else f"<{tag}>{escape(text)}</{tag}>"


def _code(text: str) -> str:
    text = one_line(text)
    if not text.strip():
        return ""
    if "|" in text:  # a table cell would end here, inside code too
        return f"<code>{escape(text, inert=False)}</code>"
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _reference(reference: Reference) -> str:
    return f"[{escape(reference.text, inert=False)}]({quote(reference.url, safe=_SAFE_IN_URL)})"
