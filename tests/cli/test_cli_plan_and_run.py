"""plan and run: what is listed is what is written, and every ending has its code."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Office


def enqueued(office: Office) -> list[str]:
    with sqlite3.connect(office.database) as database:
        keys = [key for (key,) in database.execute("SELECT key FROM outbox ORDER BY id")]
    database.close()
    return keys


def test_plan_lists_exactly_what_the_following_run_enqueues(office: Office) -> None:
    office.overdue()
    before = enqueued(office)
    listed = [write["key"] for write in office.json("plan")["writes"]]
    assert len(listed) == 4
    assert enqueued(office) == before
    assert office("run", "--once").exit_code == 1
    assert enqueued(office) == [*before, *listed]


def test_plan_also_lists_issues_that_are_to_be_made_and_what_waits_for_them(office: Office) -> None:
    """What the new issue causes in its turn cannot be known before it is there: run may go on, never differ."""
    issue = '          - create_issue: {key: "会:{{ s.key }}", type: 会议, dept: 研发部, title: 碰头会, to: [R]}\n'
    office.change("rules/escalation/rules.yaml", "        do:\n", f"        do:\n{issue}")
    office.overdue()
    listed = [write["key"] for write in office.json("plan")["writes"]]
    assert sum(key.startswith("create|") for key in listed) == 2
    before = enqueued(office)
    assert office("run", "--once").exit_code == 1
    assert enqueued(office)[len(before) : len(before) + len(listed)] == listed


def test_plan_writes_nothing_anywhere(office: Office) -> None:
    office.overdue()
    dump = office.dump()
    assert office("plan").exit_code == 1
    assert office.dump() == dump


def test_计划逐项写出规则_原因_全文和提醒谁(office: Office) -> None:
    office.overdue()
    text = office("plan").stdout
    assert "将写入 4 次" in text
    assert "  NPX-1\n    标签  +延期\n          规则 overdue" in text
    assert "    评论  李明 已过截止日 2025-09-17。" in text
    assert re.search(r"\n {10}规则 逾期提醒\(overdue\).*>0wd.*\n {10}提醒 @李明\n", text)
    assert "李明          2" in text


def test_没有要写的时_plan_与_run_都以_0_结束(office: Office) -> None:
    plan = office("plan")
    assert plan.exit_code == 0
    assert "没有要写的。" in plan.stdout
    assert office("run", "--once").exit_code == 0
    assert office.json("plan")["writes"] == []


def test_run_says_what_it_read_decided_and_wrote_and_a_second_run_writes_nothing(office: Office) -> None:
    office.overdue()
    first = office("run", "--once")
    assert first.exit_code == 1
    assert "读取  2 个项目" in first.stdout
    assert "计划写 4 次" in first.stdout
    assert "写回  4 次" in first.stdout
    written = office.dump()
    second = office("run", "--once")
    assert second.exit_code == 0
    assert "写回  0 次" in second.stdout
    assert office.dump() == written


def test_report_only_只记录_plan_分开列出_run_不写(office: Office) -> None:
    office.change("rules/organisation/office.yaml", "default: full", "default: report_only")
    office.overdue()
    dump = office.dump()
    plan = office("plan")
    assert plan.exit_code == 0
    assert "只记录、不发出(report_only 或 shadow) 4 次" in plan.stdout
    run = office("run", "--once")
    assert run.exit_code == 0
    assert "另有 4 次只记录、不发出" in run.stdout
    assert office.dump() == dump


def test_超出上限的计划分开列出_run_以_2_结束且只写标签(office: Office) -> None:
    office.overdue()
    office.write("rules/organisation/budget.yaml", "budget: {writes_per_tick: 1}\n")
    plan = office.json("plan")
    assert [write["kind"] for write in plan["writes"]] == ["标签", "标签"]
    assert [write["kind"] for write in plan["withheld"]] == ["评论", "评论"]
    run = office("run", "--once")
    assert run.exit_code == 2
    assert "另有 2 次超出上限,等人放行" in run.stdout
    assert "本轮评论与新建事项: 2 > 1" in run.stdout


def test_a_refused_write_is_named_with_the_trackers_words_and_ends_with_2(office: Office) -> None:
    office.overdue()
    body = '{"errorMessages": ["评论太长"], "errors": {}}'
    fault = {"match": {"method": "POST", "path": "/jira/.*/comment"}, "effect": {"status": 400, "body": body}}
    office.control("POST", "faults", fault)
    run = office("run", "--once")
    assert run.exit_code == 2
    assert "被拒  1 次" in run.stdout
    assert "评论太长" in run.stdout


def test_动作本版本尚不执行时照样运行其余部分(office: Office) -> None:
    """The warning says that the action is left out; the run must then not stumble over it."""
    office.change(
        "rules/escalation/rules.yaml",
        "          - label: {add: 延期}\n",
        "          - label: {add: 延期}\n          - transition: {to: 进行中, optional: true}\n",
    )
    office.overdue()
    assert "写回  4 次" in office("run", "--once").stdout


def test_people_s_text_cannot_steer_the_terminal(office: Office) -> None:
    office.change("rules/escalation/rules.yaml", "已过截止日 {{ s.due }}。", "《{{ s.title }}》已过截止日。")
    office.overdue()
    text = office("plan").stdout
    assert "编译" in text
    assert "\x1b" not in text
