"""The sandbox as a whole: trackers, clock, faults and control under one lock, served over HTTP on loopback."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from time import sleep
from types import TracebackType
from typing import Protocol, Self

import msgspec

from collab_sync.sandbox import control
from collab_sync.sandbox.browse.model import BrowsedProject
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.control import ControlPanel, Journal, LoggedRequest
from collab_sync.sandbox.faults import NO_EFFECT, PAGE_LIMIT_HEADER, Effect, FaultBook
from collab_sync.sandbox.wire import BadBody, Headers, Request, Response, SandboxTracker, json_response, text_response

ONCE_HEADER = "X-Sandbox-Once"
"""A request with this header is executed once; its repetition gets the remembered answer."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer on its way: ``response`` None closes the connection without one. Waits are in seconds. ``broken``: the
    connection breaks, in the middle of the answer if there is one."""

    response: Response | None
    wait: float = 0
    slow_body: float = 0
    broken: bool = False


class Remembered(msgspec.Struct, frozen=True):
    """The answer to a request that was to be executed once, and which request that was."""

    request: str
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]


class WorldSnapshot(msgspec.Struct, kw_only=True):
    """Everything a sandbox needs to go on later; faults and the request log are not part of it."""

    now: datetime | None
    trackers: dict[str, object]
    once: dict[str, Remembered]
    memos: dict[str, object]


class View(Protocol):
    """The pages for people's browsers."""

    def respond(self, request: Request, projects: tuple[BrowsedProject, ...], now: datetime) -> Response:
        """The page for a request, over what the trackers say of themselves."""
        ...


class SandboxWorld:
    """Trackers, clock, faults and memory. ``answer`` may be called from any thread; requests run one after another.

    ``trackers`` are mounted under their prefixes; ``view`` answers every other path, for people's browsers.
    """

    def __init__(
        self,
        clock: SandboxClock,
        trackers: Sequence[SandboxTracker] = (),
        view: View | None = None,
    ) -> None:
        self.clock = clock
        self.faults = FaultBook()
        self.journal = Journal()
        self._trackers = tuple(trackers)
        self._view = view
        self._control = ControlPanel(clock, self._trackers, self.faults, self.journal)
        self._once: dict[str, Remembered] = {}
        self._lock = Lock()

    def answer(self, request: Request) -> Delivery:
        """Executes one request, wholly or not at all, and says what to send back."""
        with self._lock:
            if _below(request.path, control.PREFIX):
                return Delivery(self._execute_once(request))
            effect = self.faults.effect_on(request)
            response = self._under(effect, request)
            self._log(request, response, effect)
            broken = effect.drop in ("reset", "during")
            return Delivery(response, effect.latency_ms / 1000, effect.slow_body_ms / 1000, broken)

    def snapshot(self) -> bytes:
        """The whole state as JSON."""
        with self._lock:
            trackers = {tracker.prefix: tracker.snapshot() for tracker in self._trackers}
            now = self.clock.now() if self.clock.is_set else None
            state = WorldSnapshot(now=now, trackers=trackers, once=self._once, memos=self.journal.memos)
            return msgspec.json.encode(state)

    def load(self, snapshot: bytes) -> None:
        """Goes on from a snapshot. Raises BadBody if it is none; then nothing has changed but perhaps a tracker."""
        try:
            state = msgspec.json.decode(snapshot, type=WorldSnapshot)
        except msgspec.DecodeError as error:
            raise BadBody(f"沙盒快照读不出来：{error}") from None
        with self._lock:
            for tracker in self._trackers:
                if tracker.prefix in state.trackers:
                    tracker.load(state.trackers[tracker.prefix])
            if state.now is not None:
                self.clock.set(state.now)
            self._once = state.once
            self.journal.memos = state.memos

    def _under(self, effect: Effect, request: Request) -> Response | None:
        response = None if effect.spares else self._execute_once(_limited(request, effect))
        if effect.drop in ("before", "reset", "after"):
            return None
        if response is not None and effect.status is None and not effect.html200:
            response = response.with_headers(effect.headers.items())
        return effect.instead(request.path) or response

    def _execute_once(self, request: Request) -> Response:
        key = request.headers.get(ONCE_HEADER)
        if key is None:
            return self._execute(request)
        name = _fingerprint(request)
        known = self._once.get(key)
        if known is None:
            response = self._execute(request)
            self._once[key] = Remembered(name, response.status, response.body, response.headers)
            return response
        if known.request != name:
            return json_response({"error": f"{ONCE_HEADER}: {key} 已经属于另一个请求；换一个键再试。"}, 409)
        return Response(known.status, known.body, known.headers)

    def _execute(self, request: Request) -> Response:
        if _below(request.path, control.PREFIX):
            return self._control.handle(_moved(request, control.PREFIX))
        tracker = self._tracker_of(request)
        if tracker is not None:
            return tracker.handle(_moved(request, tracker.prefix))
        if self._view is not None:
            projects = tuple(project for tracker in self._trackers for project in tracker.browse())
            return self._view.respond(request, projects, self.clock.now())
        return text_response(f"沙盒里没有 {request.path}。", 404)

    def _tracker_of(self, request: Request) -> SandboxTracker | None:
        return next((each for each in self._trackers if _below(request.path, each.prefix)), None)

    def _log(self, request: Request, response: Response | None, effect: Effect) -> None:
        tracker = self._tracker_of(request)
        if tracker is None:
            return
        account = tracker.account_of(_moved(request, tracker.prefix))
        fault = "" if effect is NO_EFFECT else json.dumps(msgspec.to_builtins(effect), ensure_ascii=False)
        status = response.status if response is not None else 0
        self.journal.record(LoggedRequest(request.method, request.path, status, account, self.clock.now(), fault))


class SandboxServer:
    """Serves a world on 127.0.0.1; ``port`` 0 takes a free one. A context manager: started inside, stopped outside.

    With ``snapshot_path`` the world goes on from that file, if it is there, when the server starts; ``save`` writes it.
    """

    def __init__(self, world: SandboxWorld, port: int = 0, *, snapshot_path: Path | None = None) -> None:
        self.world = world
        self._port = port
        self._snapshot_path = snapshot_path
        self._http: _HttpServer | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens: ``http://127.0.0.1:PORT``. RuntimeError before ``start``."""
        if self._http is None:
            raise RuntimeError("沙盒服务还没有启动；先调用 start()。")
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> None:
        """Listens from now on. OSError if the port is taken, BadBody if the snapshot cannot be read."""
        if self._snapshot_path is not None and self._snapshot_path.exists():
            self.world.load(self._snapshot_path.read_bytes())
        self._http = _HttpServer(("127.0.0.1", self._port), self.world)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops listening and closes open connections. Does nothing when it is not running; saves nothing."""
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._thread.join()
        self._http.close_connections()
        self._http.server_close()
        self._http = self._thread = None

    def save(self) -> None:
        """Writes the world to ``snapshot_path``, wholly or not at all. RuntimeError without a path."""
        if self._snapshot_path is None:
            raise RuntimeError("没有给出快照文件的位置；请用 SandboxServer(world, snapshot_path=…)。")
        draft = self._snapshot_path.with_suffix(".tmp")
        draft.write_bytes(self.world.snapshot())
        os.replace(draft, self._snapshot_path)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], world: SandboxWorld) -> None:
        self.world = world
        self._open: set[socket.socket] = set()
        super().__init__(address, _Exchange)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that went away is no news
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # handed on as it came

    def close_connections(self) -> None:
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body leave in one packet
    disable_nagle_algorithm = True
    server: _HttpServer

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        request = Request.parse(self.command, self.path, self.headers.items(), body)
        try:
            delivery = self.server.world.answer(request)
        except Exception:  # noqa: BLE001 — a defect of the sandbox must reach whoever is testing, with its traceback
            delivery = Delivery(text_response(traceback.format_exc(), 500))
        self._deliver(delivery)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET  # noqa: N815 — names that http.server looks for

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.server.world.clock.now().astimezone(UTC), usegmt=True)

    def version_string(self) -> str:
        return "collab-sync-sandbox"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the base class names it so
        """Silent: the request log of the control API says more."""

    def _deliver(self, delivery: Delivery) -> None:
        if delivery.wait:
            sleep(delivery.wait)
        if delivery.response is None or delivery.broken:
            self._break_off(delivery.response, reset=delivery.broken)
            return
        self._send_head(delivery.response)
        body = b"" if self.command == "HEAD" else delivery.response.body
        try:
            self._send_body(body, delivery.slow_body)
        except OSError:
            self.close_connection = True  # the client gave up waiting

    def _break_off(self, response: Response | None, *, reset: bool) -> None:
        """Half of the answer, or nothing; a connection that is ``reset`` does not even say good-bye."""
        self.close_connection = True
        if response is not None and response.body:
            self._send_head(response)
            self.wfile.write(response.body[: len(response.body) // 2])
            self.wfile.flush()
        elif reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _send_head(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if response.status not in (204, 304):
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()

    def _send_body(self, body: bytes, over: float) -> None:
        if not over:
            self.wfile.write(body)
            self.wfile.flush()
            return
        pieces = 10
        step = max(1, -(-len(body) // pieces))
        for start in range(0, len(body), step):
            self.wfile.flush()
            sleep(over / pieces)
            self.wfile.write(body[start : start + step])
        self.wfile.flush()


def _below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


def _moved(request: Request, prefix: str) -> Request:
    path = request.path[len(prefix) :] or "/"
    return Request(request.method, path, request.query, request.headers, request.body)


def _limited(request: Request, effect: Effect) -> Request:
    headers: Mapping[str, str] = {k: v for k, v in request.headers.items() if k != PAGE_LIMIT_HEADER.lower()}
    if effect.page_limit is not None:
        headers = {**headers, PAGE_LIMIT_HEADER: str(effect.page_limit)}
    return Request(request.method, request.path, request.query, Headers(headers.items()), request.body)


def _fingerprint(request: Request) -> str:
    head = json.dumps([request.method, request.path, request.query], ensure_ascii=False).encode()
    return sha256(head + b"\n" + request.body).hexdigest()
