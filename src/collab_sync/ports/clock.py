"""The present, as a port: decisions take ``now`` as an argument, waits go through ``sleep``."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Returns after that many seconds of this clock's time."""
        ...
