"""Opinions that ask for a revision, signatures of the leads, how long a document is kept."""

from __future__ import annotations

import pytest
from tests.unit.analysis.measure_samples import path, read, there
from tests.unit.analysis.office_samples import at, entry, item, shipped

from collab_sync.analysis.facts import MISSING, UNKNOWN
from collab_sync.analysis.measures.reviews import signatures_missing
from collab_sync.model.identity import SubjectKind
from collab_sync.model.work_item import Entry, WorkItem


def document(*entries: Entry, **said: object) -> WorkItem:
    return item("NPX-27", type="文档", dept="市场部", roles={"R": ("张悦",), "A": ("周倩",)}, entries=entries, **said)


def opinion(id_: str, by: str, when: str, asks: str = "是") -> Entry:
    return entry(id_, "审核意见", by, when, 需修订=asks)


def signed(id_: str, by: str, when: str, said: str = "同意") -> Entry:
    return entry(id_, "会签", by, when, 结果=said)


def test_需修订的意见在修订以前一直未了() -> None:
    """All that came before the revision are answered by it; the oldest open one starts the clock."""
    two = (opinion("1", "王强", "09-22 10:00"), opinion("2", "冯丽", "09-23 10:00"))
    revised = entry("3", "修订", "张悦", "09-24 10:00", 版本="V1.1")
    later = opinion("4", "王强", "09-25 10:00")
    assert read(document(*two), "entries.审核意见.open") == 2
    assert read(document(*two), "entries.审核意见.open_at") == at("09-22 10:00")
    assert read(document(*two, revised), "entries.审核意见.open") == 0
    assert read(document(*two, revised), "entries.审核意见.open_at") is MISSING
    assert read(document(*two, revised, later), "entries.审核意见.open_at") == at("09-25 10:00")


@pytest.mark.parametrize("said", ["否", "不需要", "无。", "No", ""])
def test_不需修订的意见不算未了(said: str) -> None:
    """Somebody looked and had nothing to ask for."""
    assert read(document(opinion("1", "王强", "09-22 10:00", said)), "entries.审核意见.open") == 0


def test_不是部门负责人的意见和不是负责人的修订都不算() -> None:
    """Authority holds here as everywhere."""
    assert read(document(opinion("1", "刘洋", "09-22 10:00")), "entries.审核意见.open") == 0
    by_other = entry("2", "修订", "李然", "09-23 10:00")
    assert read(document(opinion("1", "王强", "09-22 10:00"), by_other), "entries.审核意见.open") == 1


def test_读不到新消息时不说没有意见() -> None:
    """Nothing follows from silence."""
    assert read(document(), "entries.审核意见.open", stale=True) is UNKNOWN
    assert read(document(), "entries.审核意见.open_at", stale=True) is UNKNOWN


def test_只有审核意见有未了一说() -> None:
    """Other kinds are not answered by anything."""
    assert shipped().vocabulary.reader(SubjectKind.WORK_ITEM, "entries.会签.open") is None


DEPARTMENTS = {"会签部门": "研发部、市场部、客服部"}


def test_会签缺的是没有负责人签字的部门() -> None:
    """A liaison cannot sign; a lead signs for the own department only."""
    some = document(signed("1", "陈志远", "09-22 10:00"), signed("2", "高洁", "09-22 11:00"), fields=DEPARTMENTS)
    assert signatures_missing(there(some)) == ("市场部", "客服部")
    assert read(some, "signoff_missing") == 2


def test_全部签字后不缺() -> None:
    """Every department once, in whatever order."""
    leads = [signed(str(n), name, f"09-2{n} 10:00") for n, name in enumerate(("冯丽", "陈志远", "周倩"), start=2)]
    assert read(document(*leads, fields=DEPARTMENTS), "signoff_missing") == 0


def test_修订以后要重新签字() -> None:
    """A signature is for the text as it was."""
    before, after = signed("1", "周倩", "09-22 10:00"), signed("3", "周倩", "09-24 10:00")
    revised = entry("2", "修订", "张悦", "09-23 10:00")
    assert read(document(before, revised, fields={"会签部门": "市场部"}), "signoff_missing") == 1
    assert read(document(before, revised, after, fields={"会签部门": "市场部"}), "signoff_missing") == 0


def test_后来不同意的签字作废() -> None:
    """The newest word of a department counts."""
    both = (signed("1", "周倩", "09-22 10:00"), signed("2", "周倩", "09-23 10:00", "不同意"))
    assert read(document(*both, fields={"会签部门": "市场部"}), "signoff_missing") == 1


def test_代理人在请假期间可以会签() -> None:
    """And only then."""
    leave = ("周倩", "2025-09-22", "2025-09-23", "李然")
    during, after = signed("1", "李然", "09-23 10:00"), signed("1", "李然", "09-24 10:00")
    assert read(document(during, fields={"会签部门": "市场部"}), "signoff_missing", absent=leave) == 0
    assert read(document(after, fields={"会签部门": "市场部"}), "signoff_missing", absent=leave) == 1


@pytest.mark.parametrize("fields", [{}, {"会签部门": "无"}, {"会签部门": "待定"}])
def test_没写会签部门就没有缺不缺(fields: dict[str, str]) -> None:
    """Otherwise a document that nobody has to sign would count as signed by all."""
    assert read(document(fields=fields), "signoff_missing") is MISSING


def test_不认识的部门签不了字() -> None:
    """A typing error must not let a document pass."""
    assert signatures_missing(there(document(fields={"会签部门": "市场布"}))) == ("市场布",)


def test_读不到新消息时不说还缺签字() -> None:
    """The signature may be there, unseen; a full set is certain."""
    assert read(document(fields=DEPARTMENTS), "signoff_missing", stale=True) is UNKNOWN
    full = document(signed("1", "周倩", "09-22 10:00"), fields={"会签部门": "市场部"})
    assert read(full, "signoff_missing", stale=True) == 0


def test_保留期从写下的那个月算两年_写下后不变() -> None:
    """The label says what was fixed; without one it is two years from now."""
    assert read(document(), "retention", now="09-30 10:00") == "2027-09"
    assert read(document(), "retention", now="12-31 10:00") == "2027-12"
    kept = document(labels=frozenset({"保留至:2027-09", "保留至:2028-13", "复杂"}))
    assert read(kept, "retention", now="12-31 10:00") == "2027-09"


def test_最近一条评估的意见() -> None:
    """Under its key, or as a remark; missing without an assessment that counts."""
    keyed = entry("1", "立项评估", "林珊", "09-22 10:00", 意见="可立项")
    remark = entry("2", "立项评估", "林珊", "09-23 10:00", "资源需再议")
    known = "entries.立项评估.last.意见"
    assert read(document(keyed), known) == "可立项"
    assert read(document(keyed, remark), known) == "资源需再议"
    assert read(document(entry("3", "立项评估", "刘洋", "09-22 10:00", 意见="可立项")), known) is MISSING
    assert path("entries.立项评估.last.结果").value(there(document(keyed))) is MISSING
