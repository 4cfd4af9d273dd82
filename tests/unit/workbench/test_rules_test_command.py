"""``collab-sync rules test`` on the command line: exit codes, formats, choice of a rule."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from collab_sync.cli.rules_test import offers_of, rules_test
from collab_sync.cli.session.invocation import Invocation
from collab_sync.errors import ConfigurationError, RuleFileError
from collab_sync.rules.load import load_rules_folder

ONE_LINE = '      - {at: 2025-09-16 13:00, on: NPX-501, action: label+, detail: "需补齐:RACI"}\n'


@pytest.fixture
def folder(rules_folder: Path, tmp_path: Path) -> Path:
    """A copy of the shipped rules with the examples of raci-one-a only: these tests are about the command."""
    copy = shutil.copytree(rules_folder, tmp_path / "rules")
    for file in copy.glob("*/examples/*.yaml"):
        if file.name != "raci-one-a.yaml":
            file.unlink()
    return copy


def run(*arguments: str) -> Result:
    return CliRunner().invoke(rules_test, arguments, obj=Invocation(Path("没有这个设置文件.yaml")))


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "raci" / "examples" / "raci-one-a.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_全部相符退出码为0(folder: Path) -> None:
    result = run(str(folder))
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "例子:通过 4,不符 0,无法演练 0")


def test_有不符退出码为1(folder: Path) -> None:
    edit(folder, ONE_LINE, "")
    result = run(str(folder))
    assert result.exit_code == 1
    assert "多出  2025-09-16 13:00  NPX-501  label+" in result.output


def test_有例子无法演练退出码为2(folder: Path) -> None:
    edit(folder, "key: NPX-506", "key: ABC-506")
    result = run(str(folder))
    assert result.exit_code == 2
    assert "无法演练:rules/raci/examples/raci-one-a.yaml:" in result.output


def test_机器可读与流水线格式(folder: Path) -> None:
    assert json.loads(run(str(folder), "--format", "json").output)["passed"] == 4
    assert ElementTree.fromstring(run(str(folder), "--format", "junit").output.encode()).get("tests") == "4"


def test_只演练一条规则_不提别的规则没有例子(folder: Path) -> None:
    result = run(str(folder), "--rule", "raci-one-a")
    assert (result.exit_code, result.output) == (0, "例子:通过 4,不符 0,无法演练 0\n")


def test_没有这条规则_给出相近的编号(folder: Path) -> None:
    result = run(str(folder), "--rule", "raci-one")
    assert isinstance(result.exception, ConfigurationError)
    assert "没有编号为“raci-one”的规则" in str(result.exception)
    assert "raci-one-a" in str(result.exception)


def test_这条规则没有例子是错误(folder: Path) -> None:
    result = run(str(folder), "--rule", "digest")
    assert isinstance(result.exception, ConfigurationError)
    assert "examples/digest.yaml" in str(result.exception)


def test_例子写错_一次列出全部位置(folder: Path) -> None:
    edit(folder, "mention: [李明]", "mention: [李敏]")
    result = run(str(folder))
    assert isinstance(result.exception, RuleFileError)
    assert "没有名为“李敏”的人员" in str(result.exception)


def test_没有文件夹说明去处(tmp_path: Path) -> None:
    result = run(str(tmp_path / "没有"))
    assert isinstance(result.exception, RuleFileError)
    assert "没有这个规则文件夹" in str(result.exception)


def test_跨系统关联看连接的种类(rules_folder: Path) -> None:
    known = offers_of(load_rules_folder(rules_folder).mapping, None)
    assert [name for name, offers in known.items() if offers.links_out] == ["jira"]
