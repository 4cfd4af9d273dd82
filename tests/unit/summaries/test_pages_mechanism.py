"""The half-yearly review: what the rules did, in numbers that can be counted again from the log; no advice."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.summaries.page_past import EARLIER, HALF_YEAR, LOG, PRACTICE, line
from tests.unit.summaries.page_story import STORY
from tests.unit.summaries.page_world import at, page
from tests.unit.summaries.test_pages_period import table_under, told

from collab_sync.model.action import LogLine
from collab_sync.model.page import Page

REVIEW = "机制回顾:2025-10-15"


def review(*lines: LogLine, log: tuple[LogLine, ...] = (), since: str = "04-15", until: str = "10-15") -> Page:
    past = replace(PRACTICE, lines=log or lines)
    window = (at(f"{since} 09:00"), at(f"{until} 09:00"))
    return page(REVIEW, STORY, "10-15 09:00", practice=past, window=window)


def test_按触发次数列规则_各步分别数_保密事项不计() -> None:
    """NPX-77 was late as well; neither its steps nor itself is counted."""
    rows = table_under(review(log=LOG), "规则使用情况")
    assert rows == [
        ["逾期升级阶梯(esc-overdue)", "5", ">0wd 2、>2wd 2、>5wd 1", "2"],
        ["必填项(fields)", "3", "", "3"],
        ["周报页(weekly-page)", "1", "", "1"],
    ]


def test_一次触发写了标签又写评论_仍是一次() -> None:
    both = [line("09-26 09:00", "late", ">0wd", "NPX-12", action) for action in ("label+ 延期", "comment:post 请更新")]
    assert table_under(review(*both), "规则使用情况")[0][1:3] == ["1", ">0wd 1"]


def test_解除不是触发_期外的不算() -> None:
    lines = (
        line("09-26 09:00", "late", ">0wd", "NPX-12", "label+ 延期"),
        line("09-27 09:00", "late", "exit", "NPX-12", "label- 延期"),
        line("03-01 09:00", "late", ">0wd", "NPX-16", "label+ 延期"),
    )
    assert table_under(review(*lines), "规则使用情况")[0][1] == "1"


def test_没用到的规则列名_全用到了也说() -> None:
    assert "没有用到的规则\n- 季度表彰候选(awards)" in told(review(log=LOG))
    every = tuple(line("09-26 09:00", rule, "", "NPX-12", "label+ 甲") for rule in PRACTICE.rules)
    assert "现行规则都用到过。" in told(review(*every))


def test_次数与上一次回顾比() -> None:
    made = page(REVIEW, STORY, "10-15 09:00", practice=PRACTICE, window=HALF_YEAR, earlier=EARLIER)
    assert table_under(made, "规则使用情况")[0][1] == "5(↑4)"


def test_升级前后各多久_按标签推算_仍在逾期的另数() -> None:
    """Late on Friday 26th, escalated on Monday after a working Sunday: three working days; solved the day after."""
    assert table_under(review(log=LOG), "逾期与升级") == [["L1", "2", "3.0", "1.0", "1"], ["L3", "1", "6.0", "—", "1"]]


def test_期内没有升级就说没有() -> None:
    early = review(log=LOG, until="09-20")
    assert "本期没有事项因逾期升级。" in told(early)


def test_缺项按月数_月末仍缺是累计() -> None:
    """Of what was found in spring, one is left when the period begins."""
    spring = (
        line("03-03 09:00", "fields", "", "NPX-5", "label+ 需补齐:RACI"),
        line("03-04 09:00", "fields", "", "NPX-6", "label+ 需补齐:RACI"),
        line("03-05 09:00", "fields", "exit", "NPX-6", "label- 需补齐:RACI"),
    )
    rows = table_under(review(*spring, *LOG), "数据补齐情况")
    assert rows == [["2025-09", "2", "1", "2"], ["2025-10", "1", "0", "3"]]


def test_规则版本只列期内的() -> None:
    late = review(log=LOG, since="09-10")
    assert table_under(late, "规则变更记录") == [["2025-09-22 09:00", "2025.09.1"]]


def test_只列事实_建议留给人_推算的都说是替代指标() -> None:
    text = told(review(log=LOG))
    assert text.startswith("本页只列事实,不作评价,也不提建议;")
    assert text.count("替代指标") >= 4


def test_没有日志也出得来() -> None:
    """The first review of a young installation."""
    assert "本期没有规则触发。" in told(page(REVIEW, STORY, "10-15 09:00"))


def test_英文的回顾说同样的数字_也说是替代指标() -> None:
    made = page(REVIEW, STORY, "10-15 09:00", practice=PRACTICE, window=HALF_YEAR, locale="en")
    assert table_under(made, "Use of rules")[0][1:] == ["5", ">0wd 2, >2wd 2, >5wd 1", "2"]
    assert told(made).count("proxy measure") >= 3


def test_提出要这一页的规则不算没用到() -> None:
    """It is used by asking; the line about it is written only afterwards."""
    asked = replace(PRACTICE, asked_by="awards")
    text = told(page(REVIEW, STORY, "10-15 09:00", practice=asked, window=HALF_YEAR))
    assert "现行规则都用到过。" in text
