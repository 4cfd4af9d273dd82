"""Who has decided about a request, and who may ask at all."""

from __future__ import annotations

import pytest
from tests.unit.analysis.office_samples import at, entry, organisation, request, seen, shipped, view

from collab_sync.analysis.facts import MISSING, UNKNOWN, Value
from collab_sync.model.identity import SubjectKind
from collab_sync.model.organisation import Organisation
from collab_sync.model.work_item import Entry

VENUE = "活动场地"
"""Owner 林珊, whose department 协同办公室 is led by 钱程."""

DATABASE = "行业用户数据库"
"""Owner 李然; only 市场部 may ask for it."""


def read(
    path: str,
    *entries: Entry,
    resource: str | None = VENUE,
    dept: str | None = "市场部",
    now: str = "09-26 17:00",
    people: Organisation | None = None,
    stale: tuple[str, ...] = (),
    r: str = "张悦",
) -> Value:
    item = request("NPX-19", resource or "", entries=entries, dept=dept, roles={"R": (r,)})
    reader = shipped().vocabulary.reader(SubjectKind.WORK_ITEM, path)
    assert reader is not None, path
    return reader.value(seen(view(item, now=now, people=people, stale=stale), "NPX-19"))


def said(by: str, when: str, result: str = "同意") -> Entry:
    return entry(f"{by}{when}", "资源审批", by, when, 结果=result)


@pytest.mark.parametrize("result", ["同意", "不同意", "部分同意"])
def test_负责人无论怎么答复都算已审批(result: str) -> None:
    assert read("decided_by_owner", said("林珊", "09-22 15:00", result)) is True


@pytest.mark.parametrize("by", ["张悦", "沈岳", "王强", "钱程"])
def test_别人的答复不算负责人已审批(by: str) -> None:
    """Neither the leading group's nor that of the head of the department, who is only asked to see to it."""
    assert read("decided_by_owner", said(by, "09-22 15:00")) is False


def test_没有答复就是未审批() -> None:
    assert read("decided_by_owner") is False


def test_数据不新鲜时不断言未审批() -> None:
    assert read("decided_by_owner", stale=("jira-npx",)) is UNKNOWN
    assert read("owner_decided_at", stale=("jira-npx",)) is UNKNOWN
    assert read("approved_by_group", stale=("jira-npx",)) is UNKNOWN


@pytest.mark.parametrize(("day", "counts"), [("09-22", True), ("09-24", False)], ids=["请假当天", "销假之后"])
def test_代理人的答复只在负责人请假时算(day: str, *, counts: bool) -> None:
    away = organisation(("林珊", "2025-09-22", "2025-09-23", "王蕾"))
    assert read("decided_by_owner", said("王蕾", f"{day} 15:00"), people=away) is counts


def test_代理人自己就是申请人时不能代为审批() -> None:
    away = organisation(("林珊", "2025-09-22", "2025-09-23", "张悦"))
    assert read("decided_by_owner", said("张悦", "09-22 15:00"), people=away) is False


def test_还没到的答复不算() -> None:
    assert read("decided_by_owner", said("林珊", "09-22 15:00"), now="09-22 14:59") is False


@pytest.mark.parametrize(
    ("entries", "since"),
    [
        ((said("林珊", "09-22 15:00"),), "09-22 15:00"),
        ((said("林珊", "09-22 15:00"), said("林珊", "09-23 15:00")), "09-22 15:00"),
        ((said("林珊", "09-22 15:00", "不同意"), said("林珊", "09-23 15:00")), "09-23 15:00"),
    ],
    ids=["同意", "再次同意", "先不同意后同意"],
)
def test_领导小组的时限从负责人同意时起(entries: tuple[Entry, ...], since: str) -> None:
    assert read("owner_decided_at", *entries) == at(since)


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (said("林珊", "09-22 15:00", "不同意"),),
        (said("林珊", "09-22 15:00"), said("林珊", "09-23 15:00", "不同意")),
        (said("沈岳", "09-22 15:00"),),
    ],
    ids=["没有答复", "不同意", "同意后反悔", "只有领导小组"],
)
def test_负责人没有同意就没有起点(entries: tuple[Entry, ...]) -> None:
    assert read("owner_decided_at", *entries) is MISSING


@pytest.mark.parametrize(
    ("entries", "approved"),
    [
        ((said("沈岳", "09-23 11:00"),), True),
        ((said("沈岳", "09-23 11:00", "不同意"),), False),
        ((said("沈岳", "09-23 11:00"), said("沈岳", "09-24 11:00", "不同意")), False),
        ((said("林珊", "09-23 11:00"),), False),
        ((), False),
    ],
    ids=["同意", "不同意", "最新的是不同意", "只有负责人", "没有答复"],
)
def test_领导小组以最新的答复为准(entries: tuple[Entry, ...], *, approved: bool) -> None:
    assert read("approved_by_group", *entries) is approved


@pytest.mark.parametrize(
    ("resource", "dept", "expected"),
    [
        (DATABASE, "销售部", True),
        (DATABASE, "市场部", False),
        (DATABASE, None, MISSING),
        (DATABASE, "不认识的部门", MISSING),
        (VENUE, "销售部", False),
        ("不在清单里", "销售部", False),
        (None, "销售部", False),
    ],
)
def test_使用限制只挡不在名单里的部门(resource: str | None, dept: str | None, expected: Value) -> None:
    """Nobody is accused while it is not known which department asks."""
    assert read("restricted", resource=resource, dept=dept) is expected


def test_使用限制的部门改名后照样认得() -> None:
    renamed = organisation(aliases={"mkt": "品牌市场部"})
    assert read("restricted", resource=DATABASE, dept="市场部", people=renamed) is False
