"""A clock that stands still until somebody moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class HandClock:
    """``ports.Clock`` moved by hand; waiting is over at once and moves it on."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def set(self, now: datetime) -> None:
        """Moves to ``now``; times are aware. Going back is allowed: a clock that was wrong may be put right."""
        self._now = now.astimezone(UTC)
