"""init, rules check, doctor: before the first word is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from collab_sync.cli.compose import load_ruling
from collab_sync.config import load_settings

if TYPE_CHECKING:
    from tests.cli.conftest import Office


# --- init ------------------------------------------------------------------------------------------------------
def test_init_建好的文件可以读_一律只记录不发(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "新 办公室"
    result = office("init", str(target))
    assert result.exit_code == 0
    settings = load_settings(target / "collab-sync.yaml")
    assert [(one.name, one.kind) for one in settings.connections] == [("jira", "jira"), ("gitlab", "gitlab")]
    rollout = load_ruling(settings.rules, settings).rules.organisation.rollout
    assert (rollout.default, dict(rollout.programs)) == ("report_only", {})


def test_init_说明接下来的三步(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "新 办公室"
    text = office("init", str(target)).stdout
    steps = [text.index(f"  {number}. ") for number in (1, 2, 3)]
    assert steps == sorted(steps)
    assert f"cd '{target}'" in text
    for command in ("doctor", "rules check", "plan", "run"):
        assert f"collab-sync {command}" in text


@pytest.mark.parametrize("there", ["collab-sync.yaml", "rules/mapping.yaml"])
def test_init_绝不覆盖(office: Office, tmp_path: Path, there: str) -> None:
    target = tmp_path / "已有"
    (target / there).parent.mkdir(parents=True)
    (target / there).write_text("旧", encoding="utf-8")
    result = office("init", str(target))
    assert result.exit_code == 2
    assert "已存在,不会覆盖" in result.stderr
    assert [path for path in target.rglob("*") if path.is_file()] == [target / there]


# --- rules check -----------------------------------------------------------------------------------------------
def test_没有问题时以_0_结束(office: Office) -> None:
    result = office("rules", "check")
    assert result.exit_code == 0
    assert "没有问题" in result.stdout


def test_所有文件的错误一次列出(office: Office) -> None:
    office.change("rules/escalation/rules.yaml", "add: 延期", "add: 延其")
    office.change("rules/organisation/office.yaml", "lead: 李明", "lead: 李鸣")
    result = office("rules", "check")
    assert result.exit_code == 2
    assert "错误  rules/escalation/rules.yaml:12:" in result.stdout
    assert "错误  rules/organisation/office.yaml:2:" in result.stdout
    assert "2 个错误,0 个提醒。" in result.stdout
    found = office.json("rules", "check")
    assert [(one["severity"], one["file"]) for one in found] == [
        ("error", "rules/escalation/rules.yaml"),
        ("error", "rules/organisation/office.yaml"),
    ]
    assert found[0]["hint"] == "是否想写“延期”?"


def test_设置里没有的连接也是错误(office: Office) -> None:
    office.change("rules/mapping.yaml", "connection: jira", "connection: jria")
    result = office("rules", "check")
    assert result.exit_code == 2
    assert "rules/mapping.yaml:2:" in result.stdout
    assert "不在设置里" in result.stdout


def test_别的文件夹也可以检查_没有设置文件也可以(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    other = office.folder / "rules"
    moved = office.folder / "别处"
    other.rename(moved)
    assert office("rules", "check", str(moved)).exit_code == 0
    assert "没有这个规则文件夹" in office("rules", "check").stdout


# --- doctor ----------------------------------------------------------------------------------------------------
def test_doctor_逐项列出_沙盒时钟只是提醒(office: Office) -> None:
    result = office("doctor")
    assert result.exit_code == 1
    for words in ("! 时钟:时间来自沙盒", "✓ 数据库:", "✓ 规则:", "启用阶段:full", "连接 jira", "连接 gitlab"):
        assert words in result.stdout
    assert "✓ 项目 rd/x1-firmware:可读,可写" in result.stdout
    states = {one["state"] for one in office.json("doctor") if one["subject"] != "时钟"}
    assert states == {"ok"}


def test_doctor_looks_at_everything_although_something_is_wrong(office: Office) -> None:
    office.change("rules/escalation/rules.yaml", "add: 延期", "add: 延其")
    office.env["COLLAB_JIRA_TOKEN"] = None
    result = office("doctor")
    assert result.exit_code == 2
    assert "✗ 规则:" in result.stdout
    assert "rules/escalation/rules.yaml:12:" in result.stdout
    assert "✗ 令牌与设置:连接 jira 没有令牌" in result.stdout
    assert "→ 设置环境变量 COLLAB_JIRA_TOKEN" in result.stdout
    assert "我们是 协同助手(@collab-bot)" in result.stdout


def test_doctor_令牌无效_项目写错_都有改法(office: Office) -> None:
    office.env["COLLAB_JIRA_TOKEN"] = "t-nobody"
    office.change("rules/mapping.yaml", "rd/x1-firmware", "rd/x1-firmwrae")
    result = office("doctor")
    assert result.exit_code == 2
    assert "✗ 账号:" in result.stdout
    assert "✗ 项目 rd/x1-firmwrae:" in result.stdout


def test_doctor_neither_makes_a_database_nor_writes_to_a_tracker(office: Office) -> None:
    before = office.dump()
    assert "首次运行时新建" in office("doctor").stdout
    assert not office.database.exists()
    assert office.dump() == before
    office("plan")
    assert f"✓ 数据库:{office.database} 可写" in office("doctor").stdout


def test_doctor_数据库文件不是数据库(office: Office) -> None:
    office.write("collab-sync.sqlite", "不是数据库" * 100)
    result = office("doctor")
    assert result.exit_code == 2
    assert "这个文件不是数据库" in result.stdout
