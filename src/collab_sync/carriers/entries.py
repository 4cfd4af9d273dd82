"""Structured comments: a first line 【类别】, then ``键:值`` lines, ``- …`` items and prose.

Only the first non-empty line decides. Whether an entry counts is not known here: that depends on who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from collab_sync.carriers.pairs import Pair, Value, joined, pair
from collab_sync.carriers.raw import Line
from collab_sync.carriers.vocabulary import ENTRY_KINDS, SECTION_TITLE, entry_key, entry_kind

_KIND = re.compile(r"\s*(?:【([^【】]{1,20})】|［([^［］]{1,20})］)\s*[:：]?")


class ParsedEntry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``kind`` and the keys of ``data`` are canonical; unknown ones are kept as typed."""

    kind: str
    data: Mapping[str, str] = {}
    items: tuple[str, ...] = ()
    text: str = ""


def entry(lines: Sequence[Line]) -> ParsedEntry | None:
    """The entry in a comment, None if its first line names no kind.

    Every bullet line is one of ``items``; one with a key of this kind (``- 状态:需支持``) or after a key without a
    value is read into ``data`` too, except in a 【决议】, whose items are its content. What follows the kind on its own
    line is text, and is read into ``data`` too if it is a key of this kind (``【会签】结果:同意``). A further 【类别】
    line of a known kind ends the reading: what is below it is text. Repeated key: the last with a value wins.
    """
    first = next((line for line in lines if line.text.strip()), None)
    named = _kind(first) if first else None
    if named is None:
        return None
    filled = [line for line in lines if line.text.strip()]
    kind, rest = named
    reading = _Reading(kind)
    if rest.text.strip():
        reading.first(rest)
    for line in filled[1:]:
        reading.take(line)
    return reading.result()


class _Reading:
    """What has been read of one entry so far."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._keys = ENTRY_KINDS.get(kind, ())
        self._data: dict[str, list[Value]] = {}
        self._items: list[str] = []
        self._text: list[str] = []
        self._waiting: tuple[str, list[Value]] | None = None
        self._ended = False

    def first(self, line: Line) -> None:
        self._text.append(line.text.strip())
        found = self._pair(line)
        if found and found.key in self._keys:
            self._keep(found)

    def take(self, line: Line) -> None:
        self._ended = self._ended or _names_known_kind(line)
        if self._ended:
            self._text.append(line.text.strip())
        elif line.bullet:
            self._bullet(line)
        elif found := self._pair(line):
            self._keep(found)
        else:
            self._waiting = None
            self._text.append(line.text.strip())

    def result(self) -> ParsedEntry:
        data = {key: joined(values).text for key, values in self._data.items()}
        return ParsedEntry(kind=self._kind, data=data, items=tuple(self._items), text="\n".join(self._text))

    def _bullet(self, line: Line) -> None:
        self._items.append(line.text.strip())
        if self._kind == "决议":
            return
        found = self._pair(line)
        if found and found.key in self._keys:
            self._keep(found)
        elif self._waiting:
            key, values = self._waiting
            values.append(Value(line.text.strip()))
            self._data[key] = values

    def _keep(self, found: Pair) -> None:
        if found.value.text:
            self._data[found.key], self._waiting = [found.value], None
        else:
            self._waiting = (found.key, [])

    def _pair(self, line: Line) -> Pair | None:
        found = pair(line)
        return Pair(entry_key(found.key), found.value) if found else None


def _kind(line: Line) -> tuple[str, Line] | None:
    found = None if line.bullet else _KIND.match(line.text)
    if found is None:
        return None
    kind = entry_kind(found.group(1) or found.group(2))
    if not any(char.isalpha() for char in kind) or kind == SECTION_TITLE:
        return None
    if found.group(2) and kind not in ENTRY_KINDS:
        # ［…］ 常用于普通标签;只有认识的类别才算结构化评论
        return None
    return kind, Line(line.text[found.end() :])


def _names_known_kind(line: Line) -> bool:
    named = _kind(line)
    return named is not None and named[0] in ENTRY_KINDS
