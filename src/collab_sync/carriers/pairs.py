"""``键:值`` lines: the one shape that the section and the structured comments share.

Half- and full-width colons are the same, white space around key and value (U+3000 too) is not part of them. A sentence
that happens to hold a colon, an address (``https://…``) and a time of day (``17:00``) are no pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from collab_sync.carriers.raw import Line
from collab_sync.carriers.vocabulary import folded

Mentions = tuple[tuple[str, str], ...]
"""Mentions in the order in which they stand in a text: token (``@吴敏``) → account id."""

_LONGEST_KEY = 20
_COLON = re.compile("[:：﹕︰]")
_NO_KEY = re.compile(r"[。，,;；!！?？、|/\\@#【】「」<>=]")
_MOST_MENTIONS = 500


class Value(msgspec.Struct, frozen=True, gc=False):
    """A trimmed value as typed, and the mentions it holds."""

    text: str
    accounts: Mentions = ()


class Pair(msgspec.Struct, frozen=True, gc=False):
    """``key`` as typed but folded (NFKC, no white space); synonyms are the caller's business."""

    key: str
    value: Value


def pair(line: Line) -> Pair | None:
    """The pair on this line, None if it is none. The value may be empty. Linear in the line's length."""
    found = _COLON.search(line.text, 0, len(line.text) - len(line.text.lstrip()) + 2 * _LONGEST_KEY)
    if found is None:
        return None
    key = folded(line.text[: found.start()])
    rest = line.text[found.end() :]
    if not _is_key(key) or _is_address_or_time(key, rest, found.group()):
        return None
    after = tuple((token, account) for at, token, account in located(line.text, line.accounts) if at >= found.end())
    # 加粗时空格放错了位置(**审批人: ** 吴敏),没有一种写法会把它排成加粗
    bare = key.lstrip("*")
    return Pair(bare, Value(rest.strip() if bare == key else rest.strip().removeprefix("**").strip(), after))


def joined(values: Sequence[Value]) -> Value:
    """Several values as one, a line for each."""
    if len(values) == 1:
        return values[0]
    return Value("\n".join(value.text for value in values), tuple(chain.from_iterable(v.accounts for v in values)))


def located(text: str, accounts: Sequence[tuple[str, str]]) -> Iterator[tuple[int, str, str]]:
    """Where each mention stands in ``text``: (position, token, account id), in order; those not found are left out.

    Two people may share a display name, so the same token may mean another account the second time."""
    position = 0
    for token, account in accounts[:_MOST_MENTIONS]:
        at = text.find(token, position) if token else -1
        if at >= 0:
            position = at + len(token)
            yield at, token, account


def _is_key(key: str) -> bool:
    return 0 < len(key) <= _LONGEST_KEY and not _NO_KEY.search(key) and any(char.isalpha() for char in key)


def _is_address_or_time(key: str, rest: str, colon: str) -> bool:
    if rest.startswith("//"):
        return True
    return colon == ":" and key[-1].isdigit() and rest[:1].isdigit()
