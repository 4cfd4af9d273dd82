"""Atlassian documents: what Jira accepts as one, and the plain text in it."""

from __future__ import annotations

from typing import TypeGuard

from collab_sync.sandbox.jira.refusal import bad_field
from collab_sync.sandbox.jira.state import Adf

COMMENT_LIMIT = 32_767
"""Characters of text in a comment or a rich text field; Jira's default for text fields."""

_BREAKS = frozenset({"paragraph", "heading", "codeBlock", "tableRow", "listItem", "rule", "blockquote", "panel"})


def is_document(value: object) -> TypeGuard[Adf]:
    """Whether it is ``{"type": "doc", "version": 1, "content": [nodes]}`` with well-formed nodes."""
    if not isinstance(value, dict) or value.get("type") != "doc" or value.get("version") != 1:
        return False
    return _are_nodes(value.get("content"))


def field_document(field: str, value: object) -> Adf | None:
    """A rich text field's new value; None and an empty document clear it. Raises Refusal 400 in Jira's words."""
    if value is None:
        return None
    if not is_document(value):
        raise bad_field(field, "Operation value must be an Atlassian Document (see the Atlassian Document Format)")
    if len(plain_text(value)) > COMMENT_LIMIT:
        raise bad_field(field, too_long())
    return value if value["content"] else None


def comment_document(value: object) -> Adf:
    """A comment's body. Raises Refusal 400 in Jira's words."""
    if value is None or (is_document(value) and not plain_text(value).strip() and not _has_media(value)):
        raise bad_field("comment", "Comment body can not be empty!")
    if not is_document(value):
        raise bad_field("comment", "Comment body is not valid!")
    if len(plain_text(value)) > COMMENT_LIMIT:
        raise bad_field("comment", too_long())
    return value


def plain_text(node: object) -> str:
    """The text people would read, blocks on lines of their own, mentions as ``@name``; wiki markup as it stands."""
    if isinstance(node, str):
        return node
    parts: list[str] = []
    _collect(node, parts)
    return "".join(parts).strip("\n")


def _collect(node: object, parts: list[str]) -> None:
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "text":
        parts.append(str(node.get("text", "")))
    elif kind == "hardBreak":
        parts.append("\n")
    elif kind in ("mention", "emoji", "status", "inlineCard"):
        parts.append(_label(node.get("attrs")))
    content = node.get("content")
    for child in content if isinstance(content, list) else ():
        _collect(child, parts)
    if kind in _BREAKS and parts and not parts[-1].endswith("\n"):
        parts.append("\n")


def _label(attrs: object) -> str:
    if not isinstance(attrs, dict):
        return ""
    return str(attrs.get("text") or attrs.get("shortName") or attrs.get("url") or "")


def _are_nodes(nodes: object) -> bool:
    return isinstance(nodes, list) and all(_is_node(node) for node in nodes)


def _is_node(node: object) -> bool:
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        return False
    if node["type"] == "text":
        return isinstance(node.get("text"), str) and node["text"] != ""
    return _are_nodes(node.get("content", []))


def _has_media(node: object) -> bool:
    if not isinstance(node, dict):
        return False
    content = node.get("content")
    return node.get("type") in ("media", "rule", "extension") or any(
        _has_media(child) for child in (content if isinstance(content, list) else ())
    )


def too_long() -> str:
    """What Jira says of a text beyond the limit."""
    return f"The entered text is too long. It exceeds the allowed limit of {COMMENT_LIMIT:,} characters."
