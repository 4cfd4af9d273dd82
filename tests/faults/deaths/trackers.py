"""The trackers: a sandbox in a process of its own, which outlives every process that dies.

Besides what any sandbox does it keeps places to which it can go back, and tells when nothing is under way any more:
what a dead process had sent is read, executed and forgotten by then.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection as Channel
from time import sleep
from typing import Any
from urllib.parse import urlsplit

import requests
from tests.faults.scene import StageClock

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab.tracker import GitLabTracker
from collab_sync.sandbox.jira.tracker import JiraTracker
from collab_sync.sandbox.server import Delivery, SandboxServer, SandboxWorld
from collab_sync.sandbox.wire import Request, json_response
from collab_sync.workbench.fakes.hand_clock import HandClock

PLACES, THREADS = "/__sandbox/places/", "/__sandbox/threads"
LONGEST = 30.0
"""Seconds within which a request of a dead process has come to its end, or the sandbox is defect."""


IDLE = 5
"""Threads when nothing is under way: the process's own, the one that listens, one for each lasting connection (control,
people), and one for the question."""


class KeptWorld(SandboxWorld):
    """``PUT places/‹name›`` keeps the state there is, ``POST`` goes back to it; ``threads``: how many are at work."""

    def __init__(self, clock: SandboxClock) -> None:
        super().__init__(clock, (JiraTracker(clock), GitLabTracker(clock)))
        self._places: dict[str, bytes] = {}

    def answer(self, request: Request) -> Delivery:
        if request.path == THREADS:
            return Delivery(json_response(threading.active_count()))
        if not request.path.startswith(PLACES):
            return super().answer(request)
        name = request.path.removeprefix(PLACES)
        if request.method == "PUT":
            self._places[name] = self.snapshot()
        else:
            self.faults.clear()
            self.load(self._places[name])
        return Delivery(json_response(name))


@dataclass
class Trackers:
    """The sandbox as the people and the director of a run see it."""

    url: str
    http: requests.Session

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A request to the control API."""
        answer = self.http.request(method, f"{self.url}/__sandbox/{path}", json=body, timeout=LONGEST)
        assert answer.ok, f"{method} {path}: {answer.text[:300]}"
        return answer.json() if answer.content else None

    def keep(self, name: str) -> None:
        self.control("PUT", f"places/{name}")

    def go_back(self, name: str) -> None:
        """The state that was kept, and good weather."""
        self.control("POST", f"places/{name}")

    def set_clock(self, at: datetime) -> None:
        self.control("PUT", "clock", {"now": at.isoformat()})

    def receive(self, request: str) -> None:
        """The bytes of a request arrive; nobody waits for the answer."""
        place = urlsplit(self.url)
        with socket.create_connection((place.hostname, place.port), LONGEST) as connection:
            connection.sendall(request.encode("latin-1"))
            assert connection.recv(1), "it is executed before it is answered"

    def settle(self) -> None:
        """Waits until nothing is under way. A new connection is taken up after all that were made before."""
        for _ in range(int(LONGEST / 0.002)):
            if self._threads() <= IDLE:
                return
            sleep(0.002)
        raise AssertionError("a request never comes to its end")

    def _threads(self) -> int:
        return int(requests.get(self.url + THREADS, headers={"Connection": "close"}, timeout=LONGEST).text)


@contextmanager
def open_trackers(start: datetime) -> Iterator[Trackers]:
    """A sandbox in a process of its own; it ends with this one, whatever happens."""
    ours, theirs = Pipe()
    child = os.fork()
    if child == 0:
        ours.close()
        _serve(theirs, start)
    theirs.close()
    try:
        with requests.Session() as http:
            trackers = Trackers(str(ours.recv()), http)
            yield trackers
    finally:
        ours.close()
        os.waitpid(child, 0)


def _serve(channel: Channel, start: datetime) -> None:
    try:
        world = KeptWorld(StageClock(HandClock(start)))
        with SandboxServer(world) as server:
            channel.send(server.url)
            with suppress(EOFError):
                channel.recv()
    finally:
        os._exit(0)


def said(value: object) -> str:
    """JSON that can be compared."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
