"""Labels as people see them: coloured, counted, worst first."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from collab_sync.sandbox.browse.model import BrowsedItem

_SIGNALS = {
    "灯::红": "red",
    "灯::黄": "amber",
    "灯::绿": "green",
    "优先级::P0": "red",
    "优先级::P1": "amber",
    "验收::通过": "green",
}
_PREFIXES = (("升级::", "red"), ("需补齐:", "amber"), ("风险:", "red"), ("资源:", "amber"), ("响应:", "amber"))
_NEUTRAL = ("blue", "violet", "teal", "grey")


def label_chip(label: str) -> str:
    """The colour class of a label: a meaning where it has one, otherwise always the same colour for the same prefix."""
    if label in _SIGNALS:
        return _SIGNALS[label]
    for prefix, colour in _PREFIXES:
        if label.startswith(prefix):
            return colour
    digest = hashlib.sha256(label.split(":", 1)[0].encode()).digest()
    return _NEUTRAL[digest[0] % len(_NEUTRAL)]


def label_counts(items: Iterable[BrowsedItem]) -> tuple[tuple[str, int], ...]:
    """Labels and how many of ``items`` carry them: signals first, then by number, then by name."""
    counts = Counter(label for item in items for label in item.labels)
    order = {"red": 0, "amber": 1}
    return tuple(sorted(counts.items(), key=lambda pair: (order.get(label_chip(pair[0]), 2), -pair[1], pair[0])))
