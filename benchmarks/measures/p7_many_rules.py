"""P7: a thousand rules against fifty, with the same findings: what judging every subject of an office costs.

The fifty are shipped rules about work items; the others are what many offices would add to one folder: the same
kinds of rules for programmes and departments that none of these items belongs to.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Side, cpu, interleaved, ratio
from benchmarks.population import Population, populate
from benchmarks.population.template import RULES
from benchmarks.result import Figure, Measure, Result, Size
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.view import MirrorView
from collab_sync.model.episode import Episode
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.ports.store import Transaction
from collab_sync.rules.compile import CompiledRule
from collab_sync.rules.evaluate import Past, Terms, evaluate_subject
from collab_sync.rules.filed import FiledRules
from collab_sync.rules.load import load_rules_folder
from collab_sync.store.sqlite import open_store

FEW, MANY = 50, 1000
A_FILE = 190
"""Rules per pack: a rule file must not grow without end."""


@dataclass(frozen=True, slots=True)
class _Office:
    """Everything in memory, so that only judging is measured."""

    population: Population
    tx: Transaction
    episodes: Mapping[SubjectRef, tuple[Episode, ...]]

    def judged_by(self, rules: FiledRules) -> Callable[[], int]:
        """Judges every item once, with facts that nobody has asked anything; the answer is the number of findings."""
        view = MirrorView(self.tx, self.population.ruling.office, self.population.now)
        items = [stored.item for stored in self.tx.items(self.tx.ids_where()).values()]
        facts = [ItemFacts(item, view) for item in items]
        programmes = view.programs  # read once per decision, whatever the number of rules

        def judge() -> int:
            found = 0 * len(programmes)
            for one in facts:
                past = Past(self.episodes.get(one.subject, ()))
                found += len(evaluate_subject(rules, one, past, Terms(view.now, one.calendar)).findings)
            return found

        return judge


def _run(size: Size) -> Result:
    with TemporaryDirectory() as place:
        folder = Path(place)
        population = populate(folder, size.of(1_000, 5_000))
        rules = _rules(folder)
        store = open_store(population.path)
        with store.read() as tx:
            subjects = [SubjectRef(SubjectKind.WORK_ITEM, id_) for id_ in tx.ids_where()]
            office = _Office(population, tx, tx.episodes(subjects))
            few, many = FiledRules(rules[:FEW]), FiledRules(rules)
            if office.judged_by(few)() != office.judged_by(many)():
                raise AssertionError("a thousand rules find something else than fifty")
            costs = interleaved({"50 rules": _side(office, few), "1,000 rules": _side(office, many)})
        store.close()
    times = ratio(costs["1,000 rules"], costs["50 rules"])
    notes = (f"{population.size} items judged once; {MANY - FEW} rules speak about other programmes and departments",)
    return Result((Figure("1,000 rules against 50, CPU of judging", times, passes=2, goal=1.3),), costs, notes=notes)


def _side(office: _Office, rules: FiledRules) -> Side:
    return lambda: cpu(office.judged_by(rules))


def _rules(folder: Path) -> tuple[CompiledRule, ...]:
    """Fifty shipped rules about work items, then those of the others."""
    copy = folder / "rules"
    shutil.copytree(RULES, copy, ignore=shutil.ignore_patterns("examples"))
    about_items = [one for one in load_rules_folder(copy).rules if one.subject is SubjectKind.WORK_ITEM][:FEW]
    for first in range(0, MANY - FEW, A_FILE):
        pack = copy / f"others-{first}"
        pack.mkdir()
        numbers = range(first, min(first + A_FILE, MANY - FEW))
        lines = (f"  - {json.dumps(_other(number), ensure_ascii=False)}\n" for number in numbers)
        (pack / "rules.yaml").write_text("rules:\n" + "".join(lines), encoding="utf-8")
    known = {rule.id for rule in about_items}
    rules = load_rules_folder(copy).rules
    return tuple(rule for rule in rules if rule.id in known or rule.pack.startswith("others"))


def _other(number: int) -> dict[str, object]:
    """A rule for a programme that is not in this office."""
    rule: dict[str, object] = {"id": f"other-{number}", "name": f"别处的规则{number}", "for": "work_item"}
    where = {"type": ["任务", "问题", "文档"][number % 3], "program": f"Q{number // 10}", "open": True}
    comment = {"comment": {"mode": "post", "to": ["R"], "text": "请看"}}
    match number % 3:
        case 0:
            clock = {"start": "due", "unit": "wd", "stop": {"open": False}}
            return {**rule, "where": where, "when": {"clock": clock}, "steps": [{"after": ">1wd", "do": [comment]}]}
        case 1:
            return {**rule, "where": where, "when": {"state": {"late_days": {"gt": 2}}}, "do": [comment]}
        case _:
            return {**rule, "where": where, "when": {"event": {"entry": "进度更新"}}, "do": [comment]}


MEASURES = (Measure("P7", "A thousand rules", _run),)
