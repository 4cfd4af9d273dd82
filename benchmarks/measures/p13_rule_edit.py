"""P13: what an edit of one rule costs, against judging every item by every rule, as it would be without knowing whom a
rule concerns.

The floor is taken on a sample of the items and scaled up: items are read from the store and judged by all rules, with
nothing planned or written. Our side is the whole tick.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Side, cpu, interleaved, ratio
from benchmarks.population import Population, populate
from benchmarks.result import Figure, Measure, Result, Size
from collab_sync.analysis.view import MirrorView, SubjectFacts
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import tick
from collab_sync.ports.store import Store, Transaction
from collab_sync.rules.compile import CompiledRule
from collab_sync.rules.evaluate import Past, Terms, evaluate_subject
from collab_sync.rules.filed import Catalogue, FiledRules
from collab_sync.store.sqlite import open_store

EDITED = {
    "task-criteria": "a rule about open tasks",
    "esc-overdue": "a ladder of steps that runs for most open items",
    "rating-missing": "a rule about closed tasks too",
}
SAMPLE = 1_000
EVERY = "every item by every rule"
FILED = "every item by the rules it meets"


@dataclass(frozen=True, slots=True)
class _EveryRule:
    """Nobody knows whom a rule concerns."""

    rules: Sequence[CompiledRule]

    def met_by(self, facts: SubjectFacts, running: Collection[str]) -> Sequence[CompiledRule]:
        return [rule for rule in self.rules if rule.subject == facts.subject.kind]

    def waits(self, kind: SubjectKind) -> bool:
        return True


class _Office:
    """An office whose rules are edited again and again."""

    def __init__(self, population: Population, store: Store) -> None:
        self.population = population
        self.store = store
        self.runtime: Runtime = population.runtime(store)[0]
        self.numbers = count()
        tick(self.runtime)

    def edit(self, id_: str) -> float:
        """Edits a rule; the cost of the tick in which that comes into force and is worked off."""
        ruling, number = self.runtime.ruling, next(self.numbers)
        edited = (replace(one, fingerprint=f"{number}") if one.id == id_ else one for one in ruling.rules.rules)
        rules = replace(ruling.rules, rules=tuple(edited), version=f"{ruling.rules.version}+{number}")
        self.runtime = replace(self.runtime, ruling=Ruling(rules, ruling.mapping))
        return cpu(lambda: tick(self.runtime))

    def floor(self, rules: Catalogue) -> float:
        """Reads and judges items by ``rules``; the cost for all of them, from that of a sample."""
        with self.store.read() as tx:
            sample = tx.ids_where()[:: self.population.size // SAMPLE]
            view = MirrorView(tx, self.population.ruling.office, self.population.now)
            assert view.programs, "read once per decision, so not to be scaled up"
            return cpu(lambda: _judge(tx, view, sample, rules)) * self.population.size / len(sample)


def _judge(tx: Transaction, view: MirrorView, ids: Sequence[ItemId], rules: Catalogue) -> None:
    view.preload(ids)
    episodes = tx.episodes([SubjectRef(SubjectKind.WORK_ITEM, id_) for id_ in ids])
    for facts in (view.item(id_) for id_ in ids):
        assert facts is not None, "present, as it was found"
        past = Past(episodes.get(facts.subject, ()))
        evaluate_subject(rules, facts, past, Terms(view.now, facts.calendar))


def _run(size: Size) -> Result:
    with TemporaryDirectory() as place:
        population = populate(Path(place), size.of(20_000, 1_000_000))
        store = open_store(population.path)
        office = _Office(population, store)
        rules = population.ruling.rules.rules
        sides: dict[str, Side] = {EVERY: partial(office.floor, _EveryRule(rules))}
        sides[FILED] = partial(office.floor, FiledRules(rules))
        sides |= {f"edit of {id_}": partial(office.edit, id_) for id_ in EDITED}
        costs = interleaved(sides, rounds=3)
        store.close()
    figures = [
        Figure(f"judging every item by every rule, against an edit of {what} ({id_})",
               ratio(costs[EVERY], costs[f"edit of {id_}"]), sense="at least", passes=20, goal=100)
        for id_, what in EDITED.items()
    ]  # fmt: skip
    figures += [
        Figure(f"judging every item by the rules it meets, against an edit of {id_}",
               ratio(costs[FILED], costs[f"edit of {id_}"]), sense="at least")
        for id_ in EDITED
    ]  # fmt: skip
    notes = (f"{population.size} items, a tenth of them open; the floors are scaled up from {SAMPLE} items",)
    return Result(tuple(figures), costs, notes=notes)


MEASURES = (Measure("P13", "An edit of one rule", _run),)
