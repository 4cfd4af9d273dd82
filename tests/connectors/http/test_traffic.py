"""What a connection counts for those who look after it: what became of each request, what the server still allows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses

from collab_sync.errors import TransientError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.ports import ApiBudget
from collab_sync_http.adapter import RetryPolicy
from collab_sync_http.pace import Pace, answered
from collab_sync_http.session import mount

SITE = "https://jira.example.cn"
NOW = datetime(2025, 9, 22, 1, 0, tzinfo=UTC)


class StandingClock:
    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        """Waiting is for real servers."""


@pytest.fixture
def session() -> requests.Session:
    return requests.Session()


@pytest.fixture
def pace(session: requests.Session) -> Pace:
    settings = ConnectionSettings(name="jira", kind="jira", url=SITE, token=Secret("s3cret-token"))
    return mount(session, settings, StandingClock(), RetryPolicy(attempts=2, jitter=lambda: 1.0))


def test_还没有请求时什么也没有(pace: Pace) -> None:
    found = pace.traffic()
    assert (dict(found.requests), found.budget, found.pauses, found.paused_until) == ({}, None, 0, None)


@responses.activate
def test_每个请求按结果数一次_重试的也数(session: requests.Session, pace: Pace) -> None:
    responses.add(responses.GET, f"{SITE}/好", json={})
    responses.add(responses.GET, f"{SITE}/没有", status=404)
    responses.add(responses.GET, f"{SITE}/坏", status=502)
    responses.add(responses.GET, f"{SITE}/断", body=requests.ConnectionError("断了"))
    for path in ("好", "好", "没有", "坏"):
        session.get(f"{SITE}/{path}")
    with pytest.raises(requests.ConnectionError):
        session.get(f"{SITE}/断")
    assert pace.traffic().requests == {"ok": 2, "refused": 1, "failed": 2, "lost": 2}
    with pytest.raises(TransientError):
        session.get(f"{SITE}/好")
    assert pace.traffic().requests["held"] == 1


@responses.activate
def test_限流算一次暂停_说停到什么时候(session: requests.Session, pace: Pace) -> None:
    responses.add(responses.GET, f"{SITE}/x", status=429, headers={"Retry-After": "90"})
    session.get(f"{SITE}/x")
    found = pace.traffic()
    assert (found.requests, found.pauses) == ({"limited": 1}, 1)
    assert found.paused_until == NOW + timedelta(seconds=90)


@responses.activate
def test_对方说的额度记下来_再发的自己减去(session: requests.Session, pace: Pace) -> None:
    headers = {"RateLimit-Limit": "2000", "RateLimit-Remaining": "1500", "RateLimit-Reset": "60"}
    responses.add(responses.GET, f"{SITE}/说", json={}, headers=headers)
    responses.add(responses.GET, f"{SITE}/不说", json={})
    session.get(f"{SITE}/说")
    assert pace.traffic().budget == ApiBudget(2000, 1500, NOW + timedelta(seconds=60))
    session.get(f"{SITE}/不说")
    assert pace.traffic().budget == ApiBudget(2000, 1499, NOW + timedelta(seconds=60))


def test_几个线程同时数_一个不少() -> None:
    pace = Pace()

    def count() -> None:
        for _ in range(2000):
            pace.count("ok")

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(count)
    assert pace.traffic().requests == {"ok": 8000}


@pytest.mark.parametrize(
    ("status", "told"),
    [(200, "ok"), (304, "ok"), (400, "refused"), (429, "limited"), (499, "refused"), (500, "failed")],
)
def test_状态码怎么算(status: int, told: str) -> None:
    assert answered(status) == told
