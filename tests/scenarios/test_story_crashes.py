"""The process dies around every row it sends, and is started again: the trackers end as if nothing had happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.scenarios.kill_demo import differences, duplicates
from tests.scenarios.telling import Company, Telling, WholeStory, company, day, write_log

from collab_sync.cli.compose import connect
from collab_sync.cli.demo.scenery import Scenery
from collab_sync.config import load_settings
from collab_sync.daemon.loop import Daemon
from collab_sync.model.action import Write
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import TickReport
from collab_sync.ports.store import OutboxState, Store, Transaction
from collab_sync.store.sqlite import open_store

NOTICE = re.compile(r"<sub>由 collab-sync 生成.*?</sub>")
BEGIN, END = "09-26 12:00", "09-30 23:59"


def said(dump: Any) -> dict[str, str]:
    """Pages without their notices, which name the time."""
    return {path: NOTICE.sub("", text) for path, text in dump["gitlab"]["pages"].items()}


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Fate:
    """Kills the process twice per row: when its request was answered, and when that was written down."""

    answered: set[str] = field(default_factory=set)
    recorded: set[int] = field(default_factory=set)

    def when_answered(self, write: Write) -> None:
        name = f"{type(write).__name__} {write!r}"
        if name not in self.answered:
            self.answered.add(name)
            raise Crash

    def when_recorded(self, rows: set[int]) -> None:
        fresh = rows - self.recorded
        self.recorded |= fresh
        if fresh:
            raise Crash


@dataclass
class MortalStore:
    """A store whose process dies once a row has been closed, after the commit."""

    inner: Store
    fate: Fate

    def write(self) -> AbstractContextManager[Transaction]:
        return self._write()

    def read(self) -> AbstractContextManager[Transaction]:
        return self.inner.read()

    def close(self) -> None:
        self.inner.close()

    @contextmanager
    def _write(self) -> Iterator[Transaction]:
        closed: set[int] = set()
        with self.inner.write() as tx:
            yield _Watched(tx, closed)  # type: ignore[misc]  # everything but set_outbox is the transaction's own
        self.fate.when_recorded(closed)


class _Watched:
    """A transaction that notes which rows are closed in it."""

    def __init__(self, tx: Transaction, closed: set[int]) -> None:
        self._tx, self._closed = tx, closed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def set_outbox(self, row: int, state: OutboxState, **rest: Any) -> None:
        self._tx.set_outbox(row, state, **rest)
        if state == "done":
            self._closed.add(row)


class Mortal:
    """Something of a connection; ``perform`` and ``publish`` end the process once the tracker has answered."""

    def __init__(self, inner: Any, fate: Fate) -> None:
        self._inner, self._fate = inner, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name in ("writer", "pages"):
            return lambda project: Mortal(found(project), self._fate)
        if name in ("perform", "publish"):
            return lambda write: self._act(found, write)
        return found

    def _act(self, act: Any, write: Write) -> Any:
        receipt = act(write)
        self._fate.when_answered(write)
        return receipt


class MortalDaemon(Daemon):
    """Beats until a beat survives; ``lives`` makes the runtime of the next process."""

    fate: Fate
    folder_of_state: Path
    deaths: int = 0

    def beat(self) -> TickReport:
        while True:
            try:
                return Daemon.beat(self)
            except Crash:
                self.deaths += 1
                self.runtime = reborn(self.runtime, self.folder_of_state, self.fate)


def reborn(runtime: Runtime, state: Path, fate: Fate) -> Runtime:
    """The runtime of a new process: same files, same trackers, nothing remembered; the rules are the same text."""
    runtime.store.close()
    for connection in runtime.connections.values():
        connection.close()
    scenery = Scenery(state)
    settings = load_settings(scenery.settings_file)
    connections: dict[str, Any] = {
        name: Mortal(one, fate) for name, one in connect(settings, runtime.clock, scenery.environment).items()
    }
    store = MortalStore(open_store(settings.database, busy_timeout=5.0), fate)
    return replace(runtime, store=store, connections=connections)


def doomed(present: Company, telling: Telling) -> tuple[Company, MortalDaemon]:
    """The same company with a daemon that dies around every row."""
    daemon = MortalDaemon(present.runtime, present.daemon.folder, present.daemon.load)
    daemon.fate, daemon.folder_of_state = Fate(), telling.folder / "state"
    daemon.runtime = reborn(daemon.runtime, daemon.folder_of_state, daemon.fate)
    return replace(present, daemon=daemon), daemon


def test_每写一行都断两次_结果与不断时相同(story: WholeStory, tmp_path: Path) -> None:
    """Lost receipts are found again, nothing is said twice, the log is the same to the byte."""
    undisturbed = story.places[END]
    with story.places[BEGIN].opened(tmp_path / "story") as telling, company(telling) as present:
        before = len(telling.log)
        mortals, daemon = doomed(present, telling)
        try:
            mortals.tell(day(END))
            write_log(mortals.runtime, telling.folder)
            dump = telling.ask("dump")
        finally:
            daemon.runtime.store.close()
            for connection in daemon.runtime.connections.values():
                connection.close()
        written = len(telling.log) - before
        assert written > 60
        assert daemon.deaths > written
        with undisturbed.opened(tmp_path / "calm") as calm:
            assert differences(calm.ask("dump"), dump) == []
            assert said(dump) == said(calm.ask("dump"))
            assert duplicates(dump) == []
            assert list(telling.log) == list(calm.log)
