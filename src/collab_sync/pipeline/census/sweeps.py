"""Sweeps of the census under way: some seconds at a time, so that a large project blocks nobody."""

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


class Sweeps:
    """Those under way, by project, while nobody goes on with them. They live as long as the process: after a restart a
    sweep begins anew, and so does one that was not put back."""

    def __init__(self) -> None:
        self._under_way: dict[str, Sweep] = {}

    def __contains__(self, project: str) -> bool:
        return project in self._under_way

    def take(self, project: str, begin: Callable[[], Sweep]) -> Sweep:
        """The sweep that is under way in a project, else the one that ``begin`` gives."""
        return self._under_way.pop(project, None) or begin()

    def put_back(self, project: str, sweep: Sweep) -> None:
        """Somebody else goes on with it later."""
        self._under_way[project] = sweep
