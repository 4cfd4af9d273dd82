"""All mutations of a rules folder, the packs side by side in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from collab_sync.rules.examples import load_examples
from collab_sync.rules.load import RuleSet, load_rules_folder
from collab_sync.rules.yaml_text import Document, read_yaml
from collab_sync.workbench.mutation.sites import Mutation, mutations
from collab_sync.workbench.mutation.trial import Finding, Trial


@dataclass(frozen=True, slots=True)
class _Task:
    folder: Path
    pack: str
    rule: str | None
    remote_links: frozenset[str]


def run_mutations(
    folder: Path, rules: RuleSet, *, rule_id: str | None = None, remote_links: frozenset[str] = frozenset()
) -> tuple[Finding, ...]:
    """What becomes of every mutation of the rules in ``folder`` (``rules``: loaded from there), in catalogue order;
    ``rule_id``: of this rule only, parameters left out. Takes minutes; writes nothing."""
    wanted = [rule.pack for rule in rules.rules if rule_id in (None, rule.id)]
    tasks = [_Task(folder, pack, rule_id, remote_links) for pack in dict.fromkeys(wanted)]
    if len(tasks) == 1:
        return _findings(tasks[0])
    sizes = {task.pack: wanted.count(task.pack) for task in tasks}
    processes = min(len(tasks), os.cpu_count() or 1)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        largest_first = sorted(tasks, key=lambda task: -sizes[task.pack])
        coming = {task.pack: pool.submit(_findings, task) for task in largest_first}
        return tuple(finding for task in tasks for finding in coming[task.pack].result())


def _findings(task: _Task) -> tuple[Finding, ...]:
    """Loads the folder again: compiled rules cannot be handed from process to process."""
    rules = load_rules_folder(task.folder)
    trial = Trial(rules, task.pack, load_examples(task.folder, rules), task.remote_links)
    return tuple(trial.findings(_chosen(task, tuple(mutations(_document(task.folder, task.pack))))))


def _chosen(task: _Task, every: Sequence[Mutation]) -> Sequence[Mutation]:
    return [one for one in every if task.rule in (None, one.rule)]


def _document(folder: Path, pack: str) -> Document:
    file = folder / pack / "rules.yaml"
    document, _ = read_yaml(file.read_text(encoding="utf-8"), f"{folder.resolve().name}/{pack}/rules.yaml")
    assert document is not None, "the folder was loaded before"
    return document
