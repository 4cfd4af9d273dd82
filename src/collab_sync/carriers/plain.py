"""What the readers of rich text share: dirt in texts, line breaks, marks people type by hand, paired emphasis.

Everything is one pass over the text: a line of a megabyte costs no more per character than a short one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from collab_sync.carriers.pairs import located
from collab_sync.carriers.raw import Line

_DIRT = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Control characters, invisible spaces and direction overrides: copied along by accident, or to deceive."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile("\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
_BULLET = re.compile(
    r"(?:[-*+•·‧▪][ \t\u3000\xa0]+|[-•·](?=[\u3400-\u9fff])|[0-9]{1,3}[.)][ \t\u3000\xa0]+|[0-9]{1,3}[、．])"
)
_TASK = re.compile(r"\[[ xX~]\][ \t\u3000\xa0]+")
_BULLETS = frozenset("-*+•·‧▪0123456789")
_MARKS = _BULLETS | {"#", ">"}
"""What every mark that somebody may type begins with."""
_HEADING = re.compile(r"(#{1,6})[ \t\u3000\xa0]+(?=\S)|(#{2,6})(?=[^#\s])")


class Delimiter(msgspec.Struct, frozen=True, gc=False):
    """A mark that may begin or end an emphasis; ``drops``: what stands between a pair is left out."""

    mark: str
    opens: bool
    closes: bool
    drops: bool = False


Piece = str | Delimiter


def clean(text: str) -> str:
    """``text`` without invisible dirt; lone surrogates, which no database takes, become U+FFFD."""
    if text.isprintable():  # dirt never is, and hardly any text has some
        return text
    return _SURROGATE.sub("\ufffd", _DIRT.sub("", text))


def source_lines(text: str) -> list[str]:
    """The lines of ``text`` as people see them in an editor, cleaned."""
    if text.isprintable():  # no line break is
        return [text]
    return _BREAK.split(clean(text))


def bullet(text: str) -> str | None:
    """The text of a list item without its mark (``- ``, ``1. ``, ``1、``, ``• ``, with or without a tick box), None if
    it is none."""
    if text[:1] not in _BULLETS:
        return None
    found = _BULLET.match(text)
    if found is None:
        return None
    task = _TASK.match(text, found.end())
    return text[task.end() if task else found.end() :].strip()


def heading(text: str) -> tuple[int, str] | None:
    """Level and text of ``## 标题``; ``##标题`` without the space is one too, ``#12`` is not."""
    if text[:1] != "#":
        return None
    found = _HEADING.match(text)
    if found is None:
        return None
    title = text[found.end() :].strip()
    unclosed = title.rstrip("#")
    return len(found[1] or found[2]), unclosed.rstrip() if unclosed[-1:].isspace() else title


def typed(line: Line) -> Line | None:
    """A line whose marks were typed as plain text (an editor, or a program, left them as they are): ``## ``, ``- ``;
    None for a quote (``> ``)."""
    text = line.text.strip()
    if text[:1] not in _MARKS:
        return line
    if text.startswith(">"):
        return None
    if line.heading or line.bullet:
        return line
    if found := heading(text):
        return Line(found[1], heading=found[0], accounts=line.accounts)
    item = bullet(text)
    return line if item is None else Line(item, bullet=True, accounts=line.accounts)


def delimiter(mark: str, before: str, after: str, *, loose: bool = False, drops: bool = False) -> Delimiter:
    """Whether ``mark`` between these characters (empty at the ends) can begin or end an emphasis.

    ``loose``: only white space matters. Otherwise as in CommonMark: ``*`` next to punctuation inside a word is none, so
    names that somebody masked (``吴*、何*``) stay."""
    opens, closes = bool(after.strip()), bool(before.strip())
    if not loose:
        opens = opens and (not _punctuation(after) or not before.strip() or _punctuation(before))
        closes = closes and (not _punctuation(before) or not after.strip() or _punctuation(after))
    return Delimiter(mark, opens, closes, drops)


def unmarked(pieces: Sequence[Piece]) -> str:
    """The text of ``pieces`` without the marks of paired delimiters; unpaired ones stay as typed. Linear."""
    waiting: list[int] = []
    depth: dict[str, int] = {}
    gone: dict[int, int] = {}
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            continue
        if piece.closes and depth.get(piece.mark):
            gone[_pop(waiting, depth, pieces, piece.mark)] = index
        elif piece.opens:
            waiting.append(index)
            depth[piece.mark] = depth.get(piece.mark, 0) + 1
    return "".join(_kept(pieces, gone))


def line_of(text: str, accounts: Sequence[tuple[str, str]] = (), *, level: int = 0, item: bool = False) -> Line:
    """A line with exactly those mentions that its text still holds."""
    kept = tuple([(token, account) for _, token, account in located(text, accounts)]) if accounts else ()
    return Line(text, heading=level, bullet=item, accounts=kept)


def row(cells: Iterable[str]) -> str:
    """The cells of a table row as one text, empty if all are."""
    stripped = [cell.strip() for cell in cells]
    return " | ".join(stripped).strip() if any(stripped) else ""


def unescaped(text: str) -> str:
    """``&amp;`` and the like as the characters they stand for; never a line break."""
    return _BREAK.sub(" ", clean(html.unescape(text))) if "&" in text else text


def _pop(waiting: list[int], depth: dict[str, int], pieces: Sequence[Piece], mark: str) -> int:
    """The newest opener with this mark; those above it stay unpaired."""
    while True:
        index = waiting.pop()
        piece = pieces[index]
        assert isinstance(piece, Delimiter)
        depth[piece.mark] -= 1
        if piece.mark == mark:
            return index


def _kept(pieces: Sequence[Piece], gone: dict[int, int]) -> Iterator[str]:
    closers = set(gone.values())
    until = -1
    for index, piece in enumerate(pieces):
        if index <= until:
            continue
        if isinstance(piece, str):
            yield piece
        elif index in gone:
            until = gone[index] if piece.drops else until
        elif index not in closers:
            yield piece.mark


def _punctuation(char: str) -> bool:
    return bool(char) and not char.isalnum() and not char.isspace()
