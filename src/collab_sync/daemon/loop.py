"""The loop: a heartbeat by ``schedule``; what is due comes from the store, so a restart misses nothing.

Changed rules, organisation or calendar come into force with the next beat. A folder with errors leaves the last good
version in force and says so once per change.

A hint (a web hook) brings the next beat forward and lets its project be read first; it is a beat like any other.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from stat import S_ISREG
from threading import Event
from time import monotonic, perf_counter

import schedule
import structlog
from structlog.contextvars import bound_contextvars

from collab_sync.daemon.hooks.hints import Hints
from collab_sync.daemon.witness import Witness
from collab_sync.errors import CollabSyncError, ConfigurationError
from collab_sync.pipeline.decide import SILENT_FOR, last_decision
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import TickReport, tick

Stamp = tuple[int, int, int, int]
Fingerprint = tuple[tuple[str, Stamp], ...]

TURN = timedelta(seconds=20)
"""How long reading one project may keep the others waiting; a large one goes on with the next beat."""
SOONEST, LATEST = 1.0, 10.0
"""Seconds after a beat within which no hint brings the next one: a tenth of the usual time between beats, within these
bounds. However many hints come in, trackers are asked about ten times as often as without any, no more."""


def fingerprint(folder: Path) -> Fingerprint:
    """What the files of a folder look like from outside; changes when any of them may have changed. What cannot be
    looked at is as if it were not there: never an error."""
    found = sorted(os.path.join(top, name) for top, _, names in os.walk(folder) for name in names if _counts(name))
    stamps = ((os.path.relpath(path, folder), _stamp(path)) for path in found)
    return tuple((name, stamp) for name, stamp in stamps if stamp is not None)


def _counts(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def _stamp(path: str) -> Stamp | None:
    """Which file it is, when it was written or given to somebody else, its size; None for what cannot be read now."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return (stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size) if S_ISREG(stat.st_mode) else None


@dataclass(slots=True)
class Daemon:
    """Beats over a runtime. ``load`` reads the office's files anew; ``folder`` is where they are. ``witness``: who
    looks at how things stand after each beat, if anybody does. ``hints``: projects to be read sooner. ``elapsed``:
    seconds that only go on. ``seen``: what the folder looked like before its rules were read (None: as it does now).
    What is logged in a beat bears its id as ``tick``."""

    runtime: Runtime
    folder: Path
    load: Callable[[], Ruling]
    witness: Witness | None = None
    hints: Hints = field(default_factory=Hints)
    elapsed: Callable[[], float] = monotonic
    seen: Fingerprint | None = None
    _ended: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.runtime = replace(self.runtime, turn=self.runtime.turn or TURN)
        self.seen = fingerprint(self.folder) if self.seen is None else self.seen

    def beat(self) -> TickReport:
        """Reloads if the office has changed something, then one tick. Raises StoreError."""
        with bound_contextvars(tick=token_hex(4)):
            return self._beat()

    def run(self, poll_seconds: int, stop: Event) -> None:
        """Beats until ``stop`` is set. A beat under way is finished first, unless the runtime is ending."""
        if self.witness:
            self.witness.attend(timedelta(seconds=poll_seconds))
        heart = schedule.Scheduler()
        heart.every(poll_seconds).seconds.do(self._safely)
        self._safely()
        while not stop.is_set():
            heart.run_pending()
            self.hurry(poll_seconds)
            stop.wait(min(_rest(heart, poll_seconds), 1.0))

    def hurry(self, poll_seconds: int) -> None:
        """A beat before its time if somebody hinted at a project and the last one has been over long enough."""
        rest = min(max(SOONEST, poll_seconds / 10), LATEST)
        if self.hints.waiting and self.elapsed() - self._ended >= rest:
            self._safely()

    def _safely(self) -> None:
        """A beat whose failure ends neither the loop nor the other beats; none once the runtime is ending."""
        if self.runtime.ending():
            return
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
        _tell_of_gap(self.runtime)
        began = perf_counter()
        report = tick(self.runtime, self.hints.take())
        self._tell(report)
        if self.witness and not self.runtime.ending():  # what was broken off says nothing about how things stand
            self.witness.ticked(self.runtime, report, perf_counter() - began)
        return report

    def _failed(self, error: Exception) -> None:
        if self.witness:
            self.witness.failed(error)

    def _reload(self) -> None:
        now = fingerprint(self.folder)
        if now == self.seen:
            return
        try:
            found: Ruling | Exception = self.load()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the files, the last good ones stay in force
            found = error
        if fingerprint(self.folder) != now:
            return  # somebody is still saving, and half of it may look whole: the next beat looks again
        self.seen = now
        if isinstance(found, Ruling):
            self.runtime = replace(self.runtime, ruling=found)
        _tell_of_rules(found)
        self._reloaded(broken=not isinstance(found, Ruling))

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


def _rest(heart: schedule.Scheduler, poll_seconds: int) -> float:
    """Seconds until the next beat. None may be further off than a beat lasts: then the machine's clock was put back,
    and the heart goes by that clock."""
    idle = heart.idle_seconds or 0.0
    if idle > poll_seconds + 1:
        heart.run_all()
    return max(0.0, idle)


def _tell_of_rules(found: Ruling | Exception) -> None:
    log = structlog.get_logger("collab_sync")
    if isinstance(found, Ruling):
        log.info("rules reloaded", version=found.rules.version)
        return
    foreseen = isinstance(found, ConfigurationError | OSError)
    log.error(
        "rules have errors, last good version stays in force",
        problems=str(found),
        exc_info=None if foreseen else found,
    )


def _tell_of_gap(runtime: Runtime) -> None:
    """Before a beat that makes up for a downtime: whoever wonders what comes now should find the reason above it."""
    with runtime.store.read() as tx:
        last = last_decision(tx)
    away = runtime.clock.now() - last if last else SILENT_FOR
    if last is None or away <= SILENT_FOR:
        return
    cap = runtime.ruling.rules.organisation.budget.first_tick_cap
    told = f"{last.astimezone(runtime.ruling.office.calendar.zone):%Y-%m-%d %H:%M}"
    structlog.get_logger("collab_sync").warning("catching up", last=told, away=str(away), mentions_at_most=cap)


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
