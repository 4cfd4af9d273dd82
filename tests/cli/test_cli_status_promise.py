"""status: the first line says whether the promise holds, why not and what to do; the rest is what that rests on."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.cli.test_cli_outbox_and_status import refused

from collab_sync.cli.terminal.paper import SCREEN, columns
from collab_sync.daemon.lock import sole_writer
from collab_sync.pipeline.logbook.runs import RunNote, note_run
from collab_sync.store.sqlite import open_store

if TYPE_CHECKING:
    from tests.cli.conftest import Office

MORNING = datetime.fromisoformat("2025-09-15T09:00:00+08:00")


def watched(office: Office, at: datetime = MORNING) -> None:
    """A daemon has finished a round at that instant."""
    office("run", "--once")
    with closing(open_store(office.database)) as store, store.write() as tx:
        note_run(tx, RunNote(by="daemon", began=at, ended=at, seconds=2.0))


def told(office: Office) -> tuple[int, str, str]:
    """Exit code, first line, and all of it with folded lines made whole."""
    result = office("status")
    lines = result.stdout.splitlines()
    assert all(columns(line.rstrip()) <= SCREEN for line in lines), result.stdout
    return result.exit_code, lines[0], "".join(line.strip() for line in lines)


# --- the answer ------------------------------------------------------------------------------------------------------
def test_成立时第一行就说成立_退出码0(office: Office) -> None:
    watched(office)
    with sole_writer(office.database):
        assert told(office)[:2] == (0, "✓ 承诺成立:此刻没有过了时刻而没有人知道的事")
        assert office.json("status")["promise"] == {"holds": True, "breaches": []}


def test_靠定时的单轮_成立到那一轮为止(office: Office) -> None:
    office("run", "--once")
    code, first, _ = told(office)
    assert (code, first) == (0, "✓ 承诺成立:截至 2025-09-15 09:00 那一轮,没有过了时刻而没有人知道的事")


def test_守护进程没了_马上说_说怎么办(office: Office) -> None:
    watched(office)
    code, first, whole = told(office)
    assert (code, first) == (1, "✗ 承诺不成立:守护进程没有运行,没有人在看")
    assert "→ 启动它" in whole
    (breach,) = office.json("status")["promise"]["breaches"]
    assert (breach["kind"], breach["remedy"].startswith("启动它")) == ("down", True)


@pytest.mark.parametrize(("minutes", "holds"), [(3, True), (4, False)])
def test_在运行却没有做完一轮_三轮以后说(office: Office, minutes: int, holds: bool) -> None:
    watched(office)
    office.at((MORNING + timedelta(minutes=minutes)).isoformat())
    with sole_writer(office.database):
        code, first, _ = told(office)
        found = office.json("status")
    assert code == int(not holds)
    assert ("在运行,却已有 4 分钟没有做完一轮" in first) is not holds
    assert (found["promise"]["holds"], found["stuck"]) == (holds, not holds)


def test_几处不成立各说一行_一样的办法说一次(office: Office) -> None:
    refused(office)
    office.at("2025-09-18T14:00:00+08:00")
    _, first, _ = told(office)
    lines = office("status").stdout.splitlines()
    assert first == "✗ 承诺不成立:已有 4 小时没有人做完一轮"
    assert [line[:4] for line in lines[:7]] == ["✗ 承诺", "  → ", "✗ 还有", "✗ 还有", "  → ", "✗ 还有", "  → "]
    kinds = [one["kind"] for one in office.json("status")["promise"]["breaches"]]
    assert kinds == ["down", "silent", "silent", "dead"]


def test_放弃了的不再要人看(office: Office) -> None:
    refused(office)
    assert told(office)[0] == 1
    office("outbox", "drop", "--state", "dead", "--why", "已口头说明")
    assert told(office)[:2] == (0, "✓ 承诺成立:截至 2025-09-18 10:00 那一轮,没有过了时刻而没有人知道的事")


def test_承诺成立_规则却坏了_仍要人看(office: Office) -> None:
    office("run", "--once")
    office.change("rules/escalation/rules.yaml", "add: 延期", "add: 延其")
    code, first, whole = told(office)
    assert (code, first.startswith("✓ 承诺成立")) == (1, True)
    assert "另有要看的,在下面" in whole
    assert office.json("status")["promise"]["holds"]


# --- what it rests on ------------------------------------------------------------------------------------------------
def test_最早到期的说是哪条规则(office: Office) -> None:
    office.tasks()
    office("run", "--once")
    due = office.json("status")["oldest_due"]
    assert due["subject"] in ("NPX-1", "rd/x1-firmware#1")
    assert due["rules"] == ["逾期提醒(overdue)"]
    assert f"{due['subject']}(规则 逾期提醒(overdue))" in told(office)[2]


def test_最近做过事的运行_何时_多久_做了什么_由谁(office: Office) -> None:
    office.overdue()
    office("run", "--once")
    run = office.json("status")["runs"][0]
    assert (run["by"], run["planned"], run["done"]) == ("once", 4, 4)
    assert run["began"] == "2025-09-18T02:00:00Z"
    lines = office("status").stdout.splitlines()
    (shown,) = [line for line in lines[lines.index("最近做过事的运行") :] if line.startswith("2025-09-18 10:00")]
    assert shown.split()[-2:] == ["run", "--once"]
    assert shown.split()[4:9] == ["0", "4", "4", "4", "0"]


def test_接口额度_从对方的回答里学来_说剩多少(office: Office) -> None:
    headers = {"RateLimit-Limit": "2000", "RateLimit-Remaining": "1500", "RateLimit-Reset": "60"}
    office.control("POST", "faults", {"match": {"path": "/gitlab/.*"}, "effect": {"headers": headers}})
    office("run", "--once")
    budget = office.json("status")["budgets"]["gitlab"]["budget"]
    assert budget["limit"] == 2000
    assert 1400 < budget["left"] <= 1500
    whole = told(office)[2]
    assert f"gitlab  剩 {budget['left']}/2000,09:01:00 重新算起" in whole
    assert "jira    对方没有说过限额" in whole
