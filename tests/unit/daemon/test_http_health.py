"""What the daemon answers about itself over HTTP: the last tick's word, in which no secret is."""

from __future__ import annotations

import io
import logging
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest
import requests
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.unit.calendar.calendar_samples import local

from collab_sync.daemon.auditor import Complaint
from collab_sync.daemon.http.app import app
from collab_sync.daemon.http.door import Door
from collab_sync.daemon.http.health import health_routes
from collab_sync.daemon.witness import Seen, Witness
from collab_sync.errors import ConfigurationError
from collab_sync.log import configure_logging
from collab_sync.workbench.fakes.hand_clock import HandClock

NOW = local("09-18 10:00")
PATIENCE = 10
TOKEN = "glpat-NIEMALS-ZEIGEN-0815"  # not a real one
SECRET = "hook-secret-4711"
STRANGE = "nobody-knows-this-one"
"""A secret that nothing could recognise: it must not get as far as the logs."""

SECRETS = (TOKEN, SECRET, STRANGE)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says, as the daemon sets it up, down to debug."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("text", secrets=(SECRET,), verbose=True, stream=stream)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture
def witness() -> Witness:
    return Witness(Seen(timedelta(minutes=1), NOW))


@pytest.fixture
def url(witness: Witness, clock: HandClock) -> Iterator[str]:
    with closing(Door()) as door:
        door.open("127.0.0.1:0", app(health_routes(witness, clock)))
        yield f"http://{door.address}"


BROKEN = [f"GET /{STRANGE}\r\n\r\n", f"GET / HTTP/1.1\r\nBad {STRANGE}\r\n\r\n", f"{TOKEN} {SECRET}\r\n\r\n"]


def get(url: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> requests.Response:
    return requests.get(url, params=params, headers=headers, timeout=PATIENCE)


def test_就绪时_200_问题也列出来(url: str, witness: Witness) -> None:
    witness.seen = Seen(timedelta(minutes=1), NOW, (Complaint("dead", "1 条停下的写回等人处理"),))
    answer = get(f"{url}/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "reasons": [], "complaints": ["1 条停下的写回等人处理"]}


def test_不就绪时_503_说为什么_进程还活着(url: str, clock: HandClock) -> None:
    clock.set(NOW + timedelta(minutes=10))
    answer = get(f"{url}/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reasons": ["已有 10 分钟没有做完一轮"], "complaints": []}
    assert get(f"{url}/healthz").status_code == 200


def test_读不到时钟也有回答(witness: Witness) -> None:
    class NoClock(HandClock):
        def now(self) -> datetime:
            raise ConfigurationError("读不到沙盒的时钟")

    with closing(Door()) as door:
        door.open("127.0.0.1:0", app(health_routes(witness, NoClock(NOW))))
        answer = get(f"http://{door.address}/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["读不到时钟"])


def test_数字是上一轮留下的那一份(url: str, witness: Witness) -> None:
    """Whatever the figures come to meanwhile: the next tick shows them together."""
    witness.attend(timedelta(minutes=1))
    witness.figures.reload_failed()
    answer = get(f"{url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "collab_sync_rules_reload_errors_total 0.0" in answer.text
    witness.attend(timedelta(minutes=1))
    assert "collab_sync_rules_reload_errors_total 1.0" in get(f"{url}/metrics").text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", f"/hooks/{STRANGE}", f"/hooks/{TOKEN}", "/"])
def test_请求里的令牌哪里也不留下(url: str, log: io.StringIO, path: str) -> None:
    """Neither in logs nor in answers: not in the path, the query, a header, nor where a host should be."""
    headers = {
        "X-Gitlab-Token": SECRET,
        "Authorization": f"Bearer {TOKEN}",
        "Host": f"{STRANGE}.example",
        "Cookie": STRANGE,
    }
    answer = get(f"{url}{path}", params={"token": SECRET, "key": TOKEN, "x": STRANGE}, headers=headers)
    posted = requests.post(f"{url}{path}", headers=headers, data=f'{{"secret": "{SECRET}"}}', timeout=PATIENCE)
    shown = [answer.text, posted.text, str(answer.headers), get(f"{url}/readyz").text, get(f"{url}/metrics").text]
    for text in (*shown, log.getvalue()):
        assert not any(secret in text for secret in SECRETS)


@pytest.mark.parametrize("sent", BROKEN)
def test_看不懂的请求也不留下令牌(url: str, log: io.StringIO, sent: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(sent.encode())
        line.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: line.recv(1000), b"")).decode()
    assert answer.startswith("HTTP/1.1 4")
    for text in (answer, log.getvalue(), get(f"{url}/metrics").text):
        assert not any(secret in text for secret in SECRETS)


def test_端点自己的缺陷显示出来_令牌遮住(log: io.StringIO) -> None:
    """What an exception says may hold what it was given."""

    async def defective(_: Request) -> Response:
        raise ValueError(f"cannot read {TOKEN} and {SECRET}")

    with closing(Door()) as door:
        door.open("127.0.0.1:0", app([Route("/hooks/gitlab", defective)]))
        answer = get(f"http://{door.address}/hooks/gitlab")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert "ValueError: cannot read" in log.getvalue()
    assert not any(secret in log.getvalue() for secret in SECRETS)
