"""Names in rules that nobody in the organisation, the mapping or the language has."""

from __future__ import annotations

from collections.abc import Iterator

from collab_sync.carriers.vocabulary import ENTRY_KINDS
from collab_sync.errors import Problem
from collab_sync.model.mapping import Writeback
from collab_sync.rules.lint.checked import Checked
from collab_sync.rules.schema.actions import Action, CreateSpec, LabelSpec
from collab_sync.rules.schema.conditions import Match, Operators
from collab_sync.rules.yaml_text import Mark, suggestion

_DEPARTMENT_PATHS = ("dept", "parent.dept")


def name_errors(checked: Checked) -> Iterator[Problem]:
    """Unknown departments, people, roles, labels that are not ours, kinds of entry, rule ids written twice."""
    yield from _twice(checked)
    for _, action, mark in checked.actions():
        yield from _recipients(checked, action, mark)
        if action.label is not None:
            yield from _labels(checked.mapping[0].writeback, action.label, mark.at("label"))
        if action.create_issue is not None:
            yield from _issue(checked, action.create_issue, mark.at("create_issue"))
    yield from _conditions(checked)


def _conditions(checked: Checked) -> Iterator[Problem]:
    for path, match, mark in checked.matches():
        if path in _DEPARTMENT_PATHS:
            yield from _departments(checked, _texts(match), mark)
        if path.startswith("entries."):
            yield from _kinds((path.split(".")[1],), mark)
    for rule, mark in checked.written():
        if rule.when.event is not None:
            yield from _kinds(rule.when.event.kinds, mark.at("when", "event", "entry"))


def _twice(checked: Checked) -> Iterator[Problem]:
    first: dict[str, Mark] = {}
    for rule, mark in checked.written():
        if (earlier := first.setdefault(rule.id, mark)) is not mark:
            yield mark.at("id").problem(f"规则编号“{rule.id}”重复,{earlier.place} 已经用过", "请换一个编号")


def _recipients(checked: Checked, action: Action, mark: Mark) -> Iterator[Problem]:
    roles = checked.office.organisation.roles
    for name, spec in (("comment", action.comment), ("create_issue", action.create_issue)):
        for index, who in enumerate(spec.to if spec else ()):
            role = who.removeprefix("role:")
            if role != who and role not in roles:
                yield mark.at(name, "to", index).problem(f"没有名为“{role}”的角色", _known(role, roles))


def _labels(writeback: Writeback, spec: LabelSpec, mark: Mark) -> Iterator[Problem]:
    for verb, label in (("add", spec.add), ("remove", spec.remove), ("set", spec.set_)):
        if label is None:
            continue
        fixed, varies, _ = label.partition("{{")
        if not writeback.ours(f"{fixed}…" if varies else label):
            known = (*writeback.exclusive_prefixes, *writeback.flags)
            hint = suggestion(fixed, known) or "请先在 mapping.yaml 的 exclusive_prefixes 或 flags 里声明"
            yield mark.at(verb).problem(f"标签“{label}”不在声明的前缀里,不能由规则增减", hint)
        elif verb == "set" and writeback.group(fixed) is None:
            groups = "、".join(writeback.exclusive_prefixes)
            yield mark.at(verb).problem(f"“{label}”不属于互斥的标签组,不能用 set", f"请改用 add;互斥组有 {groups}")


def _issue(checked: Checked, spec: CreateSpec, mark: Mark) -> Iterator[Problem]:
    if "{{" not in spec.dept:
        yield from _departments(checked, (spec.dept,), mark.at("dept"))
    people = checked.office.organisation.person_by_key
    for letter, name in spec.roles.items():
        if "{{" not in name and name not in people:
            yield mark.at("roles", letter).problem(f"没有名为“{name}”的人员", _known(name, people))


def _departments(checked: Checked, names: tuple[str, ...], mark: Mark) -> Iterator[Problem]:
    departments = checked.office.organisation.departments
    for name in names:
        if not any(name in (department.name, department.key) for department in departments):
            former = next((one.name for one in departments if name in one.names), None)
            hint = f"已更名,请写“{former}”" if former else _known(name, [one.name for one in departments])
            yield mark.problem(f"没有名为“{name}”的部门", hint)


def _kinds(kinds: tuple[str, ...], mark: Mark) -> Iterator[Problem]:
    for kind in kinds:
        if kind not in ENTRY_KINDS:
            yield mark.problem(f"没有【{kind}】这种条目", _known(kind, ENTRY_KINDS))


def _texts(match: Match) -> tuple[str, ...]:
    if isinstance(match, Operators):
        values = (match.eq, match.ne, *(match.in_ or ()), *(match.not_in or ()))
    else:
        values = match if isinstance(match, tuple) else (match,)
    return tuple(value for value in values if isinstance(value, str) and value not in ("present", "missing"))


def _known(word: str, known: object) -> str:
    names = [str(name) for name in known] if isinstance(known, list | dict) else []
    return suggestion(word, names) or f"现有:{'、'.join(names)}"
