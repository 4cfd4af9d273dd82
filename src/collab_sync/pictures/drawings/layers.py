"""Where the steps of a flow stand: rows from above, each step below all that lead to it.

An arrow that passes rows runs through a free place in each of them, so that no step hides it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

Arrow = tuple[int, int]
Node = int
"""A step by its number; negative ones are free places for arrows."""


class Layout(msgspec.Struct, frozen=True):
    """``rows`` of nodes from left to right; each arrow with the nodes that its line passes, from above."""

    rows: tuple[tuple[Node, ...], ...]
    paths: tuple[tuple[Arrow, tuple[Node, ...]], ...]


def laid_out(count: int, arrows: Sequence[Arrow], widest: int) -> Layout:
    """``count`` steps in rows of at most ``widest``. Arrows against the order run upwards."""
    level = _levels(count, _downward(count, arrows))
    rows = [
        row for one in range(max(level) + 1) for row in _chunks([s for s in range(count) if level[s] == one], widest)
    ]
    height = {step: place for place, row in enumerate(rows) for step in row}
    paths: list[tuple[Arrow, tuple[Node, ...]]] = []
    places: list[list[Node]] = [list(row) for row in rows]
    free = -1
    for a, b in arrows:
        upper, lower = sorted((a, b), key=lambda step: height[step])
        between = range(height[upper] + 1, height[lower])
        passed = [free - place for place in range(len(between))]
        for node, row in zip(passed, between, strict=True):
            places[row].append(node)
        free -= len(passed)
        paths.append(((a, b), (upper, *passed, lower)))
    return Layout(_untangled(places, [path for _, path in paths]), tuple(paths))


def _downward(count: int, arrows: Sequence[Arrow]) -> list[Arrow]:
    """The arrows without those that would close a circle, seen from the first step on."""
    kept: list[Arrow] = []
    below: list[set[int]] = [{step} for step in range(count)]
    for a, b in arrows:
        if a in below[b]:
            continue
        kept.append((a, b))
        for reached in below:
            if a in reached:
                reached |= below[b]
    return kept


def _levels(count: int, arrows: Sequence[Arrow]) -> list[int]:
    """The longest way to each step; ``arrows`` have no circle."""
    level = [0] * count
    moved = True
    while moved:
        moved = False
        for a, b in arrows:
            if level[b] <= level[a]:
                level[b], moved = level[a] + 1, True
    return level


def _chunks(row: list[int], widest: int) -> Iterable[list[int]]:
    return (row[start : start + widest] for start in range(0, len(row), widest))


def _untangled(rows: list[list[Node]], paths: Sequence[tuple[Node, ...]]) -> tuple[tuple[Node, ...], ...]:
    """Each row in the order of its neighbours' middles, looked at from above and from below in turn."""
    beside: dict[Node, list[Node]] = {node: [] for row in rows for node in row}
    for path in paths:
        for upper, lower in pairwise(path):
            beside[upper].append(lower)
            beside[lower].append(upper)
    spot = {node: _share(place, row) for row in rows for place, node in enumerate(row)}
    for turn in range(6):
        for row in rows if turn % 2 == 0 else reversed(rows):
            middles = {node: _middle(node, beside[node], spot) for node in row}
            row.sort(key=lambda node: middles[node])
            spot.update({node: _share(place, row) for place, node in enumerate(row)})
    return tuple(map(tuple, rows))


def _share(place: int, row: Sequence[Node]) -> float:
    return (place + 0.5) / len(row)


def _middle(node: Node, beside: Sequence[Node], spot: dict[Node, float]) -> float:
    return sum(spot[one] for one in beside) / len(beside) if beside else spot[node]
