"""Atlassian documents as bodies of pages: which are accepted, and what the site makes of them.

A real site stores more than it is given: ids of nodes, layouts of tables, data about links. So does this one, so that
no client compares what it wrote with what it reads back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from collab_sync.sandbox.confluence.refusal import invalid

_INLINE = frozenset({"text", "hardBreak", "mention", "emoji", "status", "date", "inlineCard"})
_BLOCKS = frozenset(
    {
        "paragraph",
        "heading",
        "bulletList",
        "orderedList",
        "taskList",
        "table",
        "rule",
        "codeBlock",
        "blockquote",
        "panel",
        "mediaSingle",
        "expand",
    }
)
_CHILDREN: dict[str, frozenset[str]] = {
    "doc": _BLOCKS,
    "paragraph": _INLINE,
    "heading": _INLINE,
    "taskItem": _INLINE,
    "codeBlock": frozenset({"text"}),
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "taskList": frozenset({"taskItem", "taskList"}),
    "listItem": frozenset({"paragraph", "bulletList", "orderedList", "taskList", "codeBlock"}),
    "table": frozenset({"tableRow"}),
    "tableRow": frozenset({"tableHeader", "tableCell"}),
    "tableHeader": _BLOCKS - {"table"},
    "tableCell": _BLOCKS - {"table"},
    "blockquote": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"}),
    "panel": _BLOCKS - {"table", "panel", "blockquote"},
    "mediaSingle": frozenset({"media"}),
    "expand": _BLOCKS - {"expand"},
}
_NEVER_EMPTY = frozenset({"bulletList", "orderedList", "taskList", "table", "listItem", "mediaSingle", "expand"})
_NAMED = frozenset({"paragraph", "heading", "table"})
"""Nodes to which the site gives ids."""


def accepted(value: object) -> dict[str, Any]:
    """The document in a body's text. Raises Refusal 400."""
    try:
        document = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("type") != "doc" or document.get("version") != 1:
        raise invalid("The body is not a valid ADF document.")
    _check(document)
    return document


def stored(node: Any, counter: int = 0) -> Any:
    """The same document as the site keeps it."""
    if not isinstance(node, dict):
        return node
    kept = dict(node)
    if kept.get("type") in _NAMED:
        kept["attrs"] = {**kept.get("attrs", {}), "localId": f"{counter:012x}"}
    if kept.get("type") == "table":
        kept["attrs"] = {**kept["attrs"], "layout": "default"}
    if kept.get("type") == "media":
        kept["attrs"] = {**kept.get("attrs", {}), "occurrenceKey": f"{counter:012x}"}
    if "marks" in kept:
        kept["marks"] = [_known(mark) for mark in kept["marks"]]
    if "content" in kept:
        kept["content"] = [stored(child, 31 * counter + place + 1) for place, child in enumerate(kept["content"])]
    return kept


def with_pictures(node: Any, pictures: Mapping[str, str]) -> Any:
    """The same document with the addresses of the files that it shows; ``pictures``: addresses by what a file is called
    in documents."""
    if not isinstance(node, dict):
        return node
    kept = dict(node)
    if kept.get("type") == "media" and kept.get("attrs", {}).get("id") in pictures:
        kept["attrs"] = {**kept["attrs"], "url": pictures[kept["attrs"]["id"]]}
    if "content" in kept:
        kept["content"] = [with_pictures(child, pictures) for child in kept["content"]]
    return kept


def _known(mark: dict[str, Any]) -> dict[str, Any]:
    if mark.get("type") != "link":
        return mark
    return {**mark, "attrs": {**mark["attrs"], "__confluenceMetadata": None}}


def _check(node: dict[str, Any]) -> None:
    kind = str(node.get("type"))
    children = node.get("content", [])
    if not isinstance(children, list) or (kind in _NEVER_EMPTY and not children):
        raise invalid(f"ADF node {kind} has no valid content.")
    for child in children:
        if not isinstance(child, dict) or child.get("type") not in _CHILDREN.get(kind, frozenset()):
            raise invalid(
                f"ADF node {kind} must not contain {child.get('type') if isinstance(child, dict) else child}."
            )
        if child["type"] == "media" and not child.get("attrs", {}).get("id"):
            raise invalid("ADF media node must name a file.")
        if child["type"] == "text" and not (isinstance(child.get("text"), str) and child["text"]):
            raise invalid("ADF text node must not be empty.")
        _check(child)
