"""A single answer that is waited for: by another thread, so that a request that hangs does not hold up the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar, cast

from collab_sync.log import carried
from collab_sync.pipeline.lanes.several import LOOK

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Answer(Generic[T]):
    value: T | None = None
    error: BaseException | None = None


class EndingError(Exception):
    """Everything is to end, and the answer has not come."""


class Here:
    """Asks in the calling thread."""

    def ask(self, question: Callable[[], T]) -> T:
        """Its answer; raises what it raises."""
        return question()


class Aside(Here):
    """Asks in a thread of its own, which is left behind at the ``ending``: only for questions that change nothing."""

    def __init__(self, ending: Callable[[], bool]) -> None:
        self._ending = ending

    def ask(self, question: Callable[[], T]) -> T:
        """Its answer; raises what it raises, and EndingError."""
        answers: SimpleQueue[_Answer[T]] = SimpleQueue()

        def put() -> None:
            try:
                answer = question()
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                answers.put(_Answer(error=error))
            else:
                answers.put(_Answer(answer))

        Thread(target=carried(put), daemon=True, name="ask").start()
        while True:
            try:
                found = answers.get(timeout=LOOK)
            except Empty:
                if self._ending():
                    raise EndingError from None
                continue
            if found.error is not None:
                raise found.error
            return cast(T, found.value)
