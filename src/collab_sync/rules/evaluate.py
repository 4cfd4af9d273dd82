"""Evaluates rules for one subject at one instant: what started, which step was reached, what stopped, when to look
again.

Pure and complete: the same rules, facts, past and ``now`` give the same outcome, whether the tick came on time or
late. Outside working hours only urgent rules are judged; everything else waits for the next opening.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict, Unpack

import msgspec

from collab_sync.analysis.facts import UNKNOWN
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.view import SubjectFacts
from collab_sync.calendar.deadlines import held_until, start_instant
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.model.episode import Edge, Episode, Finding, FiredStep
from collab_sync.rules.compile import (
    CompiledClock,
    CompiledEvent,
    CompiledRule,
    CompiledSchedule,
    CompiledState,
    CompiledStep,
)
from collab_sync.rules.filed import Catalogue

SINCE = "since"
"""Key of the episode from which a schedule counts: nothing is made up for the time before it began."""

SLOT_WAITS = timedelta(hours=2)
"""How long a slot waits for facts that cannot be read; then it is over."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which circumstances a subject is judged.

    ``last_open_tick``: the last tick inside working hours; a newer fact started what it started at its own time.
    ``baseline``: first contact: everything is recorded and shown, nobody is told. ``in_force_since``: when each rule
    came into force: what happened before is recorded for a new rule, and not spoken of.
    """

    now: datetime
    calendar: WorkingCalendar
    rules_version: str = ""
    last_open_tick: datetime | None = None
    baseline: bool = False
    in_force_since: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past:
    """Episodes of the subject that have not ended, and a way to look up one that has."""

    active: tuple[Episode, ...] = ()
    ended: Callable[[str, str], Episode | None] = lambda _rule, _key: None

    def by_rule(self) -> Mapping[str, tuple[Episode, ...]]:
        """The active ones of each rule that has any."""
        found: dict[str, tuple[Episode, ...]] = {}
        for episode in self.active:
            found[episode.rule] = (*found.get(episode.rule, ()), episode)
        return found


@dataclass(slots=True)
class Outcome:
    """What judging one subject brought: findings in catalogue order, episodes to store, the next instant to look.
    ``revoked``: episodes of events whose entry has been deleted since."""

    findings: list[Finding] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    forgotten: list[Episode] = field(default_factory=list)
    revoked: list[Episode] = field(default_factory=list)
    due: datetime | None = None

    def look_at(self, *instants: datetime | None) -> None:
        """Look again no later than the earliest of these."""
        candidates = [instant for instant in (*instants, self.due) if instant is not None]
        self.due = min(candidates, default=None)


def evaluate_subject(rules: Catalogue, facts: SubjectFacts, past: Past, terms: Terms) -> Outcome:
    """Judges ``facts`` by those of the rules that it meets, in catalogue order."""
    outcome = Outcome()
    running = past.by_rule()
    open_now = terms.calendar.is_open(terms.now)
    for rule in rules.met_by(facts, running):
        judgement = _Judgement(rule, facts, past, terms, outcome, running.get(rule.id, ()))
        if open_now or rule.urgent:
            judgement.judge()
        else:
            judgement.wait()
    if not open_now and rules.waits(facts.subject.kind):
        outcome.look_at(terms.calendar.next_open(terms.now))
    outcome.look_at(_first_future(facts, terms.now))
    return outcome


def close_subject(past: Past, now: datetime) -> Outcome:
    """Ends what still runs for a subject that is gone: nobody is told, and its labels went with it."""
    ended = [msgspec.structs.replace(episode, ended_at=now, holds=()) for episode in past.active]
    return Outcome(episodes=ended)


@dataclass(slots=True)
class _Judgement:
    """One rule and one subject at one instant; ``running``: the rule's episodes that have not ended."""

    rule: CompiledRule
    facts: SubjectFacts
    past: Past
    terms: Terms
    outcome: Outcome
    running: tuple[Episode, ...]

    @property
    def now(self) -> datetime:
        return self.terms.now

    def wait(self) -> None:
        """Nothing is judged outside working hours; only where a schedule begins to count is marked."""
        if isinstance(self.rule.trigger, CompiledSchedule) and not self.running:
            self._keep(self._begin(SINCE, self.now))

    def judge(self) -> None:
        match self.rule.trigger:
            case CompiledState() as state:
                self._state(state)
            case CompiledClock() as clock:
                self._clock(clock)
            case CompiledEvent() as event:
                self._event(event)
            case CompiledSchedule() as schedule:
                self._schedule(schedule)

    # --- state -------------------------------------------------------------------------------------------------
    def _state(self, state: CompiledState) -> None:
        holds = state.whole.holds(self.facts)
        self.outcome.look_at(state.whole.flips_at(self.facts))
        running = next(iter(self.running), None)
        if holds is None or (holds is False and self._stale):
            return
        if holds is False:
            self._end([running] if running else [])
            return
        episode = running or self._begin(_minute(began := self._began()), began)
        step = self.rule.steps[0]
        ready = episode.began
        if state.held is not None:
            ready = held_until(episode.began, state.held, self.terms.calendar)
        if episode.has_fired(step.id):
            self._changed_labels(episode)
            self._keep(episode)
        elif ready <= self.now:
            self._fire(episode, [(step, ready)])
        else:
            self.outcome.look_at(ready)
            self._keep(episode)

    def _began(self) -> datetime:
        """When the condition came to hold: the time of the fact, if a fact did it; this instant, if time did."""
        facts = self.facts
        if not isinstance(facts, ItemFacts):
            return self.now
        if self.terms.baseline:
            return facts.latest_change()
        last = self.terms.last_open_tick
        fresh = last is None or facts.item.updated_at > last
        return min(self.now, facts.item.updated_at) if fresh else self.now

    # --- clock -------------------------------------------------------------------------------------------------
    def _clock(self, clock: CompiledClock) -> None:
        running, episodes = clock.whole.holds(self.facts), list(self.running)
        self.outcome.look_at(clock.whole.flips_at(self.facts))
        if running is False and not episodes:
            return
        start = clock.start.value(self.facts)
        if running is None or start is UNKNOWN:
            return
        if running is False or not isinstance(start, date):
            if not self._stale:
                self._end(episodes)
            return
        key = _start_key(start)
        self._end([episode for episode in episodes if episode.key != key])
        current = next((episode for episode in episodes if episode.key == key), None)
        episode = current or self._begin(key, start_instant(start, self.terms.calendar))
        self._run_clock(clock, start, self._paused(clock, episode))

    def _paused(self, clock: CompiledClock, episode: Episode) -> Episode:
        """The episode with its pauses brought up to date."""
        if clock.pause is None:
            return episode
        self.outcome.look_at(clock.pause.flips_at(self.facts))
        paused = clock.pause.holds(self.facts)
        open_pause = bool(episode.pauses) and episode.pauses[-1][1] is None
        if paused is True and not open_pause:
            return msgspec.structs.replace(episode, pauses=(*episode.pauses, (self._began(), None)))
        if paused is False and open_pause:
            closed = (episode.pauses[-1][0], self._began())
            return msgspec.structs.replace(episode, pauses=(*episode.pauses[:-1], closed))
        return episode

    def _run_clock(self, clock: CompiledClock, start: date | datetime, episode: Episode) -> None:
        reached: list[tuple[CompiledStep, datetime]] = []
        for step in self.rule.steps:
            if episode.has_fired(step.id) or step.after is None:
                continue
            due = clock.due(start, step.after, self.terms.calendar, episode.pauses)
            if due is None:
                continue
            if due <= self.now:
                reached.append((step, due))
            else:
                self.outcome.look_at(due)
        self._fire(episode, reached)

    # --- event -------------------------------------------------------------------------------------------------
    def _event(self, event: CompiledEvent) -> None:
        known = {episode.key for episode in self.running}
        for key, at, facts in event.occurrences(self.facts) if self._where() is True else ():
            if key in known or at > self.now:
                continue
            if event.if_ is not None and event.if_.holds(facts) is not True:
                continue
            episode = self._begin(key, at)
            if not episode.has_fired(self.rule.steps[0].id):
                self._fire(episode, [(self.rule.steps[0], at)], event=key)
            else:
                self._keep(episode)
        self._revoke(event)

    def _revoke(self, event: CompiledEvent) -> None:
        """Entries that are gone: what they brought stays, but their episodes end, once."""
        facts = self.facts
        if not event.kinds or not isinstance(facts, ItemFacts) or self._stale or "entries" in facts.item.unreadable:
            return
        present = {entry.id for entry in facts.item.entries}
        for episode in self.running:
            if episode.key.rpartition("@")[0] not in present:
                ended = msgspec.structs.replace(episode, ended_at=self.now)
                self.outcome.episodes.append(ended)
                self.outcome.revoked.append(ended)

    # --- schedule ----------------------------------------------------------------------------------------------
    def _schedule(self, schedule: CompiledSchedule) -> None:
        episodes = self.running
        slots = schedule.schedule
        if not episodes:
            # The first look only marks where counting starts: nothing is made up for the time before.
            self._keep(self._begin(SINCE, self.now))
            self.outcome.look_at(slots.next_slot(self.terms.calendar, self.now).at)
            return
        since = max(episode.began for episode in episodes)
        missed = slots.slots(self.terms.calendar, since, self.now)
        self.outcome.look_at(slots.next_slot(self.terms.calendar, self.now).at)
        if not missed:
            return
        latest, applies = missed[-1], self._where()
        if applies is True:
            episode = self._begin(f"slot {latest.nominal.isoformat()}", latest.at)
            self._fire(episode, [(self.rule.steps[0], latest.at)])
        elif applies is False or self.now - latest.at > SLOT_WAITS:
            # The slot is over: it must not come round when the condition comes to hold some days later.
            first = min(episodes, key=lambda episode: episode.began)
            self._keep(msgspec.structs.replace(first, began=latest.at))

    # --- edges -------------------------------------------------------------------------------------------------
    def _where(self) -> bool | None:
        if self.rule.where is None:
            return True
        self.outcome.look_at(self.rule.where.flips_at(self.facts))
        return self.rule.where.holds(self.facts)

    @property
    def _stale(self) -> bool:
        return isinstance(self.facts, ItemFacts) and self.facts.stale

    def _begin(self, key: str, began: datetime) -> Episode:
        """A new episode, or the ended one that these very facts had started: what it did is not done again."""
        ended = self.past.ended(self.rule.id, key)
        if ended is not None:
            episode = msgspec.structs.replace(ended, ended_at=None)
            self._find(episode, "changed", "", self.now)
            return episode
        return Episode(
            rule=self.rule.id,
            subject=self.facts.subject,
            key=key,
            began=began,
            baseline=self.terms.baseline,
            rules_version=self.terms.rules_version,
        )

    def _fire(self, episode: Episode, reached: Sequence[tuple[CompiledStep, datetime]], event: str = "") -> None:
        """Fires the steps that were reached; of several at once only the last one speaks."""
        answers = [(step, due, self._allowed(step)) for step, due in reached]
        last = max((due for _, due, allowed in answers if allowed), default=self.now)
        fired = list(episode.fired)
        for step, due, allowed in answers:
            if allowed is None:
                continue
            fired.append(FiredStep(id=step.id, due=due, at=self.now))
            if allowed:
                # What happened before the first contact is recorded and shown, but nobody wants to hear of it now.
                superseded = due < last or bool(event and (self.terms.baseline or self._before_the_rule(due)))
                self._find(episode, "step", step.id, due, event=event, superseded=superseded)
        self._keep(msgspec.structs.replace(episode, fired=tuple(fired)))

    def _allowed(self, step: CompiledStep) -> bool | None:
        return _and(
            True if step.if_ is None else step.if_.holds(self.facts),
            _not(False if step.unless is None else step.unless.holds(self.facts)),
        )

    def _before_the_rule(self, at: datetime) -> bool:
        since = self.terms.in_force_since.get(self.rule.id)
        return since is not None and at < since

    def _changed_labels(self, episode: Episode) -> None:
        """A label whose text depends on the facts is applied again when the text changes."""
        if self.rule.labels_vary:
            self._find(episode, "changed", episode.fired[-1].id, self.now)

    def _end(self, episodes: Iterable[Episode]) -> None:
        for episode in episodes:
            if episode.fired:
                self._find(episode, "ended", episode.fired[-1].id, self.now)
                self.outcome.episodes.append(msgspec.structs.replace(episode, ended_at=self.now))
            else:
                self.outcome.forgotten.append(episode)

    def _keep(self, episode: Episode) -> None:
        if episode not in self.running and episode not in self.outcome.episodes:
            self.outcome.episodes.append(episode)

    def _find(self, episode: Episode, edge: Edge, step: str, due: datetime, **more: Unpack[_More]) -> None:
        self.outcome.findings.append(
            Finding(
                rule=self.rule.id,
                subject=self.facts.subject,
                episode=episode.key,
                edge=edge,
                step=step,
                due=due,
                # A slot never speaks of what was before the first contact: there is nothing to be silent about.
                quiet=self.terms.baseline and not isinstance(self.rule.trigger, CompiledSchedule),
                **more,
            )
        )


def _first_future(facts: SubjectFacts, now: datetime) -> datetime | None:
    """The first fact dated after ``now``: trackers' clocks run ahead of ours, and what is not yet seen must be seen."""
    item = facts if isinstance(facts, ItemFacts) else getattr(facts, "facts", None)
    if not isinstance(item, ItemFacts):
        return None
    dates = [item.item.created_at, *(entry.at for entry in item.item.entries)]
    dates += [change.at for change in item.item.changes]
    return min((date for date in dates if date > now), default=None)


class _More(TypedDict, total=False):
    """What a finding may say besides rule, subject, episode, edge and step."""

    event: str
    superseded: bool


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _start_key(start: date | datetime) -> str:
    return _minute(start) if isinstance(start, datetime) else start.isoformat()
