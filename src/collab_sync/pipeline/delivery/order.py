"""Which rows may go: each one behind those that it must not overtake, all others at any time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Order:
    """Rows by number, taken in by ascending number; forgets what is over."""

    _last: dict[str, int] = field(default_factory=dict)
    _names: dict[int, set[str]] = field(default_factory=dict)
    _behind: dict[int, list[int]] = field(default_factory=dict)
    _before: dict[int, int] = field(default_factory=dict)

    def take_in(self, row: int, bears: Iterable[str], heeds: Iterable[str] = ()) -> bool:
        """``bears``: the row comes behind the last one that bears one of these names, the next one behind it.
        ``heeds``: it comes behind the last one that bears one of these, without bearing it. True: it may go now."""
        self._names[row] = set(bears)
        earlier = {self._last[name] for name in {*self._names[row], *heeds} if name in self._last}
        for one in earlier:
            self._behind.setdefault(one, []).append(row)
        self._last.update(dict.fromkeys(self._names[row], row))
        self._before[row] = len(earlier)
        return not earlier

    def over(self, row: int) -> list[int]:
        """The row is over, whatever became of it; those that may go now."""
        for name in self._names.pop(row):
            if self._last.get(name) == row:
                del self._last[name]
        del self._before[row]
        behind = self._behind.pop(row, [])
        for one in behind:
            self._before[one] -= 1
        return [one for one in behind if not self._before[one]]
