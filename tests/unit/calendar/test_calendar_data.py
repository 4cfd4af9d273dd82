"""What people write about working time is checked as a whole, in sentences they understand."""

from __future__ import annotations

from datetime import date, time

import pytest
from pydantic import ValidationError
from tests.unit.calendar.calendar_samples import AUTUMN, calendar, day, local, shown

from collab_sync.calendar.data import CalendarData, DepartmentOverlay


def complaint(**changes: object) -> str:
    with pytest.raises(ValidationError) as caught:
        CalendarData.model_validate({**AUTUMN, **changes})
    return str(caught.value)


def test_什么都不写就是九点到六点周一到周五() -> None:
    data = CalendarData.model_validate({"key": "简", "tz": "Asia/Shanghai", "valid_through": "2026-12-31"})

    assert data.hours == (time(9), time(18))
    assert data.week == ("周一", "周二", "周三", "周四", "周五")
    assert data.breaks == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hours": ["18:00", "09:00"]}, "上班时间 18:00–09:00 颠倒了"),
        ({"hours": ["09:00", "09:00"]}, "颠倒了"),
        ({"hours": ["9点", "18:00"]}, "时刻“9点”无法识别"),
        ({"hours": ["09:00", "24:00"]}, "00:00 到 23:59"),
        ({"hours": ["09\uff1a00", "18:00"]}, '是不是 "09:00"'),
        ({"breaks": [["08:00", "09:30"]]}, "休息时间 08:00–09:30 不在上班时间 09:00–18:00 之内"),
        ({"breaks": [["09:00", "09:30"]]}, "休息时间 09:00–09:30 不在"),
        ({"breaks": [["17:30", "18:00"]]}, "休息时间 17:30–18:00 不在"),
        ({"breaks": [["12:00", "14:00"], ["12:30", "13:00"], ["13:30", "14:30"]]}, "13:30–14:30 与前一段休息重叠"),
        ({"breaks": [["13:00", "12:00"]]}, "休息时间 13:00–12:00 颠倒了"),
        ({"breaks": [["12:00", "13:00"], ["12:30", "14:00"]]}, "与前一段休息重叠"),
        ({"makeups": {"2025-10-01": "补班"}}, "2025-10-01 既是假日(国庆)又是调休上班日(补班)"),
        ({"makeups": {"2025-10-15": "补班"}}, "调休上班日 2025-10-15 是周三,本来就是工作日"),
        ({"holidays": {"2027-01-01": "元旦"}}, "2027-01-01 晚于 valid_through(2026-12-31)"),
        ({"tz": "亚洲/上海"}, "没有时区“亚洲/上海”"),
        ({"week": []}, "至少要有一个工作日"),
        ({"week": ["周一", "周一"]}, "重复"),
        ({"departments": {"cs": {"hours": ["20:00", "08:00"]}}}, "部门 cs:上班时间 20:00–08:00 颠倒了"),
        ({"departments": {"cs": {"makeups": {"2025-10-15": "值班"}}}}, "部门 cs:调休上班日 2025-10-15 是周三"),
        ({"breaks": [["12:00", "13:00"]], "departments": {"cs": {"hours": ["12:30", "20:00"]}}}, "部门 cs:休息时间"),
        ({"holiday": {}}, "Extra inputs are not permitted"),
    ],
)
def test_写错的日历说明哪里错怎么改(changes: dict[str, object], said: str) -> None:
    assert said in complaint(**changes)


def test_假日可以是有效期的最后一天_休息可以首尾相接() -> None:
    edge = calendar(holidays={"2026-12-31": "年末盘点"}, makeups={}, breaks=[["12:00", "13:00"], ["13:00", "13:30"]])

    assert not edge.is_working_day(date(2026, 12, 31))
    assert edge.between(edge.opening(date(2026, 12, 30)), edge.closing(date(2026, 12, 30))) == 9 * 60 - 90


def test_一次说出所有的错() -> None:
    text = complaint(hours=["18:00", "09:00"], makeups={"2025-10-01": "补班", "2025-10-15": "补班"})

    assert "颠倒" in text
    assert "2025-10-01" in text
    assert "2025-10-15" in text


def test_部门自己的作息优先于全公司() -> None:
    """客服 works a public holiday, has a free day of its own and longer hours; everything else is as everywhere."""
    everywhere = calendar(
        departments={
            "cs": {
                "hours": ["08:00", "20:00"],
                "holidays": {"2025-10-13": "部门轮休", "2025-10-11": "不补班"},
                "makeups": {"2025-10-01": "国庆值班"},
            }
        }
    )
    own = everywhere.for_department("cs")

    assert own.key == "cn-office/cs"
    assert [own.is_working_day(day(text)) for text in ("10-01", "10-02", "10-11", "10-13", "09-28")] == [
        True, False, False, False, True,
    ]  # fmt: skip
    assert [everywhere.is_working_day(day(text)) for text in ("10-01", "10-11", "10-13")] == [False, True, True]
    assert shown(own.next_open(local("10-09 07:00"))) == "周四 10-09 08:00"
    assert shown(everywhere.next_open(local("10-09 07:00"))) == "周四 10-09 09:00"


def test_部门可以没有全公司的午休() -> None:
    everywhere = calendar(breaks=[["12:00", "13:00"]], departments={"cs": {"breaks": []}})

    assert not everywhere.is_open(local("09-24 12:30"))
    assert everywhere.for_department("cs").is_open(local("09-24 12:30"))


def test_没有自己作息的部门就用全公司的日历() -> None:
    everywhere = calendar(departments={"cs": {}})

    assert everywhere.for_department("rd") is everywhere
    assert everywhere.for_department(None) is everywhere
    assert everywhere.for_department("cs").for_department("rd").key == "cn-office/cs"


def test_版本随内容而变_改名字不变() -> None:
    same = calendar(holidays=dict.fromkeys((f"2025-10-0{n}" for n in range(8, 0, -1)), "换了名字"))
    overlay = calendar(departments={"cs": {"makeups": {"2025-10-01": "值班"}}})

    assert same.version == calendar().version
    versions = {
        calendar().version,
        calendar(hours=["09:00", "17:30"]).version,
        calendar(makeups={"2025-09-28": "国庆调休"}).version,
        calendar(valid_through="2025-12-31").version,
        overlay.version,
    }
    assert len(versions) == 5
    assert overlay.for_department("cs").version != calendar().version


def test_日历写成程序里的值也一样() -> None:
    data = CalendarData(
        key="甲", tz="Asia/Shanghai", hours=(time(9), time(18)), valid_through=date(2026, 12, 31),
        departments={"cs": DepartmentOverlay(hours=(time(8), time(20)))},
    )  # fmt: skip

    assert data.for_department("cs").hours == (time(8), time(20))


def test_编辑器看到的时刻是文本() -> None:
    """Completion and hover in editors come from the JSON schema."""
    span = CalendarData.model_json_schema()["properties"]["hours"]["prefixItems"][0]

    assert span["type"] == "string"
