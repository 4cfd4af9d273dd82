"""Attached pictures inside a text, for people's browsers: the page carries them itself."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence

from collab_sync.sandbox.browse.adf import IMAGE
from collab_sync.sandbox.jira.state import Attachment

_MARKUP = re.compile(r"!([^|!\n]+)(?:\|([^!\n]*))?!")
_PNG = "image/png"


def illustrated(document: Mapping[str, object], attachments: Sequence[Attachment]) -> Mapping[str, object]:
    """``document`` with the bytes of every picture that it shows: files by their media (Cloud), markup that stands
    alone in a paragraph by name (Data Center; of equal names the newest). What is not attached stays as it is."""
    pictures = {key: each for each in attachments if each.mime == _PNG for key in (each.media, each.name)}
    found = _illustrated(document, pictures) if pictures else document
    return found if isinstance(found, Mapping) else document


def _illustrated(node: object, pictures: Mapping[str, Attachment]) -> object:
    match node:
        case {"type": "media", "attrs": {"id": str(media), **attrs}} if media in pictures:
            return _picture(pictures[media], str(attrs.get("alt", "")))
        case {"type": "paragraph", "content": [{"type": "text", "text": str(text)}]}:
            named = _MARKUP.fullmatch(text)
            there = pictures.get(named[1]) if named else None
            return _picture(there, (named[2] or "") if named else "") if there else node
        case {"content": list(content), **rest}:
            return {**rest, "content": [_illustrated(child, pictures) for child in content]}
    return node


def _picture(attachment: Attachment, text: str) -> dict[str, object]:
    data = b64encode(attachment.data).decode("ascii")
    return {"type": "media", "attrs": {"type": "external", "url": IMAGE + data, "alt": text}}
