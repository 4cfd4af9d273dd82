"""The daemon under test, in a process of its own: what it holds is measured without what plays the world around it."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import text

from collab_sync.cli.compose import connect, load_ruling, offered, open_database, open_time
from collab_sync.cli.demo.scenery import Scenery
from collab_sync.config import Settings
from collab_sync.daemon.hooks.hints import Hints
from collab_sync.daemon.http.app import app
from collab_sync.daemon.http.door import Door
from collab_sync.daemon.http.health import health_routes
from collab_sync.daemon.loop import Daemon
from collab_sync.daemon.witness import Witness
from collab_sync.errors import CollabSyncError
from collab_sync.log import configure_logging
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import TickReport
from collab_sync.ports import Clock
from collab_sync.ports.store import ON_THE_WAY
from collab_sync.store.sqlite import SqliteStore

POLL = timedelta(minutes=1)
LOG = "daemon.log"
"""Beside the database: what the daemon said, warnings and worse."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat seen from outside. ``failure``: why it did not come to its end; ``next_at``: when there is something to
    do again; ``waiting``: rows on their way; ``memory``: MB this process holds; ``handles``: open files and sockets."""

    done: int
    dead: int
    waiting: int
    failure: str
    complaints: tuple[str, ...]
    next_at: datetime | None
    memory: float
    handles: int
    threads: int


@dataclass(frozen=True, slots=True)
class Stock:
    """What the database holds: ``rows`` and ``bytes`` by table, with its indexes. ``sound``: SQLite's own check of it,
    ``ok`` if it is."""

    rows: dict[str, int]
    bytes: dict[str, int]
    sound: str

    @property
    def total(self) -> int:
        return sum(self.bytes.values())


def serve(line: Connection, url: str, folder: Path) -> None:
    """Does as it is told: ``beat`` is answered with a Beat, ``stock`` with a Stock, ``release`` with the number of
    writes that were let go; ``end`` ends it."""
    with ExitStack() as stack:
        log = stack.enter_context((folder / LOG).open("w", encoding="utf-8"))
        configure_logging("json", quiet=True, stream=log)
        scenery = Scenery(folder)
        settings = scenery.build(url)
        runtime = _runtime(stack, settings, scenery.environment)
        witness, door = Witness(), Door()
        daemon = Daemon(runtime, settings.rules, lambda: load_ruling(settings.rules, settings), witness, Hints())
        witness.attend(POLL)
        door.open("127.0.0.1:0", app([*health_routes(witness, runtime.clock)]))
        stack.callback(door.close)
        line.send(door.address)
        while (told := line.recv()) != "end":
            if told == "release":
                line.send(_release(runtime))
            else:
                line.send(_beat(daemon, witness) if told == "beat" else _stock(runtime))


class HouseClock:
    """The sandbox's time, but not a story's: several requests may be under way at once, as in earnest."""

    def __init__(self, time: Clock) -> None:
        self._time = time

    def now(self) -> datetime:
        return self._time.now()

    def sleep(self, seconds: float) -> None:
        """Nothing to wait for."""


def _runtime(stack: ExitStack, settings: Settings, environment: Mapping[str, str]) -> Runtime:
    clock = HouseClock(stack.enter_context(open_time(settings)))
    connections = connect(settings, clock, environment)
    for connection in connections.values():
        stack.callback(connection.close)
    store = stack.enter_context(open_database(settings))
    return Runtime(store, connections, load_ruling(settings.rules, settings), clock, offered(settings))


def _beat(daemon: Daemon, witness: Witness) -> Beat:
    report, failure = None, ""
    try:
        report = daemon.beat()
    except CollabSyncError as error:
        failure = str(error)
        witness.failed(daemon.runtime, error)
    return _seen(daemon.runtime, witness, report, failure)


def _release(runtime: Runtime) -> int:
    """What a safety stop has held back (after a holiday, say) is let go, as the office does once it has looked."""
    with runtime.store.write() as tx:
        held = tx.outbox(("dead",))
        for row in held:
            tx.set_outbox(row.id, "pending")
    return len(held)


def _seen(runtime: Runtime, witness: Witness, report: TickReport | None, failure: str) -> Beat:
    now = runtime.clock.now()
    with runtime.store.read() as tx:
        waiting = tx.outbox(ON_THE_WAY)
        instants = [at for at in (tx.next_due(), *(row.next_attempt or now for row in waiting)) if at is not None]
    return Beat(
        done=report.done if report else 0,
        dead=report.dead if report else 0,
        waiting=len(waiting),
        failure=failure,
        complaints=tuple(f"{one.kind}: {one.text}" for one in witness.seen.complaints),
        next_at=min(instants, default=None),
        memory=_resident(),
        handles=len(os.listdir("/proc/self/fd")),
        threads=threading.active_count(),
    )


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _stock(runtime: Runtime) -> Stock:
    store = runtime.store
    assert isinstance(store, SqliteStore)
    with store.engine.connect() as connection:
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        tables = [name for name in names if not name.startswith(("sqlite_", "alembic"))]
        sizes = connection.execute(
            text("SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1")
        ).all()
        rows = {name: int(connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0) for name in tables}
        sound = str(connection.scalar(text("PRAGMA integrity_check")))
    return Stock(rows, {str(name): int(size) for name, size in sizes if name in tables}, sound)
