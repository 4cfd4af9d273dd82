"""What people are told about an example that is not as expected."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from collab_sync.rules.examples import load_examples
from collab_sync.rules.load import RuleSet, load_rules_folder
from collab_sync.workbench.examples import Verdicts, run_examples
from collab_sync.workbench.reports import as_json, as_junit, as_text

SHIPPED = Path(__file__).parents[3] / "rules"
HEAD = """\
rule: raci-one-a
examples:
  - name: 没有审批人
    timeline:
      - {at: 2025-09-16 09:00, create: {key: NPX-501, title: 包装打样, dept: 研发部, roles: {R: [赵航]}}}
    until: 2025-09-16 18:00
    expect:
"""
LABEL = '      - {at: 2025-09-16 13:00, on: NPX-501, action: label+, detail: "需补齐:RACI"}\n'
COMMENT = '      - {at: 2025-09-16 13:00, on: NPX-501, action: "comment:sticky:raci", mention: [李明]}\n'


@pytest.fixture
def folder(rules_folder: Path, tmp_path: Path) -> Path:
    """A copy of the shipped rules without any example."""
    copy = shutil.copytree(rules_folder, tmp_path / "rules")
    for examples in copy.glob("*/examples"):
        shutil.rmtree(examples)
    return copy


@cache
def shipped(folder: Path) -> RuleSet:
    """Loaded once: most tests change examples only."""
    return load_rules_folder(folder)


def verdicts_of(folder: Path, text: str, rules: RuleSet | None = None) -> Verdicts:
    """The verdicts when ``text`` are the only examples; ``rules``: others than the shipped ones."""
    file = folder / "raci" / "examples" / "raci-one-a.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    known = rules or shipped(SHIPPED)
    return run_examples(known, load_examples(folder, known))


def test_相符的例子通过(folder: Path) -> None:
    verdicts = verdicts_of(folder, HEAD + LABEL + COMMENT)
    assert (verdicts.exit_code, verdicts.count("passed")) == (0, 1)
    assert as_text(verdicts).endswith("例子:通过 1,不符 0,无法演练 0\n")


def test_提醒人的先后不算差别(folder: Path) -> None:
    text = HEAD.replace("R: [赵航]", "R: [赵航], A: [陈志远, 沈岳]") + LABEL + COMMENT
    assert verdicts_of(folder, text).exit_code == 0


def test_少写一行即不符_并指出期望写在哪一行(folder: Path) -> None:
    surplus_expectation = LABEL.replace("NPX-501", "NPX-9")
    verdicts = verdicts_of(folder, HEAD + LABEL + surplus_expectation.replace("label+", "create:会议") + COMMENT)
    text = as_text(verdicts)
    assert verdicts.exit_code == 1
    assert "缺少  2025-09-16 13:00  NPX-9  create:会议  需补齐:RACI  [rules/raci/examples/raci-one-a.yaml:9:9]" in text


def test_多写一行即不符(folder: Path) -> None:
    verdicts = verdicts_of(folder, HEAD + LABEL)
    assert verdicts.exit_code == 1
    (difference,) = verdicts.verdicts[0].differences
    assert (difference.kind, difference.place.line) == ("surplus", 8)
    assert "多出  2025-09-16 13:00  NPX-501  comment:sticky:raci" in as_text(verdicts)
    assert "@李明" in as_text(verdicts)


def test_什么都不期望时_写出的都算多(folder: Path) -> None:
    silent = HEAD.replace("    expect:\n", "    expect: []\n")
    assert [one.kind for one in verdicts_of(folder, silent).verdicts[0].differences] == ["surplus", "surplus"]


@pytest.mark.parametrize(
    ("wrong", "different"),
    [
        (LABEL.replace("13:00", "13:01"), ("时间",)),
        (LABEL.replace("需补齐:RACI", "需补齐:负责人"), ("内容",)),
        (LABEL.replace("label+", "label-"), ("动作",)),
        (LABEL.replace("NPX-501", "NPX-502"), ("事项",)),
        (LABEL.replace("label+,", 'label+, step: ">0wd",'), ("步骤",)),
        (LABEL.replace("label+,", "label+, mention: [李明],"), ("提醒的人",)),
    ],
)
def test_只差一处的两行并成一条_说明差在哪里(folder: Path, wrong: str, different: tuple[str, ...]) -> None:
    (difference,) = verdicts_of(folder, HEAD + wrong + COMMENT).verdicts[0].differences
    assert (difference.kind, difference.fields) == ("other", different)


def test_差一分钟的报告_有期望_实际_位置和当时的条件(folder: Path) -> None:
    text = as_text(verdicts_of(folder, HEAD + LABEL.replace("13:00", "13:01") + COMMENT))
    assert "✗ rules/raci/examples/raci-one-a.yaml:3:5  raci-one-a · 没有审批人" in text
    assert "不同(时间)  [rules/raci/examples/raci-one-a.yaml:8:9]" in text
    assert "期望  2025-09-16 13:01  NPX-501  label+  需补齐:RACI" in text
    assert "实际  2025-09-16 13:00  NPX-501  label+  需补齐:RACI" in text
    assert "2025-09-16 13:00 时的条件:" in text
    assert "否  roles.A.count: eq 1 (实际:0)  [rules/raci/rules.yaml:" in text


def test_条件按当时的事实显示_不按结束时的(folder: Path) -> None:
    """The approver comes at 15:00; at 13:00 there was none."""
    named = "      - {at: 2025-09-16 15:00, on: NPX-501, role: {A: [陈志远]}, by: 林珊}\n"
    text = HEAD.replace("    until:", named + "    until:") + LABEL + COMMENT
    (_, trace), *_ = verdicts_of(folder, text).verdicts[0].traces
    assert "roles.A.count: eq 1 (实际:1)" in trace
    (_, before), *_ = (
        verdicts_of(folder, text.replace("13:00, on: NPX-501, action", "13:01, on: NPX-501, action")).verdicts[0].traces
    )
    assert "roles.A.count: eq 1 (实际:0)" in before


def test_没有例子的规则会被点名(folder: Path) -> None:
    verdicts = verdicts_of(folder, HEAD + LABEL + COMMENT)
    assert "esc-overdue" in verdicts.uncovered
    assert "raci-one-a" not in verdicts.uncovered
    assert "还没有例子的规则:" in as_text(verdicts)


def test_机器可读的结果与文字一致(folder: Path) -> None:
    verdicts = verdicts_of(folder, HEAD + LABEL.replace("13:00", "13:01"))
    found = json.loads(as_json(verdicts))
    assert (found["passed"], found["failed"], found["errors"]) == (0, 1, 0)
    (example,) = found["examples"]
    assert example["place"] == "rules/raci/examples/raci-one-a.yaml:3:5"
    kinds = {one["kind"]: one for one in example["differences"]}
    assert kinds["other"]["expected"]["at"] == "2025-09-16 13:01"
    assert kinds["other"]["actual"]["at"] == "2025-09-16 13:00"
    assert kinds["surplus"]["actual"]["mention"] == ["李明"]


def test_流水线格式一例一项(folder: Path) -> None:
    suite = ElementTree.fromstring(as_junit(verdicts_of(folder, HEAD + LABEL)))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("1", "1", "0")
    case = suite.find("testcase")
    assert case is not None
    assert (case.get("classname"), case.get("name"), case.get("line")) == ("raci-one-a", "没有审批人", "3")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "多出 1 行"
    assert "comment:sticky:raci" in (failure.text or "")


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (HEAD.replace("key: NPX-501", "key: ABC-1"), "ABC-1 属于哪个项目", 5),
        (HEAD.replace("title: 包装打样", "project: 没有"), "没有", 5),
        (
            HEAD.replace(
                "    until", "      - {at: 2025-09-16 10:00, on: NPX-7, due: 2025-09-30, by: 赵航}\n    until"
            ),
            "这时还没有叫“NPX-7”的事项",
            6,
        ),
        (
            HEAD.replace("    until", "      - {at: 2025-09-16 10:00, on: 法务部, org: {liaison: 李明}}\n    until"),
            "没有叫“法务部”的部门",
            6,
        ),
        (
            HEAD.replace("    until", "      - {at: 2025-09-16 10:00, on: NPX-501, entry: {kind: 响应}}\n    until"),
            "缺少 by",
            6,
        ),
        (
            HEAD.replace("    until", "      - {at: 2025-09-16 10:00, create: {key: NPX-501}}\n    until"),
            "NPX-501 已经有了",
            6,
        ),
    ],
)
def test_演不了的例子是错误_指明行号_其余照演(folder: Path, text: str, message: str, line: int) -> None:
    good = HEAD.removeprefix("rule: raci-one-a\nexamples:\n").replace("没有审批人", "好的例子") + LABEL + COMMENT
    verdicts = verdicts_of(folder, text.replace("    expect:\n", "    expect: []\n") + good)
    assert (verdicts.exit_code, verdicts.count("error"), verdicts.count("passed")) == (2, 1, 1)
    error = verdicts.verdicts[0].error
    assert error is not None
    assert message in error.message
    assert error.place.line == line
    assert f"无法演练:rules/raci/examples/raci-one-a.yaml:{line}" in as_text(verdicts)


def test_试运行的规则在自己的例子里照常提醒(folder: Path) -> None:
    file = folder / "raci" / "rules.yaml"
    text = file.read_text(encoding="utf-8").replace("  - id: raci-one-a\n", "  - id: raci-one-a\n    mode: shadow\n")
    file.write_text(text, encoding="utf-8")
    rules = load_rules_folder(folder)
    assert [rule.id for rule in rules.rules if rule.mode == "shadow"] == ["raci-one-a"]
    assert verdicts_of(folder, HEAD + LABEL + COMMENT, rules).exit_code == 0


def test_只报告阶段的办公室_例子照样可演(folder: Path) -> None:
    """A new office starts with report_only; the examples say what the rules would do."""
    file = folder / "organisation" / "rollout.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("default: full", "default: report_only").replace(": full", ": report_only"), "utf-8")
    rules = load_rules_folder(folder)
    assert rules.organisation.rollout.default == "report_only"
    assert verdicts_of(folder, HEAD + LABEL + COMMENT, rules).exit_code == 0
