"""The sandbox's time: set by whoever drives a story, otherwise the machine's, never backwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock


class SandboxClock:
    """A settable clock, safe to use from several threads.

    Until it is set it follows ``machine`` (a callable that gives aware times, e.g. ``SystemClock().now``); once set
    it stands still. It never goes back: an earlier time than the latest given out is refused by ``set`` and
    skipped by ``now``.
    """

    def __init__(self, machine: Callable[[], datetime]) -> None:
        self._machine = machine
        self._lock = Lock()
        self._fixed: datetime | None = None
        self._latest: datetime | None = None

    def now(self) -> datetime:
        """The present, aware UTC."""
        with self._lock:
            now = self._fixed or self._machine().astimezone(UTC)
            self._latest = max(now, self._latest or now)
            return self._latest

    def set(self, at: datetime) -> None:
        """From now on it is ``at`` until set again. ValueError for a naive time or one before the present set time."""
        if at.tzinfo is None:
            raise ValueError(
                f"沙盒时钟需要带时区的时间，收到 {at.isoformat()}；请写成 2025-09-01T09:00:00+08:00 的样子。"
            )
        with self._lock:
            if self._fixed is not None and at < self._fixed:
                raise ValueError(f"沙盒时钟不能倒退：现在是 {self._fixed.isoformat()}，要设成 {at.isoformat()}。")
            self._fixed = self._latest = at.astimezone(UTC)

    @property
    def is_set(self) -> bool:
        """Whether somebody has set it (False: it follows the machine)."""
        with self._lock:
            return self._fixed is not None
