"""A lane: one task's pages, read ahead by a thread of its own.

The thread is a daemon: a request that hangs must not keep the process from ending, and what it reads changes nothing
at the tracker. It asks for nothing more once it is stopped, and always tells how it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Any

from collab_sync.log import carried
from collab_sync.pipeline.lanes.task import AnyTask

AHEAD = 2
"""Pages of a lane in memory at most: one that is being stored or waits for it, and the next one."""


@dataclass(frozen=True, slots=True)
class News:
    """From a lane: a ``page`` of its task; or, ``last``, that it has ended: at the end, ``stopped``, or by an error."""

    lane: Lane
    page: Any = None
    last: bool = False
    stopped: bool = False
    error: BaseException | None = None


class Lane:
    """Tells ``news``. ``ending``: asked before every page, as if it were stopped. ``spent``: nobody wants its pages any
    more."""

    def __init__(self, task: AnyTask, news: SimpleQueue[News], ending: Callable[[], bool]) -> None:
        self.task = task
        self.spent = False
        self._news = news
        self._ending = ending
        self._room = Semaphore(AHEAD)
        self._stopped = False
        self._thread = Thread(target=carried(self._run), daemon=True, name=f"read-{task.connection}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No further page is asked for."""
        self._stopped = True
        self._room.release()

    def taken(self) -> None:
        """A page has left the memory: there is room for another one."""
        self._room.release()

    def _run(self) -> None:
        try:
            self._news.put(self._read())
        except BaseException as error:  # noqa: BLE001 - whatever it is: somebody waits for news
            self._news.put(News(self, last=True, error=error))

    def _read(self) -> News:
        pages = self.task.pages()
        while True:
            self._room.acquire()
            if self._stopped or self._ending():
                return News(self, last=True, stopped=True)
            try:
                page = next(pages)
            except StopIteration:
                return News(self, last=True)
            self._news.put(News(self, page))
