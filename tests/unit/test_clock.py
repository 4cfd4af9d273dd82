"""Where the present comes from."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from collab_sync.clock import SandboxClock, SystemClock, open_clock
from collab_sync.errors import ConfigurationError


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert self.path == "/__sandbox/clock"
        body = b'{"now": "2025-09-30T17:00:00+08:00"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_系统时钟给出带时区的_UTC_并且不倒退() -> None:
    clock = open_clock("system")
    assert isinstance(clock, SystemClock)
    first = clock.now()
    assert first.utcoffset() == timedelta(0)
    assert clock.now() >= first


def test_沙盒时钟给出沙盒里的时刻(address: str) -> None:
    clock = open_clock(f"sandbox:{address}/")
    assert clock.now() == datetime(2025, 9, 30, 9, 0, tzinfo=UTC)
    assert clock.now().tzinfo == UTC


def test_在沙盒里等待马上结束(address: str) -> None:
    """Its time passes only when somebody moves it: a wait of a day must not hang the story."""
    clock = SandboxClock(address)
    clock.sleep(86_400)
    assert clock.now() == datetime(2025, 9, 30, 9, 0, tzinfo=UTC)


def test_沙盒不在时说怎么办(address: str) -> None:
    clock = SandboxClock("http://127.0.0.1:1")
    with pytest.raises(ConfigurationError, match="make demo"):
        clock.now()


@pytest.mark.parametrize("setting", ["", "utc", "沙盒:http://x", "SYSTEM"])
def test_不认识的时钟说出可写什么(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="system 或 sandbox"):
        open_clock(setting)
