"""What a risk watches: who is watched, what is asked, and when time alone gives the answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.unit.analysis.measure_samples import path, read, there
from tests.unit.analysis.office_samples import at, closed, item

from collab_sync.analysis.facts import MISSING, UNKNOWN, Value
from collab_sync.analysis.measures.triggers import Watch, watch, watched
from collab_sync.model.work_item import WorkItem

GROUP = "rd/x1-firmware"


def risk(condition: str) -> WorkItem:
    return item("NPX-22", type="风险", dept="市场部", roles={}, fields={"触发条件": condition})


def trigger(condition: str, *others: WorkItem, now: str = "09-26 17:00", stale: bool = False) -> Value:
    return path("trigger").value(there(risk(condition), *others, now=now, stale=stale))


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("监控 rd/x1-firmware#7;late_days > 3", Watch(("rd/x1-firmware#7",), "late_days", ">", Decimal(3))),
        ("监控 rd/x1-firmware#7;late_days>3。", Watch(("rd/x1-firmware#7",), "late_days", ">", Decimal(3))),
        ("监控:NPX-3;late_days > 3", Watch(("NPX-3",), "late_days", ">", Decimal(3))),
        ("监控 NPX-3、NPX-4,#5;due_in_wd ≤ -1", Watch(("NPX-3", "NPX-4", "NPX-5"), "due_in_wd", "≤", Decimal(-1))),
        ("监控NPX-3;due_pushes >= 2.5", Watch(("NPX-3",), "due_pushes", ">=", Decimal("2.5"))),
        ("监控 https://jira.example/browse/NPX-3;late_days > 3",
         Watch(("https://jira.example/browse/NPX-3",), "late_days", ">", Decimal(3))),
        ("监控 研发进度;late_days > 3", None),
        ("监控 NPX-3 原型;late_days > 3", None),
        ("NPX-3;late_days > 3", None),
        ("监控 NPX-3;late_days", None),
        ("监控 NPX-3;late_days > 三", None),
        ("监控 NPX-3 late_days > 3", None),
        ("若培训资料延期超过3天", None),
        ("", None),
    ],
)  # fmt: skip
def test_读触发条件(text: str, stated: Watch | None) -> None:
    """Exactly one shape is understood; full-width signs are fine."""
    assert watch(text, "NPX") == stated


def test_项目路径补全编号() -> None:
    """In a GitLab project ``#7`` is an issue of that project."""
    assert watch("监控 #7;late_days > 3", GROUP) == Watch((f"{GROUP}#7",), "late_days", ">", Decimal(3))
    assert watched(risk("监控 #7、NPX-8;late_days > 3")) == ("NPX-7", "NPX-8")
    assert watched(risk("研发延期")) == watched(item("NPX-1")) == ()


@pytest.mark.parametrize(("now", "expected"), [("09-26 18:00", False), ("09-28 08:59", False), ("09-28 09:00", True)])
def test_逾期超过三个工作日才成立(now: str, expected: bool) -> None:
    """Due 09-23: the fourth working day after it is Sunday 09-28, a make-up day."""
    assert trigger("监控 NPX-7;late_days > 3", item("NPX-7", raw_due=date(2025, 9, 23)), now=now) is expected


def test_任何一个事项成立就算() -> None:
    """Even if another cannot be seen; if none holds and one cannot be seen, nobody knows."""
    late, fine = item("NPX-7", raw_due=date(2025, 9, 16)), item("NPX-8", raw_due=date(2025, 10, 20))
    assert trigger("监控 NPX-8、NPX-7;late_days > 3", late, fine) is True
    assert trigger("监控 NPX-9、NPX-7;late_days > 3", late) is True
    assert trigger("监控 NPX-9、NPX-8;late_days > 3", fine) is UNKNOWN
    assert trigger("监控 NPX-8;late_days > 3", fine) is False


def test_没有值的事项不成立() -> None:
    """Without a due date nothing is late, and nothing is in time either."""
    for condition in ("late_days > 0", "late_days < 5", "late_days != 3"):
        assert trigger(f"监控 NPX-7;{condition}", item("NPX-7")) is False


def test_完成的事项逾期天数不再增加() -> None:
    """Finished on 09-20, before it was due."""
    done = item("NPX-7", raw_due=date(2025, 9, 23), **closed())
    assert trigger("监控 NPX-7;late_days > 0", done, now="10-09 10:00") is False


@pytest.mark.parametrize(
    "condition", ["监控 NPX-7;title > 3", "监控 NPX-7;没有这个 > 3", "监控 NPX-7;trigger > 0", "随便写的"]
)
def test_看不懂的条件等于没写(condition: str) -> None:
    """Both the trigger and the line itself are missing; with a good one the line reads as typed."""
    assert trigger(condition, item("NPX-7")) is MISSING
    assert read(risk(condition), "fields.触发条件") is MISSING


def test_写得对的条件照原样读出() -> None:
    """Even while the item watched cannot be seen."""
    line = "监控 NPX-99;late_days > 3"
    assert read(risk(line), "fields.触发条件") == line


def test_没写与读不到不同() -> None:
    """Absence counts only where it can be concluded."""
    assert read(item("NPX-22"), "trigger") is MISSING
    assert read(item("NPX-22"), "trigger", stale=True) is UNKNOWN
    hidden = item("NPX-22", unreadable=frozenset({"fields.触发条件"}))
    assert read(hidden, "trigger") is read(hidden, "fields.触发条件") is UNKNOWN


@pytest.mark.parametrize(
    ("condition", "flips"),
    [
        ("late_days > 3", "09-28 09:00"),
        ("late_days >= 3", "09-26 09:00"),
        ("late_days > 2.5", "09-26 09:00"),
        ("late_days < 1", "09-24 09:00"),
    ],
)
def test_下次要看的时间不晚于答案变化的时间(condition: str, flips: str) -> None:
    """Stepping from look to look never misses the change, and gets there."""
    watching = item("NPX-7", raw_due=date(2025, 9, 23))
    now, first, looks = at("09-22 10:00"), trigger(f"监控 NPX-7;{condition}", watching, now="09-22 10:00"), 0
    while trigger(f"监控 NPX-7;{condition}", watching, now=f"{now:%m-%d %H:%M}") == first:
        facts = there(risk(f"监控 NPX-7;{condition}"), watching, now=f"{now:%m-%d %H:%M}")
        following = path("trigger").flips_at(facts, ())
        assert following is not None
        assert following > now
        now, looks = following.astimezone(now.tzinfo), looks + 1
        assert looks < 10
    assert now == at(flips)


def test_没有会自己变的事就不必再看() -> None:
    """Pushes are made by people; without a condition there is nothing to look at."""
    for condition in ("监控 NPX-7;due_pushes > 1", "监控 NPX-9;late_days > 3", "随便写的"):
        assert path("trigger").flips_at(there(risk(condition), item("NPX-7")), ()) is None
