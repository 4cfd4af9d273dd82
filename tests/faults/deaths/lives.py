"""Lives: processes that do ticks when told to, each forked from one that has imported everything already."""

from __future__ import annotations

import gc
import os
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection as Channel
from pathlib import Path
from typing import Any, Protocol

import structlog
from tests.faults.deaths.boundaries import LAST_WORDS, Boundaries
from tests.faults.deaths.office import BOT, OFFERS, ruling

from collab_sync.errors import CollabSyncError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import tick
from collab_sync.ports import Connection
from collab_sync.store.sqlite import open_store
from collab_sync.workbench.fakes.hand_clock import HandClock
from collab_sync_gitlab import connector as gitlab
from collab_sync_jira import connector as jira

NOBODY = "http://127.0.0.1:9"
"""Where nobody listens: connections are refused."""
BEFORE = datetime(2025, 1, 1, tzinfo=UTC)
"""What clocks show until somebody sets them."""
PATIENCE = 120.0
"""Seconds after which a child that neither answers nor dies is a defect."""


TORN = "torn"
"""Said before a death that nobody can announce in time: by the kernel, inside a write."""


class Died(Exception):  # noqa: N818 - what happened is no error
    """The process got SIGKILL. ``place``: where. ``request``: what had left it, and is on its way."""

    def __init__(self, place: str, request: str = "") -> None:
        super().__init__(place)
        self.place = place
        self.request = request


@dataclass(frozen=True)
class Beat:
    """What one tick told. ``passed``: places of the life so far, by kind; ``failed``: the words of an error that ended
    the tick; ``defects``: logged with a traceback, which must never happen."""

    places: int
    passed: Counter[str]
    planned: int = 0
    done: int = 0
    waiting: int = 0
    failed: str = ""
    errors: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doom:
    """What becomes of a life. ``at``: the place where it is killed, 0 for never; ``late``: there or later, with
    a writing request on its way; ``first``: called in it before its
    first tick. ``busy``, ``patience``: seconds it waits for other writers and for answers. ``closed``: the connection
    that nobody listens to. ``locker``: who locks its database when told to."""

    at: int = 0
    late: bool = False
    first: Callable[[Body], None] | None = None
    busy: float = 5.0
    patience: float = 5.0
    closed: str = ""
    locker: Channel | None = None


UNDISTURBED = Doom()


class Trouble(Protocol):
    """What befalls a life during one tick; sent to it, so it must be made of plain values."""

    def over(self, body: Body) -> AbstractContextManager[None]: ...


@dataclass
class Life:
    """One process over one database file. A context manager: dead or told to end outside."""

    pid: int
    channel: Channel
    ended: bool = field(default=False, init=False)
    _torn: str = field(default="", init=False)

    def tick(self, at: datetime, trouble: Trouble | None = None) -> Beat:
        """One tick at this time. Raises Died."""
        with suppress(BrokenPipeError, ConnectionResetError):  # it died while nothing was asked of it
            self.channel.send((at, trouble))
        answer = self._heard()
        if isinstance(answer, tuple) and answer[0] == TORN:
            self._torn = answer[1]
            answer = self._heard()
        if isinstance(answer, Beat):
            return answer
        word, place, *more = answer
        if word != LAST_WORDS:
            raise AssertionError(f"the child broke:\n{place}")
        self._bury(signal.SIGKILL, place)
        raise Died(place, *more)

    def _heard(self) -> Any:
        if not self.channel.poll(PATIENCE):
            raise AssertionError("the child neither answers nor dies")
        try:
            return self.channel.recv()
        except (EOFError, ConnectionResetError):
            self._bury(signal.SIGXFSZ if self._torn else signal.SIGKILL, self._torn or "unannounced")
            raise Died(self._torn or "unannounced") from None

    def _bury(self, wanted: signal.Signals, place: str) -> None:
        _, status = os.waitpid(self.pid, 0)
        self.ended = True
        self.channel.close()
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == wanted):
            raise AssertionError(f"not killed by {wanted.name} but ended with {status}: {place}")

    def end(self) -> None:
        """The channel's end is the process's end."""
        if not self.ended:
            self.channel.close()
            os.waitpid(self.pid, 0)
            self.ended = True

    def __enter__(self) -> Life:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def rehearse(file: Path, url: str, times: Iterator[datetime]) -> None:
    """The same in this process, which is then warm: what is imported late, compiled and cached is there for all."""
    clock = HandClock(BEFORE)
    store, connected = open_store(file), connections(url, clock)
    try:
        for at in times:
            clock.set(at)
            tick(Runtime(store, connected, ruling(), clock, OFFERS))
    finally:
        store.close()
        for one in connected.values():
            one.close()
    gc.collect()
    gc.freeze()


def born(file: Path, url: str, doom: Doom = UNDISTURBED) -> Life:
    """A process that opens ``file`` as the programme would, and waits for ticks."""
    ours, theirs = Pipe()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _live(theirs, file, url, doom)
    theirs.close()
    return Life(pid, ours)


def _live(channel: Channel, file: Path, url: str, doom: Doom) -> None:
    try:
        Body(channel, file, url, doom).live()
    except BaseException:  # noqa: BLE001 - the parent is told, whatever it was
        with suppress(OSError):
            channel.send(("broke", traceback.format_exc()))
    finally:
        os._exit(0)


class Body:
    """The inside of a life: its ``file``, its ``boundaries``, its ``clock``."""

    def __init__(self, channel: Channel, file: Path, url: str, doom: Doom) -> None:
        self.file, self.doom = file, doom
        self.boundaries = Boundaries(channel.send, doom.at, doom.late)
        self.clock = HandClock(BEFORE)
        self._url = url
        self._channel = channel
        self._runtime: Runtime | None = None
        self._defects: list[str] = []

    def live(self) -> None:
        """Ticks until the channel ends."""
        structlog.configure(processors=[self._heard], cache_logger_on_first_use=False)
        self.boundaries.install()
        if self.doom.first:
            self.doom.first(self)
        while True:
            try:
                at, trouble = self._channel.recv()
            except EOFError:
                return
            self.clock.set(at)
            with trouble.over(self) if trouble else nullcontext():
                beat = self._beat()
            self._channel.send(beat)

    def _beat(self) -> Beat:
        """A tick as the daemon's loop would have it: a failure ends the tick, not the process."""
        try:
            report = tick(self._begun())
        except CollabSyncError as error:
            return self._told(failed=str(error))
        pulls = tuple(f"{pull.project}: {pull.error}" for pull in report.failed_pulls)
        return self._told(
            planned=report.planned, done=report.done, waiting=report.waiting, errors=(*report.errors, *pulls)
        )

    def _begun(self) -> Runtime:
        if self._runtime is None:
            store = open_store(self.file, busy_timeout=self.doom.busy)
            connected = connections(self._url, self.clock, self.doom)
            self._runtime = Runtime(store, connected, ruling(), self.clock, OFFERS)
        return self._runtime

    def _told(self, **more: Any) -> Beat:
        return Beat(self.boundaries.count, Counter(self.boundaries.passed), defects=tuple(self._defects), **more)

    def _heard(self, _logger: object, _method: str, event: Any) -> Any:
        if event.get("exc_info"):
            error = event["exc_info"]
            lines = traceback.format_exception(error) if isinstance(error, BaseException) else [str(error)]
            self._defects.append(f"{event.get('event')}: {''.join(lines)}")
        raise structlog.DropEvent


def connections(url: str, clock: HandClock, doom: Doom = UNDISTURBED) -> Mapping[str, Connection]:
    """Ours, as the programme would make them."""
    urls = {name: f"{NOBODY if name == doom.closed else url}/{name}" for name in ("jira", "gitlab")}
    common: dict[str, Any] = {"token": Secret(BOT.token), "read_timeout": doom.patience, "connect_timeout": 5.0}
    site = ConnectionSettings(name="jira", kind="jira", url=urls["jira"], user=BOT.email, edition="cloud", **common)
    lab = ConnectionSettings(name="gitlab", kind="gitlab", url=urls["gitlab"], **common)
    return {"jira": jira.connect(site, clock), "gitlab": gitlab.connect(lab, clock)}
