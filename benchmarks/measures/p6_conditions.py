"""P6: compiled conditions against Cloud Custodian's ``ValueFilter``: the same questions, the same answers.

Both sides hold the same documents in memory: Cloud Custodian as plain mappings, we as items with facts that nobody has
asked anything yet. Both filter the whole population.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import msgspec

from benchmarks.measure import Sample, cpu, interleaved, ratio
from benchmarks.result import Figure, Measure, Result, Size
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.view import MirrorView
from collab_sync.model.identity import Account, ItemId, SourceRef, SubjectKind
from collab_sync.model.work_item import WorkItem
from collab_sync.pipeline.runtime import Ruling
from collab_sync.rules.conditions import Predicate, compile_condition
from collab_sync.rules.load import load_rules_folder
from collab_sync.rules.schema.conditions import Condition
from collab_sync.workbench.fakes.memory_store import MemoryStore

RULES = Path(__file__).parents[2] / "rules"
NOW = datetime(2025, 9, 26, 3, 0, tzinfo=UTC)
DAY = date(2025, 9, 20)


@dataclass(frozen=True, slots=True)
class Question:
    """One question in both languages; ``same``: whether both must answer alike (ages begin at an instant there,
    at the end of the due day here)."""

    what: str
    theirs: Mapping[str, object]
    ours: Mapping[str, object]
    same: bool = True


PLAIN = (
    Question("equal to a text", {"key": "status", "value": "进行中"}, {"status": "进行中"}),
    Question("one of two texts", {"key": "type", "op": "in", "value": ["任务", "问题"]}, {"type": ["任务", "问题"]}),
    Question(
        "a number over a limit",
        {"key": "roles.R", "value_type": "size", "op": "gt", "value": 1},
        {"roles.R.count": {"gt": 1}},
    ),
    Question("a date before a day", {"key": "raw_due", "op": "lt", "value": DAY.isoformat()}, {"raw_due": {"lt": DAY}}),
)
AGE = Question(
    "late by more than three days",
    {"key": "updated_at", "op": "gt", "value_type": "age", "value": 3},
    {"late_days": {"gt": 3}},
    same=False,
)
PEOPLE = tuple(Account("jira", f"u{number}", f"同事{number}") for number in range(3))


def _items(count: int) -> list[WorkItem]:
    chance = random.Random(count)
    return [
        WorkItem(
            id=ItemId(f"jira:{number}"),
            source=SourceRef(
                connection="jira", project="jira-npx", path="NPX", native_id=str(number), key=f"NPX-{number}"
            ),
            type=chance.choice(["任务", "问题", "文档"]),
            title=f"事项{number}",
            status=cast("Any", chance.choice(["未开始", "进行中", "已完成"])),
            status_raw="",
            created_at=NOW - timedelta(days=60),
            updated_at=NOW - timedelta(days=chance.randint(0, 30)),
            roles={"R": PEOPLE[: chance.randint(0, 3)]},
            raw_due=(NOW + timedelta(days=chance.randint(-30, 30))).date(),
        )
        for number in range(count)
    ]


def _run(size: Size) -> Result:
    from c7n.filters.core import ValueFilter

    items = _items(size.of(20_000, 100_000))
    resources = [msgspec.to_builtins(item) for item in items]
    rules = load_rules_folder(RULES)
    office = Ruling(rules, rules.mapping).office
    figures: list[Figure] = []
    costs: dict[str, Sample] = {}
    with MemoryStore().read() as tx:
        for question in (*PLAIN, AGE):
            peer = ValueFilter({"type": "value", **question.theirs})
            ours = compile_condition(Condition.model_validate(question.ours), SubjectKind.WORK_ITEM, rules.vocabulary)

            def facts() -> list[ItemFacts]:
                view = MirrorView(tx, office, NOW)
                return [ItemFacts(item, view) for item in items]

            if question.same and len(_held(ours, facts())) != len(peer.process(resources)):
                raise AssertionError(f"the two sides do not answer alike: {question.what}")
            sides = {"c7n": _theirs(peer, resources), "ours": _ours(ours, facts)}
            found = interleaved(sides)
            passes, goal = (5, 10) if question.same else (100, 300)
            times = ratio(found["c7n"], found["ours"])
            figures.append(Figure(f"conditions per second against c7n: {question.what}", times, sense="at least",
                                  passes=passes, goal=goal))  # fmt: skip
            costs |= {f"{name}, {question.what}": sample for name, sample in found.items()}
    note = f"{len(items)} items, each asked each question once; facts are fresh, nothing is remembered from before"
    return Result(tuple(figures), costs, notes=(note,))


def _theirs(peer: Any, resources: Sequence[dict[str, object]]) -> Callable[[], float]:
    return lambda: cpu(lambda: peer.process(resources))


def _ours(predicate: Predicate, facts: Callable[[], list[ItemFacts]]) -> Callable[[], float]:
    def side() -> float:
        fresh = facts()
        return cpu(lambda: _held(predicate, fresh))

    return side


def _held(predicate: Predicate, facts: Sequence[ItemFacts]) -> list[ItemFacts]:
    holds = predicate.holds
    return [one for one in facts if holds(one)]


MEASURES = (Measure("P6", "Conditions against Cloud Custodian", _run),)
