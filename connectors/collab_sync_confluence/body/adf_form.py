"""Bodies as Atlassian documents (Confluence Cloud).

A picture is a ``media`` node that names the file of an attachment (``fileId``: in the official document, as what such
bodies refer to) and its collection, ``contentId-`` and the page's id (in use by others, in no official document, not
verified on a real site).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from collab_sync.model.document import Chart, Document, as_table
from collab_sync_adf import adf
from collab_sync_confluence.body.form import Hung, Said, Setting

_INLINE = frozenset({"text", "hardBreak", "mention", "inlineCard", "emoji"})


class AdfForm:
    """Implements ``Form``; bodies are JSON texts."""

    def write(self, document: Document, setting: Setting) -> str:
        def drawn(chart: Chart) -> Iterator[adf.Node]:
            table = adf.render(Document((as_table(chart, setting.locale),)), setting.connection)["content"]
            hung = setting.picture(chart)
            if hung is not None and hung.file:
                yield _media(hung)
                yield {"type": "expand", "attrs": {"title": setting.numbers}, "content": table}
            elif isinstance(table, list):
                yield from table

        return json.dumps(adf.render(document, setting.connection, drawn), ensure_ascii=False)

    def blocks(self, body: str) -> tuple[Said, ...]:
        try:
            document = json.loads(body)
        except ValueError:
            return ()
        content = document.get("content") if isinstance(document, dict) else None
        return tuple(map(_shape, content)) if isinstance(content, list) else ()


def _media(hung: Hung) -> adf.Node:
    attrs = {
        "type": "file",
        "id": hung.file,
        "collection": f"contentId-{hung.page}",
        "alt": hung.text,
        "width": hung.width,
        "height": hung.height,
    }
    return {
        "type": "mediaSingle",
        "attrs": {"layout": "center", "width": hung.shown_width, "widthType": "pixel"},
        "content": [{"type": "media", "attrs": attrs}],
    }


def _shape(node: object) -> Said:
    """A node by its kind, its text and its children; neighbouring texts are one."""
    if not isinstance(node, dict):
        return ()
    content = node.get("content")
    children = content if isinstance(content, list) else []
    if all(isinstance(child, dict) and child.get("type") in _INLINE for child in children):
        return (node.get("type"), _state(node), "".join(_texts(node)))
    return (node.get("type"), _state(node), *map(_shape, children))


def _state(node: dict[str, object]) -> object:
    """Whether a box is ticked, how deep a heading is, which file is shown, what is folded away."""
    attrs = node.get("attrs")
    found = attrs if isinstance(attrs, dict) else {}
    return tuple(found.get(name) for name in _STATES.get(str(node.get("type")), ()))


_STATES = {"taskItem": ("state",), "heading": ("level",), "media": ("id",), "expand": ("title",)}


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
