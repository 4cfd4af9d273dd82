"""Whether examples notice changes, tried on rules that are shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collab_sync.cli.rules_test import rules_test
from collab_sync.cli.session.invocation import Invocation
from collab_sync.rules.examples import RuleExamples, load_examples
from collab_sync.rules.load import RuleSet, load_rules_folder
from collab_sync.rules.yaml_text import read_yaml
from collab_sync.workbench.mutation.report import as_text, exit_code
from collab_sync.workbench.mutation.run import run_mutations
from collab_sync.workbench.mutation.sites import Mutation, mutations
from collab_sync.workbench.mutation.trial import Finding, Trial

OTHER_PACKS = ("raci", "escalation", "cadence", "resource", "acceptance", "risk", "initiation", "summary")
FEW = {"raci-one-a.yaml", "raci-has-r.yaml"}


@pytest.fixture(scope="module")
def folder(rules_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped rules with the examples of two rules only."""
    copy = shutil.copytree(rules_folder, tmp_path_factory.mktemp("mutation") / "rules")
    for file in copy.glob("*/examples/*.yaml"):
        if file.name not in FEW:
            file.unlink()
    return copy


@pytest.fixture(scope="module")
def examples(folder: Path, shipped_rules: RuleSet) -> tuple[RuleExamples, ...]:
    return load_examples(folder, shipped_rules)


def of_pack(folder: Path, pack: str) -> tuple[Mutation, ...]:
    document, _ = read_yaml((folder / pack / "rules.yaml").read_text(encoding="utf-8"), f"rules/{pack}/rules.yaml")
    assert document is not None
    return tuple(mutations(document))


def outcomes(folder: Path, rules: RuleSet, examples: tuple[RuleExamples, ...], rule: str | None) -> dict[str, str]:
    chosen = [one for one in of_pack(folder, "raci") if one.rule == rule]
    return {one.problem.message: one.outcome for one in Trial(rules, "raci", examples).findings(chosen)}


def test_例子能分辨的改动都被发现(folder: Path, shipped_rules: RuleSet, examples: tuple[RuleExamples, ...]) -> None:
    found = outcomes(folder, shipped_rules, examples, "raci-one-a")
    assert found["when.held:4wh → 3wh"] == "noticed"
    assert set(found.values()) == {"noticed"}


def test_没有例子的规则_改动无人发现(folder: Path, shipped_rules: RuleSet, examples: tuple[RuleExamples, ...]) -> None:
    assert set(outcomes(folder, shipped_rules, examples, "dept-main-one").values()) == {"unnoticed"}


def test_本来就不符的例子_不算发现了改动(folder: Path, shipped_rules: RuleSet, tmp_path: Path) -> None:
    """Otherwise one broken example would hide everything that the others miss."""
    copy = shutil.copytree(folder, tmp_path / "rules")
    for name in FEW:
        file = copy / "raci" / "examples" / name
        file.write_text(file.read_text(encoding="utf-8").replace("需补齐", "已补齐"), encoding="utf-8")
    broken = load_examples(copy, shipped_rules)
    assert outcomes(folder, shipped_rules, broken, "raci-one-a")["when.held:4wh → 5wh"] == "unnoticed"


def test_检查时就被拒绝的改动单列(shipped_rules: RuleSet, folder: Path) -> None:
    """The anchor of every second Wednesday must be a Wednesday."""
    wanted = [one for one in of_pack(folder, "cadence") if one.what == "联席起始:2025-09-17 → 2025-09-18"]
    (finding,) = Trial(shipped_rules, "cadence", ()).findings(wanted)
    assert finding.outcome == "refused"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(rules_test, arguments, obj=Invocation(Path("没有这个设置文件.yaml")))


def test_命令只试一条规则_全部发现时退出码为0(folder: Path) -> None:
    result = run(str(folder), "--mutate", "--rule", "raci-one-a")
    assert (result.exit_code, result.output) == (
        0,
        "改动 7 处:例子发现 7,检查规则时即被拒绝 0,没有发现 0\n",
    )


def test_报告写明没发现的改动(folder: Path, shipped_rules: RuleSet) -> None:
    mutation = next(one for one in of_pack(folder, "raci") if one.what == "when.held:1wd → 2wd")
    findings: list[Finding] = list(Trial(shipped_rules, "raci", ()).findings([mutation]))
    assert exit_code(findings) == 1
    first, *rest = as_text(findings).splitlines()
    assert first.startswith("✗ rules/raci/rules.yaml:")
    assert first.endswith("  dept-liaison · 没有例子发现:when.held:1wd → 2wd")
    assert rest[0] == "改动 1 处:例子发现 0,检查规则时即被拒绝 0,没有发现 1"
    assert exit_code([]) == 0


def test_几个规则包分给几个进程_按目录顺序交回(tmp_path: Path, rules_folder: Path) -> None:
    """No examples at all: nothing can be noticed, which is quick."""
    copy = shutil.copytree(rules_folder, tmp_path / "rules", ignore=shutil.ignore_patterns("examples", *OTHER_PACKS))
    findings = run_mutations(copy, load_rules_folder(copy))
    assert list(dict.fromkeys(one.problem.place.file for one in findings)) == [
        "rules/priority/rules.yaml",
        "rules/closing/rules.yaml",
    ]
    assert {one.outcome for one in findings} == {"unnoticed"}
