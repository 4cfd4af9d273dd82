"""GitLab's Markdown, read line by line.

A careful line reader of our own and not a CommonMark parser, because what counts here are the lines people type: one
``键:值`` per source line, where a parser joins lines to paragraphs, turns ``意见:可\\n---`` into a heading and swallows
``[x]: y``. It also treats as quoted only what carries a mark of its own (``>``): people answer directly below a quote
without the blank line that Markdown asks for. The cost is linear in the text, which parsers do not promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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

_FENCE = re.compile(r"\s*(?:[-*+]\s+|[0-9]{1,3}[.)]\s+)?(`{3,}(?=[^`]*$)|~{3,})")
_QUOTE = re.compile(r"\s{0,3}>")
_UNDERLINE = re.compile(r" {0,3}(?:(=+)|-+)[ \t]*$")
_HIDDEN = re.compile(r"<!--|-->|<blockquote\b[^<>]{0,200}>|</blockquote>|<pre\b[^<>]{0,200}>|</pre>", re.IGNORECASE)
_CLOSERS = {"<!": "-->", "<b": "</blockquote>", "<p": "</pre>"}
"""How blocks begin that are not shown, and how they end."""

_LONG_QUOTE = ">>>"
_CODE_INDENT = 4
_BLANK = frozenset(" \t")
_RULER = 3
_RULES = frozenset("-*_=")
_TICKS = re.compile("`+")
_BREAK_TAG = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_CELL = re.compile(r"(?<!\\)\|")

_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)"
    r"|<(?P<address>https?://[^\s<>]{1,2000})>"
    r"|!?\[(?P<label>[^\[\]]{0,1000})\]\([^()\s]{0,2000}(?:[ \t]{1,9}\"[^\"]{0,200}\")?\)"
    r"|(?P<url>https?://[^\s<>`*，。；、）】]+)"
    r"|<(?P<struck>/?)(?:del|s|strike)>"
    r"|(?P<tag></?[A-Za-z][A-Za-z0-9-]{0,30}(?:\s[^<>]{0,300})?/?>)"
    r"|(?<![A-Za-z0-9_/@.])@(?P<user>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?)(?![A-Za-z0-9_/@-])"
    r"|(?P<mark>\*{1,3}|_{1,3}|~~)",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[\\`<\[@*_~&]|https?://", re.IGNORECASE)
"""Whatever in a line may be more than text."""
_HIDING = re.compile("[`~<>]")
"""Whatever may begin a block that is not shown."""
_NOT_A_PERSON = frozenset({"all", "here", "channel"})


def lines(text: str) -> tuple[Line, ...]:
    """The logical lines of a Markdown text; empty ones are left out.

    Left out: quotes (``>``, ``>>>`` blocks, <blockquote>), code blocks (fenced, indented, <pre>), HTML comments, struck
    text. ``@username`` is a mention, and is its own account id. Never raises; linear in the text."""
    read: list[Line] = []
    paragraph = 0
    for source in _without_indented(_visible(text)):
        if paragraph == 1 and (level := _underlines(source, read[-1])):
            read[-1] = line_of(read[-1].text, read[-1].accounts, level=level)
        parts = _BREAK_TAG.split(source) if "<" in source else [source]
        found = [line for part in parts if (line := _line(part.strip())).text]
        read += found
        plain = bool(found) and not found[-1].heading and not found[-1].bullet
        paragraph = paragraph + len(found) if plain else 0
    return tuple(read)


def _underlines(source: str, above: Line) -> int:
    """The level of the heading that this underline makes of the line above; a ``键:值`` line stays what it is."""
    found = _UNDERLINE.match(source)
    if found is None or ":" in above.text or "：" in above.text:
        return 0
    return 1 if found[1] else 2


def _visible(text: str) -> Iterator[str]:
    """The lines without fenced code, quotes, HTML comments, <pre> and <blockquote>; what is left out is empty."""
    sources = source_lines(text)
    if not _HIDING.search(text):
        return iter(sources)
    hiding = _Hiding(sources)
    return (hiding.shown(number, source) for number, source in enumerate(sources))


class _Hiding:
    """Which block that is not shown the reader is inside of: a fence, a comment, a quote in tags or in ``>>>``."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._fence = ""
        self._closer = ""
        self._last = dict.fromkeys((_LONG_QUOTE, *_CLOSERS.values()), (-1, -1))
        for number, source in enumerate(sources):
            lowered = source.lower()
            self._last.update({mark: (number, lowered.rfind(mark)) for mark in self._last if mark in lowered})

    def shown(self, number: int, source: str) -> str:
        """What of this line is outside of such blocks; empty if nothing."""
        if self._fence:
            self._fence = "" if _closes(source, self._fence) else self._fence
            return ""
        if self._closer == _LONG_QUOTE:
            self._closer = "" if source.strip() == _LONG_QUOTE else _LONG_QUOTE
            return ""
        if not self._closer and self._opens(number, source):
            return ""
        shown = "".join(self._outside(number, source))
        return "" if _QUOTE.match(shown) else shown

    def _opens(self, number: int, source: str) -> bool:
        fence = _FENCE.match(source)
        if fence:
            self._fence = fence[1]
        elif source.strip() == _LONG_QUOTE and self._last[_LONG_QUOTE][0] > number:
            self._closer = _LONG_QUOTE
        return bool(fence or self._closer)

    def _outside(self, number: int, source: str) -> Iterator[str]:
        if _QUOTE.match(source) and not self._closer:
            return
        position, ticks, blank = 0, 0, True
        for found in _HIDDEN.finditer(source):
            text, mark = source[position : found.start()], found[0].lower()
            if self._closer:
                position, self._closer = (found.end(), "") if mark == self._closer else (position, self._closer)
                continue
            yield text
            ticks, blank, position = ticks + text.count("`"), blank and not text.strip(), found.start()
            closer = next((end for start, end in _CLOSERS.items() if mark.startswith(start)), "")
            # 行内代码里的标记是文字;行首的块即使没有结尾也一直到文末,行中的则必须有结尾
            if closer and ticks % 2 == 0 and (blank or self._last[closer] >= (number, found.end())):
                self._closer, position = closer, found.end()
        if not self._closer:
            yield source[position:]


def _closes(source: str, fence: str) -> bool:
    line = source.strip()
    return len(line) >= len(fence) and not line.strip(fence[0])


def _without_indented(sources: Iterable[str]) -> Iterator[str]:
    """Without code blocks made by indentation: four columns, after an empty line or a heading, outside of lists."""
    after_gap, in_list = True, False
    for source in sources:
        text = source.strip()
        indent = len(source.expandtabs(4)) - len(source.expandtabs(4).lstrip(" ")) if source[:1] in _BLANK else 0
        if text and indent >= _CODE_INDENT and after_gap and not in_list:
            continue
        in_list = bullet(text) is not None or (in_list and not (text and after_gap and indent == 0))
        after_gap = not text or heading(text) is not None
        yield source


def _line(text: str) -> Line:
    if text.startswith("|"):
        return _row(text)
    if found := heading(text):
        return line_of(*_inline(found[1]), level=found[0])
    if text[:1] in _RULES and len(compact := "".join(text.split())) >= _RULER and len(set(compact)) == 1:
        return Line("")
    item = bullet(text)
    if item is None:
        return line_of(*_inline(text.removesuffix("\\")))
    return Line("") if item.startswith(">") else line_of(*_inline(item), item=True)


def _row(text: str) -> Line:
    if set(text) <= set("|:- \t"):
        return Line("")
    return line_of(*_inline(row(_CELL.split(text.strip("|")))))


def _inline(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without marks, and the mentions in it."""
    if not _MARKED.search(text):
        return text.strip(), []
    accounts: list[tuple[str, str]] = []
    return unmarked(list(_pieces(text, accounts))).strip(), accounts


def _pieces(text: str, accounts: list[tuple[str, str]]) -> Iterator[Piece]:
    closing = _code_ends(text)
    position = 0
    while found := _TOKEN.search(text, position):
        yield unescaped(text[position : found.start()])
        position = found.end()
        if found["ticks"]:
            end = closing.get(found.start(), -1)
            yield text[position:end].strip() if end >= 0 else found[0]
            position = end + len(found[0]) if end >= 0 else position
        else:
            yield from _token(found, accounts)
    yield unescaped(text[position:])


def _token(found: re.Match[str], accounts: list[tuple[str, str]]) -> Iterator[Piece]:
    match found.lastgroup:
        case "escape":
            yield found[0][1:]
        case "user":
            accounts += [] if found["user"].lower() in _NOT_A_PERSON else [(found[0], found["user"])]
            yield found[0]
        case "label":
            yield from _pieces(found["label"], accounts)
        case "address" | "url":
            yield found["address"] or found["url"]
        case "struck":
            yield Delimiter("<del>", not found["struck"], bool(found["struck"]), drops=True)
        case "mark":
            yield _mark(found)
        case _:
            yield ""


def _mark(found: re.Match[str]) -> Delimiter:
    text, mark = found.string, found[0]
    before, after = text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
    if mark[0] == "*" and before.isdigit() and after.isdigit():
        # 尺寸与乘法(30*40*50):Markdown 会排成斜体,但数字不能丢
        return Delimiter(mark, False, False)
    if mark[0] != "_":
        return delimiter(mark, before, after, loose=mark != "*", drops=mark == "~~")
    made = delimiter(mark, before, after)
    return Delimiter(mark, made.opens and not before.isalnum(), made.closes and not after.isalnum())


def _code_ends(text: str) -> dict[int, int]:
    """Where code spans begin → where their closing run begins; runs without a partner are left out."""
    partner: dict[int, int] = {}
    waiting: dict[int, int] = {}
    for run in reversed(list(_TICKS.finditer(text))):
        length = len(run[0])
        if length in waiting:
            partner[run.start()] = waiting[length]
        waiting[length] = run.start()
    return partner
