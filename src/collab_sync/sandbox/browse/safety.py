"""What may reach a page: addresses that do nothing by themselves, markers as readable text."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit


def is_safe_url(url: str) -> bool:
    """Whether a link may lead there: http, https, mailto, or inside the sandbox. Unknown schemes are refused."""
    if any(ord(character) <= ord(" ") for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in {"http", "https", "mailto"}
    return not parts.netloc and ":" not in url.split("/", 1)[0]


def marker_html(text: str) -> str:
    """A hidden marker, readable for who opens it."""
    return f'<details class="marker"><summary>隐藏标记</summary><code>{escape(text.strip())}</code></details>'
