"""The daemon's process: it ends politely when asked to, and can be told to read everything anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace

import structlog
from starlette.routing import BaseRoute

from collab_sync.cli.compose import desks, load_ruling, open_runtime
from collab_sync.cli.session.calls import GRACE, listening
from collab_sync.cli.session.invocation import Invocation
from collab_sync.config import Settings
from collab_sync.daemon.hooks.reception import Reception
from collab_sync.daemon.hooks.route import hook_routes
from collab_sync.daemon.http.app import app
from collab_sync.daemon.http.door import Door
from collab_sync.daemon.http.health import health_routes
from collab_sync.daemon.loop import Daemon, fingerprint
from collab_sync.daemon.witness import Witness
from collab_sync.errors import CollabSyncError, ConfigurationError
from collab_sync.model.mapping import ProjectMapping


def attend(given: Invocation, settings: Settings) -> None:
    """Beats until SIGTERM or SIGINT; SIGHUP reads settings, tokens and rules anew. Asked to end, it finishes the
    request under way and begins no other; what takes longer than GRACE is left as it is.

    The caller holds the lock of the database. Raises ConfigurationError, StoreError while starting."""
    with listening(_asked, _left) as calls:
        door, watch = Door(), _Watch(settings, Witness(), calls.ending)
        try:
            door.open(settings.http.listen, app(watch.routes()))
            while True:
                _log().info("running", poll_seconds=watch.settings.poll_seconds, settings=str(watch.settings.file))
                watch.daemon.run(watch.settings.poll_seconds, calls.woken)
                calls.woken.clear()
                if calls.ending():
                    break
                watch = _renewed(watch, given, door)
        finally:
            door.close()
            watch.close()
        _log().info("stopped")


class _Watch:
    """A daemon over everything that these settings name, opened; ``close`` when it is over. ``ending``: whether
    somebody asked us to stop."""

    def __init__(self, settings: Settings, witness: Witness, ending: Callable[[], bool]) -> None:
        self.settings = settings
        self.witness = witness
        self.ending = ending
        with ExitStack() as stack:
            seen = fingerprint(settings.rules)
            runtime = replace(stack.enter_context(open_runtime(settings)), ending=ending)
            daemon = Daemon(runtime, settings.rules, lambda: load_ruling(settings.rules, settings), witness, seen=seen)
            self.reception = Reception(desks(settings), runtime.clock, daemon.hints, self._projects)
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
        fresh = _opened(settings, watch, door)
    except (CollabSyncError, OSError) as error:
        _log().error("reload failed, everything stays as it was", error=str(error))
        return watch
    watch.close()
    _log().info("reloaded", version=fresh.daemon.runtime.ruling.rules.version)
    return fresh


def _opened(settings: Settings, old: _Watch, door: Door) -> _Watch:
    """A watch that answers at its own address. Raises ConfigurationError, StoreError, leaving the door as it was."""
    fresh = _Watch(settings, old.witness, old.ending)
    try:
        door.open(settings.http.listen, app(fresh.routes()))
    except ConfigurationError:
        fresh.close()
        raise
    old.witness.reloaded(broken=False)
    return fresh


def _asked() -> None:
    _log().info("stopping", grace=GRACE)


def _left() -> None:
    _log().warning(
        "stopped in the middle; if that was a write, the next start asks the tracker what became of it", waited=GRACE
    )


def _log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("collab_sync")
    return logger
