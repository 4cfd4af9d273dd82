"""A daemon in a process of its own, and a gate on its way to a tracker that holds requests back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event, Thread
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from tests.cli.conftest import Office

PATIENCE = 60.0
"""Seconds; the processes answer within a few, also where many tests run at once."""


class Process:
    """A daemon of its own; ``until`` waits for a line of its log."""

    def __init__(self, office: Office) -> None:
        command = [sys.executable, "-m", "collab_sync", "--settings", str(office.settings), "run"]
        environment = {**os.environ, **{name: value for name, value in office.env.items() if value}}
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        self.log: list[str] = []
        self._lines: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def until(self, words: str) -> str:
        while True:
            line = self._lines.get(timeout=PATIENCE)
            self.log.append(line)
            if words in line:
                return line
            assert line, f"ended before {words!r}: {self.log}"

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        code = self.process.wait(timeout=PATIENCE)
        self._reader.join(timeout=PATIENCE)
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.ended()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line)
        self._lines.put("")


class Gate(ThreadingHTTPServer):
    """Hands requests on to ``behind``. The first one that matches ``held`` (method and path) is carried out, and its
    answer is kept until ``released``; ``arrived`` says that it is there."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, behind: str, held: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passage)
        self.behind = behind
        self.held = re.compile(held)
        self.arrived, self.released = Event(), Event()
        self.passed: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news here."""


class _Passage(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gate

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        url = f"{self.server.behind}{self.path}"
        answer = requests.request(self.command, url, data=body, headers=headers, timeout=PATIENCE)
        self._hold(f"{self.command} {self.path}")
        self.send_response(answer.status_code)
        for name in answer.headers.keys() - {"Transfer-Encoding", "Content-Encoding", "Content-Length", "Connection"}:
            self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that http.server looks for

    def _hold(self, what: str) -> None:
        self.server.passed.append(what)
        if self.server.held.search(what) and not self.server.arrived.is_set():
            self.server.arrived.set()
            self.server.released.wait(PATIENCE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Silent."""


@contextmanager
def gate_before(office: Office, held: str) -> Iterator[Gate]:
    """The office's trackers are reached through a gate; its clock is not."""
    text = office.settings.read_text(encoding="utf-8")
    with Gate(office.url, held) as gate:
        serving = Thread(target=gate.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        serving.start()
        for tracker in ("jira", "gitlab"):
            text = text.replace(f'"{office.url}/{tracker}"', f'"{gate.url}/{tracker}"')
        office.write("collab-sync.yaml", text)
        try:
            yield gate
        finally:
            gate.released.set()
            gate.shutdown()
            serving.join(timeout=PATIENCE)
