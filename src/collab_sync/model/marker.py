"""The hidden mark by which a lost or rebuilt store recognises what collab-sync itself wrote.

A marker travels inside the thing it marks (Jira: a comment or issue property, GitLab: an HTML comment), so a
write whose outcome is unknown can be found again, and an empty database finds what is already there.
Connectors carry the text of a marker without looking into it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

PAGE = "page:"
"""Keys of markers begin so where an item is no work but holds a page of ours: its series stands behind."""


class Marker(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``key``: idempotency key (comments: sticky or post key, issues: creation key). ``rule``: who caused it.
    ``generation``: 1 or more on created issues. ``hash``: of the content last written, names in place of
    mentions. ``state``: what is needed to write the next version (paragraphs of a sticky comment)."""

    key: str
    rule: str = ""
    generation: int = 0
    hash: str = ""
    state: Mapping[str, str] = {}


def dumps(marker: Marker) -> str:
    """ASCII JSON that is safe inside an HTML comment: no dashes, no angle brackets, no line breaks."""
    text = json.dumps(msgspec.to_builtins(marker), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    for character in "-<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def of_page(text: str | None) -> bool:
    """Whether the marker in ``text`` says that the item holds a page of ours."""
    mark = loads(text)
    return mark is not None and mark.key.startswith(PAGE)


def loads(text: str | None) -> Marker | None:
    """The marker in ``text``, or None: text that is not ours is nobody's error."""
    if not text:
        return None
    try:
        return msgspec.json.decode(text, type=Marker)
    except (msgspec.DecodeError, UnicodeError):
        return None
