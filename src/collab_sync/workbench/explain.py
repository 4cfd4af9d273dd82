"""Why, and why not: what every rule makes of one item, with the values it found and when time alone changes it.

Nothing is decided here: the same compiled conditions that decide are asked for their reasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.view import MirrorView
from collab_sync.calendar.deadlines import held_until
from collab_sync.errors import ConfigurationError
from collab_sync.model.episode import Episode
from collab_sync.model.identity import SubjectKind
from collab_sync.pipeline.absorb import GONE
from collab_sync.pipeline.runtime import Ruling
from collab_sync.ports.store import Transaction
from collab_sync.rules.compile import CompiledClock, CompiledEvent, CompiledRule, CompiledState
from collab_sync.rules.conditions.predicate import Trace, earliest


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: what it is called, when it falls or fell due, when it fired (None: not yet)."""

    label: str
    due: datetime | None
    fired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule makes of one item. ``verdict``: 是, 否 or 无法判断; ``traces``: named condition trees;
    ``flips_at``: the instant at which time alone may change the verdict (None: never)."""

    rule: CompiledRule
    verdict: str
    traces: tuple[tuple[str, Trace], ...]
    rungs: tuple[Rung, ...] = ()
    flips_at: datetime | None = None


def explain(
    tx: Transaction, ruling: Ruling, key: str, now: datetime, rule_id: str | None = None
) -> tuple[Explanation, ...]:
    """Explanations of all rules that speak about work items (or of one), in catalogue order.

    The facts are those mirrored today, judged as of ``now``. Raises ConfigurationError for an unknown item or rule.
    """
    view = MirrorView(tx, ruling.office, now)
    facts = view.item_by_key(key) or view.created(key)
    if facts is None:
        raise _unknown(tx, key)
    rules = [rule for rule in ruling.rules.rules if rule.subject is SubjectKind.WORK_ITEM]
    if rule_id is not None:
        rules = [rule for rule in rules if rule.id == rule_id]
        if not rules:
            raise ConfigurationError(f"没有说工作项的规则 {rule_id}", hint="collab-sync rules check 会列出全部规则")
    episodes = tx.episodes([facts.subject]).get(facts.subject, ())
    return tuple(_explain(rule, facts, [episode for episode in episodes if episode.rule == rule.id]) for rule in rules)


def _unknown(tx: Transaction, key: str) -> ConfigurationError:
    """An item that was taken out of the mirror is known by its evidence."""
    id_ = tx.ids_by_key([key]).get(key)
    note = tx.recorded(f"{GONE}{id_}").get(f"{GONE}{id_}") if id_ else None
    evidence = note[1].partition("\n")[2] if note else ""
    if evidence:
        return ConfigurationError(evidence, hint="没有规则再对它起作用;又看得见时会自动回来")
    return ConfigurationError(
        f"镜像里没有事项 {key}", hint="写全编号,如 NPX-12 或 rd/x1-firmware#4;先运行一轮 run 或 plan"
    )


def _explain(rule: CompiledRule, facts: ItemFacts, episodes: list[Episode]) -> Explanation:
    traces = [("适用", rule.where.trace(facts))] if rule.where else []
    flips = [rule.where.flips_at(facts)] if rule.where else []
    rungs: tuple[Rung, ...] = ()
    match rule.trigger:
        case CompiledState() as state:
            traces.append(("条件", state.predicate.trace(facts)))
            flips.append(state.predicate.flips_at(facts))
            rungs = tuple(_held(state, facts, episodes))
        case CompiledClock() as clock:
            stop = clock.stop.trace(facts)
            traces.append(("停表", stop))
            flips.append(clock.stop.flips_at(facts))
            rungs = tuple(_rungs(rule, clock, facts, episodes))
        case CompiledEvent() as event:
            rungs = tuple(_occurrences(event, facts, episodes))
        case _:
            pass
    upcoming = [rung.due for rung in rungs if rung.due and rung.due > facts.now]
    return Explanation(
        rule=rule,
        verdict=_verdict(rule, traces, rungs),
        traces=tuple(traces),
        rungs=rungs,
        flips_at=earliest([*flips, *upcoming]),
    )


def _verdict(rule: CompiledRule, traces: list[tuple[str, Trace]], rungs: tuple[Rung, ...]) -> str:
    """Whether the rule holds for the item now: all conditions, and for clocks not stopped and running."""
    answers = [None if t.answer is None else (not t.answer if name == "停表" else t.answer) for name, t in traces]
    if isinstance(rule.trigger, CompiledClock | CompiledEvent) and not rungs:
        answers.append(False)
    if False in answers:
        return "否"
    return "无法判断" if None in answers else "是"


def _held(state: CompiledState, facts: ItemFacts, episodes: list[Episode]) -> Iterator[Rung]:
    for episode in episodes:
        due = held_until(episode.began, state.held, facts.calendar) if state.held else episode.began
        fired = next((step.at for step in episode.fired), None)
        yield Rung(f"持续 {state.held}" if state.held else "成立", due, fired)


def _rungs(rule: CompiledRule, clock: CompiledClock, facts: ItemFacts, episodes: list[Episode]) -> Iterator[Rung]:
    start = clock.start.value(facts)
    if not isinstance(start, date):
        return
    current = next(iter(episodes), None)
    for step in rule.steps:
        if step.after is None:
            continue
        due = clock.due(start, step.after, facts.calendar, current.pauses if current else ())
        fired = next((one.at for one in current.fired if one.id == step.id), None) if current else None
        yield Rung(step.label, due, fired)


def _occurrences(event: CompiledEvent, facts: ItemFacts, episodes: list[Episode]) -> Iterator[Rung]:
    fired = {episode.key: episode.fired[0].at for episode in episodes if episode.fired}
    for key, at, seen in event.occurrences(facts):
        if event.if_ is None or event.if_.holds(seen) is True or key in fired:
            yield Rung("事件", at, fired.get(key))
