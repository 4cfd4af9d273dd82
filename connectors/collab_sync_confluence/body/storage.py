"""A ``Document`` in Confluence's storage format (Data Center): XML with some of HTML's elements and some of its own.

Not verified on a real site. Text from people is escaped text and nothing else: no element, no entity, no macro comes of
it. Boxes are signs in a list: what a site makes of its own task lists has ids and owners, and readers can tick them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import assert_never

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
from collab_sync.model.wording import clean, lines, one_line
from collab_sync_adf.adf import linkable
from collab_sync_confluence.body.form import Hung, Setting

_STRUCK = '<span style="text-decoration: line-through;">'


def render(document: Document, setting: Setting) -> str:
    """``document`` as well-formed XML, without a root and with the prefixes ``ac`` and ``ri``. Only accounts of the
    setting's connection can be mentioned, others are named."""
    return "".join(part for block in document.blocks for part in _block(block, setting))


def _block(block: Block, setting: Setting) -> Iterator[str]:
    match block:
        case Paragraph():
            yield f"<p>{_inlines(block.inlines, setting)}</p>"
        case Quiet():
            yield f"<p><small>{_inlines(block.inlines, setting)}</small></p>"
        case Heading():
            level = min(max(block.level, 1), 6)
            yield f"<h{level}>{_inlines(block.inlines, setting)}</h{level}>"
        case BulletList():
            yield _list([_inlines(item, setting) for item in block.items])
        case CheckList():
            yield _list([f"{'☑' if done else '☐'} {_inlines(item, setting)}" for done, item in block.items])
        case Table():
            yield _table(block, setting)
        case Pie() | Bars() | Curves() | Radar() | Gantt() | Flow():
            yield from _chart(block, setting)
        case _:
            assert_never(block)


def _chart(chart: Chart, setting: Setting) -> Iterator[str]:
    table, hung = _table(as_table(chart, setting.locale), setting), setting.picture(chart)
    if hung is None:
        yield table
    else:
        yield _image(hung)
        yield (
            '<ac:structured-macro ac:name="expand">'
            f'<ac:parameter ac:name="title">{setting.numbers}</ac:parameter>'
            f"<ac:rich-text-body>{table}</ac:rich-text-body></ac:structured-macro>"
        )


def _image(hung: Hung) -> str:
    return (
        f'<p><ac:image ac:width="{hung.shown_width}" ac:alt="{_attribute(hung.text)}">'
        f'<ri:attachment ri:filename="{_attribute(hung.name)}" /></ac:image></p>'
    )


def _list(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""


def _table(table: Table, setting: Setting) -> str:
    width = max([len(table.head), *(len(row) for row in table.rows)])
    rows = [_row("th", [_text(name) for name in table.head], width)] if table.head else []
    rows += [_row("td", [_inlines(cell, setting) for cell in row], width) for row in table.rows if width]
    return f"<table><tbody>{''.join(rows)}</tbody></table>" if rows else ""


def _row(kind: str, cells: Sequence[str], width: int) -> str:
    padded = [*cells, *[""] * (width - len(cells))]
    return f"<tr>{''.join(f'<{kind}><p>{cell}</p></{kind}>' for cell in padded)}</tr>"


def _inlines(inlines: Iterable[Inline], setting: Setting) -> str:
    return "".join(_inline(inline, setting) for inline in inlines)


def _inline(inline: Inline, setting: Setting) -> str:
    match inline:
        case Text():
            return _text(inline.text)
        case Strong():
            return f"<strong>{_text(inline.text)}</strong>"
        case Struck():
            return f"{_STRUCK}{_text(inline.text)}</span>"
        case Code():
            return f"<code>{_text(inline.text)}</code>"
        case Mention():
            return _mention(inline, setting)
        case Reference():
            text = _text(inline.text if clean(inline.text).strip() else inline.url)
            return f'<a href="{escape(inline.url)}">{text}</a>' if linkable(inline.url) else text
        case _:
            assert_never(inline)


def _mention(mention: Mention, setting: Setting) -> str:
    if mention.account.connection == setting.connection and mention.account.id:
        return f'<ac:link><ri:user ri:username="{_attribute(mention.account.id)}" /></ac:link>'
    return _text(mention.name or mention.account.id)


def _text(text: str) -> str:
    return "<br />".join(escape(line, quote=False) for line in lines(text))


def _attribute(text: str) -> str:
    return escape(one_line(text))
