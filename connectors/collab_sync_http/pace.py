"""Whether a request of a connection may leave now: cool-downs, the breaker, the budget.

Nobody waits here. What may not leave is handed back with the time after which it may; requests outside the scope that
pauses go on. No I/O: the present is an argument.

Several threads may send at once: what one of them is told holds for all, every request takes its number from the one
budget, and answers to requests that had left before a refusal was known neither lengthen its pause nor end it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, local
from typing import Literal, TypeVar

from collab_sync.ports.traffic import Answered, ApiBudget, Traffic
from collab_sync_http.budget import Allowance, Budget, Limit, Purpose
from collab_sync_http.limits import Errand, Refusal

T = TypeVar("T")

LONGEST_COOLING = timedelta(minutes=15)
"""Of a wait that we choose; what the server asks for is obeyed as it is."""

FIRST_BREAK = timedelta(seconds=15)
LONGEST_BREAK = timedelta(minutes=5)
"""How long a host that cannot be reached is left alone: doubled each time in between."""

_MOST_DOUBLINGS = 16
_REFUSED, _TOO_MANY, _FAILED = 400, 429, 500


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a request does not leave, and how long that lasts. ``scope`` is empty for the breaker."""

    why: Literal["cooling", "unreachable"]
    wait: timedelta
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """A request that may leave after ``wait``, under its ``number``; number 0: it may not, ``wait`` is too long."""

    number: int
    wait: timedelta


@dataclass(frozen=True, slots=True)
class _Pause:
    """``known``: the last request that had left when it began."""

    until: datetime
    times: int
    known: int


class Pace:
    """One per connection, for all its threads; forgotten when the process ends."""

    def __init__(self, limit: Limit | None = None) -> None:
        self._budget = Budget(limit or Limit())
        self._cooling: dict[str, _Pause] = {}
        self._broken: _Pause | None = None
        self._here = local()
        self._lock = Lock()
        self._answered: Counter[Answered] = Counter()
        self._pauses = 0

    @property
    def _purpose(self) -> Purpose | None:
        """Of this thread."""
        return getattr(self._here, "purpose", None)

    @contextmanager
    def purpose(self, purpose: Purpose) -> Iterator[None]:
        """What the requests of this thread inside are for. One that was given outside stays: a search made for a write
        is a write."""
        outside = self._purpose
        self._here.purpose = outside or purpose
        try:
            yield
        finally:
            self._here.purpose = outside

    def same_purpose(self) -> Callable[[], AbstractContextManager[None]]:
        """For another thread that asks on behalf of this one: its requests are for what those of this one are now."""
        purpose = self._purpose
        return lambda: self.purpose(purpose) if purpose else nullcontext()

    def during(self, purpose: Purpose, rows: Iterator[T]) -> Iterator[T]:
        """``rows``, each brought about for ``purpose``; what happens between them is not."""
        while True:
            with self.purpose(purpose):
                try:
                    row = next(rows)
                except StopIteration:
                    return
            yield row

    def hold(self, errand: Errand, now: datetime) -> Hold | None:
        """What forbids the request altogether; the longest if several do."""
        with self._lock:
            pauses = [(scope, pause) for scope in errand.scopes if (pause := self._cooling.get(scope))]
            broken = self._broken
        holds = [Hold("cooling", pause.until - now, scope) for scope, pause in pauses if pause.until > now]
        if broken and broken.until > now:
            holds.append(Hold("unreachable", broken.until - now))
        return max(holds, key=lambda hold: (hold.wait, hold.scope), default=None)

    def leave(self, errand: Errand, now: datetime, longest: timedelta) -> Leave:
        """Takes one request off the budget, if that makes it wait no longer than ``longest``. Whoever got a number says
        when the request is ``back``."""
        purpose = self._purpose or ("write" if errand.writing else "delta")
        with self._lock:
            wait = self._budget.wait(purpose, now)
            return Leave(self._budget.spend(now + wait) if wait <= longest else 0, wait)

    def back(self, number: int) -> None:
        """The request of that number has been answered, or will not be."""
        with self._lock:
            self._budget.back(number)

    def refused(self, refusal: Refusal, now: datetime, number: int) -> timedelta:
        """The server refused the request of that number for its limits: ``refusal.scope`` pauses. Returns how long."""
        with self._lock:
            self._pauses += 1
            before = self._cooling.get(refusal.scope)
            times = _times(before, number)
            wait = refusal.asked
            if wait is None:
                wait = _doubled(refusal.first, times, LONGEST_COOLING)
            self._cooling[refusal.scope] = pause = self._pause(before, now + wait, times, number)
        return pause.until - now

    def lost(self, now: datetime, number: int) -> None:
        """The host could not be reached: the connection pauses."""
        with self._lock:
            times = _times(self._broken, number)
            until = now + _doubled(FIRST_BREAK, times, LONGEST_BREAK)
            self._broken = self._pause(self._broken, until, times, number)

    def reached(self) -> None:
        """The host answered, whatever it said."""
        with self._lock:
            self._broken = None

    def served(self, errand: Errand, number: int) -> None:
        """The server did not refuse the request of that number for its limits: what it refused before that one left
        counts no more."""
        with self._lock:
            for scope in errand.scopes:
                pause = self._cooling.get(scope)
                if pause and number > pause.known:
                    del self._cooling[scope]

    def learn(self, told: Allowance, number: int | None = None) -> None:
        """What the server says is left, in its answer to the request of that number (None: the last one)."""
        with self._lock:
            self._budget.learn(told, number)

    def count(self, answered: Answered) -> None:
        """What became of one request."""
        with self._lock:
            self._answered[answered] += 1

    def traffic(self) -> Traffic:
        """Everything so far, for whoever looks; changes nothing."""
        with self._lock:
            pauses = [*self._cooling.values(), *([self._broken] if self._broken else [])]
            told = self._budget.told
            return Traffic(
                requests=dict(self._answered),
                budget=ApiBudget(told.of, max(0, told.left), told.until) if told else None,
                pauses=self._pauses,
                paused_until=max((pause.until for pause in pauses), default=None),
            )

    def _pause(self, before: _Pause | None, until: datetime, times: int, number: int) -> _Pause:
        """A pause; one with ``before`` if the request had left before that one was known."""
        if before and number <= before.known:
            return _Pause(max(until, before.until), times, before.known)
        return _Pause(until, times, self._budget.count)


def _times(before: _Pause | None, number: int) -> int:
    """How many refusals in a row; those of requests that were under way together are one."""
    if before is None:
        return 1
    return before.times if number <= before.known else before.times + 1


def answered(status: int) -> Answered:
    """What an answer with this HTTP status is counted as."""
    if status == _TOO_MANY:
        return "limited"
    return "failed" if status >= _FAILED else "refused" if status >= _REFUSED else "ok"


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    factor: int = 2 ** min(times - 1, _MOST_DOUBLINGS)
    return min(first * factor, longest)
