"""Whether a goal can be measured, and how many departments stand at the core."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.analysis.measure_samples import read
from tests.unit.analysis.office_samples import item

from collab_sync.analysis.facts import MISSING, UNKNOWN
from collab_sync.analysis.measures.goals import measurable
from collab_sync.analysis.measures.milestones import Milestone, parsed


@pytest.mark.parametrize(
    "text",
    [
        "3个月内完成上市,首月销量 10 万台,复购率 +15%",
        "11 月 11 日前完成备货与会场,销售额 500 万元",
        "2025-12-31 前投诉率降到 2%",
        "2025年Q4 新增 30 家渠道",
        "年底前把准入周期从 15 天缩短到 8 份表单",
        "三个月内新增十家经销商",
        "半年内成本下降两成",
        "12-31 前回收 500 份有效问卷",
        "两周内响应时间降到 200 ms",
        "第四季度客户满意度达到 95 分",
    ],
)
def test_有数值有单位有时限的目标可量化(text: str) -> None:
    """A number with a unit that is no date, and a date or duration."""
    assert measurable(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "尽快上市、卖得更好",
        "2025-12-31 前上市",
        "3个月内完成上市",
        "11 月 11 日前完成备货",
        "销量 10 万台",
        "年底前上市 X1",
        "2025年Q4 完成第1批交付",
        "三个月内统一口径,做到一致",
        "1. 年底前上市\n2. 做好服务",
    ],
)
def test_缺数值或缺时限的目标不可量化(text: str) -> None:
    """A date alone is no measure, and a measure without a date is no promise."""
    assert not measurable(text)


@given(st.text(max_size=200))
def test_补上一句可量化的话就可量化(text: str) -> None:
    """Whatever else somebody typed."""
    assert measurable(f"{text}。年底前达到 5 万台")


def test_没有目标就是不可量化_读不到则无法判断() -> None:
    """Absence counts only where it can be concluded."""
    assert read(item("NPX-1"), "goals_measurable") is False
    assert read(item("NPX-1"), "goals_measurable", stale=True) is UNKNOWN
    hidden = item("NPX-1", unreadable=frozenset({"fields.目标"}))
    assert read(hidden, "goals_measurable") is UNKNOWN
    assert read(item("NPX-1", fields={"目标": "年底前销量 10 万台"}), "goals_measurable", stale=True) is True


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("研发部、市场部、销售部", 3),
        ("研发部,市场部;研发部", 2),
        ("研发部/rd", 1),
        ("研发部、法务部", 2),
        ("6", 6),
        ("6 个部门", 6),
        ("0", 0),
    ],
)
def test_核心部门数(text: str, count: int) -> None:
    """Each department once under whatever name; a bare number is taken as it is."""
    assert read(item("NPX-1", fields={"核心部门": text}), "core_dept_count") == count


@pytest.mark.parametrize("fields", [{}, {"核心部门": "待定"}])
def test_没写核心部门就没有数(fields: dict[str, str]) -> None:
    """Nothing is counted where nothing is said."""
    assert read(item("NPX-1", fields=fields), "core_dept_count") is MISSING


def test_里程碑按行或分号分开() -> None:
    """A name and a date, in either brackets or none; what has no date keeps its name."""
    near = date(2025, 9, 15)
    assert parsed("原型定稿 9-24;试产(10月15日)、量产:2025-11-01、验收", near) == (
        Milestone("原型定稿", date(2025, 9, 24)),
        Milestone("试产", date(2025, 10, 15)),
        Milestone("量产", date(2025, 11, 1)),
        Milestone("验收"),
    )
    assert [str(one) for one in parsed("V2.0 发布 12-1", near)] == ["V2.0 发布 2025-12-01"]
    assert parsed("待定", near) == parsed("10-15", near) == parsed("", near) == ()
