"""Which due date counts: rules a, b, c of pushes, and what people do to get around them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calendar.calendar_samples import calendar, day, local

from collab_sync.analysis.due_date import DueChange, DueHistory, due_history

WORK = calendar()


def moved(at: str, old: str | None, new: str | None) -> DueChange:
    return DueChange(local(at), day(old) if old else None, day(new) if new else None)


def history(*changes: DueChange, approved: tuple[str, ...] = ()) -> DueHistory:
    raw = changes[-1].new if changes else None
    return due_history(raw, changes, [local(one) for one in approved], WORK)


def test_没有改过就是原来的() -> None:
    assert due_history(day("09-20"), (), (), WORK) == DueHistory(due=day("09-20"), original=day("09-20"))
    assert due_history(None, (), (), WORK) == DueHistory(due=None, original=None)


def test_第一次填上的日期不是后移() -> None:
    assert history(moved("09-15 10:00", None, "09-20")) == DueHistory(due=day("09-20"), original=day("09-20"))


def test_甲_提前总是算数() -> None:
    found = history(moved("09-15 10:00", "09-20", "09-18"))
    assert found == DueHistory(due=day("09-18"), original=day("09-20"))


@pytest.mark.parametrize(
    ("at", "due", "unapproved"),
    [("09-20 18:00", "09-25", 0), ("09-20 18:01", "09-20", 1), ("09-21 09:00", "09-20", 1)],
)
def test_乙_到期之前的第一次后移免审批(at: str, due: str, unapproved: int) -> None:
    """The last moment in time is the end of work on the due day."""
    found = history(moved(at, "09-20", "09-25"))
    assert (found.due, found.pushes, found.unapproved_pushes) == (day(due), 1, unapproved)


def test_第二次后移要审批_截止日不动() -> None:
    found = history(moved("09-15 10:00", "09-20", "09-25"), moved("09-16 10:00", "09-25", "09-30"))
    assert found == DueHistory(due=day("09-25"), original=day("09-20"), pushes=2, unapproved_pushes=1)


@pytest.mark.parametrize(
    ("approval", "counts"),
    [
        ("09-19 23:00", False),  # four working days before
        ("09-22 00:01", True),  # three working days before
        ("09-25 10:00", True),
        ("10-20 10:00", True),  # any time after
    ],
)
def test_丙_审批在后移之前三个工作日以内或之后(approval: str, counts: bool) -> None:
    found = history(
        moved("09-15 10:00", "09-20", "09-24"), moved("09-25 10:00", "09-24", "09-30"), approved=(approval,)
    )
    assert found.due == (day("09-30") if counts else day("09-24"))
    assert found.unapproved_pushes == (0 if counts else 1)


def test_收回一部分未获批的后移_不算再次后移_也不算获批() -> None:
    """Pushed far without leave, then a day back: neither a further push nor a way around the approval."""
    found = history(
        moved("09-15 10:00", "09-20", "09-22"),
        moved("09-16 10:00", "09-22", "10-30"),
        moved("09-17 10:00", "10-30", "10-29"),
    )
    assert found == DueHistory(due=day("09-22"), original=day("09-20"), pushes=2, unapproved_pushes=1)


def test_收回到原来的日期就没事了() -> None:
    found = history(
        moved("09-15 10:00", "09-20", "09-22"),
        moved("09-16 10:00", "09-22", "10-30"),
        moved("09-17 10:00", "10-30", "09-22"),
    )
    assert (found.due, found.pushes) == (day("09-22"), 2)


def test_清空日期就是没有截止日() -> None:
    assert history(moved("09-15 10:00", "09-20", None)).due is None


@given(
    days=st.lists(st.dates(date(2025, 9, 1), date(2025, 11, 30)), min_size=2, max_size=6),
    minutes=st.lists(st.integers(0, 60 * 24 * 80), min_size=5, max_size=5, unique=True),
)
@settings(max_examples=100, deadline=None)
def test_没有审批就走不远(days: list[date], minutes: list[int]) -> None:
    """Without any approval at most one push counts; with one afterwards the tracker's date always does."""
    from datetime import timedelta

    begin = local("09-01 00:00")
    times = [begin + timedelta(minutes=minute) for minute in sorted(minutes)]
    changes = [DueChange(at, old, new) for at, old, new in zip(times, days, days[1:], strict=False) if old != new]
    if not changes:
        return
    alone = due_history(changes[-1].new, changes, (), WORK)
    assert alone.unapproved_pushes >= alone.pushes - 1
    blessed = due_history(changes[-1].new, changes, [times[-1] + timedelta(days=300)], WORK)
    assert blessed.unapproved_pushes == 0
    assert blessed.due == changes[-1].new
    assert alone.due is not None
    assert blessed.due is not None
    assert alone.due <= max(days)


def test_先删掉日期再填更晚的_仍是后移() -> None:
    """Taking a date away does not buy a later one: the push is measured by the date that stood before."""
    found = history(moved("09-22 10:00", "09-20", None), moved("09-22 11:00", None, "09-30"))
    assert found == DueHistory(due=day("09-20"), original=day("09-20"), pushes=1, unapproved_pushes=1)


def test_删掉日期后就是没有日期() -> None:
    assert history(moved("09-15 10:00", "09-20", None)) == DueHistory(due=None, original=day("09-20"))
