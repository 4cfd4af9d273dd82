"""What became of an acceptance: the newest conclusion of each department, the worst of which counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.unit.analysis.measure_samples import read, there
from tests.unit.analysis.office_samples import at, entry, item

from collab_sync.analysis.facts import MISSING, UNKNOWN
from collab_sync.analysis.measures.acceptance import conclusions, result
from collab_sync.model.work_item import Entry, WorkItem

ROLES = {"R": ("张悦",), "A": ("周倩",)}


def task(*entries: Entry, **said: object) -> WorkItem:
    return item("NPX-7", dept="市场部", roles=ROLES, entries=entries, **said)


def concluded(id_: str, when: str, said: str, by: str = "周倩", **data: str) -> Entry:
    return entry(id_, "验收结论", by, when, 结果=said, **data)


def test_没有结论时一切缺失() -> None:
    """A request alone is no conclusion, and every path says so."""
    asked = task(entry("1", "验收申请", "张悦", "09-22 10:00"))
    for path in ("结果", "评分", "意见", "整改时限", "at"):
        assert read(asked, f"acceptance.{path}") is MISSING
    assert read(asked, "resubmitted") is True


def test_最新一次结论生效() -> None:
    """A later conclusion of the same department takes the place of the earlier one, whole."""
    first = concluded("1", "09-22 10:00", "部分通过", 评分="76分", 意见="短信缺失", 整改时限="9-24")
    again = concluded("2", "09-25 10:00", "通过", 评分="85")
    known = task(first, again)
    assert read(known, "acceptance.结果", now="09-24 10:00") == "部分通过"
    assert read(known, "acceptance.整改时限", now="09-24 10:00") == date(2025, 9, 24)
    assert read(known, "acceptance.意见", now="09-24 10:00") == "短信缺失"
    assert read(known, "acceptance.结果") == "通过"
    assert read(known, "acceptance.评分") == Decimal(85)
    assert read(known, "acceptance.整改时限") is MISSING
    assert read(known, "acceptance.at") == at("09-25 10:00")


def test_多个部门取最差的结果和最新的时间() -> None:
    """Score and opinion are those of the decisive conclusion; the instant is the newest of all."""
    known = task(
        concluded("1", "09-22 10:00", "部分通过", 部门="销售部", 评分="70", 整改时限="10-10"),
        concluded("2", "09-24 10:00", "通过", 部门="市场部", 评分="95"),
    )
    assert read(known, "acceptance.结果") == "部分通过"
    assert read(known, "acceptance.评分") == Decimal(70)
    assert read(known, "acceptance.整改时限") == date(2025, 10, 10)
    assert read(known, "acceptance.at") == at("09-24 10:00")
    assert set(conclusions(there(known))) == {"销售部", "市场部"}


def test_没写部门就是事项自己的部门() -> None:
    """So a conclusion without a department and one that names it replace each other."""
    known = task(concluded("1", "09-22 10:00", "未通过"), concluded("2", "09-24 10:00", "通过", 部门="市场部"))
    assert read(known, "acceptance.结果") == "通过"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("通过。", "通过"),
        ("不通过", "未通过"),
        ("不合格", "未通过"),
        ("合格", "通过"),
        ("部分通过", "部分通过"),
        ("再议", "再议"),
        ("", ""),
    ],
)
def test_结果的别的说法(said: str, means: str) -> None:
    """People write the same conclusion in several ways."""
    assert result(concluded("1", "09-22 10:00", said)) == means


def test_别的说法只用于验收结论() -> None:
    """An approval that says 合格 is not turned into something else."""
    assert result(entry("1", "立项审批", "沈岳", "09-22 10:00", 结果="合格")) == "合格"


def test_不成结论的不算() -> None:
    """Neither what says nothing known, nor what somebody says who may not."""
    known = task(concluded("1", "09-22 10:00", "再议"), concluded("2", "09-23 10:00", "通过", by="李然"))
    assert read(known, "acceptance.结果") is MISSING


def test_结论之后的申请才算重新提交() -> None:
    """Not the request that led to the conclusion."""
    asked = entry("1", "验收申请", "张悦", "09-22 10:00")
    ended = concluded("2", "09-23 10:00", "部分通过")
    again = entry("3", "验收申请", "张悦", "09-24 10:00")
    assert read(task(asked, ended), "resubmitted") is False
    assert read(task(asked, ended, again), "resubmitted") is True
    assert read(task(ended), "resubmitted") is False


def test_代理人的结论只在请假期间且不是负责人时有效() -> None:
    """李然 stands in for 周倩 from 10-14 to 10-15, but not on what he does himself."""
    by_delegate = concluded("1", "10-14 15:30", "未通过", by="李然")
    leave = ("周倩", "2025-10-14", "2025-10-15", "李然")
    mine = item("NPX-8", dept="市场部", roles={"R": ("李然",), "A": ("周倩",)}, entries=(by_delegate,))
    late = task(concluded("1", "10-16 10:00", "未通过", by="李然"))
    assert read(task(by_delegate), "acceptance.结果", now="10-20 10:00", absent=leave) == "未通过"
    assert read(mine, "acceptance.结果", now="10-20 10:00", absent=leave) is MISSING
    assert read(late, "acceptance.结果", now="10-20 10:00", absent=leave) is MISSING
    assert read(task(by_delegate), "acceptance.结果", now="10-20 10:00") is MISSING


def test_读不到新消息时不说没有结论() -> None:
    """From the silence of a project that could not be read nothing follows; what is there counts."""
    assert read(task(), "acceptance.结果", stale=True) is UNKNOWN
    assert read(task(), "resubmitted", stale=True) is UNKNOWN
    assert read(task(concluded("1", "09-22 10:00", "通过")), "acceptance.结果", stale=True) == "通过"
