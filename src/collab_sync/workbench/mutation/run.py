"""All mutations of a rules folder, the packs side by side in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from collab_sync.model.connection import UNTOLD, Offers
from collab_sync.rules.examples import load_examples
from collab_sync.rules.load import RuleSet, load_rules_folder
from collab_sync.rules.yaml_text import Document, read_yaml
from collab_sync.workbench.mutation.sites import mutations
from collab_sync.workbench.mutation.trial import Finding, Trial


@dataclass(frozen=True, slots=True)
class _Task:
    folder: Path
    packs: tuple[str, ...]
    rule: str | None
    offers: Mapping[str, Offers]


def run_mutations(
    folder: Path, rules: RuleSet, *, rule_id: str | None = None, offers: Mapping[str, Offers] = UNTOLD
) -> tuple[Finding, ...]:
    """What becomes of every mutation of the rules in ``folder`` (``rules``: loaded from there), in catalogue order;
    ``rule_id``: of this rule only, parameters left out. Takes minutes; writes nothing."""
    wanted = [rule.pack for rule in rules.rules if rule_id in (None, rule.id)]
    tasks = [_Task(folder, packs, rule_id, offers) for packs in _shares(wanted, os.cpu_count() or 1)]
    if len(tasks) == 1:
        found = _findings(tasks[0])
    else:
        with ProcessPoolExecutor(len(tasks), multiprocessing.get_context("spawn")) as pool:
            found = {pack: findings for part in pool.map(_findings, tasks) for pack, findings in part.items()}
    return tuple(finding for pack in dict.fromkeys(wanted) for finding in found[pack])


def _shares(packs: Sequence[str], count: int) -> list[tuple[str, ...]]:
    """The packs (named once per rule) dealt out so that all processes have about as many rules."""
    sizes = Counter(packs)
    shares: list[list[str]] = [[] for _ in range(min(count, len(sizes)))]
    for pack, _ in sizes.most_common():
        min(shares, key=lambda share: sum(sizes[one] for one in share)).append(pack)
    return [tuple(share) for share in shares]


def _findings(task: _Task) -> dict[str, tuple[Finding, ...]]:
    """By pack. Loads the folder again: compiled rules cannot be handed from process to process."""
    rules = load_rules_folder(task.folder)
    examples = load_examples(task.folder, rules)
    found: dict[str, tuple[Finding, ...]] = {}
    for pack in task.packs:
        chosen = [one for one in mutations(_document(task.folder, pack)) if task.rule in (None, one.rule)]
        found[pack] = tuple(Trial(rules, pack, examples, task.offers).findings(chosen))
    return found


def _document(folder: Path, pack: str) -> Document:
    file = folder / pack / "rules.yaml"
    document, _ = read_yaml(file.read_text(encoding="utf-8"), f"{folder.resolve().name}/{pack}/rules.yaml")
    assert document is not None, "the folder was loaded before"
    return document
