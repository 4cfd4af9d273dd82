"""The loop: a heartbeat by ``schedule``; what is due comes from the store, so a restart misses nothing.

Changed rules, organisation or calendar come into force with the next beat. A folder with errors leaves the last good
version in force and says so once per change.

A hint (a web hook) brings the next beat forward and lets its project be read first; it is a beat like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from threading import Event
from time import monotonic, perf_counter

import schedule
import structlog
from structlog.contextvars import bound_contextvars

from collab_sync.daemon.hooks.hints import Hints
from collab_sync.daemon.witness import Witness
from collab_sync.errors import CollabSyncError, ConfigurationError
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import TickReport, tick

Fingerprint = tuple[tuple[str, int, int], ...]

TURN = timedelta(seconds=20)
"""How long reading one project may keep the others waiting; a large one goes on with the next beat."""
SOONEST, LATEST = 1.0, 10.0
"""Seconds after a beat within which no hint brings the next one: a tenth of the usual time between beats, within these
bounds. However many hints come in, trackers are asked about ten times as often as without any, no more."""


def fingerprint(folder: Path) -> Fingerprint:
    """What the files of a folder look like from outside; changes when any of them may have changed."""
    found = sorted(path for path in folder.rglob("*.yaml") if path.is_file())
    return tuple((str(path.relative_to(folder)), *_stamp(path)) for path in found)


def _stamp(path: Path) -> tuple[int, int]:
    """Time and size; zeros for a file that an editor is just replacing."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


@dataclass(slots=True)
class Daemon:
    """Beats over a runtime. ``load`` reads the office's files anew; ``folder`` is where they are. ``witness``: who
    looks at how things stand after each beat, if anybody does. ``hints``: projects to be read sooner. ``elapsed``:
    seconds that only go on. What is logged in a beat bears its id as ``tick``."""

    runtime: Runtime
    folder: Path
    load: Callable[[], Ruling]
    witness: Witness | None = None
    hints: Hints = field(default_factory=Hints)
    elapsed: Callable[[], float] = monotonic
    _seen: Fingerprint = field(init=False)
    _ended: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.runtime = replace(self.runtime, turn=self.runtime.turn or TURN)
        self._seen = fingerprint(self.folder)

    def beat(self) -> TickReport:
        """Reloads if the office has changed something, then one tick. Raises StoreError."""
        with bound_contextvars(tick=token_hex(4)):
            return self._beat()

    def run(self, poll_seconds: int, stop: Event) -> None:
        """Beats until ``stop`` is set; a beat under way is finished first."""
        if self.witness:
            self.witness.attend(timedelta(seconds=poll_seconds))
        heart = schedule.Scheduler()
        heart.every(poll_seconds).seconds.do(self._safely)
        self._safely()
        while not stop.is_set():
            heart.run_pending()
            self.hurry(poll_seconds)
            idle = heart.idle_seconds
            stop.wait(max(0.0, min(idle if idle is not None else 1.0, 1.0)))

    def hurry(self, poll_seconds: int) -> None:
        """A beat before its time if somebody hinted at a project and the last one has been over long enough."""
        rest = min(max(SOONEST, poll_seconds / 10), LATEST)
        if self.hints.waiting and self.elapsed() - self._ended >= rest:
            self._safely()

    def _safely(self) -> None:
        """A beat whose failure ends neither the loop nor the other beats."""
        with bound_contextvars(tick=token_hex(4)):
            try:
                self._beat()
            except CollabSyncError as error:
                structlog.get_logger("collab_sync").error("tick failed", error=str(error))
                self._failed(error)
            except Exception as error:  # noqa: BLE001 - a defect is shown, and the next beat may do without it
                structlog.get_logger("collab_sync").error("tick failed unexpectedly", exc_info=error)
                self._failed(error)
            finally:
                self._ended = self.elapsed()

    def _beat(self) -> TickReport:
        self._reload()
        began = perf_counter()
        report = tick(self.runtime, self.hints.take())
        self._tell(report)
        if self.witness:
            self.witness.ticked(self.runtime, report, perf_counter() - began)
        return report

    def _failed(self, error: Exception) -> None:
        if self.witness:
            self.witness.failed(self.runtime, error)

    def _reload(self) -> None:
        now = fingerprint(self.folder)
        if now == self._seen:
            return
        self._seen = now
        log = structlog.get_logger("collab_sync")
        try:
            ruling = self.load()
        except (ConfigurationError, OSError) as error:
            log.error("rules have errors, last good version stays in force", problems=str(error))
            self._reloaded(broken=True)
            return
        self.runtime = replace(self.runtime, ruling=ruling)
        self._reloaded(broken=False)
        log.info("rules reloaded", version=ruling.rules.version)

    def _reloaded(self, *, broken: bool) -> None:
        if self.witness:
            self.witness.reloaded(broken=broken)

    def _tell(self, report: TickReport) -> None:
        _tell_of_reading(report)
        log = structlog.get_logger("collab_sync")
        for error in report.errors:
            log.error("write refused", error=error)
        for refusal in report.refusals:
            log.error("plan beyond its limits", what=refusal.what, count=refusal.count, limit=refusal.limit)
        if report.planned or report.done:
            log.info("tick", planned=report.planned, done=report.done, dead=report.dead, waiting=report.waiting)


def _tell_of_reading(report: TickReport) -> None:
    log = structlog.get_logger("collab_sync")
    for pull in report.pulls:
        if pull.error:
            log.warning("pull failed", project=pull.project, error=pull.error)
        elif pull.changed:
            log.info("pulled", project=pull.project, read=pull.read, changed=pull.changed)
    for census in report.censuses:
        if census.error:
            log.warning("census says nothing", project=census.project, error=census.error)
        elif census.gone:
            log.info("items gone", project=census.project, count=census.gone)
