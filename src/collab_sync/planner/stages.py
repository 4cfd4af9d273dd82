"""Roll-out stages in time: what was only recorded is made up for, without mentions, when the product is switched on."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from collab_sync.analysis.view import SubjectFacts
from collab_sync.model.episode import Episode, Finding, FiredStep
from collab_sync.planner.context import Judged, PlanningContext
from collab_sync.planner.desks.labels import ref_of
from collab_sync.rules.compile import CompiledClock, CompiledRule, CompiledState

HELD_BACK = "report_only"
"""The stage in which nothing is sent; also that of a rule in shadow."""


def staged(episode: Episode, one: Judged, context: PlanningContext) -> Episode:
    """An episode as it is stored: with the stage in which its last step was decided."""
    spoke = {(finding.rule, finding.episode) for finding in one.outcome.findings if finding.edge == "step"}
    rule = context.rules.get(episode.rule)
    if (episode.rule, episode.key) not in spoke or rule is None:
        return episode
    stage = context.stage(one.facts) if rule.mode == "live" else HELD_BACK
    return msgspec.structs.replace(episode, stage=stage)


def caught_up(judged: Iterable[Judged], context: PlanningContext) -> Iterable[tuple[Episode, Finding | None, Judged]]:
    """Episodes whose last step was only reported and that are switched on now, with what is to be said about them: the
    last step, silently; nothing where a further step speaks anyway. What only happened at some time, and rounds of
    schedules, are not made up for."""
    for one in judged:
        if context.stage(one.facts) == HELD_BACK or not context.is_open(one.facts):
            continue
        later = {ref_of(episode): episode for episode in one.outcome.episodes}
        for before in one.active:
            rule = context.rules.get(before.rule)
            now = later.get(ref_of(before), before)
            if rule is None or not _held_back(before, rule) or now.ended_at is not None:
                continue
            last = _last_spoken(rule, before, one.facts) if now.fired == before.fired else None
            yield (
                msgspec.structs.replace(now, stage=context.stage(one.facts)),
                _silently(before, last) if last else None,
                one,
            )


def _held_back(episode: Episode, rule: CompiledRule) -> bool:
    lasting = isinstance(rule.trigger, CompiledState | CompiledClock)
    return lasting and rule.mode == "live" and episode.stage == HELD_BACK and bool(episode.fired)


def _last_spoken(rule: CompiledRule, episode: Episode, facts: SubjectFacts) -> FiredStep | None:
    """The last step that fired and would be allowed now."""
    steps = {step.id: step for step in rule.steps}
    for fired in reversed(episode.fired):
        step = steps.get(fired.id)
        if step is None or (step.if_ is not None and not step.if_.holds(facts)):
            continue
        if step.unless is None or step.unless.holds(facts) is False:
            return fired
    return None


def _silently(episode: Episode, last: FiredStep) -> Finding:
    return Finding(
        rule=episode.rule,
        subject=episode.subject,
        episode=episode.key,
        edge="step",
        step=last.id,
        due=last.due,
        quiet=True,
    )
