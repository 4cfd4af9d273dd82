"""A crew without threads: a script says which of the requests under way is answered next."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from collab_sync.pipeline.delivery.crew import Answer, Crew


class ScriptedCrew(Crew):
    """Requests of connections that allow several are made one by one, in an order drawn by ``chance``, each of them as
    late as it may be; so every order of answers can be played, and played again."""

    def __init__(self, width: Callable[[str], int], chance: Random) -> None:
        super().__init__(width)
        self._chance = chance
        self._allowed = width
        self._under_way: list[tuple[int, Callable[[], object]]] = []

    @property
    def busy(self) -> bool:
        return bool(self._under_way) or super().busy

    def ask(self, row: int, connection: str, call: Callable[[], object]) -> None:
        if self._allowed(connection) <= 1:
            super().ask(row, connection, call)
        else:
            self._under_way.append((row, call))

    def heard(self, *, wait: bool) -> list[Answer]:
        found = super().heard(wait=False)
        least = 1 if wait and not found else 0
        count = self._chance.randint(least, max(least, len(self._under_way)))
        return found + [self._one() for _ in range(min(count, len(self._under_way)))]

    def _one(self) -> Answer:
        row, call = self._under_way.pop(self._chance.randrange(len(self._under_way)))
        try:
            return Answer(row, call())
        except BaseException as error:  # noqa: BLE001 - as the real crew hands it over
            return Answer(row, error=error)
