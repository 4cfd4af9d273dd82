"""Several questions to one connection at once, their answers in order.

The threads are daemons: they ask what changes nothing, and a request that hangs must not keep the process from ending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Lock, Semaphore, Thread
from typing import Generic, TypeVar, cast

from collab_sync_http.pace import Pace

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class _Answer(Generic[A]):
    number: int
    value: A | None = None
    error: BaseException | None = None


class SideBySide:
    """At most ``width`` questions at a time, whoever asks them: one for all readers of a connection. With ``width`` 1
    the caller asks them, one after the other."""

    def __init__(self, width: int, pace: Pace) -> None:
        self._width = width
        self._pace = pace
        self._turns = Semaphore(width)

    def answers(self, ask: Callable[[Q], A], questions: Sequence[Q]) -> Iterator[A]:
        """What ``ask`` gives for each question. What it raises is raised in its place; no further question is begun
        then, nor when nobody wants more answers."""
        if self._width == 1 or len(questions) < 2:
            yield from map(ask, questions)
            return
        heard: SimpleQueue[_Answer[A]] = SimpleQueue()
        enough = Event()
        self._begin(ask, questions, heard, enough)
        try:
            yield from _in_order(heard, len(questions))
        finally:
            enough.set()

    def _begin(
        self, ask: Callable[[Q], A], questions: Sequence[Q], heard: SimpleQueue[_Answer[A]], enough: Event
    ) -> None:
        left, lock, same_purpose = iter(enumerate(questions)), Lock(), self._pace.same_purpose()

        def work() -> None:
            with same_purpose():
                while not enough.is_set():
                    with lock:
                        number, question = next(left, (-1, None))
                    if number < 0:
                        return
                    with self._turns:
                        heard.put(_answer(number, ask, cast(Q, question)))

        for _ in range(min(self._width, len(questions))):
            Thread(target=copy_context().run, args=(work,), daemon=True, name="ask").start()


def _answer(number: int, ask: Callable[[Q], A], question: Q) -> _Answer[A]:
    try:
        return _Answer(number, ask(question))
    except BaseException as error:  # noqa: BLE001 - raised again where the answer is waited for
        return _Answer(number, error=error)


def _in_order(heard: SimpleQueue[_Answer[A]], count: int) -> Iterator[A]:
    early: dict[int, _Answer[A]] = {}
    for number in range(count):
        while number not in early:
            answer = heard.get()
            early[answer.number] = answer
        found = early.pop(number)
        if found.error is not None:
            raise found.error
        yield cast(A, found.value)
