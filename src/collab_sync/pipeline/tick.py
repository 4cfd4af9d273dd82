"""One tick: deliver what is left, pull, count what is due for it, then decide and deliver until nothing new happens.

What a tick makes takes part in the same tick: an issue created by one rule is judged by the others at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from collab_sync.errors import ConfigurationError, UnsafePlanError
from collab_sync.pipeline.census.count import CensusReport, take_censuses
from collab_sync.pipeline.decide import Decision, commit, decide, last_decision
from collab_sync.pipeline.pull import Pull, PullReport, places, read_anew, settle
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.write_back import deliver

MOST_ROUNDS = 8
"""Effects of effects end after two or three rounds; more would be rules that feed each other."""

CLOCK_SLIPS = timedelta(minutes=5)
"""A clock that is corrected by so little changes nothing. One that is further behind what has been decided is wrong now
or was wrong then: to judge by it would take back what was right."""


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick did: subjects ``evaluated``, writes ``planned``, immediate ``mentions`` decided, rows closed
    (``done``, ``dead``), rows on their way (``waiting``). ``fires``: steps reached, by rule."""

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
    evaluated: int = 0
    mentions: int = 0
    fires: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed_pulls(self) -> tuple[PullReport, ...]:
        return tuple(pull for pull in self.pulls if pull.error)


def pull_all(runtime: Runtime, now: datetime, first: Set[str] = frozenset()) -> tuple[PullReport, ...]:
    """Pulls every project of every connection that has items, several at once; those named in ``first`` begin before
    the others. Reports are in mapping order. Once everything is to end, what is not read counts as paused."""
    store, turn, asking = runtime.store, runtime.turn_over, runtime.asking
    begins = places(store, runtime.ruling.fingerprints, now)
    pulls = {
        one.name: Pull(reader, one, store, now, turn, begins[one.name], asking(one.connection))
        for one in runtime.projects()
        if (reader := runtime.reader_of(one)) is not None
    }
    runtime.read([pulls[name] for name in sorted(pulls, key=lambda name: name not in first)])
    settle(pulls.values(), store)
    return tuple(pull.report for pull in pulls.values())


def tick(runtime: Runtime, first: Set[str] = frozenset()) -> TickReport:
    """One complete tick at the clock's present. ``first``: names of projects to be read before the others. Raises
    ConfigurationError, before anything is done, where the clock cannot be right; StoreError."""
    now = _present(runtime)
    left = deliver(runtime, now)
    pulls = pull_all(runtime, now, first)
    censuses = take_censuses(runtime, now)
    decided, deliveries = _Decided(), [left]
    over, rounds = runtime.turn_over(), 0
    while rounds < MOST_ROUNDS:
        if runtime.ending():
            break  # not judged now, but at the next start
        with runtime.store.write() as tx:
            decision = decide(tx, runtime.ruling, now, runtime.offers, most=runtime.portion)
            commit(tx, decision)
        decided.add(decision)
        quiet = decision.plan.empty and not deliveries[-1].waiting  # nothing has joined a queue that was empty
        if not quiet:
            deliveries.append(deliver(runtime, now))
        if decision.more:
            if over():
                break  # what an edit of the rules leaves to do is gone on with in the next tick
            continue
        rounds += 1
        if quiet or (decision.plan.empty and not deliveries[-1].done):
            break
    return TickReport(
        at=now,
        pulls=pulls,
        planned=decided.planned,
        reported=decided.reported,
        withheld=decided.withheld,
        done=sum(one.done for one in deliveries),
        dead=sum(one.dead for one in deliveries),
        waiting=deliveries[-1].waiting,
        errors=tuple(error for one in deliveries for error in one.errors),
        refusals=tuple(decided.refusals),
        censuses=censuses,
        evaluated=decided.evaluated,
        mentions=decided.mentions,
        fires=decided.fires,
    )


def _present(runtime: Runtime) -> datetime:
    now, zone = runtime.clock.now(), runtime.ruling.office.calendar.zone
    with runtime.store.read() as tx:
        last = last_decision(tx)
    if last is not None and last - now > CLOCK_SLIPS:
        read_anew(runtime.store)
        told = " 比上次判断的 ".join(f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (now, last))
        raise ConfigurationError(
            f"时钟说现在是 {told} 还早:不读、不判断、不写",
            hint="请校准主机的时间,之后自动继续;如果错的是上次,请恢复那之前的数据库备份",
        )
    return now


@dataclass(slots=True)
class _Decided:
    """What the decisions of one tick come to."""

    evaluated: int = 0
    planned: int = 0
    reported: int = 0
    withheld: int = 0
    mentions: int = 0
    refusals: list[UnsafePlanError] = field(default_factory=list)
    fires: Counter[str] = field(default_factory=Counter)

    def add(self, decision: Decision) -> None:
        plan = decision.plan
        self.evaluated += len(decision.outcomes)
        self.planned += len(plan.writes)
        self.reported += len(plan.reported)
        self.withheld += len(plan.withheld)
        self.mentions += len(plan.mentions)
        self.refusals += plan.refusals
        findings = (finding for outcome in decision.outcomes.values() for finding in outcome.findings)
        self.fires.update(finding.rule for finding in findings if finding.edge == "step")
