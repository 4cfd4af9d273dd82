"""A page that is longer than a description may be: long tables show their first rows, then whole blocks are left out.

Nothing is cut in the middle, and whatever is missing is counted where it is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from typing import TypeAlias

from collab_sync.model.document import Block, Heading, Paragraph, Strong, Table, Text, plain
from collab_sync.model.document import Document as Whole
from collab_sync.model.page import Locale
from collab_sync.model.wording import one_line

Size: TypeAlias = Callable[[Block], int]
"""How much of a description a block takes; a document takes the sum."""

_FEWEST = 3
"""Rows that a table keeps before blocks are left out."""
_LONGEST_NAME = 60

_MORE: dict[Locale, str] = {"zh": "另有 {count} 行", "en": "{count} more rows"}
_LEFT_OUT: dict[Locale, str] = {
    "zh": "这里放不下整页:后面还有 {count} 块内容没有显示(从{where}起)。",
    "en": "The whole page does not fit here: {count} more parts are not shown (from {where}).",
}
_ABOUT: dict[Locale, tuple[str, str]] = {"zh": ("“{name}”一节", "这里"), "en": ("“{name}”", "here")}


def fitted(blocks: Sequence[Block], size: Size, limit: int, locale: Locale) -> tuple[Block, ...]:
    """``blocks`` in at most ``limit``; as they are if they fit. Nothing but a sentence is left where the first block
    alone is too long."""
    parts = [_Part(block, size(block)) for block in blocks]
    while sum(part.size for part in parts) > limit:
        longest = max((part for part in parts if part.shrinks), key=lambda part: part.size, default=None)
        if longest is None:
            return _begun(parts, size, limit, locale)
        parts[parts.index(longest)] = longest.shorter(size, locale)
    return tuple(part.shown for part in parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A block, and how it is shown. ``rows``: how many of a table's are (-1: all)."""

    block: Block
    size: int
    rows: int = -1
    cut: Block | None = None

    @property
    def shown(self) -> Block:
        return self.cut if self.cut is not None else self.block

    @property
    def shrinks(self) -> bool:
        return isinstance(self.block, Table) and self._rows > _FEWEST

    def shorter(self, size: Size, locale: Locale) -> _Part:
        """With fewer rows, the last of which counts the others."""
        assert isinstance(self.block, Table), "nothing else shrinks"
        rows = max(_FEWEST, self._rows * 3 // 4)
        width = max([len(self.block.head), *(len(row) for row in self.block.rows), 1])
        more = _MORE[locale].format(count=len(self.block.rows) - rows)
        last = ((Text(more),), *[()] * (width - 1))
        cut = Table(self.block.head, (*self.block.rows[:rows], last))
        return replace(self, size=size(cut), rows=rows, cut=cut)

    @property
    def _rows(self) -> int:
        return len(self.block.rows) if isinstance(self.block, Table) and self.rows < 0 else self.rows


def _begun(parts: Sequence[_Part], size: Size, limit: int, locale: Locale) -> tuple[Block, ...]:
    """The first blocks, and a sentence about the others; a heading with nothing below it is one of these."""
    reserved = size(_left_out(len(parts), "字" * _LONGEST_NAME, locale))
    room = limit - reserved
    kept = sum(1 for _ in takewhile(lambda used: used <= room, accumulate(part.size for part in parts)))
    while kept and isinstance(parts[kept - 1].block, Heading):
        kept -= 1
    missing = [part.block for part in parts[kept:]]
    name = next((one_line(plain(Whole((block,)))) for block in missing if isinstance(block, Heading)), "")
    last = _left_out(len(missing), name[:_LONGEST_NAME], locale)
    return (*(part.shown for part in parts[:kept]), last)


def _left_out(count: int, name: str, locale: Locale) -> Paragraph:
    named, unnamed = _ABOUT[locale]
    where = named.format(name=name) if name else unnamed
    return Paragraph((Strong(_LEFT_OUT[locale].format(count=count, where=where)),))
