"""Text on pictures: what of it can be shown, and how wide it is.

Two fonts: our own for Chinese, Latin, Greek and Cyrillic, and DejaVu, which comes with the drawing library, for the
rest. A character that neither has is shown as its code point, never as an empty box."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from collab_sync.model.wording import one_line

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

OURS = Path(__file__).parent / "fonts" / "CollabSyncSans-Regular.otf"
FAMILIES = ("Collab Sync Sans", "DejaVu Sans")
_READ = 400
"""Characters of a text that are looked at: more never fit."""
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def legible(text: str) -> str:
    """The beginning of ``text`` as one line without unseen characters, those without a glyph as ``[U+1F389]``."""
    line = _VARIANTS.sub("", one_line(text[:_READ]))
    seen = "".join(sign for sign in line if unicodedata.category(sign) != "Cf")
    return "".join(map(_shown, " ".join(seen.split())))


def fitted(text: str, size: float, room: float) -> str:
    """``legible(text)`` shortened so that it is at most ``room`` pixels wide; at least one character."""
    line = legible(text)
    if width(line, size) <= room:
        return line
    return f"{line[: max(_within(line, size, room - width('…', size)), 1)].rstrip()}…"


def wrapped(text: str, size: float, room: float, most: int) -> list[str]:
    """``legible(text)`` in up to ``most`` lines of at most ``room`` pixels, the last one shortened."""
    rest, lines = legible(text), list[str]()
    while rest and len(lines) < most - 1 and width(rest, size) > room:
        end = _line_end(rest, _within(rest, size, room))
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*lines, fitted(rest, size, room)] if rest else lines


def width(text: str, size: float) -> float:
    """Pixels that a legible ``text`` takes."""
    return size * sum(map(_advance, text))


def properties(size: float) -> FontProperties:
    """The fonts at ``size`` pixels, for a sheet of 72 dots per inch."""
    from matplotlib.font_manager import FontProperties

    _known()
    return FontProperties(family=FAMILIES, size=size)


def _within(text: str, size: float, room: float) -> int:
    """How many characters fit into ``room``."""
    ends = accumulate(size * _advance(sign) for sign in text)
    return next((place for place, end in enumerate(ends) if end > room), len(text))


def _line_end(text: str, fitting: int) -> int:
    """Where a line ends: at a blank if one is near, since Latin words stay whole."""
    blank = text.rfind(" ", 0, fitting + 1)
    return blank if blank > fitting / 2 else max(fitting, 1)


def _shown(sign: str) -> str:
    return sign if ord(sign) in _covered() else f"[U+{ord(sign):04X}]"


@cache
def _covered() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(code for path in _paths() for code in FT2Font(path).get_charmap())


@lru_cache(maxsize=16384)
def _advance(sign: str) -> float:
    """The width of one character, in heights of the letters."""
    from matplotlib.font_manager import get_font

    font = get_font(_paths())
    font.set_size(100, 72)
    font.set_text(sign)
    return font.get_width_height()[0] / 6400


@cache
def _paths() -> tuple[str, ...]:
    from matplotlib import get_data_path

    return (str(OURS), str(Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"))


@cache
def _known() -> None:
    """Makes our font known to the library by its name, once a process: falling back needs names."""
    from matplotlib.font_manager import fontManager

    fontManager.addfont(OURS)
