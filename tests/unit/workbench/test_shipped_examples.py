"""The examples that are shipped with the rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.engine_office import OFFERED

from collab_sync.rules.examples import RuleExamples, load_examples, without_examples
from collab_sync.rules.load import RuleSet
from collab_sync.store.sqlite import open_store
from collab_sync.workbench.examples import run_examples
from collab_sync.workbench.play import Stage, play
from collab_sync.workbench.reports import as_text


@pytest.fixture(scope="module")
def examples(rules_folder: Path, shipped_rules: RuleSet) -> tuple[RuleExamples, ...]:
    return load_examples(rules_folder, shipped_rules)


def test_随附的例子全部相符(shipped_rules: RuleSet, examples: tuple[RuleExamples, ...]) -> None:
    verdicts = run_examples(shipped_rules, examples, offers=OFFERED)
    assert verdicts.exit_code == 0, as_text(verdicts)
    assert verdicts.count("passed") == sum(len(one.examples) for one in examples) > 0


def test_每条规则都有例子_且有不触发的例子(shipped_rules: RuleSet, examples: tuple[RuleExamples, ...]) -> None:
    """A rule without a silent example could fire always and pass."""
    assert without_examples(shipped_rules, examples) == ()
    assert [one.rule for one in examples if all(example.expect for example in one.examples)] == []


@pytest.mark.parametrize("rule_id", ["esc-overdue", "light-label", "digest"])
def test_用数据库演练与在内存里演练_日志相同(
    rule_id: str, examples: tuple[RuleExamples, ...], shipped_stage: Stage
) -> None:
    one = next(one for one in examples if one.rule == rule_id)
    mark = one.mark.at("examples", 0)
    on_disk = replace(shipped_stage, new_store=lambda: open_store(":memory:"))
    lines = play(one.examples[0], mark, shipped_stage).lines
    assert play(one.examples[0], mark, on_disk).lines == lines
    assert lines
