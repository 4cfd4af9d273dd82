"""Servers on 127.0.0.1: one that answers what a test wants, with or without TLS, and a proxy. All remember."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

ME = {
    "id": 1,
    "iid": 4,
    "username": "bot",
    "name": "协同助手",
    "accountId": "bot",
    "displayName": "协同助手",
    "created_at": "2025-09-20T10:00:00.000Z",
    "updated_at": "2025-09-20T10:00:00.000Z",
    "labels": ["L1"],
}
"""An answer that is our account to both trackers, and a labelled issue too."""


@dataclass(frozen=True)
class Answer:
    """``drop``: hang up instead."""

    status: int = 200
    body: bytes = json.dumps(ME).encode()
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    drop: bool = False


@dataclass(frozen=True)
class Seen:
    """A request as it came: its target may be absolute (to a proxy); names of headers in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]


def _seen(talk: BaseHTTPRequestHandler) -> Seen:
    return Seen(talk.command, talk.path, {name.lower(): value for name, value in talk.headers.items()})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    seen: list[Seen]
    answer: Answer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""


class _Talk(BaseHTTPRequestHandler):
    """Answers every method alike; as a proxy it answers for the host itself, and opens tunnels."""

    server: _Server

    def _any(self) -> None:
        self.server.seen.append(_seen(self))
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = self.server.answer
        self.close_connection = True
        if answer.drop:
            return
        self.send_response(answer.status)
        for name, value in {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = _any  # noqa: N815 - the library's names

    def do_CONNECT(self) -> None:
        self.server.seen.append(_seen(self))
        self.close_connection = True
        host, _, port = self.path.partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as beyond:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pour, args=(beyond, self.connection), daemon=True)
            back.start()
            _pour(self.connection, beyond)
            back.join(10)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Quiet."""


def _pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


class Local:
    """``with Local() as server``; ``tls`` holds the server's certificate."""

    def __init__(self, answer: Answer | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._server = _Server(("127.0.0.1", 0), _Talk)
        self._server.seen = []
        self._server.answer = answer or Answer()
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def seen(self) -> list[Seen]:
        return self._server.seen

    def answers(self, answer: Answer) -> None:
        self._server.answer = answer

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
