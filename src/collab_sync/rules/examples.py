"""Reads the examples beside the rules (their shape: ``schema.examples``; running them is the workbench's)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collab_sync.errors import Problem, RuleFileError
from collab_sync.rules.folder import Folder
from collab_sync.rules.load import RuleSet
from collab_sync.rules.schema.examples import Example, ExampleFile
from collab_sync.rules.yaml_text import Mark, suggestion


@dataclass(frozen=True, slots=True)
class RuleExamples:
    """The examples of one rule and where they stand (``mark.at("examples", n)`` is the n-th)."""

    rule: str
    pack: str
    examples: tuple[Example, ...]
    mark: Mark


def load_examples(path: Path, rules: RuleSet) -> tuple[RuleExamples, ...]:
    """All examples of the rules folder ``path``, in catalogue order. Raises RuleFileError with every problem:
    unknown rules, files not named after their rule, people and departments that nobody knows."""
    folder = Folder(path.resolve())
    found: list[RuleExamples] = []
    for file in sorted(folder.path.glob("*/examples/*.y*ml")):
        loaded = folder.read(file, ExampleFile)
        if loaded is not None:
            value, mark = loaded
            folder.problems += _problems(value, mark, file.stem, rules)
            found.append(RuleExamples(value.rule, file.parent.parent.name, value.examples, mark))
    if folder.problems:
        raise RuleFileError(folder.problems)
    order = {rule.id: rule.order for rule in rules.rules}
    return tuple(sorted(found, key=lambda one: order[one.rule]))


def without_examples(rules: RuleSet, examples: tuple[RuleExamples, ...]) -> tuple[str, ...]:
    """Ids of rules that nobody wrote an example for."""
    covered = {one.rule for one in examples}
    return tuple(rule.id for rule in rules.rules if rule.id not in covered)


def _problems(file: ExampleFile, mark: Mark, stem: str, rules: RuleSet) -> Iterator[Problem]:
    ids = [rule.id for rule in rules.rules]
    if file.rule not in ids:
        yield mark.at("rule").problem(f"没有编号为“{file.rule}”的规则", suggestion(file.rule, ids))
    if file.rule != stem:
        yield mark.at("rule").problem(f"文件名应与规则编号一致:{file.rule}.yaml", f"现在是 {stem}.yaml")
    people = rules.organisation.person_by_key
    for index, example in enumerate(file.examples):
        at = mark.at("examples", index)
        for spot, name in _people(example, at):
            if name not in people:
                yield spot.problem(f"没有名为“{name}”的人员", suggestion(name, people))


def _people(example: Example, mark: Mark) -> Iterator[tuple[Mark, str]]:
    for index, line in enumerate(example.expect):
        for field, names in (("mention", line.mention), ("digest", line.digest)):
            for number, name in enumerate(names):
                yield mark.at("expect", index, field, number), name
    for index, happening in enumerate(example.timeline):
        if happening.by is not None:
            yield mark.at("timeline", index, "by"), happening.by
    items = [(mark.at("given", "items", n), item) for n, item in enumerate(example.given.items)]
    items += [(mark.at("timeline", n, "create"), h.create) for n, h in enumerate(example.timeline) if h.create]
    for spot, item in items:
        yield from ((spot.at("roles", letter), name) for letter, names in item.roles.items() for name in names)
