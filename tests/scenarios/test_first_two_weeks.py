"""The log of the shipped families agrees with the reference to 09-30; every difference is derived here."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest
from tests.scenarios.telling import Telling

REFERENCE = Path(__file__).parent / "expected-01.tsv"
FAMILIES = frozenset({
    "raci-one-a", "raci-has-r", "dept-main-one", "dept-liaison", "first-responsible",
    "priority-label", "priority-mismatch", "light-label", "urgent-fast",
    "esc-overdue", "sla-response", "support-response", "meeting-decide", "due-pushed", "dep-not-ready", "due-soon",
    "date-inverted",
})  # fmt: skip

Line: TypeAlias = tuple[str, ...]

DERIVED: Mapping[Line, Line] = {
    # 灯转绿时条件不再成立:情形结束,步骤记作 exit,与 date-inverted、dep-not-ready 的结束一致;参考日志此处为空。
    ("09-25 Thu 09:30", "light-label", "", "rd/x1-firmware#9", "label-", "灯::黄", "", ""):
        ("09-25 Thu 09:30", "light-label", "exit", "rd/x1-firmware#9", "label-", "灯::黄", "", ""),
    ("09-29 Mon 09:30", "light-label", "", "growth/x1-launch-site#12", "label-", "灯::黄", "", ""):
        ("09-29 Mon 09:30", "light-label", "exit", "growth/x1-launch-site#12", "label-", "灯::黄", "", ""),
    # 截止日 16:45 经批准改为 10-10,late_days 当即归零,灯随之转绿;参考运行每半小时看一次,所以记在 17:00。
    ("09-28 Sun 17:00", "light-label", "", "NPX-11", "label-", "灯::红", "", ""):
        ("09-28 Sun 16:45", "light-label", "exit", "NPX-11", "label-", "灯::红", "", ""),
}  # fmt: skip


def lines(rows: Iterable[Mapping[str, str]]) -> set[Line]:
    """Rows as comparable lines: texts of comments and titles may be ours, labels and links may not. The reference holds
    only what concerns issues that people, or these families, made."""
    rows = list(rows)
    others = {row["target"] for row in rows if row["action"].startswith("create:") and row["rule"] not in FAMILIES}
    return {
        (
            row["at"], row["rule"], row["step"], row["target"], row["action"],
            row["detail"] if row["action"] in ("label+", "label-", "link") else "",
            row["mention"] or "", row["digest"] or "",
        )
        for row in rows
        if row["rule"] in FAMILIES and row["target"] not in others
    }  # fmt: skip


def test_三个规则族的日志与参考一致_不同之处均有推导(told: Telling) -> None:
    """Missing and surplus lines both fail."""
    with REFERENCE.open(encoding="utf-8") as file:
        reference = lines(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    expected = {DERIVED.get(line, line) for line in reference}
    found = lines(told.log)
    assert sorted(expected - found) == []
    assert sorted(found - expected) == []


def test_每处推导都确有其行() -> None:
    """A derivation that no longer matches the reference is stale."""
    with REFERENCE.open(encoding="utf-8") as file:
        reference = lines(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert set(DERIVED) <= reference


GOLDEN: tuple[tuple[Line, set[str]], ...] = (
    (("09-23 Tue 19:40", "urgent-fast", "NPX-24", "comment:post"), {"冯丽", "陈志远"}),
    (("09-26 Fri 09:00", "esc-overdue", "NPX-11", "comment:sticky:overdue"), {"吴敏", "郑凯"}),
    (("09-28 Sun 09:00", "esc-overdue", "应急会议:X1:2025-09-28", "create:会议"), {"沈岳", "吴敏", "陈志远"}),
    (("09-30 Tue 09:00", "esc-overdue", "应急会议:X1:2025-09-30", "create:会议"), {"沈岳", "吴敏", "陈志远"}),
    (("09-25 Thu 09:00", "first-responsible", "专题会:NPX-24", "create:会议"), {"沈岳", "陈志远"}),
)


@pytest.mark.parametrize(("line", "people"), GOLDEN)
def test_黄金断言_该说的话在该说的时刻说给该听的人(told: Telling, line: Line, people: set[str]) -> None:
    """Golden assertions of the scenario that name the shipped rules."""
    said = [row for row in told.log if tuple(row[column] for column in ("at", "rule", "target", "action")) == line]
    assert [set(row["mention"].split(",")) for row in said] == [people]


def test_除紧急一条外_一切写回都在工作时间(told: Telling) -> None:
    """G5: nothing but urgent outside working hours."""
    outside = [row for row in told.log if not "09:00" <= row["at"][-5:] <= "18:00"]
    assert [(row["at"], row["rule"]) for row in outside] == [("09-23 Tue 19:40", "urgent-fast")]


def test_延期获批后标签当即摘掉_新的一轮不会走到第五天(told: Telling) -> None:
    """NPX-11: the new due date starts a new episode."""
    gone = {row["detail"] for row in told.log if row["target"] == "NPX-11" and row["at"] == "09-28 Sun 16:45"}
    assert {"延期", "升级::L2", "灯::红"} <= gone
    later = [row for row in told.log if row["target"] == "NPX-11" and row["at"] > "09-28 Sun 16:45"]
    assert later == []


def test_部门接口人补上后_值班台上的提醒被划掉并注明日期(told: Telling) -> None:
    """The sticky paragraph is struck in place, silently."""
    dump = json_text(told)
    assert "暂无接口人" in dump
    assert "已解决 2025-09-18" in dump


def json_text(told: Telling) -> str:
    """The whole tracker state as one text."""
    return json.dumps(told.ask("dump"), ensure_ascii=False)
