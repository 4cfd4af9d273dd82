"""The demo's account of what was written: every kind in a column, names as they were typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from collab_sync.cli.demo import account, play
from collab_sync.model.action import LogLine


def test_every_kind_of_the_log_stands_in_one_column() -> None:
    shown = [kind for kinds in account.COLUMNS.values() for kind in kinds]
    assert sorted(shown) == sorted(play.KINDS)


def test_signs_that_a_terminal_might_read_as_markup_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2025, 9, 19, 9, 0, tzinfo=UTC)
    line = LogLine(at=at, rule="CAD-01", order=1, step="", target="周更新:B:2025-W38", action="create", detail="[bold]")
    account._print_told([line])
    told = capsys.readouterr().out
    assert "周更新:B:2025-W38" in told
    assert "[bold]" in told


def test_only_the_last_of_many_lines_are_told_and_the_rest_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2025, 9, 19, 9, 0, tzinfo=UTC)
    several = [
        LogLine(at=at, rule="ESC-01", order=1, step="", target=f"NPX-{number}", action="comment", detail="")
        for number in range(account.LAST + 5)
    ]
    account._print_told(several)
    told = capsys.readouterr().out
    assert "前面还有 5 条" in told
    assert "NPX-4 " not in told
    assert f"NPX-{account.LAST + 4} " in told
