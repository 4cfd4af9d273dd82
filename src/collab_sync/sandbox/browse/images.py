"""Pictures that stand in texts: attachments of the sandbox itself, and nothing from anywhere else."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit


def image_html(address: str, text: str = "") -> str:
    """An ``<img>`` for a picture inside the sandbox (``/jira/…``); for any other address only ``text``, which is what
    people see who cannot see the picture."""
    if not _inside(address):
        return f'<span class="soft">[图:{escape(text or "无法显示")}]</span>'
    return f'<img src="{escape(address)}" alt="{escape(text)}" loading="lazy">'


def _inside(address: str) -> bool:
    """Whether an address is a path on this very server."""
    if not address.startswith("/") or any(ord(sign) <= ord(" ") for sign in address) or "\\" in address:
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc
