"""Sweeps of the census under way: page by page, some seconds at a time, so that a large project blocks nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from collab_sync.model.identity import ItemId


@dataclass(slots=True)
class Sweep:
    """``known``: what the mirror held when it began; ``seen``: what has been listed so far."""

    pages: Iterator[tuple[ItemId, ...]]
    known: frozenset[ItemId]
    seen: set[ItemId] = field(default_factory=set)

    def go_on(self, enough: Callable[[], bool]) -> bool:
        """Reads pages until the end or until it is ``enough`` for now; whether the end was reached. Raises
        TrackerError."""
        for page in self.pages:
            self.seen.update(page)
            if enough():
                return False
        return True


class Sweeps:
    """By project. They live as long as the process: after a restart a sweep begins anew."""

    def __init__(self) -> None:
        self._under_way: dict[str, Sweep] = {}

    def __contains__(self, project: str) -> bool:
        return project in self._under_way

    def of(self, project: str, begin: Callable[[], Sweep]) -> Sweep:
        """The sweep that is under way in a project, else the one that ``begin`` gives."""
        if project not in self._under_way:
            self._under_way[project] = begin()
        return self._under_way[project]

    def end(self, project: str) -> None:
        self._under_way.pop(project, None)
