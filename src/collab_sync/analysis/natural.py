"""Keys in the order in which people sort them: ``NPX-2`` before ``NPX-10``."""

from __future__ import annotations

import re

_PARTS = re.compile(r"(\d+)")


def natural(key: str) -> tuple[tuple[int, str], ...]:
    """What to sort keys by: runs of digits count as numbers and come before words."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _PARTS.split(key) if part)
