"""Runs the examples beside the rules: each in a world of its own, every line of its rule compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from collab_sync.errors import ConfigurationError, Place, Problem
from collab_sync.model.action import LogLine
from collab_sync.model.connection import UNTOLD, Offers
from collab_sync.rules.compile import CompiledRule
from collab_sync.rules.examples import RuleExamples, without_examples
from collab_sync.rules.load import RuleSet
from collab_sync.rules.schema.examples import Example
from collab_sync.rules.yaml_text import Mark
from collab_sync.workbench.comparison import Difference, compare
from collab_sync.workbench.play import Stage, Watcher, local, play
from collab_sync.workbench.traces import traced
from collab_sync.workbench.world import example_ruling, whole_minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one example. ``error``: it could not be played; ``traces``: local minute and the rule's conditions
    then; ``notes``: what the product itself refused to write."""

    rule: str
    name: str
    place: Place
    differences: tuple[Difference, ...] = ()
    traces: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    error: Problem | None = None

    @property
    def outcome(self) -> str:
        """``passed``, ``failed`` or ``error``."""
        if self.error is not None:
            return "error"
        return "failed" if self.differences else "passed"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts of one run in catalogue order. ``uncovered``: rules that nobody wrote an example for."""

    verdicts: tuple[Verdict, ...]
    uncovered: tuple[str, ...] = ()

    def count(self, outcome: str) -> int:
        return sum(verdict.outcome == outcome for verdict in self.verdicts)

    @property
    def exit_code(self) -> int:
        """0 all pass, 1 some fail, 2 some cannot be played."""
        return 2 if self.count("error") else 1 if self.count("failed") else 0


def run_examples(
    rules: RuleSet, examples: Iterable[RuleExamples], *, offers: Mapping[str, Offers] = UNTOLD
) -> Verdicts:
    """Runs ``examples`` by ``rules``. ``offers``: what each connection has.

    All rules are in force, the lines of the example's own are compared. Nothing outside the process is touched."""
    chosen = tuple(examples)
    everybody = Stage(example_ruling(rules), offers)
    verdicts = tuple(verdict for one in chosen for verdict in _of_rule(one, _stage_for(rules, one.rule, everybody)))
    return Verdicts(verdicts, without_examples(rules, chosen))


def _stage_for(rules: RuleSet, rule_id: str, everybody: Stage) -> Stage:
    """A rule in shadow is awake in its own examples, and only there."""
    rule = rules.rule(rule_id)
    asleep = rule is not None and rule.mode == "shadow"
    return replace(everybody, ruling=example_ruling(rules, live=rule_id)) if asleep else everybody


def _of_rule(examples: RuleExamples, stage: Stage) -> Iterator[Verdict]:
    rule = stage.ruling.rules.rule(examples.rule)
    assert rule is not None, "examples of unknown rules are refused when they are read"
    for number, example in enumerate(examples.examples):
        yield _verdict(rule, example, examples.mark.at("examples", number), stage)


def _verdict(rule: CompiledRule, example: Example, mark: Mark, stage: Stage) -> Verdict:
    place = mark.place
    try:
        played = play(example, mark, stage)
        differences = compare(example.expect, _lines_of(rule, played.lines), mark, stage.zone, played.dues)
        traces = _traces(rule, example, mark, stage, differences) if differences else ()
    except ConfigurationError as error:
        problem = Problem(error.place or place, error.message, error.hint)
        return Verdict(rule=rule.id, name=example.name, place=place, error=problem)
    return Verdict(
        rule=rule.id, name=example.name, place=place, differences=differences, traces=traces, notes=played.notes
    )


def _traces(
    rule: CompiledRule, example: Example, mark: Mark, stage: Stage, differences: tuple[Difference, ...]
) -> tuple[tuple[str, str], ...]:
    """The conditions as they stood at the moments in question: the example is played once more and watched."""
    lines = [line for one in differences for line in (one.expected, one.actual) if line]
    moments = {whole_minute(local(line.at, stage.zone)) for line in lines}
    names = frozenset(line.on for line in lines)
    watcher = Watcher(frozenset(moments), lambda world: traced(world, rule, names))
    seen = play(example, mark, stage, watcher).seen
    return tuple((f"{at.astimezone(stage.zone):%Y-%m-%d %H:%M}", text) for at, text in sorted(seen.items()))


def _lines_of(rule: CompiledRule, lines: Iterable[LogLine]) -> tuple[LogLine, ...]:
    return tuple(line for line in lines if line.rule == rule.id)
