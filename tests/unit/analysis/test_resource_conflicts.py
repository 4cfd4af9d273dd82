"""Resources of which more is asked for than there is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.unit.analysis.office_samples import at, closed, programme, request, resources, seen, shipped, view

from collab_sync.analysis.facts import UNKNOWN, Facts, Value
from collab_sync.analysis.view import MirrorView
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.model.resource import Conflict
from collab_sync.model.work_item import WorkItem

VENUE = "活动场地"
TEAM = "研发工程师团队"
BOTH = (request("NPX-17", VENUE, "10-21", "10-23"), request("NPX-18", VENUE, "10-22", "10-24"))


def found(*items: WorkItem, now: str = "10-09 14:00") -> list[Conflict]:
    return list(view(*items, now=now).conflicts.values())


def facts(around: MirrorView, key: str) -> Facts:
    there = around.facts(SubjectRef(SubjectKind.CONFLICT, key))
    assert there is not None
    return there


def read(around: MirrorView, key: str, path: str) -> Value:
    reader = shipped().vocabulary.reader(SubjectKind.CONFLICT, path)
    assert reader is not None, path
    return reader.value(facts(around, key))


def test_两个申请重叠的日子是一个冲突() -> None:
    """The key is the resource and the first day of overlap; members, demand and days are data."""
    assert found(*BOTH) == [
        Conflict(
            key="venue:2025-10-22",
            resource="venue",
            first_day=date(2025, 10, 22),
            last_day=date(2025, 10, 23),
            members=("NPX-17", "NPX-18"),
            demand=Decimal(2),
            capacity=Decimal(1),
        )
    ]


@pytest.mark.parametrize(
    "items",
    [
        (request("NPX-1", VENUE, "10-21", "10-23"), request("NPX-2", VENUE, "10-24", "10-25")),
        (request("NPX-1", VENUE, "10-21", "10-23"), request("NPX-2", "生产线A", "10-21", "10-23")),
        (request("NPX-1", VENUE, "10-21", "10-23"), request("NPX-2", VENUE, "10-21", "10-23", **closed("已取消"))),
        (request("NPX-1", VENUE, "10-21", "10-23"), request("NPX-2", VENUE)),
        (request("NPX-1", VENUE, "10-21", "10-23"), request("NPX-2", VENUE, "10-23", "10-22")),
        (request("NPX-1", VENUE, "10-21", "10-23"), request("NPX-2", VENUE, "10-21", "10-23", type="任务")),
        (request("NPX-1", VENUE, "10-21", "10-23"), request("NPX-2", VENUE, "10-21", fields={"数量": "0"})),
        (request("NPX-1", "不在清单里", "10-21", "10-23"), request("NPX-2", "不在清单里", "10-21", "10-23")),
        (request("NPX-1", "行业用户数据库", "10-21"), request("NPX-2", "行业用户数据库", "10-21")),
    ],
    ids=["首尾相接", "别的资源", "一方已取消", "没写日期", "日期颠倒", "不是申请", "数量为零", "清单外", "没写容量"],
)
def test_这些不是冲突(items: tuple[WorkItem, ...]) -> None:
    assert found(*items) == []


@pytest.mark.parametrize(("second", "conflicts"), [("2", 0), ("3", 1)], ids=["刚好用完", "超出一人"])
def test_容量用完不是冲突_超出才是(second: str, conflicts: int) -> None:
    """Four engineers: 2 + 2 fit, 2 + 3 do not."""
    one = request("NPX-1", TEAM, "10-21", "10-23", fields={"数量": "2"})
    other = request("NPX-2", TEAM, "10-23", "10-24", fields={"数量": second})
    assert len(found(one, other)) == conflicts


def test_只写开始日就是当天一天_没写数量按一份() -> None:
    one, other = request("NPX-1", VENUE, "10-21"), request("NPX-2", VENUE, "10-20", "10-22", fields={"数量": ""})
    (conflict,) = found(one, other)
    assert (conflict.first_day, conflict.last_day) == (date(2025, 10, 21), date(2025, 10, 21))
    assert conflict.demand == 2


def test_不相邻的两段是两个冲突_各有各的参与者() -> None:
    long = request("NPX-1", VENUE, "10-20", "10-30")
    early, late = request("NPX-10", VENUE, "10-21", "10-22"), request("NPX-2", VENUE, "10-24", "10-25")
    assert [(one.key, one.members) for one in found(long, early, late)] == [
        ("venue:2025-10-21", ("NPX-1", "NPX-10")),
        ("venue:2025-10-24", ("NPX-1", "NPX-2")),
    ]


def test_首尾相连的日子是一个冲突() -> None:
    """One meeting for all of them; the worst day gives the numbers."""
    items = (
        request("NPX-1", VENUE, "10-20", "10-30"),
        request("NPX-2", VENUE, "10-21", "10-22"),
        request("NPX-3", VENUE, "10-23", "10-24", fields={"数量": "3"}),
    )
    (conflict,) = found(*items)
    assert (conflict.first_day, conflict.last_day) == (date(2025, 10, 21), date(2025, 10, 24))
    assert conflict.demand == Decimal(4)
    assert conflict.members == ("NPX-1", "NPX-2", "NPX-3")


def test_后来者加入不改变冲突的编号() -> None:
    """So that the same episode goes on and no second meeting is called."""
    joined = found(*BOTH, request("NPX-30", VENUE, "10-22", "10-23"))
    assert [one.key for one in joined] == [one.key for one in found(*BOTH)]


def test_不可用的日期里容量为零() -> None:
    """A single request is enough: what is asked for is not there; days outside are not affected."""
    venue = resources(venue={"blackouts": [{"from": "2025-10-22", "to": "2025-10-22", "why": "检修"}]})
    around = view(request("NPX-1", VENUE, "10-21", "10-23"), now="10-09 14:00", shared=venue)
    (conflict,) = around.conflicts.values()
    assert (conflict.first_day, conflict.last_day) == (date(2025, 10, 22), date(2025, 10, 22))
    assert (conflict.demand, conflict.capacity) == (Decimal(1), Decimal(0))


@pytest.mark.parametrize(("now", "conflicts"), [("10-23 18:00", 1), ("10-24 00:00", 0)])
def test_重叠的日子过去后不再是冲突(now: str, conflicts: int) -> None:
    assert len(found(*BOTH, now=now)) == conflicts


def test_冲突何时自行结束是算得出的() -> None:
    reader = shipped().vocabulary.reader(SubjectKind.CONFLICT, "open")
    assert reader is not None
    assert reader.flips_at(facts(view(*BOTH, now="10-09 14:00"), "venue:2025-10-22"), ()) == at("10-24 00:00")


def test_名称写出资源与参与的申请_按编号的自然顺序() -> None:
    around = view(*BOTH, request("NPX-9", VENUE, "10-22", "10-22"), now="10-09 14:00")
    assert read(around, "venue:2025-10-22", "key") == "活动场地:NPX-9+NPX-17+NPX-18"


def test_建议排序按项目战略与紧急程度() -> None:
    """X1 strategic 高 and urgent 高: 3.0; B 中 and 中: 2.0; a request without programme has no score and comes last."""
    items = (
        programme("X1", strategic="高"),
        programme("B"),
        request("NPX-18", VENUE, "10-22", "10-24", program="B", urgency="中"),
        request("NPX-17", VENUE, "10-21", "10-23", program="X1", urgency="高"),
        request("NPX-16", VENUE, "10-22", "10-22", urgency="高"),
    )
    assert read(view(*items, now="10-09 14:00"), "venue:2025-10-22", "ranking") == "NPX-17(3.0)、NPX-18(2.0)、NPX-16"


def test_已解决的冲突仍可查看_但不再成立() -> None:
    """Otherwise nobody would take off the labels it put on."""
    around = view(request("NPX-17", VENUE, "10-21", "10-23"), now="10-10 11:30")
    assert around.conflict_subjects() == ()
    assert read(around, "venue:2025-10-22", "open") is False


def test_数据不新鲜时不断言冲突已解决() -> None:
    """The request that would make it a conflict may just not have been seen."""
    around = view(request("NPX-17", VENUE, "10-21", "10-23"), now="10-10 11:30", stale=["jira-npx"])
    assert read(around, "venue:2025-10-22", "open") is UNKNOWN


@pytest.mark.parametrize("key", ["不知道的资源:2025-10-22", "venue:十月", "venue", ""])
def test_认不出的编号没有事实(key: str) -> None:
    assert view().facts(SubjectRef(SubjectKind.CONFLICT, key)) is None


def test_参与的申请可以逐个处理() -> None:
    """For labels that every member gets."""
    relation = shipped().vocabulary.relation(SubjectKind.CONFLICT, "members")
    assert relation is not None
    around = view(*BOTH, now="10-09 14:00")
    assert relation.members(facts(around, "venue:2025-10-22")) == (seen(around, "NPX-17"), seen(around, "NPX-18"))
