"""What the outside asks of the process by signals: to end, or to read everything anew.

A thread of its own hears them. The one that works may sit in a request, in a statement of the database or in a long
decision: asked there it would hear too late, and may hold a lock that the answer needs. Who was asked to end is ended
after GRACE, whatever is under way: a tracker that hangs must not decide how long a machine takes to go down. Nothing is
lost by that. A write under way is marked as being sent before it leaves, and the next start looks for what became of
it; a decision that is not committed has not happened.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from select import select
from threading import Event, Thread
from time import monotonic
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGINT)
GRACE = 4.0
"""Seconds that what is under way has once we were asked to end: five are promised."""

LAST_WORDS = 0.5
"""Seconds that saying so may take: a reader of our log that hangs must not keep us either."""


class Calls:
    """``woken`` interrupts the loop; ``ending`` says that it is for good."""

    def __init__(self, asked: Callable[[], None], leaving: Callable[[], None]) -> None:
        self.woken = Event()
        self._asked = asked
        self._leaving = leaving
        self._leaves_at: float | None = None

    def ending(self) -> bool:
        return self._leaves_at is not None

    def hear(self, ear: int) -> None:
        """Follows the numbers of signals that come in at ``ear`` until its other end is closed. Ends the process GRACE
        after the first call to end, and at once with the second."""
        while select([ear], [], [], self._patience())[0]:
            numbers = os.read(ear, 64)
            if not numbers:
                os.close(ear)
                return
            for number in numbers:
                self._called(number)
        self._leave()

    def _patience(self) -> float | None:
        return None if self._leaves_at is None else max(0.0, self._leaves_at - monotonic())

    def _called(self, number: int) -> None:
        if number in ENDING:
            if self._leaves_at is not None:
                os._exit(128 + number)
            self._leaves_at = monotonic() + GRACE
            _say(self._asked)
        self.woken.set()

    def _leave(self) -> None:
        _say(self._leaving).join(LAST_WORDS)
        os._exit(0)


def _say(words: Callable[[], None]) -> Thread:
    """In its own thread: whoever reads our log may not be reading it."""
    saying = Thread(target=words, daemon=True)
    saying.start()
    return saying


@contextmanager
def listening(asked: Callable[[], None], leaving: Callable[[], None]) -> Iterator[Calls]:
    """Calls by SIGTERM and SIGINT (end) and SIGHUP (anew) inside; only in the main thread. ``asked`` says that somebody
    asked us to end, ``leaving`` that we end without waiting any longer."""
    calls = Calls(asked, leaving)
    ear, mouth = os.pipe()
    os.set_blocking(mouth, False)
    noticed = signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
    before = {number: signal.signal(number, _pass_on) for number in (*ENDING, signal.SIGHUP)}
    Thread(target=calls.hear, args=(ear,), name="calls", daemon=True).start()
    try:
        yield calls
    finally:
        signal.set_wakeup_fd(noticed)
        for number, answer in before.items():
            signal.signal(number, answer)
        if not calls.ending():  # else the thread sees to it that the process really ends
            os.close(mouth)


def _pass_on(_number: int, _frame: FrameType | None) -> None:
    """What counts is the number that Python has written into the pipe by now."""
