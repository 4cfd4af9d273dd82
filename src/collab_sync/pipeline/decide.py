"""Decide: judge the subjects that changed or fell due, make the plan, and commit both in one transaction.

``decide`` only reads; ``commit`` writes what was decided. A crash before the commit means that nothing happened,
after it that everything will.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.view import MirrorView
from collab_sync.model.action import LabelWrite
from collab_sync.model.episode import Episode
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef, item_id
from collab_sync.pipeline.runtime import Ruling
from collab_sync.planner.context import Judged, PlanningContext
from collab_sync.planner.plan import Plan
from collab_sync.planner.planning import make_plan
from collab_sync.ports.store import OutboxState, Shard, Transaction
from collab_sync.rules.evaluate import Outcome, Past, Terms, close_subject, evaluate_subject

STALE_AFTER = timedelta(minutes=30)
"""A shard that has not been read to its end for so long proves nothing by its silence."""

OUTAGE_AFTER = timedelta(hours=1)
"""A subject overdue by more than this was missed: we were down, and what comes now comes in a heap."""

LAST_OPEN_TICK = "tick:open"
RULES_IN_FORCE = "rules:version"
ON_THE_WAY: tuple[OutboxState, ...] = ("pending", "sending", "unknown")


@dataclass(frozen=True, slots=True)
class Decision:
    """What one tick decided: the plan, the outcomes behind it, the subjects that were judged."""

    now: datetime
    plan: Plan
    outcomes: Mapping[SubjectRef, Outcome]
    settled: tuple[ItemId, ...]
    version: str
    in_hours: bool


def decide(tx: Transaction, ruling: Ruling, now: datetime, remote_links: frozenset[str] = frozenset()) -> Decision:
    """The decision for the subjects that changed or fell due by ``now``; writes nothing."""
    view = MirrorView(tx, ruling.office, now, _stale(tx.shards().values(), now))
    subjects = _subjects(tx, ruling, view, now)
    view.preload(ItemId(subject.key) for subject in subjects if subject.kind is SubjectKind.WORK_ITEM)
    outcomes, judged = _judge(tx, ruling, view, subjects)
    context = PlanningContext(
        now=now,
        rules={rule.id: rule for rule in ruling.rules.rules},
        vocabulary=ruling.rules.vocabulary,
        view=view,
        memory=tx,
        mapping=ruling.mapping,
        mentions_today=tx.mentions_since(_start_of_day(ruling, now)),
        undelivered=_undelivered(tx),
        mention_cap=_cap(tx, ruling, now),
        remote_links=remote_links,
    )
    in_hours = ruling.office.calendar.is_open(now)
    settled = tuple(one.facts.item.id for one in judged if isinstance(one.facts, ItemFacts)) if in_hours else ()
    return Decision(now, make_plan(judged, context), outcomes, settled, ruling.rules.version, in_hours)


def commit(tx: Transaction, decision: Decision) -> None:
    """Stores the decision: episode edges, traces, outbox rows, mentions, digest, and when to look again."""
    plan, now = decision.plan, decision.now
    tx.forget_episodes(episode for outcome in decision.outcomes.values() for episode in outcome.forgotten)
    tx.put_episodes(plan.episodes)
    tx.put_managed(plan.traces)
    tx.enqueue(plan.writes, at=now)
    tx.enqueue(plan.reported, at=now, state="reported")
    tx.enqueue(plan.withheld, at=now, state="dead")
    tx.count_mentions(plan.mentions, now)
    tx.add_digest(plan.digest)
    for closing in plan.digest_closed:
        tx.close_digest(closing.before, closing.key)
    tx.set_due({subject: outcome.due for subject, outcome in decision.outcomes.items()})
    tx.clear_dirty(decision.outcomes.keys())
    tx.settle_baseline(decision.settled)
    tx.record(RULES_IN_FORCE, now, decision.version)
    if decision.in_hours:
        tx.record(LAST_OPEN_TICK, now)
    for refusal in plan.refusals:
        tx.record(f"refused:{now.isoformat()}:{refusal.what}", now, str(refusal))
    for notice in plan.notices:
        tx.record(f"notice:{notice}", now, notice)


def _subjects(tx: Transaction, ruling: Ruling, view: MirrorView, now: datetime) -> tuple[SubjectRef, ...]:
    """Dirty and due subjects; all of them when other rules have come into force."""
    subjects = {*tx.dirty(), *tx.due(now)}
    in_force = tx.recorded(RULES_IN_FORCE).get(RULES_IN_FORCE)
    if in_force is None or in_force[1] != ruling.rules.version:
        subjects.update(view.standing_subjects())
        subjects.update(SubjectRef(SubjectKind.WORK_ITEM, id_) for id_ in tx.ids_where())
    return tuple(sorted(subjects))


def _judge(
    tx: Transaction, ruling: Ruling, view: MirrorView, subjects: tuple[SubjectRef, ...]
) -> tuple[dict[SubjectRef, Outcome], list[Judged]]:
    episodes = tx.episodes(subjects)
    last = tx.recorded(LAST_OPEN_TICK).get(LAST_OPEN_TICK)
    outcomes: dict[SubjectRef, Outcome] = {}
    judged: list[Judged] = []
    for subject in subjects:
        past = _past(tx, subject, episodes.get(subject, ()))
        facts = view.facts(subject)
        if facts is None:
            outcomes[subject] = close_subject(past, view.now)
            continue
        stored = view.stored(facts.item.id) if isinstance(facts, ItemFacts) else None
        terms = Terms(
            now=view.now,
            calendar=facts.calendar if isinstance(facts, ItemFacts) else ruling.office.calendar,
            rules_version=ruling.rules.version,
            last_open_tick=last[0] if last else None,
            baseline=bool(stored and stored.baseline),
        )
        outcomes[subject] = evaluate_subject(ruling.rules.rules, facts, past, terms)
        judged.append(Judged(facts, outcomes[subject], past.active))
    return outcomes, judged


def _past(tx: Transaction, subject: SubjectRef, active: Iterable[Episode]) -> Past:
    return Past(tuple(active), lambda rule, key: tx.ended_episode(rule, subject, key))


def _stale(shards: Iterable[Shard], now: datetime) -> frozenset[str]:
    return frozenset(
        shard.project
        for shard in shards
        if shard.complete_as_of is None or (shard.error and now - shard.complete_as_of > STALE_AFTER)
    )


def _start_of_day(ruling: Ruling, now: datetime) -> datetime:
    calendar = ruling.office.calendar
    local = now.astimezone(calendar.zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _undelivered(tx: Transaction) -> frozenset[ItemId]:
    """Items whose label writes have not come back yet: their labels in the mirror are not the last word."""
    found = set()
    for row in tx.outbox(ON_THE_WAY):
        write = row.planned.write
        if isinstance(write, LabelWrite) and write.target.ref is not None:
            found.add(item_id(write.target.ref.connection, write.target.ref.native_id))
    return frozenset(found)


def _cap(tx: Transaction, ruling: Ruling, now: datetime) -> int | None:
    earliest = tx.next_due()
    missed = earliest is not None and now - earliest > OUTAGE_AFTER
    return ruling.rules.organisation.budget.first_tick_cap if missed else None
