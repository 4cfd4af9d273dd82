"""Jira's wiki markup (Data Center, and the version 2 API), read line by line.

There is no parser for it in Python worth depending on; what people use of it is small. Only marks that can mean nothing
else are taken for marks: ``-删除-`` needs white space or punctuation around it, ``9-20~9-23`` and ``+15%`` are text.
``## 标题`` typed as in Markdown is a heading unless it continues a numbered list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from collab_sync.carriers.plain import (
    Delimiter,
    Piece,
    bullet,
    delimiter,
    heading,
    line_of,
    row,
    source_lines,
    unescaped,
    unmarked,
)
from collab_sync.carriers.raw import Line

_HEADING = re.compile(r"h([1-6])\.\s*", re.IGNORECASE)
_ITEM = re.compile(r"(?:[*#]{1,9}|-{1,3})[ \t\u3000\xa0]+")
_RULER = re.compile(r"-{4,}\s*$")
_BLOCK = re.compile(r"(?<!\\)\{(quote|code|noformat)(?::[^{}]{0,300})?\}", re.IGNORECASE)
_CELLS = re.compile(r"(?<!\\)\|{1,2}")

_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|\{\{(?P<mono>[^{}]{1,1000})\}\}"
    r"|(?P<macro>\{(?:color|panel|section|column|anchor|info|note|tip|warning|expand)(?::[^{}]{0,300})?\})"
    r"|\{(?P<braced>[*_-])\}"
    r"|\[~(?:accountid:)?(?P<user>[^\[\]|\s]{1,255})\]"
    r"|\[(?P<label>[^\[\]|]{1,1000})\|(?P<target>[^\[\]]{1,2000})\]"
    r"|\[\^[^\[\]]{1,300}\]"
    r"|\[(?P<alone>(?:https?://|mailto:|\#|[A-Z][A-Z0-9_]{1,20}-[0-9])[^\[\]|]{0,2000})\]"
    r"|(?P<image>![^\s!|][^!\n]{0,300}\.(?:png|jpe?g|gif|svg|webp|bmp)(?:\|[^!\n]{0,100})?!)"
    r"|(?P<url>https?://[^\s|\[\]{}，。；、）】]+)"
    r"|(?P<mark>[*_-])",
    re.IGNORECASE,
)


def lines(text: str) -> tuple[Line, ...]:
    """The logical lines of a text in wiki markup; empty ones are left out.

    Left out: quotes (``bq.``, {quote}, ``>``), {code}, {noformat}, struck text. ``[~accountid:…]`` and ``[~name]``
    become ``@…`` with that account id. Never raises; linear in the text."""
    read: list[Line] = []
    numbered = False
    for source in _visible(text):
        for part in source.split("\\\\"):
            line = _line(part.strip(), numbered)
            numbered = part.lstrip().startswith("#") and not line.heading
            if line.text:
                read.append(line)
    return tuple(read)


def _visible(text: str) -> Iterator[str]:
    """The lines outside of {quote}, {code} and {noformat}. A block that is never closed is none."""
    sources = source_lines(text)
    left: dict[str, int] = {}
    for source in sources:
        for found in _BLOCK.finditer(source):
            left[found[1].lower()] = left.get(found[1].lower(), 0) + 1
    inside = ""
    for source in sources:
        shown: list[str] = []
        position = 0
        for found in _BLOCK.finditer(source):
            name = found[1].lower()
            left[name] -= 1
            if inside == name:
                inside, position = "", found.end()
            elif not inside:
                shown.append(source[position : found.start()])
                inside, position = (name if left[name] else ""), found.end()
        yield "".join(shown) + ("" if inside else source[position:])


def _line(text: str, numbered: bool) -> Line:
    if text.lower().startswith("bq.") or text.startswith(">") or _RULER.match(text):
        return Line("")
    if found := _HEADING.match(text):
        return line_of(*_inline(text[found.end() :]), level=int(found[1]))
    typed = heading(text) if text.startswith("##") and not numbered else None
    if typed:
        return line_of(*_inline(typed[1]), level=typed[0])
    if text.startswith("|"):
        return line_of(*_inline(row(_CELLS.split(text.strip("|")))))
    item = _ITEM.match(text)
    struck = text.startswith("-") and text.endswith("-")
    content = text[item.end() :].strip() if item else None if struck else bullet(text)
    if content is None:
        return line_of(*_inline(text))
    return line_of(*_inline(content), item=True)


def _inline(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without marks, and the mentions in it."""
    accounts: list[tuple[str, str]] = []
    return unmarked(list(_pieces(text, accounts))).strip(), accounts


def _pieces(text: str, accounts: list[tuple[str, str]]) -> Iterator[Piece]:
    position = 0
    for found in _TOKEN.finditer(text):
        yield unescaped(text[position : found.start()])
        yield from _token(found, accounts)
        position = found.end()
    yield unescaped(text[position:])


def _token(found: re.Match[str], accounts: list[tuple[str, str]]) -> Iterator[Piece]:
    match found.lastgroup:
        case "escape":
            yield found[0][1:]
        case "user":
            accounts.append((f"@{found['user']}", found["user"]))
            yield f"@{found['user']}"
        case "target":
            yield from _pieces(found["label"], accounts)
        case "mono" | "alone" | "url":
            yield found[str(found.lastgroup)]
        case "mark" | "braced":
            yield _mark(found)
        case _:
            yield ""


def _mark(found: re.Match[str]) -> Delimiter:
    """Marks count at the borders of words only; in braces (``{*}``) anywhere."""
    mark = found["mark"] or found["braced"]
    text = found.string
    before, after = text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
    made = delimiter(mark, before, after, loose=bool(found["braced"]))
    if found["braced"]:
        return Delimiter(f"{{{mark}}}", True, True, drops=mark == "-")
    opens, closes = made.opens and not before.isalnum(), made.closes and not after.isalnum()
    return Delimiter(mark, opens and before != mark, closes and after != mark, drops=mark == "-")
