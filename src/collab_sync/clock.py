"""The only places where the present comes from: the machine, or a sandbox that plays a story."""

from __future__ import annotations

import json
import time
import urllib.request
from datetime import UTC, datetime

from collab_sync.errors import ConfigurationError
from collab_sync.ports import Clock

SANDBOX_PREFIX = "sandbox:"


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class SandboxClock:
    """The clock of a sandbox: its time stands still until somebody moves it, so waiting is over at once."""

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/__sandbox/clock"

    def now(self) -> datetime:
        try:
            with urllib.request.urlopen(self._url, timeout=10) as answer:  # noqa: S310  # configured loopback address
                return datetime.fromisoformat(json.load(answer)["now"]).astimezone(UTC)
        except OSError as error:
            raise ConfigurationError(
                f"读不到沙盒的时钟 {self._url}:{error}", hint="请先启动沙盒(make demo),或把 clock 改为 system"
            ) from None

    def sleep(self, seconds: float) -> None:
        """Nothing to wait for: the story's time does not pass by itself."""


def open_clock(setting: str) -> Clock:
    """The clock that ``clock:`` in the settings names: ``system`` or ``sandbox:URL``. Raises ConfigurationError."""
    if setting == "system":
        return SystemClock()
    if setting.startswith(SANDBOX_PREFIX):
        return SandboxClock(setting.removeprefix(SANDBOX_PREFIX))
    raise ConfigurationError(f"不认识的时钟“{setting}”", hint="可写 system 或 sandbox:http://127.0.0.1:端口")
