"""Something that is read page by page and stored page by page, and how one of them is done by whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

T = TypeVar("T")


class Task(Protocol[T]):
    """One project's share of some reading. Everything but ``pages`` happens in the thread that asked for the reading,
    and page after page: nothing else needs to be fit for threads."""

    @property
    def connection(self) -> str:
        """The name of the connection that is read."""
        ...

    def begin(self) -> bool:
        """Called once, before its first page; False: there is nothing to be read."""
        ...

    def pages(self) -> Iterator[T]:
        """Reads; touches neither store nor task. May be brought about in another thread, some pages ahead."""
        ...

    def take(self, page: T) -> bool:
        """Stores one page; whether that is enough for now. What it raises ends the task."""
        ...

    def over(self, *, stopped: bool) -> AnyTask | None:
        """No further page comes. ``stopped``: somebody had enough, or nothing was begun at all; there may be more. The
        answer is what is to be done next."""
        ...

    def failed(self, error: Exception) -> None:
        """Reading or taking raised ``error``. Raises it if it concerns more than this task."""
        ...


AnyTask: TypeAlias = Task[Any]
"""Whoever runs a task gives its pages back to itself, whatever they are."""


def one_by_one(tasks: Sequence[AnyTask], ending: Callable[[], bool]) -> None:
    """Does tasks in their order, in this thread; those not begun before the ``ending`` are stopped."""
    waiting = list(tasks)
    while waiting:
        task = waiting.pop(0)
        following = task.over(stopped=True) if ending() else _alone(task)
        if following is not None:
            waiting.insert(0, following)


def _alone(task: AnyTask) -> AnyTask | None:
    if not task.begin():
        return None
    try:
        stopped = any(task.take(page) for page in task.pages())
    except Exception as error:  # noqa: BLE001 - the task says whose error it is
        task.failed(error)
        return None
    return task.over(stopped=stopped)
