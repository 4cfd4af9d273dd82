"""What values say: people, names, numbers, dates, windows, items, decisions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab_sync.carriers.pairs import Value
from collab_sync.carriers.values import (
    DecisionLine,
    day,
    decision_line,
    decision_lines,
    names,
    nearest,
    number,
    people,
    references,
    window,
)
from collab_sync.model.identity import Account, TypedName

NEAR = date(2025, 9, 18)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("李明、何平,王蕾", ["李明", "何平", "王蕾"]),
        ("李明，何平；王蕾;赵航/郑凯|张悦", ["李明", "何平", "王蕾", "赵航", "郑凯", "张悦"]),
        ("李明(销售)、李明", ["李明(销售)", "李明"]),
        ("李明（销售）", ["李明(销售)"]),
        ("李明 (销售、华东)", ["李明(销售、华东)"]),
        ("李明　何平 王蕾", ["李明", "何平", "王蕾"]),
        ("Anna Schmidt, 吴敏", ["Anna Schmidt", "吴敏"]),
        ("@吴敏 @何平", ["吴敏", "何平"]),
        ("吴敏。", ["吴敏"]),
        ("吴敏、吴敏", ["吴敏"]),
        ("何平\n王蕾", ["何平", "王蕾"]),
        ("无", []),
        ("待定、吴敏", ["吴敏"]),
        ("N/A", []),
        ("——", []),
        ("", []),
        ("、,;", []),
    ],
)
def test_人名按分隔符拆开(text: str, expected: list[str]) -> None:
    assert people(Value(text), "jira") == tuple(TypedName(name) for name in expected)


def test_提及成为账号_同名的两个人各是各的() -> None:
    value = Value("@李明、@李明(销售) 何平", (("@李明", "557:a"), ("@李明(销售)", "557:b")))
    assert people(value, "jira") == (
        Account("jira", "557:a", "李明"),
        Account("jira", "557:b", "李明(销售)"),
        TypedName("何平"),
    )


def test_部门列表() -> None:
    assert names("研发部、市场部,销售部;") == ("研发部", "市场部", "销售部")
    assert names("暂无") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8万元", "80000"),
        ("80,000 元", "80000"),
        ("８０，０００元", "80000"),
        ("10 万", "100000"),
        ("1.5亿", "150000000"),
        ("¥ 2.5 万", "25000"),
        ("约 3 天", "3"),
        ("-5", "-5"),
        ("76分", "76"),
        ("3千", "3000"),
        ("20%", "20"),
        ("100", "100"),
    ],
)
def test_数字带单位(text: str, expected: str) -> None:
    assert number(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["", "若干", "2-3 万", "5~8", "10-21", "1.2.3", "9" * 30, "共计"])
def test_不是一个数字(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-10-10", date(2025, 10, 10)),
        ("2025/1/2", date(2025, 1, 2)),
        ("2025.10.10", date(2025, 10, 10)),
        ("2025年10月10日前", date(2025, 10, 10)),
        ("2025-10-10T09:00:00Z", date(2025, 10, 10)),
        ("10-10", date(2025, 10, 10)),
        ("9-20 下班前", date(2025, 9, 20)),
        ("10月10日", date(2025, 10, 10)),
        ("１０月１０号", date(2025, 10, 10)),
        ("10/10(周五)", date(2025, 10, 10)),
        ("1-5", date(2026, 1, 5)),
        ("7-20", date(2025, 7, 20)),
        ("7-19", date(2026, 7, 19)),
    ],
)
def test_日期_没有年份的取最近的(text: str, expected: date) -> None:
    """−60…+305 days around 09-18: 07-20 is the last one that is past, 07-19 the first that is to come."""
    assert day(text, NEAR) == expected


@pytest.mark.parametrize(
    "text", ["", "下周五", "13-45", "2025-02-30", "2-29", "10", "1-2-3", "10.10", "2025-10", "约 10-10"]
)
def test_不是日期(text: str) -> None:
    assert day(text, NEAR) is None


@given(st.dates(date(2, 1, 1), date(9997, 12, 31)), st.integers(-60, 305))
def test_任何一天只写月日都读回那一天(near: date, offset: int) -> None:
    """Every month and day has one reading; at both ends of the window (365 days apart) the nearer one."""
    wanted = near + timedelta(days=offset)
    found = nearest(wanted.month, wanted.day, near)
    assert found is not None
    assert (found.month, found.day) == (wanted.month, wanted.day)
    assert -60 <= (found - near).days <= 305
    assert found == wanted or abs((found - near).days) <= abs(offset)


def test_历法的尽头也不出错() -> None:
    assert day("2-28", date.min) == date(1, 2, 28)
    assert day("2-28", date.max) is None
    assert window("12-31~1-1", date.max) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9-20~9-23", (date(2025, 9, 20), date(2025, 9, 23))),
        ("9月20日 至 9月23日", (date(2025, 9, 20), date(2025, 9, 23))),
        ("9月20日到23日", (date(2025, 9, 20), date(2025, 9, 23))),
        ("2025-09-20 到 2025-09-23", (date(2025, 9, 20), date(2025, 9, 23))),
        ("9-20(周六)～9-23", (date(2025, 9, 20), date(2025, 9, 23))),
        ("12-30—1-3", (date(2025, 12, 30), date(2026, 1, 3))),
        ("10-21", (date(2025, 10, 21), date(2025, 10, 21))),
        ("2025-09-23~2025-09-20", None),
        ("9-20~以后", None),
        ("随时", None),
    ],
)
def test_起止日期(text: str, expected: tuple[date, date] | None) -> None:
    assert window(text, NEAR) == expected


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("rd/x1-firmware#4", "NPX", ("rd/x1-firmware#4",)),
        ("NPX-4、#7,x1-firmware#5", "rd/x1", ("NPX-4", "rd/x1#7", "rd/x1-firmware#5")),
        ("依赖#7完成", "rd/x1", ("rd/x1#7",)),
        ("#12", "NPX", ("NPX-12",)),
        ("任务NPX-4已完成", "NPX", ("NPX-4",)),
        ("https://例.cn/rd/x1/-/issues/3，NPX-4", "NPX", ("https://例.cn/rd/x1/-/issues/3", "NPX-4")),
        ("(https://jira/browse/NPX-4)", "NPX", ("https://jira/browse/NPX-4",)),
        ("NPX-4 NPX-4", "NPX", ("NPX-4",)),
        ("无", "NPX", ()),
        ("npx-4 #abc C# UTF8", "NPX", ()),
    ],
)
def test_引用补全为完整的键(text: str, path: str, expected: tuple[str, ...]) -> None:
    assert references(text, path) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("改签备选物流商;采购部;10-10", DecisionLine("改签备选物流商", "采购部", date(2025, 10, 10))),
        ("盘点；销售部；2025年10月13日；", DecisionLine("盘点", "销售部", date(2025, 10, 13))),
        ("盘点;销售部", DecisionLine("盘点", "销售部")),
        ("盘点;10-13", DecisionLine("盘点", None, date(2025, 10, 13))),
        ("盘点;待定;尽快", DecisionLine("盘点")),
        ("甲;乙;采购部;10-10", DecisionLine("甲;乙", "采购部", date(2025, 10, 10))),
        ("盘点;;10-10", DecisionLine("盘点", None, date(2025, 10, 10))),
        ("盘点", DecisionLine("盘点")),
        ("", DecisionLine("")),
    ],
)
def test_决议三要素_缺的留空(item: str, expected: DecisionLine) -> None:
    assert decision_line(item, NEAR) == expected


def test_决议各项按顺序() -> None:
    assert [line.text for line in decision_lines(("甲;采购部;10-10", "乙"), NEAR)] == ["甲", "乙"]
