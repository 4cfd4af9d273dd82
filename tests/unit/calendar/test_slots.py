"""Schedules: how people write them, when they come round, what a holiday does to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.calendar.calendar_samples import calendar, day, local, shown

from collab_sync.calendar.cadence import EachInterval
from collab_sync.calendar.slots import Schedule, Slot, parse_schedule

OFFICE = calendar()


def rounds(schedule: Schedule, after: str, until: str) -> list[str]:
    """Slots as people say them, with the nominal day in front."""
    return [f"{slot.nominal:%m-%d} {shown(slot.at)}" for slot in schedule.slots(OFFICE, local(after), local(until))]


def test_国庆那周的周五提前到节前最后一个工作日() -> None:
    weekly = parse_schedule("周五 17:00", on_holiday="previous")

    assert rounds(weekly, "09-20 00:00", "10-18 00:00") == [
        "09-26 周五 09-26 17:00",
        "10-03 周二 09-30 17:00",
        "10-10 周五 10-10 17:00",
        "10-17 周五 10-17 17:00",
    ]


def test_国庆期间的周一会议顺延到节后第一个工作日() -> None:
    meeting = parse_schedule("周一 09:00", on_holiday="next")

    assert rounds(meeting, "09-29 09:00", "10-13 09:00") == ["10-06 周四 10-09 09:00", "10-13 周一 10-13 09:00"]


def test_跳过就是不补() -> None:
    assert rounds(parse_schedule("周三 10:00", on_holiday="skip"), "09-25 00:00", "10-16 00:00") == [
        "10-15 周三 10-15 10:00"
    ]


def test_每个工作日包括调休的周日() -> None:
    daily = parse_schedule("工作日 17:00", on_holiday="skip")

    assert rounds(daily, "09-26 17:00", "10-09 17:00") == [
        "09-28 周日 09-28 17:00",
        "09-29 周一 09-29 17:00",
        "09-30 周二 09-30 17:00",
        "10-09 周四 10-09 17:00",
    ]


def test_每月某日_遇周末顺延_短月取最后一天() -> None:
    assert rounds(parse_schedule("每月25日 09:00"), "09-01 00:00", "11-01 00:00") == [
        "09-25 周四 09-25 09:00",
        "10-25 周一 10-27 09:00",
    ]
    assert [slot.nominal for slot in parse_schedule("每月31日 09:00").slots(
        OFFICE, local("01-31 12:00"), local("05-01 00:00"))] == [
        day("02-28"), day("03-31"), day("04-30"),
    ]  # fmt: skip


def test_每月和每季首个工作日() -> None:
    monthly, quarterly = parse_schedule("每月首个工作日 09:00"), parse_schedule("每季首个工作日 09:00")

    assert rounds(monthly, "09-01 09:00", "12-01 09:00") == [
        "10-09 周四 10-09 09:00",
        "11-03 周一 11-03 09:00",
        "12-01 周一 12-01 09:00",
    ]
    assert rounds(quarterly, "07-01 09:00", "12-31 00:00") == ["10-09 周四 10-09 09:00"]
    assert quarterly.next_slot(OFFICE, local("10-09 09:00")).nominal == date(2026, 1, 1)


def test_双周从起始日算起_之前没有() -> None:
    joint = parse_schedule("周三 14:00", every="2 weeks", anchor=date(2025, 9, 17))

    assert rounds(joint, "08-01 00:00", "10-16 00:00") == [
        "09-17 周三 09-17 14:00",
        "10-01 周四 10-09 14:00",
        "10-15 周三 10-15 14:00",
    ]
    assert joint.next_slot(OFFICE, local("01-01 00:00")).nominal == day("09-17")


def test_半年一次按月数() -> None:
    half_year = parse_schedule("09:00", every="6 months", anchor=date(2025, 4, 15))

    assert rounds(half_year, "04-15 09:00", "12-31 00:00") == ["10-15 周三 10-15 09:00"]
    assert half_year.next_slot(OFFICE, local("10-15 09:00")).nominal == date(2026, 4, 15)


def test_月底起始的按月间隔在短月取最后一天() -> None:
    monthly = parse_schedule("09:00", every="1 month", anchor=date(2025, 1, 31), on_holiday="previous")

    assert [slot.nominal for slot in monthly.slots(OFFICE, local("02-01 00:00"), local("04-01 00:00"))] == [
        day("02-28"), day("03-31"),
    ]  # fmt: skip


def test_落在同一时刻的两次只运行后一次() -> None:
    """Both Wednesdays of the holiday move to the Thursday after it, or both to the Tuesday before."""
    after = parse_schedule("周三 14:00", on_holiday="next")
    before = parse_schedule("周三 14:00", on_holiday="previous")

    assert after.slots(OFFICE, local("09-25 00:00"), local("10-14 00:00")) == (
        Slot(day("10-08"), local("10-09 14:00")),
    )
    assert before.slots(OFFICE, local("09-25 00:00"), local("10-14 00:00")) == (
        Slot(day("10-08"), local("09-30 14:00")),
    )
    assert after.next_slot(OFFICE, local("10-04 00:00")) == Slot(day("10-08"), local("10-09 14:00"))


def test_区间左开右闭() -> None:
    weekly = parse_schedule("周五 17:00")

    assert rounds(weekly, "09-19 17:00", "09-26 17:00") == ["09-26 周五 09-26 17:00"]
    assert rounds(weekly, "09-26 17:00", "09-26 17:00") == []
    assert shown(weekly.next_slot(OFFICE, local("09-26 16:59")).at) == "周五 09-26 17:00"
    assert shown(weekly.next_slot(OFFICE, local("09-26 17:00")).at) == "周四 10-09 17:00"


def test_永远轮不到的安排落在时间尽头() -> None:
    saturday = parse_schedule("周六 10:00", on_holiday="skip")

    assert shown(saturday.next_slot(OFFICE, local("09-01 00:00")).at) == "周六 10-11 10:00"
    assert saturday.next_slot(OFFICE, local("10-12 00:00")).at.year == 9999


def test_起始日在很久以后也找得到() -> None:
    far = parse_schedule("09:00", every="120 months", anchor=date(2060, 3, 1))

    assert far.next_slot(OFFICE, local("09-01 00:00")).nominal == date(2060, 3, 1)
    assert far.next_slot(OFFICE, local("03-02 00:00", 2060)).nominal == date(2070, 3, 1)


def test_柏林的周五五点冬夏不同() -> None:
    berlin = calendar(tz="Europe/Berlin")
    slots = parse_schedule("周五 17:00").slots(
        berlin, datetime(2025, 10, 20, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)
    )

    assert [slot.at.hour for slot in slots] == [15, 16]


SCHEDULES = st.builds(
    parse_schedule,
    st.sampled_from(["周五 17:00", "周三 00:00", "工作日 17:30", "每月1日 09:00", "每月首个工作日 09:00"]),
    on_holiday=st.sampled_from(["previous", "next", "skip"]),
) | st.builds(
    lambda count, anchor, shift: parse_schedule("09:00", every=f"{count} days", anchor=anchor, on_holiday=shift),
    st.integers(1, 20), st.dates(date(2025, 8, 1), date(2025, 10, 20)), st.sampled_from(["previous", "next", "skip"]),
)  # fmt: skip
MOMENTS = st.integers(0, 60 * 24).map(lambda hours: local("09-01 00:00") + timedelta(hours=hours))


@settings(max_examples=150, deadline=None)
@given(SCHEDULES, MOMENTS, MOMENTS, MOMENTS)
def test_分段去看与一次看完一致(schedule: Schedule, a: datetime, b: datetime, c: datetime) -> None:
    """A daemon that looks often and one that slept see the same slots."""
    first, second, third = sorted([a, b, c])

    parts = schedule.slots(OFFICE, first, second) + schedule.slots(OFFICE, second, third)

    assert parts == schedule.slots(OFFICE, first, third)


@settings(max_examples=100, deadline=None)
@given(SCHEDULES, MOMENTS)
def test_下一次就是往后看到的第一次(schedule: Schedule, after: datetime) -> None:
    following = schedule.next_slot(OFFICE, after)
    if following.at.year == 9999:  # every Saturday with ``skip``, after the last make-up Saturday
        assert schedule.slots(OFFICE, after, after + timedelta(days=3660)) == ()
        return

    assert following.at > after
    assert schedule.slots(OFFICE, after, following.at) == (following,)
    assert OFFICE.is_working_day(OFFICE.local_date(following.at))


@pytest.mark.parametrize(
    ("at", "every", "anchor", "said"),
    [
        ("17:00", None, None, "还要写 every"),
        ("礼拜五 17:00", None, None, '请写成 "周五 17:00"'),
        ("周五", None, None, '时间“周五”无法识别,请写成 "周五 17:00"'),
        ("周五 17\uff1a00", None, None, '是不是 "17:00"'),
        ("周五 25:00", None, None, "00:00 到 23:59"),
        ("", None, None, "无法识别"),
        ("每月 25 日 09:00", None, None, "无法识别"),
        ("每月32日 09:00", None, None, "每月没有 32 日"),
        ("周三 14:00", "2 weeks", None, "一起写"),
        ("周三 14:00", None, date(2025, 9, 17), "一起写"),
        ("周三 14:00", "2 weeks", date(2025, 9, 18), "anchor 2025-09-18 是周四,与“周三”不一致"),
        ("周三 14:00", "1 month", date(2025, 9, 17), "整周"),
        ("每月25日 09:00", "2 weeks", date(2025, 9, 25), "只配合"),
        ("09:00", "0 weeks", date(2025, 9, 25), "间隔“0 weeks”无法识别"),
        ("09:00", "两周", date(2025, 9, 25), '"2 weeks"'),
        ("09:00", "999 months", date(2025, 9, 25), "超过十年"),
    ],
)
def test_读不懂的安排说明该怎么写(at: str, every: str | None, anchor: date | None, said: str) -> None:
    with pytest.raises(ValueError, match=r"请|写") as caught:
        parse_schedule(at, every, anchor)

    assert said in str(caught.value)


def test_不认识的节假日处理被拒绝() -> None:
    with pytest.raises(ValueError, match=r"previous\(提前\)"):
        parse_schedule("周五 17:00", on_holiday="later")


def test_星期和间隔的几种写法是一回事() -> None:
    assert parse_schedule("星期日 10:00") == parse_schedule("周天 10:00") == parse_schedule("周日 10:00")
    weeks = Schedule(EachInterval(14, "days", date(2025, 9, 17)), time(14))
    for every in ("2 weeks", "2周", "14 days", "14天"):
        assert parse_schedule("周三 14:00", every, date(2025, 9, 17)) == weeks
