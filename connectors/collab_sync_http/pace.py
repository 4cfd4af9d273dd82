"""Whether a request of a connection may leave now: cool-downs, the breaker, the budget.

The process serves one connection after the other, so nobody waits here. What may not leave is handed back with the time
after which it may; requests outside the scope that pauses go on. No I/O: the present is an argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
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
class _Pause:
    until: datetime
    times: int


class Pace:
    """One per connection; forgotten when the process ends."""

    def __init__(self, limit: Limit | None = None) -> None:
        self._budget = Budget(limit or Limit())
        self._cooling: dict[str, _Pause] = {}
        self._broken: _Pause | None = None
        self._purpose: Purpose | None = None
        self._answered: Counter[Answered] = Counter()
        self._pauses = 0
        self._counting = Lock()

    @contextmanager
    def purpose(self, purpose: Purpose) -> Iterator[None]:
        """What the requests inside are for. One that was given outside stays: a search made for a write is a write."""
        outside = self._purpose
        self._purpose = outside or purpose
        try:
            yield
        finally:
            self._purpose = outside

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
        pauses = [(scope, pause) for scope in errand.scopes if (pause := self._cooling.get(scope))]
        holds = [Hold("cooling", pause.until - now, scope) for scope, pause in pauses if pause.until > now]
        if self._broken and self._broken.until > now:
            holds.append(Hold("unreachable", self._broken.until - now))
        return max(holds, key=lambda hold: (hold.wait, hold.scope), default=None)

    def wait(self, errand: Errand, now: datetime) -> timedelta:
        """How long the budget makes the request wait; zero: not at all."""
        return self._budget.wait(self._purpose or ("write" if errand.writing else "delta"), now)

    def spend(self, now: datetime) -> None:
        """One request leaves."""
        self._budget.spend(now)

    def refused(self, refusal: Refusal, now: datetime) -> timedelta:
        """The server refused for its limits: ``refusal.scope`` pauses. Returns for how long."""
        with self._counting:
            self._pauses += 1
        before = self._cooling.get(refusal.scope)
        times = before.times + 1 if before else 1
        wait = refusal.asked
        if wait is None:
            wait = _doubled(refusal.first, times, LONGEST_COOLING)
        self._cooling[refusal.scope] = _Pause(now + wait, times)
        return wait

    def lost(self, now: datetime) -> None:
        """The host could not be reached: the connection pauses."""
        times = self._broken.times + 1 if self._broken else 1
        self._broken = _Pause(now + _doubled(FIRST_BREAK, times, LONGEST_BREAK), times)

    def reached(self) -> None:
        """The host answered, whatever it said."""
        self._broken = None

    def served(self, errand: Errand) -> None:
        """The server did not refuse for its limits: what it refused before counts no more."""
        for scope in errand.scopes:
            self._cooling.pop(scope, None)

    def learn(self, told: Allowance) -> None:
        """What the server says is left."""
        self._budget.learn(told)

    def count(self, answered: Answered) -> None:
        """What became of one request."""
        with self._counting:
            self._answered[answered] += 1

    def traffic(self) -> Traffic:
        """Everything so far, for whoever looks; changes nothing."""
        pauses = [*self._cooling.copy().values(), *([self._broken] if self._broken else [])]
        told = self._budget.told
        with self._counting:
            return Traffic(
                requests=dict(self._answered),
                budget=ApiBudget(told.of, max(0, told.left), told.until) if told else None,
                pauses=self._pauses,
                paused_until=max((pause.until for pause in pauses), default=None),
            )


def answered(status: int) -> Answered:
    """What an answer with this HTTP status is counted as."""
    if status == _TOO_MANY:
        return "limited"
    return "failed" if status >= _FAILED else "refused" if status >= _REFUSED else "ok"


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    factor: int = 2 ** min(times - 1, _MOST_DOUBLINGS)
    return min(first * factor, longest)
