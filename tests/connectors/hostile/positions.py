"""Every place of a document where text from people may stand, and what of a text can be seen at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date

from collab_sync.model import document as doc
from collab_sync.model.document import Document, GanttTask, Inline, Paragraph, Text
from collab_sync.model.identity import Account
from collab_sync.model.wording import clean

CONNECTION = "here"
LIMING = doc.Mention("李明", Account(CONNECTION, "liming", "李明"))
URL = "https://gl.example.cn/rd/x1#4"
PLACES: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: f"前{text}后",
    lambda text: f"前\n{text}\n后",
)


def documents(text: str) -> Iterator[Document]:
    """``text`` alone, between letters, between lines; each time in every position."""
    return (everywhere(place(text)) for place in PLACES)


def everywhere(text: str) -> Document:
    return Document(
        (
            doc.Heading(2, (Text(text),)),
            Paragraph((Text(text),)),
            Paragraph((Text(text), LIMING, Text(text), LIMING, LIMING, Text(text))),
            Paragraph((Text("https:"), Text(text), Text("h1"), Text(text))),
            Paragraph(tuple(one for inline in marked(text) for one in (inline, Text(text), inline))),
            doc.BulletList(((Text(text),), (LIMING, Text(text)), (*marked(text),))),
            Paragraph((Text("分隔"),)),
            doc.CheckList(((True, (Text(text),)), (False, (Text(text), LIMING)))),
            doc.Table((text, "乙"), (((Text(text),), (doc.Code(text),)), ((LIMING, Text(text)), ()))),
            *charts(text),
            doc.Quiet((Text(text),)),
        )
    )


def marked(text: str) -> tuple[Inline, ...]:
    return (
        doc.Strong(text),
        doc.Struck(text),
        doc.Code(text),
        doc.Reference(text, URL),
        doc.Reference(text, f"javascript:{text}"),
        doc.Mention(text, Account("elsewhere", "wanglei", text)),
    )


def charts(text: str) -> tuple[doc.Chart, ...]:
    return (
        doc.Pie(text, ((text, 1), (text, 2))),
        doc.Bars(text, ((text, 1.0),), unit=text),
        doc.Gantt(text, ((text, (GanttTask(text, date(2025, 9, 1), date(2025, 9, 2), "crit"),)),)),
        doc.Flow(text, (text, text), ((0, 1),)),
        doc.Curves(text, (text, text), ((text, (1.0, None)), (text, (None, 2.0))), unit=text),
        doc.Radar(text, (text, text, text), ((text, (1.0, 2.0, 3.0)), (text, (None, 1.0, 1.0))), 3.0),
    )


def harmless(text: str) -> str:
    """A text with the same lines that says 甲 where ``text`` says something, and nothing visible where it does not."""
    return "\n".join(_harmless(line) for line in clean(text).split("\n")) or (text and "\x01")


def _harmless(line: str) -> str:
    joined = any(unicodedata.category(sign)[0] == "C" for sign in line.replace("\t", ""))
    return ("甲\u2060" if joined else "甲") if line.strip() else line


def typed(document: Document, mention: Callable[[doc.Mention], str]) -> str:
    """All that people should see of ``document``, squeezed; ``mention`` says how a mention that works is shown."""

    def said(inline: Inline) -> str:
        if isinstance(inline, doc.Reference):
            return inline.text if clean(inline.text).strip() else inline.url
        if not isinstance(inline, doc.Mention):
            return inline.text
        return mention(inline) if inline.account.connection == CONNECTION else inline.name or inline.account.id

    parts: list[str] = []
    for block in document.blocks:
        match block:
            case doc.Pie() | doc.Bars() | doc.Curves() | doc.Radar() | doc.Gantt() | doc.Flow():
                table = doc.as_table(block)
            case doc.Table():
                table = block
            case doc.BulletList():
                table = doc.Table((), (block.items,))
            case doc.CheckList():
                table = doc.Table((), (tuple(items for _, items in block.items),))
            case _:
                table = doc.Table((), ((block.inlines,),))
        parts += [*table.head, *(said(inline) for row in table.rows for cell in row for inline in cell)]
    return squeezed("".join(parts))


def squeezed(text: str) -> str:
    """``text`` without what no page is sure to keep: blanks, line breaks, zero-width spaces, what ``clean`` removes."""
    return re.sub(r"[\s\u200b]+", "", clean(text))
