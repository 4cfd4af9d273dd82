"""The daemon's process: it ends politely when asked to, and can be told to read everything anew."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from types import FrameType

import structlog
from starlette.routing import BaseRoute

from collab_sync.cli.compose import desks, load_ruling, open_runtime
from collab_sync.cli.session.invocation import Invocation
from collab_sync.config import Settings
from collab_sync.daemon.hooks.reception import Reception
from collab_sync.daemon.hooks.route import hook_routes
from collab_sync.daemon.http.app import app
from collab_sync.daemon.http.door import Door
from collab_sync.daemon.http.health import health_routes
from collab_sync.daemon.loop import Daemon
from collab_sync.daemon.witness import Witness
from collab_sync.errors import CollabSyncError, ConfigurationError
from collab_sync.model.mapping import ProjectMapping


def attend(given: Invocation, settings: Settings) -> None:
    """Beats until SIGTERM or SIGINT, finishing the beat under way; SIGHUP reads settings, tokens and rules anew.

    The caller holds the lock of the database. Raises ConfigurationError, StoreError while starting."""
    with _listening() as calls:
        door, watch = Door(), _Watch(settings, Witness())
        try:
            door.open(settings.http.listen, app(watch.routes()))
            while True:
                _log().info("running", poll_seconds=watch.settings.poll_seconds, settings=str(watch.settings.file))
                watch.daemon.run(watch.settings.poll_seconds, calls.woken)
                calls.woken.clear()
                if calls.ending:
                    break
                watch = _renewed(watch, given, door)
        finally:
            door.close()
            watch.close()
        _log().info("stopped")


@dataclass(slots=True)
class _Calls:
    """What the outside asked of the process. ``woken`` ends the loop; ``ending`` says that it is for good."""

    woken: Event = field(default_factory=Event)
    ending: bool = False

    def end(self, number: int, _frame: FrameType | None) -> None:
        """The same signal once more ends the process at once: nothing is lost by that, only less polite."""
        self.ending = True
        signal.signal(number, signal.SIG_DFL)
        self._wake()

    def reload(self, _number: int, _frame: FrameType | None) -> None:
        self._wake()

    def _wake(self) -> None:
        """From another thread: the one that was interrupted may be holding the event's own lock."""
        Thread(target=self.woken.set, daemon=True).start()


@contextmanager
def _listening() -> Iterator[_Calls]:
    calls = _Calls()
    wanted = {signal.SIGTERM: calls.end, signal.SIGINT: calls.end, signal.SIGHUP: calls.reload}
    before = {number: signal.signal(number, answer) for number, answer in wanted.items()}
    try:
        yield calls
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)


class _Watch:
    """A daemon over everything that these settings name, opened; ``close`` when it is over."""

    def __init__(self, settings: Settings, witness: Witness) -> None:
        self.settings = settings
        self.witness = witness
        with ExitStack() as stack:
            runtime = stack.enter_context(open_runtime(settings))
            hints, folder = witness.hints, settings.rules
            daemon = Daemon(runtime, folder, lambda: load_ruling(folder, settings), witness, hints)
            self.reception = Reception(desks(settings), runtime.clock, hints, self._projects, witness.tally)
            self.daemon = daemon
            self._open = stack.pop_all()

    def routes(self) -> list[BaseRoute]:
        """What the daemon answers over HTTP, if it is to answer at all."""
        return [*health_routes(self.witness, self.daemon.runtime.clock), *hook_routes(self.reception)]

    def close(self) -> None:
        self._open.close()

    def _projects(self) -> Sequence[ProjectMapping]:
        return self.daemon.runtime.projects()


def _renewed(watch: _Watch, given: Invocation, door: Door) -> _Watch:
    """A daemon over what the files say now; the old one where they cannot be used."""
    try:
        settings = given.settings(quiet=False)
        if settings.database != watch.settings.database:
            raise ConfigurationError("database 改了,这要重新启动才能生效", hint="先停掉守护进程,再启动")
        fresh = _opened(settings, watch.witness, door)
    except CollabSyncError as error:
        _log().error("reload failed, everything stays as it was", error=str(error))
        return watch
    watch.close()
    _log().info("reloaded", version=fresh.daemon.runtime.ruling.rules.version)
    return fresh


def _opened(settings: Settings, witness: Witness, door: Door) -> _Watch:
    """A watch that answers at its own address. Raises ConfigurationError, StoreError, leaving the door as it was."""
    fresh = _Watch(settings, witness)
    try:
        door.open(settings.http.listen, app(fresh.routes()))
    except ConfigurationError:
        fresh.close()
        raise
    witness.reloaded(broken=False)
    return fresh


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("collab_sync")
    return logger
