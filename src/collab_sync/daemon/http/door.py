"""The address at which the daemon answers: bound before anything runs, served by a thread, closed within seconds.

Signals stay with the process: the server runs beside the main thread and asks for none.
"""

from __future__ import annotations

import socket
from threading import Thread
from urllib.parse import urlsplit

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from collab_sync.daemon.http.app import LARGEST_HEADERS
from collab_sync.errors import ConfigurationError

MOST_AT_ONCE = 100
"""Connections; further ones are answered 503."""

GRACE = 2
"""Seconds that a request under way has when the door closes."""

CLOSED_IN = 4.5
"""Seconds after which closing no longer waits: the thread ends with the process."""


class Door:
    """Nothing listens until ``open``; ``close`` when it is over."""

    def __init__(self) -> None:
        self._listen = ""
        self._serving: _Serving | None = None

    @property
    def address(self) -> str:
        """Where it answers, as ``host:port`` with the port that was really taken; empty while closed."""
        return self._serving.address if self._serving else ""

    def open(self, listen: str, application: Starlette) -> None:
        """Answers at ``listen`` (``host:port``; empty: nowhere) with ``application``. Where it already does so, only
        the application is replaced. Raises ConfigurationError, leaving things as they were, if the address cannot be
        had."""
        if self._serving and listen == self._listen:
            self._serving.application = application
            return
        serving = _Serving(_bound(listen), application) if listen else None
        self.close()
        self._listen, self._serving = listen, serving
        if serving:
            structlog.get_logger("collab_sync").info("listening", address=serving.address)

    def close(self) -> None:
        """Requests under way have GRACE seconds; returns within CLOSED_IN."""
        if self._serving:
            self._serving.end()
        self._listen, self._serving = "", None


class _Serving:
    """One server on one socket, in its own thread. ``application`` may be replaced at any time."""

    def __init__(self, taken: socket.socket, application: Starlette) -> None:
        host, port = taken.getsockname()[:2]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.application = application
        self._socket = taken
        self._server = uvicorn.Server(_config(self._answer))
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [taken]}, name="http", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=CLOSED_IN)
        self._socket.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.application(scope, receive, send)


def _config(answer: object) -> uvicorn.Config:
    return uvicorn.Config(
        answer,  # type: ignore[arg-type]  # an application as this very protocol describes it
        interface="asgi3",
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
        h11_max_incomplete_event_size=LARGEST_HEADERS,
        timeout_graceful_shutdown=GRACE,
    )


def _bound(listen: str) -> socket.socket:
    """Raises ConfigurationError."""
    address = urlsplit(f"//{listen}")
    host, port = address.hostname or "", address.port or 0
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(MOST_AT_ONCE)
    except OSError as error:
        taken.close()
        raise ConfigurationError(
            f"不能在 {listen} 上监听:{error.strerror or error}",
            hint="换一个空闲的端口,或停掉占用它的程序;地址要是本机的。见设置 http.listen",
        ) from None
    return taken
