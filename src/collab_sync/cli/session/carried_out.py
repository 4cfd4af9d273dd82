"""What of the rule language this version carries out: the rest is named, and left out of what is applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collab_sync.errors import Problem
from collab_sync.rules.compile import (
    ChecklistAction,
    CommentAction,
    CompiledAction,
    CompiledRule,
    CreateAction,
    LabelAction,
    PageAction,
    ProgramAction,
    TransitionAction,
)
from collab_sync.rules.load import RuleSet


def not_yet(rules: RuleSet) -> tuple[Problem, ...]:
    """A warning for each action that is checked and understood, but not carried out by this version."""
    return tuple(problem for rule in rules.rules for problem in _warnings(rule))


def carried_out(rules: RuleSet) -> RuleSet:
    """The same rules without the actions that this version cannot carry out."""
    return replace(rules, rules=tuple(_trimmed(rule) for rule in rules.rules))


def missing(action: CompiledAction) -> str:
    """The word for what this version lacks for this action; empty if it can be carried out."""
    match action:
        case PageAction():
            return "page"
        case ChecklistAction():
            return "checklist"
        case ProgramAction():
            return "program"
        case TransitionAction():
            return "transition"
        case LabelAction() | CommentAction() | CreateAction() if action.each is not None:
            return f"each: {action.each.name}"
        case _:
            return ""


def _warnings(rule: CompiledRule) -> Iterator[Problem]:
    words = dict.fromkeys(word for step in rule.steps for action in step.actions if (word := missing(action)))
    for word in words:
        yield Problem(
            rule.place,
            f"规则 {rule.id} 的动作“{word}”本版本尚不执行",
            "规则的其余部分照常执行;这个动作会被略过,不必删除",
        )


def _trimmed(rule: CompiledRule) -> CompiledRule:
    if not any(missing(action) for step in rule.steps for action in step.actions):
        return rule
    steps = tuple(
        replace(step, actions=tuple(action for action in step.actions if not missing(action))) for step in rule.steps
    )
    return replace(rule, steps=steps)
