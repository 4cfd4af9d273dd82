"""What to read sooner. A flood of hints is one set of project names: never more than there are projects."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock


class Hints:
    """Offered by the thread that answers HTTP, taken by the loop. ``waiting`` tells whether there are any."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._names: set[str] = set()

    def __len__(self) -> int:
        return len(self._names)

    @property
    def waiting(self) -> bool:
        return bool(self._names)

    def offer(self, projects: Iterable[str]) -> None:
        """Names of projects as the mapping has them; whoever offers sees to it that they are there."""
        with self._lock:
            self._names.update(projects)

    def take(self) -> frozenset[str]:
        """Everything offered so far; none of it is given twice."""
        with self._lock:
            taken = frozenset(self._names)
            self._names.clear()
        return taken
