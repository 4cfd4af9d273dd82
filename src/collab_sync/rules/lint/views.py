"""Views in rules that could never be what was meant: they are made once, so a slip would stay."""

from __future__ import annotations

from collections.abc import Iterator

from collab_sync.errors import Problem
from collab_sync.model.page import ViewKind
from collab_sync.rules.lint.checked import Checked
from collab_sync.rules.schema.actions import ViewSpec
from collab_sync.rules.yaml_text import Mark, suggestion

_STAR = "*"
_PEOPLE = ("部门::…", "项目::…")
"""Labels that no rule writes and a star stands for as well."""


def view_errors(checked: Checked) -> Iterator[Problem]:
    """Panels over filters that are not there, two views of one name, stars that stand for nothing or for anything."""
    filters: dict[str, list[str]] = {}
    names: dict[tuple[ViewKind, str], Mark] = {}
    written = _written(checked)
    for rule, action, mark in checked.actions():
        if action.view is not None:
            yield from _twice(action.view, mark.at("view", "name"), names)
            yield from _panels(action.view, mark.at("view"), filters.setdefault(rule.id, []))
            yield from _stars(action.view, mark.at("view"), written)


def _panels(view: ViewSpec, mark: Mark, filters: list[str]) -> Iterator[Problem]:
    """Every panel is over a filter that the same rule asks for before it."""
    name = _names(view)[0]
    filters += [name] if "filter" in view.kinds else []
    for index, panel in enumerate(view.panels):
        if panel.view not in filters:
            words = f"仪表板“{name}”要用的筛选器“{panel.view}”,这条规则前面没有"
            hint = suggestion(panel.view, filters) or f"现有:{'、'.join(filters)}"
            yield mark.at("panels", index, "view").problem(words, hint)


def _twice(view: ViewSpec, mark: Mark, known: dict[tuple[ViewKind, str], Mark]) -> Iterator[Problem]:
    """Trackers find a view by its name, in either language: the second of two would never be made."""
    for name in dict.fromkeys(_names(view)):
        clashes = [earlier for kind in view.kinds if (earlier := known.setdefault((kind, name), mark)) is not mark]
        if clashes and "{{" not in name:
            yield mark.problem(f"已经有一个叫“{name}”的视图,在 {clashes[0].place}", "请换一个名字:视图按名字找")


def _stars(view: ViewSpec, mark: Mark, written: tuple[str, ...]) -> Iterator[Problem]:
    for part, labels in (("any_of", view.any_of), ("all_of", view.all_of)):
        for index, label in enumerate(labels):
            prefix = label.removesuffix(_STAR)
            if prefix == label or "{{" in label:
                continue
            if not prefix:
                yield mark.at(part, index).problem("只写一个 * 就是所有标签", "请写明开头,如 部门::*")
            elif not any(one.startswith(prefix) for one in written):
                hint = suggestion(prefix, written) or "可写 部门::*、项目::*,或规则自己贴的标签"
                yield mark.at(part, index).problem(f"没有“{prefix}”开头的标签", hint)


def _names(view: ViewSpec) -> tuple[str, ...]:
    """In Chinese, then in English where that is another."""
    said = (view.name,) if isinstance(view.name, str) else (view.name.zh, view.name.en)
    return tuple(name for name in said if name)


def _written(checked: Checked) -> tuple[str, ...]:
    """Labels that rules put on, and the beginnings of those that people do."""
    specs = (action.label for _, action, _ in checked.actions() if action.label is not None)
    return (*_PEOPLE, *(label for spec in specs for label in (spec.add, spec.set_) if label and "{{" not in label))
