"""What every rendering does to text from people before its own escaping, so that all trackers show the same."""

from __future__ import annotations

import re

_BREAK = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_ACTS_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff]"
)
"""Controls and no characters at all, and direction overrides, which would reorder what stands around them."""
_HALF_PAIR = re.compile(r"[\ud800-\udfff]")


def clean(text: str) -> str:
    """``text`` with every kind of line break as ``\\n`` and without characters that show nothing but act.

    Halves of surrogate pairs, which no tracker can store, become U+FFFD. Cleaning twice changes nothing."""
    return _HALF_PAIR.sub("\ufffd", _ACTS_UNSEEN.sub("", _BREAK.sub("\n", text)))


def lines(text: str) -> list[str]:
    """The lines of ``text``, whatever ends them; at least one."""
    return clean(text).split("\n")


def one_line(text: str) -> str:
    """``text`` with blanks for line breaks."""
    return clean(text).replace("\n", " ")


def title(text: str, longest: int) -> str:
    """``text`` as a title: one line of at most ``longest`` characters without blanks at its ends, never empty."""
    line = one_line(text).strip() or "—"
    return line if len(line) <= longest else line[: longest - 1] + "…"
