"""Why a rule holds or not for the subjects of an example at one moment: the tree of its conditions, with values."""

from __future__ import annotations

from collections.abc import Iterator

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.view import MirrorView, SubjectFacts
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.planner.context import name_of
from collab_sync.rules.compile import (
    CompiledClock,
    CompiledEvent,
    CompiledRule,
    CompiledSchedule,
    CompiledState,
    CompiledTrigger,
)
from collab_sync.rules.conditions import Predicate
from collab_sync.workbench.world import World

MOST_SUBJECTS = 5
"""Shown at one moment: an example that needs more is hard to read anyway."""


def traced(world: World, rule: CompiledRule, names: frozenset[str]) -> str:
    """The conditions of ``rule`` now, for the items called ``names``; if there are none of these, for all subjects."""
    with world.runtime.store.read() as tx:
        view = MirrorView(tx, world.ruling.office, world.clock.now())
        every = [*view.standing_subjects(), *(SubjectRef(SubjectKind.WORK_ITEM, id_) for id_ in tx.ids_where())]
        facts = [view.facts(subject) for subject in every if subject.kind == rule.subject]
        known = [one for one in facts if one is not None]
        named = [one for one in known if _name(one) in names]
        shown = [_of_subject(rule, one) for one in (named or known)[:MOST_SUBJECTS]]
    return "\n".join(shown) or "这时还没有这条规则要看的对象"


def _of_subject(rule: CompiledRule, facts: SubjectFacts) -> str:
    parts = [f"{word}\n{_indented(str(condition.trace(facts)))}" for word, condition in _conditions(rule)]
    return "\n".join([_name(facts), *(_indented(part) for part in parts)])


def _conditions(rule: CompiledRule) -> Iterator[tuple[str, Predicate]]:
    """All conditions of a rule, by what they decide."""
    found = [("适用范围 where", rule.where), *_of_trigger(rule.trigger)]
    for step in rule.steps:
        head = f"步骤 {step.label} 的 " if step.label else ""
        found += [(f"{head}if", step.if_), (f"{head}unless", step.unless)]
    yield from ((word, condition) for word, condition in found if condition is not None)


def _of_trigger(trigger: CompiledTrigger) -> tuple[tuple[str, Predicate | None], ...]:
    match trigger:
        case CompiledState():
            return (("成立条件 state", trigger.predicate),)
        case CompiledClock():
            return ("停止条件 stop", trigger.stop), ("暂停条件 pause", trigger.pause)
        case CompiledEvent():
            return (("事件条件 if", trigger.if_),)
        case CompiledSchedule():
            return ()


def _name(facts: SubjectFacts) -> str:
    return name_of(facts.item) if isinstance(facts, ItemFacts) else facts.subject.key


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
