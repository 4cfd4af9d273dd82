"""Tries mutations: the pack is compiled again, the examples of its rules are played until one does not agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from collab_sync.errors import ConfigurationError, Problem
from collab_sync.model.connection import UNTOLD, Offers
from collab_sync.rules.compile import CompiledRule, Pack, compile_rules
from collab_sync.rules.examples import RuleExamples
from collab_sync.rules.load import RuleSet
from collab_sync.rules.schema.examples import Example
from collab_sync.rules.schema.rule import PackFile
from collab_sync.rules.yaml_text import Document, Mark, validate
from collab_sync.workbench.comparison import compare
from collab_sync.workbench.mutation.sites import Mutation
from collab_sync.workbench.play import Stage, play
from collab_sync.workbench.world import example_ruling

Outcome = Literal["noticed", "refused", "unnoticed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one mutation. ``refused``: the rules would not have been loaded at all."""

    rule: str | None
    problem: Problem
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Case:
    rule: str
    example: Example
    mark: Mark


class Trial:
    """The examples of one pack against its mutations. Examples that do not agree anyway notice nothing."""

    def __init__(
        self, rules: RuleSet, pack: str, examples: Iterable[RuleExamples], offers: Mapping[str, Offers] = UNTOLD
    ) -> None:
        self._rules = rules
        self._pack = pack
        self._offers = offers
        self._cases = [
            _Case(one.rule, example, one.mark.at("examples", number))
            for one in examples
            if one.pack == pack
            for number, example in enumerate(one.examples)
        ]
        self._sound: dict[str, bool] = {}

    def findings(self, mutations: Iterable[Mutation]) -> Iterator[Finding]:
        """In the order given."""
        for mutation in mutations:
            yield Finding(mutation.rule, Problem(mutation.place, mutation.what), self._outcome(mutation))

    def _outcome(self, mutation: Mutation) -> Outcome:
        changed = self._compiled(mutation.document)
        if changed is None:
            return "refused"
        rules = replace(self._rules, rules=tuple(changed.get(rule.id, rule) for rule in self._rules.rules))
        return "noticed" if any(self._notices(case, rules) for case in self._cases_for(mutation)) else "unnoticed"

    def _cases_for(self, mutation: Mutation) -> Sequence[_Case]:
        """Those of the rule changed come first: they are the likeliest to notice."""
        return sorted(self._cases, key=lambda case: case.rule not in mutation.touched)

    def _notices(self, case: _Case, rules: RuleSet) -> bool:
        if not self._disagrees(case, rules):
            return False
        place = str(case.mark.place)
        if place not in self._sound:
            self._sound[place] = not self._disagrees(case, self._rules)
        return self._sound[place]

    def _compiled(self, document: Document) -> dict[str, CompiledRule] | None:
        """The rules of the pack as changed, but with the names and places of the old: a step that comes at another
        time must be noticed by its time."""
        file, problems = validate(PackFile, document)
        if file is None or problems:
            return None
        rules, problems = compile_rules([Pack(self._pack, file, Mark(document))], self._rules.vocabulary)
        return None if problems else {rule.id: self._named(rule) for rule in rules}

    def _named(self, rule: CompiledRule) -> CompiledRule:
        before = self._rules.rule(rule.id)
        assert before is not None, "no mutation changes an id"
        pairs = zip(rule.steps, before.steps, strict=True)
        steps = tuple(replace(new, id=old.id, label=old.label) for new, old in pairs)
        return replace(rule, order=before.order, steps=steps)

    def _disagrees(self, case: _Case, rules: RuleSet) -> bool:
        rule = rules.rule(case.rule)
        live = case.rule if rule is not None and rule.mode == "shadow" else None
        stage = Stage(example_ruling(rules, live), self._offers)
        try:
            played = play(case.example, case.mark, stage)
        except ConfigurationError:
            return True
        written = [line for line in played.lines if line.rule == case.rule]
        return bool(compare(case.example.expect, written, case.mark, stage.zone, played.dues))
