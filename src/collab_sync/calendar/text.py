"""Reading short texts about time that people type, and saying what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from datetime import time

_CLOCK_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_QUOTES = re.compile(r"[“”‘’「」『』\"']")


def clock_time(text: str) -> time:
    """A time of day such as ``09:00``. Raises ValueError with a sentence for the person who typed it."""
    found = _CLOCK_TIME.fullmatch(text.strip())
    if not found:
        raise ValueError(f"时刻“{text}”无法识别,请写成 09:00 这样的两段数字(00:00 到 23:59){meant(text)}")
    return time(int(found[1]), int(found[2]))


def meant(text: str) -> str:
    """A hint when the text would be plain without full-width characters, curly quotes or stray quotes; else empty."""
    plain = _QUOTES.sub("", unicodedata.normalize("NFKC", text)).strip()
    return f';其中有全角字符或多余的引号,是不是 "{plain}"?' if plain and plain != text.strip() else ""
