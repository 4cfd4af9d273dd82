"""The adapter below every client library: what it repeats, what it never repeats, where it never goes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses

from collab_sync.errors import AccessError, TransientError, UnknownOutcomeError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync_http.adapter import RetryPolicy, TrackerAdapter
from collab_sync_http.errors import guarded, raise_for_response
from collab_sync_http.session import mount

SITE = "https://jira.example.cn"
NOW = datetime(2025, 9, 22, 1, 0, tzinfo=UTC)


class StoppedClock:
    """Stands still but for its own waits, which it remembers."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def now(self) -> datetime:
        return NOW + timedelta(seconds=sum(self.waits))

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


def _session(clock: StoppedClock, url: str = SITE, **policy: float) -> requests.Session:
    session = requests.Session()
    settings = ConnectionSettings(name="jira-npx", kind="jira", url=url, token=Secret("s3cret-token"))
    mount(session, settings, clock, RetryPolicy(jitter=lambda: 1.0, **policy))  # type: ignore[arg-type]  # seconds
    return session


@responses.activate
def test_读取遇到_502_会再试直到成功() -> None:
    """Two bad gateways are waited out with doubling pauses."""
    for status in (502, 503):
        responses.add(responses.GET, f"{SITE}/x", status=status)
    responses.add(responses.GET, f"{SITE}/x", json={"好": 1})
    clock = StoppedClock()
    assert _session(clock).get(f"{SITE}/x").json() == {"好": 1}
    assert clock.waits == [0.25, 0.5]


@responses.activate
def test_读取一直失败时交回最后一个回答_次数有限() -> None:
    """Four attempts, then the caller gets the answer as it is."""
    responses.add(responses.GET, f"{SITE}/x", status=503)
    answer = _session(StoppedClock()).get(f"{SITE}/x")
    assert answer.status_code == 503
    assert len(responses.calls) == 4


@responses.activate
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 425])
def test_写入遇到服务器错误绝不重发(method: str, status: int) -> None:
    """Whether it happened is unknown, so it is sent once."""
    responses.add(method, f"{SITE}/x", status=status)
    clock = StoppedClock()
    _session(clock).request(method, f"{SITE}/x")
    assert len(responses.calls) == 1
    assert clock.waits == []


@responses.activate
def test_写入断线绝不重发() -> None:
    """The published bug of both client libraries: a dropped POST sent again makes a second comment."""
    responses.add(responses.POST, f"{SITE}/x", body=requests.ConnectionError("断了"))
    with pytest.raises(requests.ConnectionError):
        _session(StoppedClock()).post(f"{SITE}/x")
    assert len(responses.calls) == 1


@responses.activate
def test_写入遇到_429_按要求等待后重发() -> None:
    """429 says that nothing happened; the wait asked for is the least that is waited."""
    responses.add(responses.POST, f"{SITE}/x", status=429, headers={"Retry-After": "1.5"})
    responses.add(responses.POST, f"{SITE}/x", json={}, status=201)
    clock = StoppedClock()
    assert _session(clock).post(f"{SITE}/x").status_code == 201
    assert clock.waits == [1.5]


@responses.activate
def test_要求等待太久时立即交回() -> None:
    """Half an hour is for the daemon to plan with, not for a request to sleep through."""
    responses.add(responses.GET, f"{SITE}/x", status=429, headers={"Retry-After": "1847"})
    clock = StoppedClock()
    answer = _session(clock).get(f"{SITE}/x")
    with pytest.raises(TransientError) as error:
        raise_for_response(answer, "jira-npx", writing=False)
    assert error.value.retry_after == timedelta(seconds=1847)
    assert clock.waits == []


@responses.activate
def test_一次请求的等待加起来不超过耐心() -> None:
    """Patience bounds the sum of all waits, not each of them: other connections are waiting."""
    responses.add(responses.GET, f"{SITE}/x", status=503, headers={"Retry-After": "0.8"})
    clock = StoppedClock()
    _session(clock, attempts=10).get(f"{SITE}/x")
    assert clock.waits == [0.8, 0.8]


@responses.activate
@pytest.mark.parametrize("target", ["https://evil.example.com/x", "http://jira.example.cn/x", "/login"])
def test_重定向是错误_凭据不跟着走(target: str) -> None:
    """Not even one on the same host: a POST would silently become a GET."""
    responses.add(responses.GET, f"{SITE}/x", status=302, headers={"Location": target})
    responses.add(responses.GET, target if target.startswith("http") else f"{SITE}{target}", json={})
    with pytest.raises(AccessError, match="凭据不跟随"):
        _session(StoppedClock()).get(f"{SITE}/x")
    assert len(responses.calls) == 1


@responses.activate
def test_分页链接指向别的主机时不发送() -> None:
    """A ``Link: rel=next`` of a misconfigured proxy must not carry the token elsewhere."""
    responses.add(responses.GET, "https://other.example.com/x", json={})
    with pytest.raises(AccessError, match="不是配置的站点"):
        _session(StoppedClock()).get("https://other.example.com/x?private_token=abc")
    assert len(responses.calls) == 0


def test_每个请求都有时限() -> None:
    """Neither client library sets one; a silent server must not hold the daemon."""
    seen: list[object] = []

    class Spy(TrackerAdapter):
        def get_connection_with_tls_context(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            class Pool:
                def urlopen(self, **options: object) -> object:
                    seen.append(options["timeout"])
                    raise OSError("够了")

            return Pool()

    session = requests.Session()
    settings = ConnectionSettings(name="j", kind="jira", url=SITE, token=Secret("x"), read_timeout=7.0)
    session.mount(SITE, Spy(settings, StoppedClock(), RetryPolicy(attempts=1)))
    with pytest.raises(requests.ConnectionError):
        session.get(f"{SITE}/x")
    timeout = seen[0]
    assert (getattr(timeout, "connect_timeout", None), getattr(timeout, "_read", None)) == (5.0, 7.0)


def test_连接被拒绝时写入肯定没有发生() -> None:
    """Nothing listens: no byte left, so the write may simply be tried later."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(TransientError), guarded("gl", writing=True):
        _session(StoppedClock(), url).post(f"{url}/x")


@contextmanager
def _server_that_hangs_up(after: bytes = b"") -> Iterator[tuple[str, list[bytes]]]:
    """Reads one request, sends ``after`` and closes the connection."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            for _ in range(2):
                try:
                    peer, _address = listener.accept()
                except OSError:
                    return
                with peer:
                    received.append(peer.recv(65536))
                    if after:
                        peer.sendall(after)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received


def test_请求发出后断线_写入结果不明() -> None:
    """The server read the request and hung up: it may have happened."""
    with _server_that_hangs_up() as (url, received):
        with pytest.raises(UnknownOutcomeError, match="没有等到回答"), guarded("gl", writing=True):
            _session(StoppedClock(), url).post(f"{url}/x", data=b"{}")
        assert len(received) == 1


def test_正文读到一半断线时读取会再试() -> None:
    """Half a body is a failure of the read like any other."""
    with _server_that_hangs_up(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") as (url, received):
        clock = StoppedClock()
        with pytest.raises(TransientError), guarded("gl", writing=False):
            _session(clock, url, attempts=2).get(f"{url}/x")
        assert len(received) == 2
