"""The only places where the present comes from: the machine, or a sandbox that plays a story."""

from __future__ import annotations

import http.client
import json
import time
from datetime import UTC, datetime
from threading import Lock
from urllib.parse import urlsplit

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
        address = urlsplit(url)
        self._url = url
        self._path = f"{address.path.rstrip('/')}/__sandbox/clock"
        self._http = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port or 80, timeout=10)
        self._lock = Lock()

    def now(self) -> datetime:
        """The sandbox's present. Raises ConfigurationError when it does not answer."""
        with self._lock:
            try:
                self._http.request("GET", self._path)
                answer = json.loads(self._http.getresponse().read())
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._http.close()
                raise ConfigurationError(
                    f"读不到沙盒的时钟 {self._url}:{error}", hint="请先启动沙盒(make demo),或把 clock 改为 system"
                ) from None
        return datetime.fromisoformat(answer["now"]).astimezone(UTC)

    def sleep(self, seconds: float) -> None:
        """Nothing to wait for: the story's time does not pass by itself."""

    def close(self) -> None:
        """Ends the connection to the sandbox."""
        self._http.close()


def open_clock(setting: str) -> Clock:
    """The clock that ``clock:`` in the settings names: ``system`` or ``sandbox:URL``. Raises ConfigurationError."""
    if setting == "system":
        return SystemClock()
    if setting.startswith(SANDBOX_PREFIX):
        return SandboxClock(setting.removeprefix(SANDBOX_PREFIX))
    raise ConfigurationError(f"不认识的时钟“{setting}”", hint="可写 system 或 sandbox:http://127.0.0.1:端口")
