"""Who owes a report on progress."""

from __future__ import annotations

import pytest
from tests.unit.analysis.office_samples import at, entry, item, made_by_us, organisation, programme, seen, shipped, view

from collab_sync.analysis.facts import Facts
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.reporting.updates import Admission, missing_updates
from collab_sync.analysis.view import MirrorView
from collab_sync.model.identity import SubjectKind
from collab_sync.model.work_item import Entry, WorkItem

SINCE, UNTIL = "09-19 17:00", "09-26 17:00"


def missing(*items: WorkItem, code: str = "X1", only: Admission | None = None) -> list[str]:
    around = view(programme("X1"), programme("B"), *items)
    program = around.program(code)
    assert program is not None
    return [pair.key for pair in missing_updates(program, at(SINCE), at(UNTIL), only)]


def task(key: str, *entries: Entry, **said: object) -> WorkItem:
    return item(key, program="X1", entries=entries, **said)


def update(by: str, when: str) -> Entry:
    return entry(f"{by}{when}", "进度更新", by, when, 状态="进行中")


@pytest.mark.parametrize(
    ("when", "owes"),
    [("09-19 16:59", True), ("09-19 17:00", False), ("09-26 16:59", False), ("09-26 17:00", True)],
)
def test_窗口含开头不含结尾(when: str, *, owes: bool) -> None:
    assert missing(task("NPX-12", update("赵航", when))) == (["NPX-12:赵航"] if owes else [])


def test_只算本人的更新() -> None:
    """The liaison's word on it is authorised, and not the doer's own."""
    assert missing(task("NPX-12", update("李明", "09-25 10:00"))) == ["NPX-12:赵航"]


def test_几位负责人各算各的_每人每事项一次() -> None:
    both = {"R": ("赵航", "王蕾", "赵航")}
    assert missing(task("NPX-12", update("赵航", "09-25 10:00"), roles=both)) == ["NPX-12:王蕾"]
    assert missing(task("NPX-12", roles=both)) == ["NPX-12:王蕾", "NPX-12:赵航"]


@pytest.mark.parametrize(
    "said",
    [
        {"status": "未开始"},
        {"status": "待验收"},
        {"status": "已完成"},
        {"type": "风险"},
        {"type": "会议"},
        {"program": "B"},
        {"program": None},
        {"roles": {}},
        {"roles": {"R": ("没有这个人",)}},
    ],
)
def test_这些事项不要求更新(said: dict[str, object]) -> None:
    assert missing(item("NPX-12", **{"program": "X1", **said})) == []


def test_协作需求也要更新_预警不是更新() -> None:
    warned = entry("甲", "预警", "赵航", "09-25 10:00", 原因="缺料")
    assert missing(item("NPX-12", program="X1", type="协作需求", entries=(warned,))) == ["NPX-12:赵航"]


def test_only_只留下合条件的事项_说不清的不留() -> None:
    def only(facts: Facts) -> bool | None:
        assert isinstance(facts, ItemFacts)
        return None if facts.item.source.key == "NPX-3" else "复杂" in facts.item.labels

    marked = frozenset({"复杂"})
    items = (task("NPX-1", labels=marked), task("NPX-2"), task("NPX-3", labels=marked))
    assert missing(*items, only=only) == ["NPX-1:赵航"]


def test_按事项编号的自然顺序() -> None:
    assert missing(task("NPX-12"), task("NPX-7")) == ["NPX-7:赵航", "NPX-12:赵航"]


# --- departments ---------------------------------------------------------------------------------------------------
def metric(around: MirrorView, department: str, name: str) -> str:
    facts = around.organisation.department(department)
    assert facts is not None
    reader = shipped().vocabulary.reader(SubjectKind.DEPARTMENT, f"metrics.{name}")
    there = next(around.facts(one) for one in around.standing_subjects() if one.key == facts.key)
    assert reader is not None
    assert there is not None
    return str(reader.value(there))


def test_部门按时完成率_分母是已完成的与逾期未完的() -> None:
    """One in time, one late, one open and late; those not yet due and other types do not count: 1 of 3."""
    items = (
        item("NPX-1", status="已完成", raw_due=at("09-22 00:00").date(), done_at=at("09-22 17:00")),
        item("NPX-2", status="已结项", raw_due=at("09-22 00:00").date(), done_at=at("09-23 10:00")),
        item("NPX-3", raw_due=at("09-22 00:00").date()),
        item("NPX-4", raw_due=at("10-24 00:00").date()),
        item("NPX-5", type="风险", raw_due=at("09-22 00:00").date()),
        item("NPX-6", dept="市场部", raw_due=at("09-22 00:00").date()),
    )
    assert metric(view(*items), "研发部", "按时完成率") == "0.3333"


def test_没有可算的事项就没有完成率() -> None:
    assert metric(view(item("NPX-1")), "研发部", "按时完成率") == "Absent.MISSING"


def test_部门改名后旧名下的事项照样算它的() -> None:
    done = item("NPX-1", dept="客服部", status="已完成", raw_due=at("09-22 00:00").date(), done_at=at("09-22 17:00"))
    assert metric(view(done, people=organisation(aliases={"cs": "客户成功部"})), "客户成功部", "按时完成率") == "1.0000"


def rated(id_: str, marks: str, *, by: str = "陈志远", text: str = "", dept: str = "") -> Entry:
    data = {key: value for key, value in (("评分", marks), ("部门", dept)) if value}
    return entry(id_, "协作评价", by, "09-25 10:00", text, **data)


@pytest.mark.parametrize(
    ("entries", "mean"),
    [
        ((rated("甲", "5/5/4"),), "4.67"),
        ((rated("甲", "5、4、5"), rated("乙", "4/4/4")), "4.34"),
        ((rated("甲", "", text="5/4/3"),), "4.00"),
        ((rated("甲", "5/5/4", by="王强"),), "Absent.MISSING"),
        ((rated("甲", "5/5/4", dept="市场部"),), "Absent.MISSING"),
        ((rated("甲", "92"),), "Absent.MISSING"),
        ((rated("甲", "很好"),), "Absent.MISSING"),
        ((rated("甲", "4.5"),), "4.50"),
    ],
    ids=["三个维度", "几条的均值", "没写键", "无权评价", "评的是别的部门", "不是五分制", "没有分数", "一个总分"],
)
def test_部门的协作评价均分(entries: tuple[Entry, ...], mean: str) -> None:
    """By the reporter or the approver; of the department named, else of the item's own."""
    around = view(item("NPX-1", roles={"R": ("赵航",), "A": ("陈志远",)}, entries=entries))
    assert metric(around, "研发部", "协作评价") == mean


def test_我们建的事项以创建时的名称称呼() -> None:
    """Follow-ups of a meeting we made keep their names wherever the meeting is made or moved to."""
    ours, theirs = item("NPX-101", marker=made_by_us("启动会:NPX-1")), item("NPX-7")
    reader = shipped().vocabulary.reader(SubjectKind.WORK_ITEM, "key")
    assert reader is not None
    around = view(ours, theirs)
    assert [reader.value(seen(around, key)) for key in ("NPX-101", "NPX-7")] == ["启动会:NPX-1", "NPX-7"]
