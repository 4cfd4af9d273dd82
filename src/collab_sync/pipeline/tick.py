"""One tick: deliver what is left, pull, count what is due for it, then decide and deliver until nothing new happens.

What a tick makes takes part in the same tick: an issue created by one rule is judged by the others at once.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from collab_sync.errors import UnsafePlanError
from collab_sync.pipeline.census.count import CensusReport, take_censuses
from collab_sync.pipeline.decide import commit, decide
from collab_sync.pipeline.pull import PullReport, pull_project
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.write_back import deliver

MOST_ROUNDS = 8
"""Effects of effects end after two or three rounds; more would be rules that feed each other."""


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick did: writes ``planned``, rows closed (``done``, ``dead``), rows on their way (``waiting``)."""

    at: datetime
    pulls: tuple[PullReport, ...] = ()
    planned: int = 0
    reported: int = 0
    withheld: int = 0
    done: int = 0
    dead: int = 0
    waiting: int = 0
    errors: tuple[str, ...] = ()
    refusals: tuple[UnsafePlanError, ...] = ()
    censuses: tuple[CensusReport, ...] = ()

    @property
    def failed_pulls(self) -> tuple[PullReport, ...]:
        return tuple(pull for pull in self.pulls if pull.error)


def pull_all(runtime: Runtime, now: datetime, first: Set[str] = frozenset()) -> tuple[PullReport, ...]:
    """Pulls every project of every connection that has items; those named in ``first`` before the others."""
    reports = []
    for project in sorted(runtime.projects(), key=lambda one: one.name not in first):
        reader, over = runtime.reader_of(project), runtime.turn_over()
        if reader is not None:
            reports.append(pull_project(reader, project, runtime.store, now, over))
    return tuple(reports)


def tick(runtime: Runtime, first: Set[str] = frozenset()) -> TickReport:
    """One complete tick at the clock's present. ``first``: names of projects to be read before the others."""
    now = runtime.clock.now()
    left = deliver(runtime, now)
    done, dead, errors = left.done, left.dead, list(left.errors)
    pulls = pull_all(runtime, now, first)
    censuses = take_censuses(runtime, now)
    planned = reported = withheld = 0
    refusals: list[UnsafePlanError] = []
    waiting = left.waiting
    for _ in range(MOST_ROUNDS):
        with runtime.store.write() as tx:
            decision = decide(tx, runtime.ruling, now, runtime.offers)
            commit(tx, decision)
        plan = decision.plan
        planned, reported = planned + len(plan.writes), reported + len(plan.reported)
        withheld += len(plan.withheld)
        refusals += plan.refusals
        delivery = deliver(runtime, now)
        done, dead, waiting = done + delivery.done, dead + delivery.dead, delivery.waiting
        errors += delivery.errors
        if not delivery.done and plan.empty:
            break
    return TickReport(
        now, pulls, planned, reported, withheld, done, dead, waiting, tuple(errors), tuple(refusals), censuses
    )
