"""Rules that get in each other's, or their own, way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from collab_sync.errors import Problem
from collab_sync.model.mapping import Writeback
from collab_sync.rules.compile import CompiledClock, CompiledRule, CompiledState, CompiledStep, LabelAction
from collab_sync.rules.compile.anchors import literal_texts
from collab_sync.rules.lint.checked import Checked
from collab_sync.rules.schema.conditions import Condition
from collab_sync.rules.schema.rule import Rule


def conflict_errors(checked: Checked) -> Iterator[Problem]:
    """Labels that one step both adds and removes, steps and states that can never be reached."""
    for (rule, mark), compiled in zip(checked.written(), checked.rules, strict=True):
        for step in compiled.steps:
            message = _contradiction(step, checked.mapping[0].writeback)
            if message:
                yield mark.problem(f"规则 {rule.id}:{message}", "请只保留其中一个")
        for path, where in _impossible(rule, compiled):
            hint = f"where 里的“{path}”与这里没有共同的值"
            yield mark.at(*where).problem(f"规则 {rule.id} 的这一部分永远不会成立", hint)


def conflict_warnings(checked: Checked) -> Iterator[Problem]:
    """Two rules that time the same fact, or put different labels of one exclusive group on the same items."""
    marks = {rule.id: mark for rule, mark in checked.written()}
    for one, other in combinations(checked.rules, 2):
        if one.subject != other.subject or _disjoint(one.anchors, other.anchors):
            continue
        if _same_clock(one, other):
            message = f"规则 {one.id} 与 {other.id} 对同一件事计时(都从 {_start(one)} 起算)"
            yield marks[other.id].problem(message, "一件事只由一条规则提醒;请用 where 把两者分开")
        for group in sorted(_quarrel(one, other, checked.mapping[0].writeback)):
            message = f"规则 {one.id} 与 {other.id} 会给同一事项设不同的“{group}”标签"
            yield marks[other.id].problem(message, "请用 where 把两者分开")


def _contradiction(step: CompiledStep, writeback: Writeback) -> str:
    labels = [action for action in step.actions if isinstance(action, LabelAction) and action.each is None]
    added = {label.template.source for label in labels if label.verb != "remove"}
    removed = {label.template.source for label in labels if label.verb == "remove"}
    if both := sorted(added & removed):
        return f"同一步里既加又去标签“{both[0]}”"
    groups = [group for label in sorted(added) if (group := writeback.group(label))]
    twice = sorted({group for group in groups if groups.count(group) > 1})
    return f"同一步里给互斥组“{twice[0]}”设了两个标签" if twice else ""


def _impossible(rule: Rule, compiled: CompiledRule) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    """Parts whose fixed words have nothing in common with those of ``where`` (which must hold as well)."""
    parts: list[tuple[tuple[int | str, ...], Condition | None]] = [(("when", "state"), rule.when.state)]
    parts += [(("steps", index, "if"), step.if_) for index, step in enumerate(rule.steps)]
    for loc, condition in parts:
        for path, values in literal_texts(condition).items():
            if path in compiled.anchors and not compiled.anchors[path] & values:
                yield path, (*loc, path)


def _disjoint(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> bool:
    return any(not values & other[path] for path, values in one.items() if path in other)


def _same_clock(one: CompiledRule, other: CompiledRule) -> bool:
    if not (isinstance(one.trigger, CompiledClock) and isinstance(other.trigger, CompiledClock)):
        return False
    same = one.trigger.start_path == other.trigger.start_path
    return same and bool(_sides(one) & _sides(other))


def _start(rule: CompiledRule) -> str:
    return rule.trigger.start_path if isinstance(rule.trigger, CompiledClock) else ""


def _sides(rule: CompiledRule) -> set[str]:
    """Warning before an instant and reminding after it are two things."""
    return {"before" if step.after and step.after.amount < 0 else "after" for step in rule.steps}


def _quarrel(one: CompiledRule, other: CompiledRule, writeback: Writeback) -> set[str]:
    if not (isinstance(one.trigger, CompiledState) and isinstance(other.trigger, CompiledState)):
        return set()
    first, second = _groups(one, writeback), _groups(other, writeback)
    return {group for group, label in first.items() if second.get(group, label) != label}


def _groups(rule: CompiledRule, writeback: Writeback) -> dict[str, str]:
    labels = [
        action.template.source
        for step in rule.steps
        for action in step.actions
        if isinstance(action, LabelAction) and action.verb != "remove" and action.each is None
    ]
    return {group: label for label in labels if (group := writeback.group(label))}
