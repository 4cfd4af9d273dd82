"""The daemon's HTTP server: only where it was asked for, within limits, gone when it is told to go."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Event

import pytest
import requests
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from collab_sync.daemon.http import app as limits
from collab_sync.daemon.http.app import LARGEST_BODY, LARGEST_HEADERS, app
from collab_sync.daemon.http.door import CLOSED_IN, Door
from collab_sync.errors import ConfigurationError

ANYWHERE = "127.0.0.1:0"
PATIENCE = 10


async def _length(request: Request) -> JSONResponse:
    return JSONResponse({"bytes": len(await request.body())})


@pytest.fixture
def door() -> Iterator[Door]:
    with closing(Door()) as door:
        yield door


def word(text: str) -> Route:
    async def answer(_: Request) -> PlainTextResponse:
        return PlainTextResponse(text)

    return Route("/word", answer)


def get(door: Door, path: str = "/word") -> requests.Response:
    return requests.get(f"http://{door.address}{path}", timeout=PATIENCE)


def test_没有写地址就不监听(door: Door) -> None:
    door.open("", app([word("有人")]))
    assert door.address == ""


def test_同一个地址只换应用_换地址时旧的关掉(door: Door) -> None:
    door.open(ANYWHERE, app([word("一")]))
    first = door.address
    door.open(ANYWHERE, app([word("二")]))
    assert (door.address, get(door).text) == (first, "二")
    door.open("localhost:0", app([word("三")]))
    assert get(door).text == "三"
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://{first}/word", timeout=PATIENCE)


def test_端口被占用时说怎么办_原来的照旧(door: Door) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        door.open(ANYWHERE, app([word("还在")]))
        with pytest.raises(ConfigurationError, match=f"不能在 {taken} 上监听") as refused:
            door.open(taken, app([]))
    assert "换一个空闲的端口" in refused.value.hint
    assert get(door).text == "还在"


def test_它不碰信号_也不说自己是什么(door: Door) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    door.open(ANYWHERE, app([word("在")]))
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
    assert "server" not in get(door).headers


def test_正文有上限_不论有没有说长度(door: Door) -> None:
    door.open(ANYWHERE, app([Route("/length", _length, methods=["POST"])]))
    url = f"http://{door.address}/length"
    most = b"x" * LARGEST_BODY
    assert requests.post(url, data=most, timeout=PATIENCE).json() == {"bytes": LARGEST_BODY}
    assert requests.post(url, data=most + b"x", timeout=PATIENCE).status_code == 413
    assert requests.post(url, data=iter([most, b"x"]), timeout=PATIENCE).status_code == 413


def test_请求头有上限(door: Door) -> None:
    door.open(ANYWHERE, app([word("在")]))
    long = requests.get(f"http://{door.address}/word", headers={"X": "x" * LARGEST_HEADERS}, timeout=PATIENCE)
    assert long.status_code == 431


def test_一个没完没了的请求被打断(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its body never comes."""
    monkeypatch.setattr(limits, "LONGEST_REQUEST", 0.05)
    door.open(ANYWHERE, app([Route("/length", _length, methods=["POST"])]))
    host, port = door.address.split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(b"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
        assert line.recv(100).startswith(b"HTTP/1.1 408 ")


def test_有请求在途也能关上(door: Door) -> None:
    """An answer that never comes does not keep the daemon; its thread is over, the port is free."""
    asked = Event()

    async def never(request: Request) -> JSONResponse:
        asked.set()
        return JSONResponse({"bytes": len(await request.body())})

    door.open(ANYWHERE, app([Route("/never", never, methods=["POST"])]))
    host, port = door.address.split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(b"POST /never HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
        assert asked.wait(PATIENCE)
        serving = door._serving
        assert serving is not None
        door.close()
        assert not serving._thread.is_alive(), f"not over after {CLOSED_IN} s"
    with closing(socket.create_server((host, int(port)))):
        pass
