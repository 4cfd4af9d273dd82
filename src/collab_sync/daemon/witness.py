"""The witness: looks at how things stand after each tick, and keeps what may be shown of it.

One thread looks; what it saw is replaced as a whole, so that others see one tick and never the database. A heartbeat
goes out only if all is well, so its absence is a message too: also where nobody is left to complain.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from collab_sync.daemon.auditor import Complaint, audit
from collab_sync.daemon.figures import Figures
from collab_sync.daemon.hooks.hints import Hints
from collab_sync.daemon.hooks.tally import Tally
from collab_sync.errors import StoreError
from collab_sync.pipeline.decide import start_of_day
from collab_sync.pipeline.logbook.budgets import note_budgets, traffic_of
from collab_sync.pipeline.logbook.runs import RunNote, note_of, note_run
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.status import COMPLAINTS, HEARTBEAT, HEARTBEATS_APART, read_status, tolerated
from collab_sync.pipeline.tick import TickReport
from collab_sync.ports.store import Transaction


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last tick left behind. ``at``: when it ended (None: none has yet); ``failure``: why a later one did not
    come to its end; ``broken``: the rules on disk cannot be used; ``figures``: text for Prometheus."""

    poll: timedelta
    at: datetime | None = None
    complaints: tuple[Complaint, ...] = ()
    failure: str = ""
    broken: bool = False
    figures: bytes = b""


@dataclass(slots=True)
class Witness:
    """``seen`` may be read by any thread, ``tally`` and ``hints`` are shared with the one that answers HTTP; everything
    else belongs to the one that ticks."""

    seen: Seen = field(default_factory=lambda: Seen(timedelta(minutes=1)))
    figures: Figures = field(default_factory=Figures)
    tally: Tally = field(default_factory=Tally)
    hints: Hints = field(default_factory=Hints)
    _heartbeat: datetime | None = None
    _told: tuple[Complaint, ...] | None = None

    def attend(self, poll: timedelta) -> None:
        """From now on there is a tick every ``poll``."""
        self._show(replace(self.seen, poll=poll))

    def ticked(self, runtime: Runtime, report: TickReport, seconds: float) -> None:
        """A tick came to its end after ``seconds``. Raises StoreError."""
        now, poll = runtime.clock.now(), self.seen.poll
        traffic = traffic_of(runtime.connections)
        with runtime.store.read() as tx:
            found = read_status(tx, _with_items(runtime), now, tolerated(poll))
            left = _mentions_left(tx, runtime, now)
        complaints = audit(found, poll, runtime.ruling.office.calendar.zone)
        before = self._told
        beat = not complaints and (self._heartbeat is None or now - self._heartbeat >= HEARTBEATS_APART)
        with runtime.store.write() as tx:
            _record(tx, now, complaints if before != complaints else None, beat=beat)
            note_run(tx, note_of(report, "daemon", now, seconds))
            note_budgets(tx, traffic, now)
        self._told = complaints
        if beat:
            self._heartbeat = now
            self.figures.beats(now)
        self.figures.ticked(report, seconds)
        self.figures.stands(found, complaints, mentions_left=left, broken=self.seen.broken)
        self.figures.asked(traffic, now)
        self.figures.called(self.tally, len(self.hints))
        self._show(replace(self.seen, at=now, complaints=complaints, failure=""))
        _say([complaint for complaint in complaints if complaint not in (before or ())], beat=beat)

    def failed(self, runtime: Runtime, error: Exception) -> None:
        """A tick did not come to its end."""
        self.figures.failed()
        told = "数据库读写失败" if isinstance(error, StoreError) else "上一轮没有做完"
        self._show(replace(self.seen, failure=told))
        with suppress(Exception):  # what failed may be the very database or clock that this needs
            now = runtime.clock.now()
            with runtime.store.write() as tx:
                note_run(tx, RunNote(by="daemon", began=now, ended=now, failure=f"{told}({type(error).__name__})"))

    def reloaded(self, *, broken: bool) -> None:
        """The office's files have changed; ``broken``: they cannot be used."""
        if broken:
            self.figures.reload_failed()
        self._show(replace(self.seen, broken=broken))

    def _show(self, seen: Seen) -> None:
        self.seen = replace(seen, figures=self.figures.text())


def _record(tx: Transaction, now: datetime, news: tuple[Complaint, ...] | None, *, beat: bool) -> None:
    """``news``: what is complained of from now on; None where it is what it was."""
    if news is not None:
        tx.record(COMPLAINTS, now, "\n".join(complaint.text for complaint in news))
    if beat:
        tx.record(HEARTBEAT, now)


def _say(news: Sequence[Complaint], *, beat: bool) -> None:
    """Last of all: whoever reads it and looks will find the same."""
    log = structlog.get_logger("collab_sync")
    for complaint in news:
        log.error("complaint", kind=complaint.kind, text=complaint.text)
    if beat:
        log.info("heartbeat")


def _with_items(runtime: Runtime) -> tuple[str, ...]:
    return tuple(project.name for project in runtime.projects() if runtime.reader_of(project) is not None)


def _mentions_left(tx: Transaction, runtime: Runtime, now: datetime) -> int:
    """How often whoever has been mentioned most today may still be."""
    most = max(tx.mentions_since(start_of_day(runtime.ruling, now)).values(), default=0)
    return max(0, runtime.ruling.rules.organisation.budget.mentions_per_person_per_day - most)
