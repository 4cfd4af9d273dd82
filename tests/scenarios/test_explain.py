"""``explain`` says why and why not, with the values it found and the line of each condition."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.scenarios.telling import Telling

from collab_sync.cli.demo.scenery import Scenery
from collab_sync.cli.main import cli


@pytest.fixture
def ask(told: Telling, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments with which the demo's settings are used; its tokens are in the environment."""
    scenery = Scenery(told.folder / "state")
    for name, value in scenery.environment.items():
        monkeypatch.setenv(name, value)
    return ["--settings", str(scenery.settings_file), "explain"]


def told_by(ask: list[str], *arguments: str) -> str:
    result = CliRunner().invoke(cli, [*ask, *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_为什么_逾期阶梯逐级写出时刻与是否已处理(ask: list[str]) -> None:
    """NPX-12 was due on 09-25: three steps are done, the fifth day comes after the holiday."""
    text = told_by(ask, "NPX-12", "esc-overdue")
    assert "✓ 逾期升级阶梯(esc-overdue)  是" in text
    assert ">2wd  2025-09-29 09:00  已处理" in text
    assert ">5wd  2025-10-10 09:00  未到" in text
    assert "若无人改动" in text


def test_为什么不_指出不成立的那一条_实际值与所在行(ask: list[str]) -> None:
    """NPX-13 has exactly one approver."""
    text = told_by(ask, "NPX-13", "raci-one-a")
    assert "✗ 每个任务恰好一名审批人(A)(raci-one-a)  否" in text
    assert "是  roles.A.count: eq 1  实际:1  [rules/raci/rules.yaml:" in text


def test_不认识的事项_一句话说明并给出办法(ask: list[str], tmp_path: Path) -> None:
    """An unknown key is an error with a remedy."""
    result = CliRunner().invoke(cli, [*ask, "NPX-999"])
    assert result.exit_code == 2
    assert "镜像里没有事项 NPX-999" in result.output
