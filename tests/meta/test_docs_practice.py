"""What the guides let people try works as they say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.meta.documents import ROOT, document

from collab_sync.cli.main import cli

EXAMPLES = "docs/howto/write-rule-examples.md"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the shipped rules to play with."""
    return Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))


def collab_sync(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


def warning_days(rules: Path, days: int) -> None:
    """The edit that the quickstart proposes."""
    file = rules / "escalation" / "rules.yaml"
    text = file.read_text(encoding="utf-8")
    assert "预警天数: 2" in text
    file.write_text(text.replace("预警天数: 2", f"预警天数: {days}"), encoding="utf-8")


def test_改小预警天数_例子指出哪一分钟变了_正如文档所示(rules: Path) -> None:
    """The excerpt in the guide is what is printed; line numbers may move."""
    warning_days(rules, 1)
    result = collab_sync("rules", "test", str(rules), "--rule", "esc-overdue")
    assert result.exit_code == 1
    excerpt = next(body for body in document(EXAMPLES).blocks("text") if "不同" in body)
    lines = [line.partition("  [")[0] for line in excerpt.splitlines()]
    assert [line for line in lines if line not in result.output] == []


def test_预警天数改到与应急会议同一天_检查当场就说(rules: Path) -> None:
    warning_days(rules, 3)
    result = collab_sync("rules", "check", str(rules))
    assert result.exit_code == 2
    assert "重复" in result.output


def test_文档里的例子真的通过(rules: Path) -> None:
    """Written into the folder as the guide says, under the rule's own name."""
    text = next(body for body in document(EXAMPLES).blocks("yaml"))
    (rules / "escalation" / "examples" / "esc-overdue.yaml").write_text(text, encoding="utf-8")
    result = collab_sync("rules", "test", str(rules), "--rule", "esc-overdue")
    assert result.exit_code == 0, result.output
    assert "通过 1" in result.output


def test_新建的文件夹从_report_only_开始(tmp_path: Path) -> None:
    """What the README promises about ``init``."""
    assert collab_sync("init", str(tmp_path / "office")).exit_code == 0
    rollout = (tmp_path / "office" / "rules" / "organisation" / "rollout.yaml").read_text(encoding="utf-8")
    assert "default: report_only" in rollout
