"""Our pages as documents, and what two bodies say.

The last line of a body is a small stamp made of the page's key: a page whose property was lost right after it was
created is recognised by it, and by us as its author.
"""

from __future__ import annotations

from collections.abc import Iterator

from collab_sync.model.document import Block, Chart, Document, Heading, Paragraph, Quiet, Strong, Text
from collab_sync.model.page import Locale, Page
from collab_sync_confluence.body.form import Form, Said, Setting
from collab_sync_confluence.titles import STAMP, folder_key, stamp

_NOTICE = 1
"""Place of the notice among a body's blocks."""

_MADE = {
    "zh": "本页由 collab-sync 生成,手改的字下次会被盖掉",
    "en": "Made by collab-sync; what is edited by hand is overwritten next time",
}
_FOLDER = {
    "zh": "“{path}”下面的页面由 collab-sync 生成和更新;这一页只用来归拢它们。",
    "en": "The pages below “{path}” are made and kept up to date by collab-sync; this page only holds them together.",
}


def page_body(page: Page, form: Form, setting: Setting) -> str:
    """The page: its title, notice, what it says, our stamp."""
    heading = Heading(1, (Text(page.title),))
    end = _stamped(page.key, setting.locale)
    shown = (part for block in page.document.blocks for part in _titled(block, setting))
    return form.write(Document((heading, page.notice, *shown, end)), setting)


def _titled(block: Block, setting: Setting) -> tuple[Block, ...]:
    """A chart without a picture is a table, which does not say what it is about."""
    if not isinstance(block, Chart) or setting.picture(block):
        return (block,)
    return (Paragraph((Strong(block.title),)), block)


def folder_body(path: str, form: Form, setting: Setting) -> str:
    """A page that only holds others."""
    words = _FOLDER[setting.locale].format(path=path)
    return form.write(Document((Paragraph((Text(words),)), _stamped(folder_key(path), setting.locale))), setting)


def stamp_in(form: Form, body: str) -> str:
    """The stamp in the last block of a body; empty if it has none."""
    blocks = form.blocks(body)
    found = STAMP.findall(" ".join(_texts(blocks[-1]))) if blocks else []
    return str(found[-1]) if found else ""


def said(form: Form, body: str) -> Said:
    """What a page says: all of it but the notice."""
    return tuple(block for place, block in enumerate(form.blocks(body)) if place != _NOTICE)


def _stamped(key: str, locale: Locale) -> Quiet:
    return Quiet((Text(f"{_MADE[locale]} · {stamp(key)}"),))


def _texts(said: object) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, tuple):
        for one in said:
            yield from _texts(one)
