"""A document's blocks as HTML.

Everything people typed passes ``_typed``: it shows as typed and is never a tag, an attribute or an address that does
anything. The only addresses are those of references, and only http, https and mailto become links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import assert_never
from urllib.parse import urlsplit

from collab_sync.model.document import (
    Bars,
    Block,
    BulletList,
    Chart,
    CheckList,
    Code,
    Curves,
    Document,
    Flow,
    Gantt,
    Heading,
    Inline,
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
)
from collab_sync.model.page import Locale
from collab_sync.model.wording import clean, one_line

Drawn = Callable[[Chart], str]
"""A chart as an ``<svg>`` element; empty where there is nothing to draw."""


@dataclass(frozen=True, slots=True)
class Easel:
    """Who draws the charts, and for readers of which language."""

    drawn: Drawn
    locale: Locale = "zh"


_NUMBERS: Mapping[Locale, str] = {"zh": "数字", "en": "Figures"}
LIGHTS: Mapping[str, str] = {
    "红": "red", "黄": "amber", "绿": "green",
    "Red": "red", "Amber": "amber", "Yellow": "amber", "Green": "green",
}  # fmt: skip
"""Cells that are a traffic light, and the class that colours it."""
LAMPS = ("🔴 ", "🟡 ", "🟢 ")
"""Signs before the word of a light; a dot of our own stands for them, which needs no font."""
_SCHEMES = ("http", "https", "mailto")
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?%?(?: ?(?:天|项|小时|个))?(?:\([↑↓=][\d,.]*\))?|—")
"""A number as pages write it, perhaps with its change since the edition before."""
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?|\d{1,2} [A-Z][a-z]{2} \d{4}")
_SHORT, _LONG = 8, 14
"""Characters of a cell that is not worth a second line, and of one that wants a wider column."""


def html_of(document: Document, easel: Easel) -> str:
    """The blocks of ``document``, one below the other."""
    return "\n".join(html for block in document.blocks if (html := _block(block, easel)))


def leads(url: str) -> bool:
    """Whether a link may lead there."""
    if any(sign.isspace() or ord(sign) < ord(" ") for sign in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


def _block(block: Block, easel: Easel) -> str:  # noqa: PLR0911  # one case per kind of block
    match block:
        case Paragraph():
            return f"<p>{_inlines(block.inlines)}</p>"
        case Heading():
            size = min(max(block.level, 2), 6)
            return f"<h{size}>{_inlines(block.inlines)}</h{size}>"
        case Quiet():
            return f'<p class="quiet">{_inlines(block.inlines)}</p>'
        case BulletList():
            return _list([_inlines(item) for item in block.items])
        case CheckList():
            return _list([f"{'☑' if done else '☐'} {_inlines(item)}" for done, item in block.items], "checks")
        case Table():
            return _table(block)
        case Pie() | Bars() | Curves() | Radar() | Gantt() | Flow():
            return _chart(block, easel)
        case _:
            assert_never(block)


def _list(items: Sequence[str], name: str = "") -> str:
    return f'<ul class="{name or "points"}">{"".join(f"<li>{item}</li>" for item in items)}</ul>' if items else ""


def _chart(chart: Chart, easel: Easel) -> str:
    """The picture, with its numbers behind it for whoever wants them; the numbers alone where there is no picture."""
    numbers = _table(as_table(chart, easel.locale))
    picture = easel.drawn(chart)
    if not picture:
        return f"<p><strong>{_typed(chart.title)}</strong></p>{numbers}"
    return f"<figure>{picture}<details><summary>{_NUMBERS[easel.locale]}</summary>{numbers}</details></figure>"


# --- tables ----------------------------------------------------------------------------------------------------
def _table(table: Table) -> str:
    width = max([len(table.head), *(len(row) for row in table.rows)], default=0)
    if not width:
        return ""
    classes = [_class(table, column) for column in range(width)]
    head = _row("th", [(Text(name),) for name in table.head], classes)
    body = "".join(_row("td", row, classes) for row in table.rows)
    return f'<div class="wide"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'


def _row(tag: str, cells: Sequence[tuple[Inline, ...]], classes: Sequence[str]) -> str:
    """As many cells as there are columns."""
    padded = [*cells, *[()] * (len(classes) - len(cells))]
    opened = [f'<{tag} class="{name}">' if name else f"<{tag}>" for name in classes]
    return f"<tr>{''.join(f'{one}{_light(cell)}</{tag}>' for one, cell in zip(opened, padded, strict=True))}</tr>"


def _class(table: Table, column: int) -> str:
    """How a column is set: numbers to the right, short texts on one line, long ones with room."""
    texts = ["".join(_said(inline) for inline in row[column]).strip() for row in table.rows if column < len(row)]
    said = [text for text in texts if text]
    if said and all(_NUMBER.fullmatch(text) for text in said):
        return "number"
    if said and all(len(text) <= _SHORT or _MOMENT.fullmatch(text) for text in said):
        return "short"
    return "long" if any(len(text) > _LONG for text in said) else ""


def _light(inlines: tuple[Inline, ...]) -> str:
    """A cell that is a traffic light shows one."""
    alone = inlines[0] if len(inlines) == 1 else None
    if not isinstance(alone, Text | Strong):
        return _inlines(inlines)
    word = alone.text[len(LAMPS[0]) :] if alone.text.startswith(LAMPS) else alone.text
    colour = LIGHTS.get(word)
    shown = _inline(type(alone)(word))
    return f'<span class="light {colour}">{shown}</span>' if colour else _inlines(inlines)


# --- inlines ---------------------------------------------------------------------------------------------------
def _inlines(inlines: Sequence[Inline]) -> str:
    return "".join(_inline(inline) for inline in inlines)


def _inline(inline: Inline) -> str:  # one case per kind of inline
    match inline:
        case Text():
            return _typed(inline.text)
        case Strong():
            return f"<strong>{_typed(inline.text)}</strong>"
        case Struck():
            return f"<del>{_typed(inline.text)}</del>"
        case Code():
            return f"<code>{_typed(inline.text)}</code>"
        case Mention():
            return f'<span class="who">@{_typed(_said(inline))}</span>'
        case Reference():
            return _reference(inline)
        case _:
            assert_never(inline)


def _reference(link: Reference) -> str:
    address = clean(link.url).strip()
    shown = _typed(link.text if clean(link.text).strip() else one_line(link.url))
    return f'<a href="{escape(address)}" rel="noopener noreferrer">{shown}</a>' if leads(address) else shown


def _said(inline: Inline) -> str:
    return inline.name or inline.account.id if isinstance(inline, Mention) else inline.text


def _typed(text: str) -> str:
    return escape(clean(text)).replace("\n", "<br>")
