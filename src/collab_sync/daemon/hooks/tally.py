"""How many calls came in and what became of them: counted by the thread that answers HTTP, read by the loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Literal, TypeAlias, get_args

Called: TypeAlias = Literal["accepted", "duplicate", "idle", "refused", "too_large"]
CALLED: tuple[Called, ...] = get_args(Called)
"""Of a call: it lets a project be read sooner; it came before; it is about no project of ours; it did not prove itself;
its body was too long to look at."""

STRANGER = "?"
"""Stands for every connection that is not in the settings: their names are whatever somebody guessed."""


class Tally:
    """Lives as long as the process. ``forgotten``: numbers of deliveries that had to make room before their time."""

    def __init__(self) -> None:
        self.forgotten = 0
        self._counts: Counter[tuple[str, Called]] = Counter()
        self._lock = Lock()

    def count(self, connection: str, called: Called) -> int:
        """One more; returns how many there are of this kind, whatever the connection."""
        with self._lock:
            self._counts[connection, called] += 1
            return self._total(called)

    def total(self, *called: Called) -> int:
        """How many there are of these kinds."""
        with self._lock:
            return sum(self._total(one) for one in called)

    def counts(self) -> Mapping[tuple[str, Called], int]:
        """By connection and kind."""
        with self._lock:
            return dict(self._counts)

    def _total(self, called: Called) -> int:
        return sum(count for (_, one), count in self._counts.items() if one == called)
