"""The items of a meeting's decisions: numbers, departments, dates, who answers for them."""

from __future__ import annotations

from datetime import date

import msgspec
from tests.unit.analysis.measure_samples import of_member, there
from tests.unit.analysis.office_samples import entry, item, shipped

from collab_sync.analysis.facts import MISSING, Facts
from collab_sync.model.identity import SubjectKind
from collab_sync.model.work_item import Entry, WorkItem


def decided(id_: str, when: str, *lines: str, by: str = "沈岳") -> Entry:
    return msgspec.structs.replace(entry(id_, "决议", by, when), items=lines)


def meeting(*entries: Entry) -> WorkItem:
    return item("NPX-50", type="会议", dept="协同办公室", roles={}, entries=entries)


def members(known: WorkItem) -> tuple[Facts, ...]:
    relation = shipped().vocabulary.relation(SubjectKind.WORK_ITEM, "decision_items")
    assert relation is not None
    assert relation.members_are == "decision_item"
    found = relation.members(there(known))
    assert isinstance(found, tuple)
    return found


def test_编号按决议时间再按行() -> None:
    """Whatever the order in which the tracker lists the comments."""
    later = decided("1", "09-25 10:00", "补充预算;市场部;10-13")
    first = decided("2", "09-24 10:00", "根因分析;研发部;10-09", "盘点库存;;")
    found = members(meeting(later, first))
    assert [(of_member(one, "n"), of_member(one, "text")) for one in found] == [
        (1, "根因分析"),
        (2, "盘点库存"),
        (3, "补充预算"),
    ]
    assert len({one.subject for one in found}) == 3


def test_每项有部门时限和负责的人() -> None:
    """A department without a liaison is worked for by its lead; a date without a year is near the decision."""
    full, bare = members(meeting(decided("1", "09-24 10:00", "根因分析;研发部;10-09", "回访;客服部;12-1")))
    assert [of_member(full, name) for name in ("dept", "due", "lead", "liaison")] == [
        "研发部", date(2025, 10, 9), "陈志远", "李明"]  # fmt: skip
    assert [of_member(bare, name) for name in ("dept", "due", "lead", "liaison")] == [
        "客服部", date(2025, 12, 1), "冯丽", "冯丽"]  # fmt: skip


def test_没写或不认识的部门缺失() -> None:
    """A decision for a department that nobody knows lacks one of its three parts."""
    for line in ("盘点库存;;10-09", "盘点库存;法务部;10-09", "盘点库存"):
        (one,) = members(meeting(decided("1", "09-24 10:00", line)))
        assert [of_member(one, name) for name in ("dept", "lead", "liaison")] == [MISSING, MISSING, MISSING]


def test_没有资格的人写的决议不算() -> None:
    """No members at all, so nothing follows from it."""
    assert members(meeting(decided("1", "09-24 10:00", "根因分析;研发部;10-09", by="刘洋"))) == ()


def test_不认识的名称没有读法() -> None:
    """So that the checker can point at it."""
    assert shipped().vocabulary.reader("decision_item", "deadline") is None
