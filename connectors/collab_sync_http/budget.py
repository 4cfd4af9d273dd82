"""How many requests a connection may still send, and who of those that ask may have them.

Our own budget is a bucket that holds a quarter of the limit and refills with the other three quarters over the window:
whatever order requests come in, no window of that length sees more than the limit. What the server says is left of its
own limit counts as well. When either runs short the urgent goes first: each purpose leaves a part untouched for those
before it. No I/O, no clock: the present is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

Purpose: TypeAlias = Literal["write", "delta", "backfill", "census"]

RESERVE: Mapping[Purpose, float] = {"write": 0.0, "delta": 0.1, "backfill": 0.3, "census": 0.3}
"""The part of a budget that a purpose leaves to more urgent ones."""

_BURST = 0.25
_NOTHING = timedelta(0)
_FAR = 60.0
"""Seconds: nobody is granted a request that far ahead. A clock that is further behind has been put back."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``requests`` in any stretch of ``window``. The default is more than one process sends by itself, and
    enough for a sandbox whose clock stands still; what servers say is what counts."""

    requests: int = 60_000
    window: timedelta = timedelta(minutes=1)

    @property
    def capacity(self) -> float:
        """Requests that may go at once."""
        return max(1.0, self.requests * _BURST)

    @property
    def rate(self) -> float:
        """Requests a second that come back."""
        return max(self.requests - self.capacity, self.requests * _BURST) / self.window.total_seconds()


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the server says: ``left`` of ``of`` requests, until ``until`` by our clock."""

    left: int
    of: int
    until: datetime


class Budget:
    """The budget of one connection. ``wait`` asks and changes nothing, ``spend`` takes one request off and numbers it;
    whoever has its answer (or none) says that it is ``back``. Several may be under way at once; whoever shares a budget
    among threads sees to it that they come in one by one."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._tokens = limit.capacity
        self._at: datetime | None = None
        self._told: Allowance | None = None
        self._told_by = 0
        self._count = 0
        self._under_way: set[int] = set()

    @property
    def count(self) -> int:
        """The number of the request that left last; 0 before the first."""
        return self._count

    def wait(self, purpose: Purpose, now: datetime) -> timedelta:
        """How long until ``purpose`` may send one request, if nobody else does meanwhile; zero: at once."""
        return max(self._wait_for_refill(purpose, now), self._wait_for_server(purpose, now))

    def spend(self, now: datetime) -> int:
        """One request leaves at ``now``; its number. A caller that waits first spends at the end of its wait, before it
        waits: then whoever asks meanwhile comes after it."""
        self._tokens = (self._refilled(now) if self._at is None or now > self._at else self._tokens) - 1
        self._at = max(self._at or now, now)
        if self._told:
            self._told = replace(self._told, left=self._told.left - 1)
        self._count += 1
        self._under_way.add(self._count)
        return self._count

    def back(self, number: int) -> None:
        """The request of that number is under way no more."""
        self._under_way.discard(number)

    def learn(self, told: Allowance, number: int | None = None) -> None:
        """What the server says in its answer to the request of that number (None: the last one). Only the newest
        request's answer counts, and what left after it, or is still under way, may not have been counted yet."""
        by = self._count if number is None else number
        if by < self._told_by:
            return
        uncounted = self._count - by + sum(other < by for other in self._under_way)
        self._told, self._told_by = replace(told, left=told.left - uncounted), by

    def _refilled(self, now: datetime) -> float:
        passed = (now - self._at).total_seconds() if self._at else 0.0
        passed = passed if passed > -_FAR else 0.0
        return min(self._limit.capacity, self._tokens + passed * self._limit.rate)

    def _wait_for_refill(self, purpose: Purpose, now: datetime) -> timedelta:
        needed = 1 + RESERVE[purpose] * (self._limit.capacity - 1)
        missing = needed - self._refilled(now)
        # A whole microsecond more, so that what was waited for is there in spite of rounding.
        return timedelta(seconds=missing / self._limit.rate, microseconds=1) if missing > 0 else _NOTHING

    def _wait_for_server(self, purpose: Purpose, now: datetime) -> timedelta:
        told = self._told
        if told is None or told.until <= now:
            return _NOTHING
        return told.until - now if told.left < 1 + RESERVE[purpose] * (told.of - 1) else _NOTHING
