"""The 「协同信息」 section of an issue's text: people's own, only ever read.

It begins at a heading 协同信息, or at a line that says nothing but 协同信息, 「协同信息」 or 【协同信息】, and ends
at the next heading of the same or a higher level (without a heading of its own: at any heading), or with the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from collab_sync.carriers.pairs import Value, joined, pair
from collab_sync.carriers.raw import Line
from collab_sync.carriers.vocabulary import KNOWN_FIELDS, SECTION_TITLE, field_name, folded

_BELOW_ALL_HEADINGS = 7
_BRACKETS = "「」『』【】[]《》*_:# "
_LONGEST_TITLE = 40
_NO_LETTERS = re.compile(r"[\W\d_]+")


def section(lines: Sequence[Line]) -> Mapping[str, Value]:
    """The section's values by canonical key, in the order in which the keys first appear; unknown keys are kept.

    A repeated key: the last one that says something wins. Bullet lines after a key without a value are its value, one
    per line. A key without any value is left out. An item with several sections has them read as one.
    """
    gathered: dict[str, list[Value]] = {}
    waiting = _Waiting()
    for line in _inside(lines):
        found = pair(line)
        name = field_name(found.key) if found else ""
        if line.bullet and waiting.key and not (waiting.bullet and name in KNOWN_FIELDS):
            waiting.parts.append(Value(line.text.strip(), line.accounts))
            gathered[waiting.key] = waiting.parts
        elif found and found.value.text:
            gathered[name], waiting = [found.value], _Waiting()
        else:
            waiting = _Waiting(name, line.bullet)
    return {key: joined(parts) for key, parts in gathered.items()}


@dataclass(slots=True)
class _Waiting:
    """A key without a value (empty: none), and the bullet lines found for it so far."""

    key: str = ""
    bullet: bool = False
    parts: list[Value] = field(default_factory=list)


def _inside(lines: Sequence[Line]) -> Iterator[Line]:
    level = 0
    for line in lines:
        if _opens(line):
            level = line.heading or _BELOW_ALL_HEADINGS
        elif line.heading and line.heading <= level:
            level = 0
        elif level and not line.heading:
            yield line


def could_open(text: str) -> bool:
    """Whether a line that shows ``text`` may be read as the beginning of a section, whatever marks readers take off."""
    return len(text) <= 2 * _LONGEST_TITLE and _NO_LETTERS.sub("", folded(text)) == SECTION_TITLE


def _opens(line: Line) -> bool:
    text = line.text
    if len(text) > _LONGEST_TITLE or (unicodedata.is_normalized("NFKC", text) and SECTION_TITLE[0] not in text):
        return False  # most lines end here, for little
    return folded(text).strip(_BRACKETS) == SECTION_TITLE
