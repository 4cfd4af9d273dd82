"""outbox after a restored backup, and when people do not want to wait: nothing is written twice, nothing is lost."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.cli.test_cli_outbox_and_status import comments, ids, refused

from collab_sync.daemon.lock import sole_writer

if TYPE_CHECKING:
    from tests.cli.conftest import Office

POST = {"method": "POST", "path": "/(jira|gitlab)/.*(comment|notes)"}


def busy(office: Office) -> None:
    """Two labels are written; the two comments wait, because their trackers ask for time."""
    office.overdue()
    office.control("POST", "faults", {"match": POST, "effect": {"status": 429, "headers": {"Retry-After": "600"}}})
    office("run", "--once")
    office.control("DELETE", "faults")


def restored(office: Office) -> None:
    """A backup is taken while two comments wait; they are written; the disk breaks, the backup comes back."""
    busy(office)
    assert len(ids(office, "pending")) == 2
    shutil.copy(office.database, office.folder / "backup.sqlite")
    office.at("2025-09-18T10:20:00+08:00")
    office("run", "--once")
    assert comments(office) == 2
    for path in office.folder.glob("collab-sync.sqlite-*"):
        path.unlink()
    shutil.copy(office.folder / "backup.sqlite", office.database)


# --- recheck ---------------------------------------------------------------------------------------------------------
def test_恢复备份之后_先查再写_已写过的不写第二次(office: Office) -> None:
    restored(office)
    assert "2 条改为结果待查" in office("outbox", "recheck").stdout
    assert ids(office, "pending") == []
    office.at("2025-09-18T10:30:00+08:00")
    office("run", "--once")
    assert comments(office) == 2
    assert ids(office) == ids(office, "unknown") == ids(office, "pending") == []


def test_没有查就写_会写两次(office: Office) -> None:
    """Why the command is there: a store in which something waits does not ask."""
    restored(office)
    office.at("2025-09-18T10:30:00+08:00")
    office("run", "--once")
    assert comments(office) == 4


def test_真的没有写过的_查过以后还是写一次(office: Office) -> None:
    busy(office)
    office("outbox", "recheck")
    for minutes in (20, 30, 40):
        office.at(f"2025-09-18T10:{minutes}:00+08:00")
        office("run", "--once")
    assert comments(office) == 2
    assert ids(office, "unknown") == ids(office, "pending") == []


def test_守护进程在运行时不能用_什么也不改(office: Office) -> None:
    busy(office)
    with sole_writer(office.database):
        result = office("outbox", "recheck")
    assert (result.exit_code, "请先停掉它" in result.stderr) == (2, True)
    assert len(ids(office, "pending")) == 2


def test_停下的和写成的不动(office: Office) -> None:
    refused(office)
    before = office.json("outbox", "list", "--state", "dead", "--state", "done")
    assert "0 条" in office("outbox", "recheck").stdout
    assert office.json("outbox", "list", "--state", "dead", "--state", "done") == before


# --- not waiting -----------------------------------------------------------------------------------------------------
def test_list_说何时排入_试过几次_下次何时(office: Office) -> None:
    busy(office)
    assert "排入 刚刚 · 试过 1 次 · 下次 10 分钟以后" in office("outbox", "list").stdout
    office.at("2025-09-18T10:09:30+08:00")
    assert "排入 9 分钟前 · 试过 1 次 · 下一轮再试" in office("outbox", "list").stdout


def test_retry_waiting_不再等_下一轮就写(office: Office) -> None:
    busy(office)
    assert office("run", "--once").exit_code == 0
    assert comments(office) == 0
    assert "已放行 2 条" in office("outbox", "retry", "--waiting").stdout
    assert office("run", "--once").exit_code == 1
    assert comments(office) == 2


def test_retry_也可以只说一条待写的(office: Office) -> None:
    busy(office)
    first, _ = ids(office, "pending")
    office("outbox", "retry", first)
    office("run", "--once")
    assert comments(office) == 1


def test_retry_all_只放行停下的(office: Office) -> None:
    busy(office)
    assert "已放行 0 条" in office("outbox", "retry", "--all").stdout
