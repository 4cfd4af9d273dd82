"""Several tasks at once: each is read in a lane of its own, one thread stores what they all bring.

Pages of one task are taken in their order, pages of different tasks as they come. However slow one tracker is, it holds
no more lanes than its connection may have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from time import monotonic

from collab_sync.pipeline.lanes.lane import Lane, News
from collab_sync.pipeline.lanes.task import AnyTask

SEVERAL = 8
"""Lanes of one process."""
SHARE = 4
"""Lanes of one connection at most."""
LOOK = 0.05
"""Seconds after which somebody who waits looks whether everything is to end."""
GRACE = 2.0
"""Seconds that requests under way have to come back when everything is to end."""


class Several:
    """Runs tasks in at most ``most`` lanes, for each connection at most as many as ``shares`` says of it."""

    def __init__(
        self, most: int, shares: Mapping[str, int], ending: Callable[[], bool], *, grace: float = GRACE
    ) -> None:
        self._most = most
        self._shares = shares
        self._ending = ending
        self._grace = grace
        self._news: SimpleQueue[News] = SimpleQueue()
        self._waiting: list[AnyTask] = []
        self._lanes: list[Lane] = []

    def run(self, tasks: Sequence[AnyTask]) -> None:
        """Does all tasks, begun in their order; returns when they are over or, soon after the ``ending``, stopped.
        Raises what a task makes of its error; the other lanes ask for nothing more then."""
        self._waiting = list(tasks)
        try:
            while (self._waiting or self._lanes) and not self._ending():
                self._open()
                self._hear(LOOK)
            self._wind_up()
        finally:
            for lane in self._lanes:
                lane.stop()

    def _open(self) -> None:
        """As many lanes as there may be, for those who have waited longest."""
        for task in tuple(self._waiting):
            if len(self._lanes) >= self._most:
                return
            if self._busy(task.connection) >= self._shares[task.connection]:
                continue
            self._waiting.remove(task)
            if task.begin():
                self._lanes.append(Lane(task, self._news, self._ending))
                self._lanes[-1].start()

    def _busy(self, connection: str) -> int:
        return sum(lane.task.connection == connection for lane in self._lanes)

    def _hear(self, seconds: float) -> None:
        if not self._lanes:
            return
        try:
            news = self._news.get(timeout=seconds)
        except Empty:
            return
        self._heed(news)

    def _heed(self, news: News) -> None:
        lane, task = news.lane, news.lane.task
        if news.last:
            self._lanes.remove(lane)
        if lane.spent:
            return
        try:
            if news.error is not None:
                raise news.error
            if not news.last:
                self._take(lane, news.page)
                return
        except Exception as error:  # noqa: BLE001 - the task says whose error it is
            lane.spent = True
            lane.stop()
            task.failed(error)
            return
        self._follow(task.over(stopped=news.stopped))

    def _take(self, lane: Lane, page: object) -> None:
        enough = lane.task.take(page)
        lane.taken()
        if enough:
            lane.stop()

    def _follow(self, following: AnyTask | None) -> None:
        if following is not None:
            self._waiting.insert(0, following)

    def _wind_up(self) -> None:
        """What comes back in time is stored; what does not, nobody waits for. Without an ending nothing is left."""
        for lane in self._lanes:
            lane.stop()
        until = monotonic() + self._grace
        while self._lanes and (left := until - monotonic()) > 0:
            self._hear(left)
        for task in (*(lane.task for lane in self._lanes if not lane.spent), *self._waiting):
            task.over(stopped=True)
