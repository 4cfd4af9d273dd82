"""Lengths of time as rule files write them."""

from __future__ import annotations

import pytest

from collab_sync.calendar.durations import Duration, Offset, parse_duration, parse_offset


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("-1wd", Offset(-1, "wd")),
        ("0h", Offset(0, "h")),
        (">0wd", Offset(0, "wd", beyond=True)),
        (">2wd", Offset(2, "wd", beyond=True)),
        ("2wd", Offset(2, "wd")),
        ("24h", Offset(24, "h")),
        ("3d", Offset(3, "d")),
        ("4wh", Offset(4, "wh")),
    ],
)
def test_步骤的时间读出来再写回去不变(text: str, offset: Offset) -> None:
    assert parse_offset(text) == offset
    assert str(offset) == text


@pytest.mark.parametrize(
    ("text", "duration"),
    [("4wh", Duration(4, "wh")), ("1wd", Duration(1, "wd")), ("20wd", Duration(20, "wd")), ("3d", Duration(3, "d")),
     ("24h", Duration(24, "h"))],
)  # fmt: skip
def test_时长读出来再写回去不变(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration
    assert str(duration) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\uff1e2wd", '是不是 ">2wd"'),
        ("\uff12\uff14h", '是不是 "24h"'),
        ("“>2wd”", '是不是 ">2wd"'),
        ("", '必须加引号,如 ">2wd"'),
        (">", "无法识别"),
        ("24", "缺少单位"),
        ("> 2wd", '是不是 ">2wd"'),
        ("24H", '是不是 "24h"'),
        (">24h", '> 只用于工作日(wd),请写成 "24h"'),
        ("3个工作日", '">2wd"(超过 2 个工作日)'),
        ("1.5h", "无法识别"),
        ("99999wd", "无法识别"),
    ],
)
def test_读不懂的步骤时间说明该怎么写(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"时间|用于") as caught:
        parse_offset(text)

    assert said in str(caught.value)


@pytest.mark.parametrize("text", [">2wd", "-1wd", "两天", "", "3"])
def test_时长不带符号也不写汉字(text: str) -> None:
    with pytest.raises(ValueError, match=r'"4wh"\(工作小时\)'):
        parse_duration(text)
