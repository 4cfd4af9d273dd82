"""Numbers that items are given once and keep for ever, whatever becomes of them.

Counted per day of creation, in the order of creation, then by project and key: a rebuilt store gives the same numbers
as long as nothing was deleted in between.
"""

from __future__ import annotations

from collections.abc import Sequence

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.measures.decisions import DECISION, decision_items
from collab_sync.analysis.natural import natural
from collab_sync.analysis.view import DECISION_NUMBER, TASK_ID
from collab_sync.pipeline.runtime import Ruling
from collab_sync.planner.context import Judged
from collab_sync.ports.store import Transaction
from collab_sync.rules.derive import CompiledDerivation

COUNTED = "tasks:"
"""Under ``tasks:‹day›`` the journal keeps how many numbers a day has given out."""


def new_numbers(tx: Transaction, ruling: Ruling, judged: Sequence[Judged]) -> dict[str, str]:
    """Journal keys and values for the judged items, and their decisions, that should have a number and have none."""
    return {**_task_numbers(tx, ruling, judged), **_decision_numbers(judged)}


def _decision_numbers(judged: Sequence[Judged]) -> dict[str, str]:
    """The running numbers of decisions that have been seen for the first time."""
    return {
        f"{DECISION_NUMBER}{one.facts.item.id}|{decision.place}": str(decision.n)
        for one in judged
        if isinstance(one.facts, ItemFacts) and one.facts.entries(DECISION)
        for decision in decision_items(one.facts)
        if decision.place not in one.facts.around.decision_numbers(one.facts.item.id)
    }


def _task_numbers(tx: Transaction, ruling: Ruling, judged: Sequence[Judged]) -> dict[str, str]:
    numbering = next((one for one in ruling.rules.derivations if one.numbering is not None), None)
    if numbering is None:
        return {}
    fresh = [one.facts for one in judged if isinstance(one.facts, ItemFacts) and _wants(one.facts, numbering)]
    place = {project.name: number for number, project in enumerate(ruling.mapping.projects)}
    fresh.sort(key=lambda f: (f.item.created_at, place.get(f.item.source.project, 0), natural(f.item.source.key)))
    given: dict[str, str] = {}
    counts: dict[str, int] = {}
    for facts in fresh:
        local = facts.item.created_at.astimezone(ruling.office.calendar.zone)
        scope = f"{COUNTED}{local:%Y%m%d}"
        if scope not in counts:
            counts[scope] = int(tx.recorded(scope).get(scope, (None, "0"))[1])
        counts[scope] += 1
        assert numbering.numbering is not None, "chosen because it has one"
        given[f"{TASK_ID}{facts.item.id}"] = numbering.numbering.render(local, counts[scope])
    return {**given, **{scope: str(count) for scope, count in counts.items()}}


def _wants(facts: ItemFacts, numbering: CompiledDerivation) -> bool:
    applies = numbering.where is None or numbering.where.holds(facts) is True
    return applies and facts.around.task_id(facts.item.id) is None
