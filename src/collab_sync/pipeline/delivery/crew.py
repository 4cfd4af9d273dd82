"""Who asks the trackers: threads that do nothing else, as many for a connection as it allows.

A connection that allows one request at a time is asked in the calling thread, so that everything about it happens in
one order, the same whenever it is played again.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from collab_sync.log import carried


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request of row ``row`` came to: a value, or an error."""

    row: int
    value: object = None
    error: BaseException | None = None


class Crew:
    """Asks and collects the answers; a context manager that ends with its last request. ``width``: how many requests a
    connection allows at a time, by its name."""

    def __init__(self, width: Callable[[str], int]) -> None:
        self._width = width
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._heard: SimpleQueue[Answer] = SimpleQueue()
        self._out = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What has not been begun never is."""
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._out > 0

    def ask(self, row: int, connection: str, call: Callable[[], object]) -> None:
        """Has ``call`` made: at once, or as soon as a thread of the connection is free."""
        self._out += 1
        if self._width(connection) <= 1:
            self._make(row, call)
            return
        self._pool(connection).submit(carried(self._make), row, call)

    def heard(self, *, wait: bool) -> list[Answer]:
        """Answers that have come; with ``wait`` at least one."""
        found = [self._heard.get()] if wait else []
        while True:
            try:
                found.append(self._heard.get_nowait())
            except Empty:
                self._out -= len(found)
                return found

    def _make(self, row: int, call: Callable[[], object]) -> None:
        try:
            self._heard.put(Answer(row, call()))
        except BaseException as error:  # noqa: BLE001 - whoever waits for the answer raises it
            self._heard.put(Answer(row, error=error))

    def _pool(self, connection: str) -> ThreadPoolExecutor:
        if connection not in self._pools:
            self._pools[connection] = ThreadPoolExecutor(self._width(connection), f"write-{connection}")
        return self._pools[connection]
