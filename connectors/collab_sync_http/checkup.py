"""What the doctors of several connectors say in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import requests

from collab_sync.errors import TrackerError
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Diagnosis
from collab_sync_http.retry_after import http_date

_SKEW = timedelta(minutes=2)
"""More than this is worth telling: the overlap of a pull covers minutes, not hours."""


def checked(subject: str, check: Callable[[], Iterator[Diagnosis]]) -> list[Diagnosis]:
    """What ``check`` finds; a TrackerError on the way is the last of it."""
    found: list[Diagnosis] = []
    try:
        found += check()
    except TrackerError as error:
        found.append(Diagnosis(subject, "error", str(error), "按上面的提示处理后再运行 doctor。"))
    return found


def skewed(response: requests.Response, clock: Clock) -> Iterator[Diagnosis]:
    """A warning if our clock and the server's, by the ``Date`` of its answer, are minutes apart."""
    date = http_date(response.headers.get("Date"))
    skew = abs(clock.now() - date) if date else timedelta(0)
    if skew > _SKEW:
        minutes = round(skew.total_seconds() / 60)
        yield Diagnosis("时钟", "warning", f"我们的时钟与服务器相差约 {minutes} 分钟。", "请校准两边的时间(NTP)。")
