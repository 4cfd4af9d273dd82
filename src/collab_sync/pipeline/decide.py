"""Decide: judge the subjects that changed or fell due, make the plan, and commit both in one transaction.

``decide`` only reads; ``commit`` writes what was decided. A crash before the commit means that nothing happened,
after it that everything will.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import msgspec

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.sharing.conflicts import REQUEST_TYPE
from collab_sync.analysis.subject_facts import ProgramFacts
from collab_sync.analysis.view import MirrorView
from collab_sync.model import marker
from collab_sync.model.action import CreateWrite, LabelWrite, PlannedWrite
from collab_sync.model.connection import UNTOLD, Offers
from collab_sync.model.episode import Episode
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef, id_of
from collab_sync.pipeline.editing.in_force import (
    GROUND_IN_FORCE,
    RULE_SINCE,
    RULES_IN_FORCE,
    adopt,
    new_rule_since,
)
from collab_sync.pipeline.editing.survey import PORTION, SAID, Portion, take
from collab_sync.pipeline.editing.work import WORK
from collab_sync.pipeline.numbering import new_numbers
from collab_sync.pipeline.runtime import Ruling
from collab_sync.pipeline.succession import arrivals, settle_arrivals
from collab_sync.planner.context import Judged, PlanningContext
from collab_sync.planner.landing import MARKS, unanswered
from collab_sync.planner.plan import NOTHING_SAID, REPORTED, Plan, Said
from collab_sync.planner.planning import make_plan
from collab_sync.planner.practice import VERSIONS
from collab_sync.ports.store import ON_THE_WAY, OutboxRow, Shard, Transaction
from collab_sync.rules.evaluate import Outcome, Past, Terms, close_subject, evaluate_subject
from collab_sync.rules.filed import FiledRules

RECHECK = timedelta(minutes=5)
"""What was judged while a shard was stale is looked at again so often: its answers may have been withheld."""

OUTAGE_AFTER = timedelta(hours=1)
"""A subject overdue by more than this was missed: we were down, and what comes now comes in a heap."""
SILENT_FOR = timedelta(hours=2)
"""Where nobody has judged for so many working hours, it comes in a heap too: what fell due while we were down has been
put off to this opening if we came back at night, and what people did in between never falls due."""

LAST_OPEN_TICK = "tick:open"


@dataclass(frozen=True, slots=True)
class Decision:
    """What one tick decided: the plan, the outcomes behind it, the subjects that were judged. ``at_rest``: there was
    nothing to be judged."""

    now: datetime
    plan: Plan
    outcomes: Mapping[SubjectRef, Outcome]
    settled: tuple[ItemId, ...]
    version: str
    in_hours: bool
    numbers: Mapping[str, str] = field(default_factory=dict)
    portion: Portion = field(default_factory=Portion)
    at_rest: bool = False

    @property
    def more(self) -> bool:
        """Whether an edit of the rules leaves work for the next decision."""
        return self.portion.left is not None


def decide(
    tx: Transaction,
    ruling: Ruling,
    now: datetime,
    offers: Mapping[str, Offers] = UNTOLD,
    *,
    most: int | None = PORTION,
) -> Decision:
    """The decision for the subjects that changed or fell due by ``now``, and for the next ``most`` of those that an
    edit of the rules may concern (None: all of them); writes nothing."""
    if _at_rest(tx, ruling, now):
        return Decision(now, Plan(), {}, (), ruling.rules.version, ruling.office.calendar.is_open(now), at_rest=True)
    view = view_of(tx, ruling, now)
    portion = take(tx, ruling.rules, view, partial(_judge, tx, ruling, view), most)
    subjects = _subjects(tx, view, portion, now)
    outcomes, judged = _judge(tx, ruling, view, subjects, ruling.catalogue)
    context = context_of(tx, ruling, view, offers, portion.said)
    in_hours = ruling.office.calendar.is_open(now)
    settled = tuple(
        one.facts.item.id
        for one in judged
        if isinstance(one.facts, ItemFacts) and context.is_open(one.facts) and not one.facts.stale
    )
    numbers = new_numbers(tx, ruling, judged)
    plan = make_plan(judged, context)
    return Decision(now, plan, outcomes, settled, ruling.rules.version, in_hours, numbers, portion)


def view_of(tx: Transaction, ruling: Ruling, now: datetime) -> MirrorView:
    """The mirror at ``now``, with what is stale in it."""
    return MirrorView(tx, ruling.office, now, _stale(tx.shards().values()))


def context_of(
    tx: Transaction,
    ruling: Ruling,
    view: MirrorView,
    offers: Mapping[str, Offers] = UNTOLD,
    said: Said = NOTHING_SAID,
) -> PlanningContext:
    """What planning works with over ``view``; writes nothing. ``said``: by earlier portions of the same work."""
    now = view.now
    unwritten = tx.outbox((*ON_THE_WAY, "dead"))
    return PlanningContext(
        now=now,
        rules={rule.id: rule for rule in ruling.rules.rules},
        vocabulary=ruling.rules.vocabulary,
        view=view,
        memory=tx,
        mapping=ruling.mapping,
        mentions_today=tx.mentions_since(start_of_day(ruling, now)),
        undelivered=_undelivered(unwritten, view),
        ordered=_ordered(unwritten),
        mention_cap=_cap(tx, ruling, now),
        offers=offers,
        stale=tuple(sorted(view.stale_projects)),
        rules_version=ruling.rules.version,
        said=said,
    )


def commit(tx: Transaction, decision: Decision) -> None:
    """Stores the decision: episode edges, traces, outbox rows, mentions, digest, and when to look again."""
    plan, now = decision.plan, decision.now
    if decision.at_rest:
        tx.record_all(_looked(decision))
        return
    tx.forget_episodes(episode for outcome in decision.outcomes.values() for episode in outcome.forgotten)
    tx.put_episodes(plan.episodes)
    tx.put_managed(plan.traces)
    tx.enqueue(plan.writes, at=now)
    tx.enqueue(_for_the_record(plan.reported), at=now, state="reported")
    _withhold(tx, plan, now)
    tx.count_mentions(plan.mentions, now)
    tx.add_digest(plan.digest)
    for closing in plan.digest_closed:
        tx.close_digest(closing.before, closing.key)
    tx.set_due({subject: outcome.due for subject, outcome in decision.outcomes.items()})
    tx.hasten({s: at for s, at in decision.portion.looks.items() if s not in decision.outcomes})
    tx.clear_dirty(decision.outcomes.keys())
    tx.settle_baseline(decision.settled)
    settle_arrivals(tx, decision.settled, now)
    _remember(tx, decision)


def _remember(tx: Transaction, decision: Decision) -> None:
    """Dated facts about this decision: which rules, which hours, which numbers, what people should know."""
    plan, now = decision.plan, decision.now
    _remember_version(tx, decision)
    _remember_work(tx, decision)
    tx.record_all(_looked(decision))
    said = {**decision.numbers, **plan.remembered}
    said |= {f"refused:{now.isoformat()}:{refusal.what}": str(refusal) for refusal in plan.refusals}
    said |= {f"notice:{notice}": notice for notice in plan.notices}
    tx.record_all({key: (now, text) for key, text in said.items()})


def _looked(decision: Decision) -> dict[str, tuple[datetime, str]]:
    """That somebody has looked: what is told of every tick, even if there was nothing to be judged."""
    open_tick = {LAST_OPEN_TICK: (decision.now, "")} if decision.in_hours else {}
    return {RULES_IN_FORCE: (decision.now, decision.version), **open_tick}


def _remember_version(tx: Transaction, decision: Decision) -> None:
    """Which rules are in force, and, when they are others than before, since when."""
    in_force = tx.recorded(RULES_IN_FORCE).get(RULES_IN_FORCE)
    if in_force is None or in_force[1] != decision.version:
        tx.record(f"{VERSIONS}{decision.now.isoformat()}", decision.now, decision.version)


def _at_rest(tx: Transaction, ruling: Ruling, now: datetime) -> bool:
    """Whether nothing has changed, nothing fell due, the rules are those of the last time, and no page wants another
    one."""
    if tx.pending(now):
        return False
    noted = tx.noted((RULES_IN_FORCE, GROUND_IN_FORCE, WORK, *MARKS))
    said = {key: text for key, (_, text) in noted.items()}
    edited = said.get(RULES_IN_FORCE) != ruling.rules.version or GROUND_IN_FORCE not in said
    return not edited and not said.get(WORK) and not unanswered(noted)


def _remember_work(tx: Transaction, decision: Decision) -> None:
    """What has come into force, and what the edit leaves to do."""
    now, portion = decision.now, decision.portion
    if portion.edit is not None:
        adopt(tx, portion.edit, now)
    if portion.left is not None:
        tx.record(WORK, now, msgspec.json.encode(portion.left).decode())
        tx.record(SAID, now, msgspec.json.encode(decision.plan.said).decode())
    elif portion.begun:
        tx.record(WORK, now)
        tx.record(SAID, now)


def _subjects(tx: Transaction, view: MirrorView, portion: Portion, now: datetime) -> tuple[SubjectRef, ...]:
    """Dirty and due subjects, and those whom other rules concern that have come into force."""
    subjects = {*tx.pending(now), *portion.subjects}
    subjects |= _conflicts(tx, view, subjects)
    return tuple(sorted(subjects))


def _conflicts(tx: Transaction, view: MirrorView, subjects: set[SubjectRef]) -> set[SubjectRef]:
    """Conflicts over the resources that changed or that changed requests name: those there are, those that still
    hold."""
    ids = [ItemId(subject.key) for subject in subjects if subject.kind is SubjectKind.WORK_ITEM]
    view.preload(ids)
    requests = [facts for id_ in ids if (facts := view.item(id_)) and facts.item.type == REQUEST_TYPE]
    named = [view.resource(subject.key) for subject in subjects if subject.kind is SubjectKind.RESOURCE]
    about = {one.key: one for one in (*named, *(facts.resource for facts in requests)) if one is not None}
    there = {SubjectRef(SubjectKind.CONFLICT, one.key) for one in view.conflicts_about(about.values())}
    return there.union(tx.running(SubjectKind.CONFLICT, [f"{key}:" for key in sorted(about)]))


def _judge(
    tx: Transaction, ruling: Ruling, view: MirrorView, subjects: Sequence[SubjectRef], rules: FiledRules
) -> tuple[dict[SubjectRef, Outcome], list[Judged]]:
    view.look_at(ItemId(subject.key) for subject in subjects if subject.kind is SubjectKind.WORK_ITEM)
    episodes = tx.episodes(subjects, rules.ids)
    last = tx.recorded(LAST_OPEN_TICK).get(LAST_OPEN_TICK)
    since = {key.removeprefix(RULE_SINCE): at for key, (at, _) in tx.recorded(RULE_SINCE).items()}
    since = {rule.id: since.get(rule.id, new_rule_since(since, view.now)) for rule in ruling.rules.rules}
    moved_here = arrivals(tx, (ItemId(subject.key) for subject in subjects if subject.kind is SubjectKind.WORK_ITEM))
    outcomes: dict[SubjectRef, Outcome] = {}
    judged: list[Judged] = []
    for subject in subjects:
        past = _past(tx, subject, episodes.get(subject, ()))
        facts = view.facts(subject)
        if facts is None:
            outcomes[subject] = close_subject(past, view.now)
            continue
        item = facts.facts if isinstance(facts, ProgramFacts) else facts
        stored = view.stored(item.item.id) if isinstance(item, ItemFacts) else None
        terms = Terms(
            now=view.now,
            calendar=facts.calendar if isinstance(facts, ItemFacts) else ruling.office.calendar,
            rules_version=ruling.rules.version,
            last_open_tick=last[0] if last else None,
            baseline=bool(stored and (stored.baseline or stored.item.id in moved_here)),
            in_force_since=since,
        )
        outcomes[subject] = evaluate_subject(rules, facts, past, terms)
        if view.stale_projects:
            outcomes[subject].look_at(terms.calendar.next_open(view.now + RECHECK))
        judged.append(Judged(facts, outcomes[subject], past.active))
    return outcomes, judged


def _past(tx: Transaction, subject: SubjectRef, active: Iterable[Episode]) -> Past:
    return Past(tuple(active), lambda rule, key: tx.ended_episode(rule, subject, key))


def _stale(shards: Iterable[Shard]) -> frozenset[str]:
    """Projects whose last pull failed, or that were never read to their end: nothing follows from their silence."""
    return frozenset(shard.project for shard in shards if shard.complete_as_of is None or shard.error)


def start_of_day(ruling: Ruling, now: datetime) -> datetime:
    """Midnight where the organisation is: mentions are counted from there."""
    calendar = ruling.office.calendar
    local = now.astimezone(calendar.zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _undelivered(unwritten: Iterable[OutboxRow], view: MirrorView) -> Mapping[ItemId, frozenset[str]]:
    """Items whose label writes have not come back yet, with the labels they will have then: those in the mirror are
    not the last word, and what is on its way must be taken off again when its rule stops meanwhile."""
    found: dict[ItemId, frozenset[str]] = {}
    for row in unwritten:
        write = row.planned.write
        if row.state in ON_THE_WAY and isinstance(write, LabelWrite) and write.target.ref is not None:
            id_ = id_of(write.target.ref)
            facts = view.item(id_)
            before = found.get(id_, facts.item.labels if facts else frozenset())
            found[id_] = (before | set(write.add)) - set(write.remove)
    return found


def _ordered(unwritten: Iterable[OutboxRow]) -> frozenset[str]:
    """Creation keys of issues that were asked for and are not made yet, or wait for a person."""
    creations = (row.planned.write for row in unwritten)
    marks = (marker.loads(write.marker) for write in creations if isinstance(write, CreateWrite))
    return frozenset(mark.key for mark in marks if mark)


def _for_the_record(reported: Iterable[PlannedWrite]) -> list[PlannedWrite]:
    return [msgspec.structs.replace(write, key=f"{REPORTED}{write.key}") for write in reported]


def _withhold(tx: Transaction, plan: Plan, now: datetime) -> None:
    """Dead letters that say which limit held them back."""
    tx.enqueue(plan.withheld, at=now, state="dead")
    if not plan.withheld:
        return
    keys = {write.key for write in plan.withheld}
    words = "\n".join(str(refusal) for refusal in plan.refusals)
    for row in tx.outbox(("dead",)):
        if row.planned.key in keys and not row.last_error:
            tx.set_outbox(row.id, "dead", error=words)


def last_decision(tx: Transaction) -> datetime | None:
    """When something was last decided; None if nothing ever was."""
    found = tx.recorded(RULES_IN_FORCE).get(RULES_IN_FORCE)
    return found[0] if found else None


def _cap(tx: Transaction, ruling: Ruling, now: datetime) -> int | None:
    earliest, last = tx.next_due(), tx.recorded(LAST_OPEN_TICK).get(LAST_OPEN_TICK)
    missed = earliest is not None and now - earliest > OUTAGE_AFTER
    silence = ruling.office.calendar.between(last[0], now) if last else 0
    missed = missed or timedelta(minutes=silence) > SILENT_FOR
    return ruling.rules.organisation.budget.first_tick_cap if missed else None
