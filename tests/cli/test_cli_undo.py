"""undo: look first, take back with --yes, once; nothing comes back by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from collab_sync.daemon.lock import sole_writer

if TYPE_CHECKING:
    from tests.cli.conftest import Office

RUN = "2025-09-18T10:00"


def ran(office: Office) -> None:
    """The run of 10:00 put a label and a comment on two tasks, one on each tracker."""
    office.overdue()
    assert office("run", "--once").exit_code == 1


def seen(office: Office) -> tuple[int, int]:
    """How many comments of ours people see, and how often the label stands somewhere."""
    dump = str(office.dump())
    return dump.count("'author': '协同助手'"), dump.count("'labels': ['延期']")


def states(office: Office) -> list[Any]:
    return [row["key"] for row in office.json("outbox", "list", "--state", "done")]


def test_list_列出最近的运行和条数(office: Office) -> None:
    ran(office)
    assert RUN in office("undo", "--list").stdout
    (run,) = office.json("undo", "--list")
    assert (run["run"], run["done"], run["undone"]) == (RUN, 4, 0)


def test_不带_yes_只列出会撤回什么_什么都不写(office: Office) -> None:
    ran(office)
    before = office.dump()
    result = office("undo", RUN)
    assert result.exit_code == 1
    assert "撤回 4 次" in result.stdout
    assert "撤评论" in result.stdout
    assert "-延期" in result.stdout
    assert "NPX-1  已提醒 @李明,通知收不回" in result.stdout
    assert "加 --yes" in result.stdout
    assert office.dump() == before


def test_看计划不需要令牌(office: Office) -> None:
    ran(office)
    office.env = dict.fromkeys(office.env)
    assert office("undo", RUN).exit_code == 1


def test_带_yes_撤回_此后各轮不再写(office: Office) -> None:
    ran(office)
    assert seen(office) == (2, 2)
    result = office("undo", RUN, "--yes")
    assert result.exit_code == 1
    assert "写回  4 次" in result.stdout
    assert seen(office) == (0, 0)
    for hour in ("11:00", "15:00"):
        office.at(f"2025-09-18T{hour}:00+08:00")
        assert office("run", "--once").exit_code == 0
    assert seen(office) == (0, 0)
    assert office.json("undo", "--list")[0]["undone"] == 4


def test_第二次撤回什么都不做_以_0_结束(office: Office) -> None:
    ran(office)
    office("undo", RUN, "--yes")
    rows = states(office)
    result = office("undo", RUN, "--yes")
    assert result.exit_code == 0
    assert "以前已经撤回过" in result.stdout
    assert "没有可撤回的" in result.stdout
    assert states(office) == rows


def test_不许删评论时_改成一句已撤回(office: Office) -> None:
    ran(office)
    refusal = {"status": 403, "body": '{"message": "403 Forbidden"}'}
    office.control("POST", "faults", {"match": {"method": "DELETE", "path": "/(notes|comment)/"}, "effect": refusal})
    assert office("undo", RUN, "--yes").exit_code == 1
    assert str(office.dump()).count(f"本条由 {RUN} 的运行发出,已撤回") >= 2
    assert "已过截止日" not in str(office.dump())


def test_Jira_不许删时_说的是_400(office: Office) -> None:
    ran(office)
    refusal = {"status": 400, "body": '{"errorMessages": ["no permission to delete this comment"], "errors": {}}'}
    match = {"method": "DELETE", "path": "/jira/.*/comment/"}
    office.control("POST", "faults", {"match": match, "effect": refusal})
    assert office("undo", RUN, "--yes").exit_code == 1
    assert f"本条由 {RUN} 的运行发出,已撤回" in str(office.dump())
    assert office.json("outbox", "list") == []


def test_撤回时断线_下一轮查明_恰好撤一次(office: Office) -> None:
    ran(office)
    lost = {"match": {"method": "DELETE|PUT", "path": ".*"}, "effect": {"drop": "after"}}
    office.control("POST", "faults", lost)
    office("undo", RUN, "--yes")
    office.control("DELETE", "faults")
    for minute in ("05", "10"):
        office.at(f"2025-09-18T10:{minute}:00+08:00")
        office("run", "--once")
    assert seen(office) == (0, 0)
    assert office.json("outbox", "list") == []


def test_守护进程运行时不能撤回_但可以看(office: Office) -> None:
    ran(office)
    with sole_writer(office.database):
        looked, refused = office("undo", RUN), office("undo", RUN, "--yes")
    assert looked.exit_code == 1
    assert refused.exit_code == 2
    assert "另一个 collab-sync 正在使用数据库" in refused.stderr
    assert "请先停掉它" in refused.stderr
    assert seen(office) == (2, 2)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("2025-09-18T10:01", "没有写过什么的运行"), ("昨天", "不是一次运行的名称"), ("", "不是一次运行的名称")],
)
def test_不认识的运行_说清去哪里看(office: Office, wanted: str, words: str) -> None:
    ran(office)
    for more in ((), ("--yes",)):
        result = office("undo", wanted, *more)
        assert result.exit_code == 2
        assert words in result.stderr
        assert "collab-sync undo --list" in result.stderr


def test_没有写完的运行不能撤回(office: Office) -> None:
    office.overdue()
    busy = {"match": {"method": "POST|PUT", "path": ".*"}, "effect": {"status": 429}}
    office.control("POST", "faults", busy)
    office("run", "--once")
    result = office("undo", RUN, "--yes")
    assert result.exit_code == 2
    assert "没有写完" in result.stderr
    assert "collab-sync outbox drop" in result.stderr


def test_还没有数据库时说明先做什么_也不新建(office: Office) -> None:
    for arguments in (("--list",), (RUN,), (RUN, "--yes")):
        result = office("undo", *arguments)
        assert result.exit_code == 2
        assert "还没有数据库" in result.stderr
    assert not office.database.exists()


def test_不写是哪一次时请人写明(office: Office) -> None:
    result = office("undo")
    assert result.exit_code == 2
    assert "collab-sync undo --list" in result.stderr
