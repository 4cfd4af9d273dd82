"""Our pages as Confluence holds them: their titles, their bodies, and what two bodies say.

Titles are unique in a whole space, without regard to case, so the title is the whole path, the last part first: what
tells pages apart is what the page tree shows. The last line of a body is a small stamp made of the page's key: a page
whose property was lost right after it was created is recognised by it, and by us as its author.

A site stores more in a document than it was given (ids of nodes, layouts, data about links), so bodies are compared by
their texts and the kinds of their nodes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TypeAlias

from collab_sync.model.document import Document, Heading, Paragraph, Quiet, Text
from collab_sync.model.page import Page
from collab_sync_adf import adf

Said: TypeAlias = tuple[object, ...]

_LONGEST = 255
"""Characters of a title that a site takes."""

_STAMP = re.compile(r"collab-sync:[0-9a-f]{16}")
_NOTICE = 1
"""Place of the notice among a body's blocks."""


def title_of(path: str) -> str:
    """The title of the page of this path: ``2025-10-10 · X1 · 周报 · 协同``. At most 255 characters."""
    parts = [" ".join(part.split()) for part in path.strip("/").split("/")]
    title = " · ".join(reversed([part for part in parts if part]))
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 10]}… {sha256(path.encode()).hexdigest()[:8]}"


def same_title(one: str, other: str) -> bool:
    """Whether a space takes two titles for one."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def folder_key(path: str) -> str:
    """The key of the page that holds those below ``path``."""
    return f"目录:{path}"


def page_body(page: Page, connection: str) -> str:
    """The page as a document: its title, notice, what it says (charts as tables), our stamp. JSON text."""
    heading = Heading(1, (Text(page.title),))
    return _text(Document((heading, page.notice, *page.document.blocks, _stamped(page.key))), connection)


def folder_body(path: str, connection: str) -> str:
    """A page that only holds others, as a document. JSON text."""
    words = f"“{path}”下面的页面由 collab-sync 生成和更新;这一页只用来归拢它们。"
    return _text(Document((Paragraph((Text(words),)), _stamped(folder_key(path)))), connection)


def stamp(key: str) -> str:
    """What the last line of a body ends with."""
    return f"collab-sync:{sha256(key.encode()).hexdigest()[:16]}"


def stamp_in(body: str) -> str:
    """The stamp in the last block of a body; empty if it has none."""
    blocks = _blocks(body)
    found = _STAMP.findall("".join(_texts(blocks[-1]))) if blocks else []
    return str(found[-1]) if found else ""


def said(body: str) -> Said:
    """What a page says: all of it but the notice."""
    return tuple(_shape(block) for place, block in enumerate(_blocks(body)) if place != _NOTICE)


def _stamped(key: str) -> Quiet:
    return Quiet((Text(f"本页由 collab-sync 生成,手改的字下次会被盖掉 · {stamp(key)}"),))


def _text(document: Document, connection: str) -> str:
    return json.dumps(adf.render(document, connection), ensure_ascii=False)


def _blocks(body: str) -> list[object]:
    try:
        document = json.loads(body)
    except ValueError:
        return []
    content = document.get("content") if isinstance(document, dict) else None
    return content if isinstance(content, list) else []


def _shape(node: object) -> Said:
    """A node by its kind, its text and its children; neighbouring texts are one."""
    if not isinstance(node, dict):
        return ()
    content = node.get("content")
    children = content if isinstance(content, list) else []
    if all(isinstance(child, dict) and child.get("type") in _INLINE for child in children):
        return (node.get("type"), _state(node), "".join(_texts(node)))
    return (node.get("type"), _state(node), *map(_shape, children))


_INLINE = frozenset({"text", "hardBreak", "mention", "inlineCard", "emoji"})


def _state(node: dict[str, object]) -> object:
    """Whether a box is ticked, how deep a heading is."""
    attrs = node.get("attrs")
    return (attrs.get("state"), attrs.get("level")) if isinstance(attrs, dict) else (None, None)


def _texts(node: object) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    attrs = node.get("attrs")
    if node.get("type") == "text":
        yield str(node.get("text", ""))
    elif node.get("type") == "hardBreak":
        yield "\n"
    elif node.get("type") in ("mention", "inlineCard", "emoji") and isinstance(attrs, dict):
        yield str(attrs.get("id") or attrs.get("url") or attrs.get("shortName"))
    content = node.get("content")
    for child in content if isinstance(content, list) else ():
        yield from _texts(child)
