"""What is checked, and how checks walk through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collab_sync.calendar.data import CalendarData
from collab_sync.model.mapping import TrackerMapping
from collab_sync.rules.compile import CompiledRule, Pack
from collab_sync.rules.office import OfficeFiles
from collab_sync.rules.schema.actions import Action
from collab_sync.rules.schema.conditions import Condition, Match
from collab_sync.rules.schema.rule import Rule
from collab_sync.rules.yaml_text import Mark


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole folder: ``rules`` are those of ``packs`` in the same order."""

    packs: tuple[Pack, ...]
    rules: tuple[CompiledRule, ...]
    office: OfficeFiles
    mapping: tuple[TrackerMapping, Mark]
    calendar: tuple[CalendarData, Mark]

    def written(self) -> Iterator[tuple[Rule, Mark]]:
        """Rules as people wrote them, in catalogue order."""
        for pack in self.packs:
            for index, rule in enumerate(pack.file.rules):
                yield rule, pack.mark.at("rules", index)

    def actions(self) -> Iterator[tuple[Rule, Action, Mark]]:
        for rule, mark in self.written():
            for index, action in enumerate(rule.do):
                yield rule, action, mark.at("do", index)
            for number, step in enumerate(rule.steps):
                for index, action in enumerate(step.do):
                    yield rule, action, mark.at("steps", number, "do", index)

    def matches(self) -> Iterator[tuple[str, Match, Mark]]:
        """Every ``PATH: MATCH`` of every rule."""
        for rule, mark in self.written():
            for condition, where in _conditions(rule, mark):
                yield from matches(condition, where)


def matches(condition: Condition, mark: Mark) -> Iterator[tuple[str, Match, Mark]]:
    """Every ``PATH: MATCH`` of a condition, however deep."""
    for path, match in condition.paths.items():
        yield path, match, mark.at(path)
    for index, part in enumerate(condition.all_ or ()):
        yield from matches(part, mark.at("all", index))
    for index, part in enumerate(condition.any_ or ()):
        yield from matches(part, mark.at("any", index))
    if condition.not_ is not None:
        yield from matches(condition.not_, mark.at("not"))
    if condition.exists is not None:
        yield from matches(condition.exists.where, mark.at("exists", "where"))


def _conditions(rule: Rule, mark: Mark) -> Iterator[tuple[Condition, Mark]]:
    when, at = rule.when, mark.at("when")
    found: list[tuple[Condition | None, Mark]] = [(rule.where, mark.at("where")), (when.state, at.at("state"))]
    if when.clock is not None:
        found += [(when.clock.stop, at.at("clock", "stop")), (when.clock.pause, at.at("clock", "pause"))]
    if when.event is not None:
        found.append((when.event.if_, at.at("event", "if")))
    for index, step in enumerate(rule.steps):
        found += [(step.if_, mark.at("steps", index, "if")), (step.unless, mark.at("steps", index, "unless"))]
    return ((condition, where) for condition, where in found if condition is not None)
