"""What all diagrams are written with: names that mean nothing to Mermaid, numbers, colours, settings.

Names keep their look and lose their meaning: signs become full-width, a name that begins like grammar gets an invisible
character in front.
"""

from __future__ import annotations

import json
import re

from collab_sync.model.wording import one_line

PALETTE = (
    ("#3B82C4", "🟦"), ("#F28C28", "🟧"), ("#4CAF50", "🟩"), ("#9B59B6", "🟪"),
    ("#8D6E63", "🟫"), ("#D9534F", "🟥"), ("#EBC334", "🟨"), ("#4D4D4D", "⬛"),
)  # fmt: skip
"""Colours of lines and shapes, and the sign that looks like each in a text."""
NO_WORD = "\u2060"
"""Shows nothing and is no blank."""

_LONGEST = 60
"""Characters of a name: a longer one leaves no room for the bars."""
_SIGNS = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in "\"#%&'*:;,<>?@[\\]^`{|}~()=$+!"})
_GRAMMAR = re.compile(
    r"(?:section|title|click|href|call|gantt|dateFormat|inclusiveEndDates|topAxis|axisFormat|tickInterval|excludes|"
    r"includes|todayMarker|weekday|weekend|accTitle|accDescr|vert|--|\d{4}-\d{2}-\d{2})",
    re.IGNORECASE,
)


def name(text: str, longest: int = _LONGEST) -> str:
    """``text`` as a name that no diagram stumbles over: one line, at most ``longest`` characters, never empty."""
    line = " ".join(one_line(text).translate(_SIGNS).split())
    line = line if len(line) <= longest else line[: longest - 1] + "…"
    if not line:
        return "—"
    return NO_WORD + line if _GRAMMAR.match(line) else line


def number(value: float) -> str:
    """Without an exponent, which the grammar does not know."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def settings(**wanted: object) -> str:
    """The line in front of a diagram that sets its look."""
    return f"%%{{init: {json.dumps(wanted)}}}%%"
