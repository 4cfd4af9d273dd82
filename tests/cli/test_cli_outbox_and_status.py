"""status and outbox: what waits, why, and what people may do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from collab_sync.daemon.lock import holder, sole_writer
from collab_sync.errors import ConfigurationError

if TYPE_CHECKING:
    from tests.cli.conftest import Office

TOO_LONG = '{"errorMessages": ["评论太长"], "errors": {}}'


def refused(office: Office) -> None:
    """Jira refused one comment for good."""
    office.overdue()
    match = {"method": "POST", "path": "/jira/.*/comment"}
    office.control("POST", "faults", {"match": match, "effect": {"status": 400, "body": TOO_LONG}})
    office("run", "--once")
    office.control("DELETE", "faults")


def withheld(office: Office) -> None:
    """Two comments were more than the limit allows."""
    office.overdue()
    office.write("rules/organisation/budget.yaml", "budget: {writes_per_tick: 1}\n")
    office("run", "--once")


def comments(office: Office) -> int:
    return str(office.dump()).count("'author': '协同助手'")


def ids(office: Office, state: str = "dead") -> list[str]:
    return [str(row["id"]) for row in office.json("outbox", "list", "--state", state)]


# --- status ----------------------------------------------------------------------------------------------------
def test_一切正常时_status_以_0_结束并说读到哪里(office: Office) -> None:
    office("run", "--once")
    result = office("status")
    assert result.exit_code == 0
    assert "守护进程  没有运行" in result.stdout
    assert "上次判断  2025-09-15 09:00" in result.stdout
    assert "jira-npx" in result.stdout
    assert "2025-09-15 09:00" in result.stdout


def test_status_names_the_subject_that_is_due_first(office: Office) -> None:
    office.tasks()
    office("run", "--once")
    assert office.json("status")["oldest_due"]["subject"] in ("NPX-1", "rd/x1-firmware#1")
    office.at("2025-09-18T12:00:00+08:00")
    assert ",已过 " in office("status").stdout


def test_status_说等得最久的一条等了多久_今天提醒了谁几次(office: Office) -> None:
    office.overdue()
    match = {"method": "POST", "path": "/jira/.*/comment"}
    office.control("POST", "faults", {"match": match, "effect": {"status": 503}})
    office("run", "--once")
    office.at("2025-09-18T10:20:00+08:00")
    assert "结果待查 1(最早 20 分钟)" in office("status").stdout
    told = office.json("status")
    assert told["outbox_oldest_seconds"] == {"unknown": 1200}
    assert told["mentions"] == {"people": 1, "most": 2, "limit": 6, "by_person": {"李明": 2}}
    assert "提醒      今天 1 人,最多的一人 2 次(上限 6):李明 2" in office("status").stdout


def test_太久没有读完的项目要人看(office: Office) -> None:
    office("run", "--once")
    office.at("2025-09-15T09:31:00+08:00")
    result = office("status")
    assert result.exit_code == 1
    assert "太久没读完" in result.stdout
    shard = office.json("status")["shards"][0]
    assert (shard["stale"], shard["age_seconds"], shard["lag_seconds"]) == (True, 1860, 1860)


def test_读不到的项目显示对方的原话(office: Office) -> None:
    office("run", "--once")
    office.env["COLLAB_GITLAB_TOKEN"] = "t-nobody"
    office("run", "--once")
    office.env["COLLAB_GITLAB_TOKEN"] = None  # looking needs no token
    result = office("status")
    assert result.exit_code == 1
    firmware = office.json("status")["shards"][1]
    assert "401" in firmware["error"]
    assert "请更换令牌" in result.stdout.replace("\n", "")


def test_被拒的写入带原因和对方的原话(office: Office) -> None:
    refused(office)
    result = office("status")
    assert result.exit_code == 1
    assert "停下 1" in result.stdout
    assert "规则 逾期提醒(overdue)" in result.stdout
    assert "评论太长" in result.stdout


def test_超出上限的计划一直显示到有人处理(office: Office) -> None:
    withheld(office)
    result = office("status")
    assert result.exit_code == 1
    assert "超限      2025-09-18 10:00  本轮评论与新建事项: 2 > 1" in result.stdout
    office("outbox", "drop", "--state", "dead")
    assert office.json("status")["withheld"] == []


def test_磁盘上的规则有错时_status_照样可看(office: Office) -> None:
    office("run", "--once")
    office.change("rules/escalation/rules.yaml", "add: 延期", "add: 延其")
    result = office("status")
    assert result.exit_code == 1
    assert "磁盘上的规则有错" in result.stdout
    assert "jira-npx" in result.stdout


def test_磁盘上的规则比生效的新时说明(office: Office) -> None:
    office("run", "--once")
    office.change("rules/escalation/rules.yaml", "name: 逾期提醒", "name: 到期提醒")
    assert "下一轮生效" in office("status").stdout.replace("\n          ", "")


def test_还没有数据库时说明先做什么_也不新建(office: Office) -> None:
    for command in (("status",), ("outbox", "list")):
        result = office(*command)
        assert result.exit_code == 2
        assert "还没有数据库" in result.stderr
        assert "collab-sync plan" in result.stderr
    assert not office.database.exists()


# --- outbox ----------------------------------------------------------------------------------------------------
def test_list_显示停下的内容_全文和对方的原话(office: Office) -> None:
    refused(office)
    text = office("outbox", "list").stdout
    assert "停下  评论 NPX-1  规则 逾期提醒(overdue)" in text
    assert "李明 已过截止日 2025-09-17。" in text
    assert "评论太长" in text
    assert text.endswith("共 1 条。\n")


def test_retry_放行被拒的内容_下一轮恰好写一次(office: Office) -> None:
    refused(office)
    assert comments(office) == 1
    assert office("outbox", "retry", *ids(office)).exit_code == 0
    assert ids(office) == []
    assert office("run", "--once").exit_code == 1
    assert comments(office) == 2
    assert office("run", "--once").exit_code == 0


def test_retry_never_writes_twice_what_had_arrived_after_all(office: Office) -> None:
    """The comment arrived, the answer was lost, somebody gave the row up and then changed their mind."""
    office.overdue()
    post = {"method": "POST", "path": "/jira/.*/comment"}
    office.control("POST", "faults", {"match": post, "effect": {"drop": "after"}})
    office.control(
        "POST", "faults", {"match": {"method": "GET", "path": "/issue/[^/?]+/comment"}, "effect": {"status": 503}}
    )
    office("run", "--once")
    office.control("DELETE", "faults")
    assert comments(office) == 2
    (row,) = ids(office, "unknown")
    assert office("outbox", "drop", row, "--why", "已口头说明").exit_code == 0
    assert office("outbox", "retry", row).exit_code == 0
    office("run", "--once")
    office.at("2025-09-18T10:05:00+08:00")
    office("run", "--once")
    assert comments(office) == 2
    assert ids(office) == ids(office, "unknown") == []


def test_retry_all_放行超出上限的计划(office: Office) -> None:
    withheld(office)
    assert comments(office) == 0
    assert "已放行 2 条" in office("outbox", "retry", "--all").stdout
    assert office("run", "--once").exit_code == 1
    assert comments(office) == 2


def test_drop_不再写_记录与原话保留(office: Office) -> None:
    refused(office)
    (row,) = ids(office)
    assert office("outbox", "drop", row, "--why", "已电话沟通").exit_code == 0
    (dropped,) = office.json("outbox", "list", "--state", "dead")
    assert dropped["error"].startswith("已由人工放弃:已电话沟通(此前:")
    assert "评论太长" in dropped["error"]
    assert office("run", "--once").exit_code == 0
    assert comments(office) == 1


@pytest.mark.parametrize("command", ["retry", "drop"])
def test_没有这个编号时什么都不改(office: Office, command: str) -> None:
    refused(office)
    before = office.json("outbox", "list")
    result = office("outbox", command, *ids(office), "9999")
    assert result.exit_code == 2
    assert "第 9999 条" in result.stderr
    assert office.json("outbox", "list") == before


# --- one writer ------------------------------------------------------------------------------------------------
def test_第二个写回的进程被礼貌地拒绝(office: Office) -> None:
    office.overdue()
    before = office.dump()
    with sole_writer(office.database):
        result = office("run", "--once")
        told = office("status").stdout
    assert result.exit_code == 2
    assert "另一个 collab-sync 正在使用数据库" in result.stderr
    assert "请先停掉它" in result.stderr
    assert "守护进程  运行中(进程 " in told
    assert office.dump() == before
    assert office("run", "--once").exit_code == 1


def test_待写的内容在守护进程运行时不能放弃(office: Office) -> None:
    withheld(office)
    office("outbox", "retry", "--all")
    with sole_writer(office.database):
        result = office("outbox", "drop", "--state", "pending")
    assert result.exit_code == 2
    assert len(ids(office, "pending")) == 2
    assert office("outbox", "drop", "--state", "pending").exit_code == 0
    assert ids(office, "pending") == []


def test_the_lock_ends_with_its_block_and_needs_a_folder_to_be_in(office: Office) -> None:
    assert holder(office.database) is None
    with sole_writer(office.database):
        assert holder(office.database) is not None
    assert holder(office.database) is None
    with pytest.raises(ConfigurationError, match="建不了锁文件"), sole_writer(office.folder / "x" / "y.sqlite"):
        pass
