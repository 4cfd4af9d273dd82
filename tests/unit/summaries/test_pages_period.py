"""What a weekly page says to somebody with thirty seconds: change, decisions, claims, silence, noise."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.summaries.page_past import EARLIER, MENTIONS
from tests.unit.summaries.page_story import BUDGET, CONFLICT, FIRMWARE, LATE, PROGRAM, SECRET, STORY
from tests.unit.summaries.page_world import at, day, item, page, said

from collab_sync.model.document import Bars, Curves, Heading, Radar, Table, plain
from collab_sync.model.page import Page
from collab_sync.model.work_item import Link, WorkItem
from collab_sync.summaries.scope import Edition

WEEKLY = "周报:新品X1上市:2025-10-10"
LEADING = "领导小组视图:2025-10-10"


def told(made: Page) -> str:
    return plain(made.document)


def sentence(made: Page) -> str:
    return told(made).split("\n")[0]


def table_under(made: Page, title: str) -> list[list[str]]:
    """The rows of the first table after a heading that begins so; none where there is a sentence instead."""
    blocks = made.document.blocks
    starts = [
        place
        for place, block in enumerate(blocks)
        if isinstance(block, Heading) and _text(block.inlines).startswith(title)
    ]
    for block in blocks[starts[0] + 1 :]:
        if isinstance(block, Heading):
            return []
        if isinstance(block, Table):
            return [[_text(cell) for cell in row] for row in block.rows]
    return []


def _text(inlines: Any) -> str:
    return "".join(one.text for one in inlines)


def chart(made: Page, title: str) -> Any:
    return next(block for block in made.document.blocks if isinstance(block, Curves | Radar) and block.title == title)


# --- the sentence ----------------------------------------------------------------------------------------------
def test_首期不说变化() -> None:
    text = sentence(page(WEEKLY, STORY))
    assert text.startswith("一句话:在办 5 项,其中红 1、黄 2、绿 2;逾期 1 项;本期完成 0 项;")
    assert not [sign for sign in "↑↓=" if sign in text]


def test_以后每个数字都带与上期相比的变化() -> None:
    assert sentence(page(WEEKLY, STORY, earlier=EARLIER)) == (
        "一句话:在办 5(↓1) 项,其中红 1(↑1)、黄 2、绿 2(↓2);逾期 1(↑1) 项;本期完成 0(↓1) 项;"
        "缺更新 3 项;需领导小组决策 1(↑1) 项。(↑↓ 为与上期 2025-10-03 相比的变化)"
    )


def test_只与紧挨着的上一期比_那一期没有的数字不说变化() -> None:
    """A figure of three weeks ago is no change since the last edition."""
    gap = (Edition("2025-10-03", {"红": 1.0}), Edition("2025-09-26", {"在办": 9.0}))
    text = sentence(page(WEEKLY, STORY, earlier=gap))
    assert "在办 5 项,其中红 1" in text


@given(before=st.integers(0, 99))
def test_变化就是两期之差(before: int) -> None:
    """Read back from the page itself."""
    made = page(WEEKLY, STORY, earlier=(Edition("2025-10-03", {"在办": float(before)}),))
    change = 5 - before
    shown = f"(↑{change})" if change > 0 else f"(↓{-change})" if change < 0 else ""
    assert f"在办 5{shown} 项" in sentence(made)
    assert made.figures["在办"] == 5


def test_取消的不算完成_期外完成的不算本期() -> None:
    ended: dict[str, Any] = {"dept": "rd", "done_at": at("10-09 10:00")}
    items = (
        item("NPX-1", "成", status="已完成", **ended),
        item("NPX-2", "弃", status="已取消", **ended),
        item("NPX-3", "早", status="已完成", dept="rd", done_at=at("09-30 10:00")),
    )
    assert "本期完成 1 项" in sentence(page(WEEKLY, (PROGRAM, *items)))


# --- what is most pressing -------------------------------------------------------------------------------------
def test_最要紧的写明谁_逾期多少_请谁决定什么() -> None:
    assert (
        "- NPX-12 包装材料采购(市场部 张悦):自述“按计划推进”,实已逾期 6 个工作日;"
        "请领导小组(沈岳)决定:所需协调:预算 2 万元。"
    ) in told(page(WEEKLY, STORY))


def test_最要紧至多三条_待领导小组决策的在前_其余按逾期() -> None:
    late = [item(f"NPX-{90 + n}", f"第{n}项", dept="rd", R="李明", raw_due=day(f"09-1{n}")) for n in range(5)]
    made = page(WEEKLY, (PROGRAM, LATE, *late))
    lines = [line for line in told(made).partition("需要决策")[0].split("\n") if line.startswith("- ")]
    assert [line.split()[1] for line in lines] == ["NPX-12", "NPX-90", "NPX-91"]


def test_没有要紧的事就不占地方() -> None:
    assert "最要紧" not in told(page(WEEKLY, (PROGRAM, FIRMWARE)))


# --- decisions -------------------------------------------------------------------------------------------------
def test_冲突写明几天几处与谁_并指向协调会() -> None:
    """The fair is wanted for two items on a day on which there is one place."""
    venue = {"数量": "1", "从": "2025-10-15", "到": "2025-10-15"}
    wants = [
        item(key, key, "资源申请", dept="mkt", resource="活动场地", fields=venue, entries=(_granted(),))
        for key in ("NPX-17", "NPX-18")
    ]
    meeting = msgspec.structs.replace(CONFLICT, status="进行中", links=(Link(kind="relates", target="NPX-17"),))
    (row,) = table_under(page(WEEKLY, (PROGRAM, *wants, meeting)), "需要决策")
    assert row[0] == "资源冲突:活动场地 pmo/collab#105"
    assert row[1] == "决策层(沈岳、陈志远)"
    assert row[2] == "10-15 共申请 2 处,可用 1 处:谁先用、谁改期(NPX-17、NPX-18)"


def _granted() -> Any:
    return said("资源审批", "林珊", "10-09 10:00", 结果="同意")


def test_未批的资源申请等资源负责人() -> None:
    asked = msgspec.structs.replace(BUDGET, entries=(), fields={}, created_at=at("10-09 09:00"))
    assert table_under(page(WEEKLY, (PROGRAM, asked)), "需要决策") == [
        ["NPX-20 申请:推广预算 80000 元", "林珊", "是否同意使用 活动场地(发【资源审批】)", "提出于 10-09"]
    ]


def test_后移待批的截止日等审批人() -> None:
    moved = msgspec.structs.replace(FIRMWARE, labels=frozenset({"变更:延期待批"}))
    ((_, whom, ask, _),) = table_under(page(WEEKLY, (PROGRAM, moved)), "需要决策")
    assert whom == "陈志远"
    assert "延期审批" in ask


def test_保密申请之间的冲突谁也不知道() -> None:
    hidden = [
        item(key, "秘密", "资源申请", dept="mkt", resource="活动场地", confidential=True, fields={"从": "2025-10-20"})
        for key in ("NPX-17", "NPX-18")
    ]
    made = page("领导小组视图", (PROGRAM, *hidden))
    assert table_under(made, "需要决策") == []
    assert "资源冲突:" not in told(made)


def test_与保密申请的冲突只说保密事项() -> None:
    venue = {"从": "2025-10-15"}
    known = item("NPX-17", "发布会", "资源申请", dept="mkt", resource="活动场地", fields=venue, entries=(_granted(),))
    secret = item("NPX-18", "并购会谈", "资源申请", dept="mkt", resource="活动场地", fields=venue, confidential=True)
    ((_, _, ask, _),) = table_under(page(WEEKLY, (PROGRAM, known, secret)), "需要决策")
    assert ask.endswith("(NPX-17、保密事项)")


def test_本期决议与它的下文_往期的不再列() -> None:
    rows = table_under(page(WEEKLY, STORY), "本期决议")
    assert [(row[0], row[-1]) for row in rows] == [
        ("双十一预热改期", "尚无跟进事项"),
        ("盘点库存", "缺责任部门或完成时限,未转跟进事项"),
    ]
    later = (at("10-10 18:00"), at("10-17 18:00"))
    assert table_under(page(WEEKLY, STORY, now="10-17 18:00", window=later), "本期决议") == []


# --- claims ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("report", "claimed"),
    [
        (None, "没有自述,已逾期 6 个工作日"),
        ({"说明": "按计划推进"}, "自述“按计划推进”,实已逾期 6 个工作日"),
        ({"说明": "As planned"}, "自述“As planned”,实已逾期 6 个工作日"),
        ({"状态": "进行中", "说明": "第二版已交"}, "自述“第二版已交”,实已逾期 6 个工作日"),
        ({"状态": "已完成", "说明": "交了"}, "自述已完成,事项未关闭,已逾期 6 个工作日"),
        ({"状态": "遇到风险", "说明": "供应商停产"}, "已说明困难,逾期 6 个工作日"),
        ({"说明": "等料", "延迟原因": "产能不足"}, "已说明困难,逾期 6 个工作日"),
    ],
)
def test_逾期事项的自述与计算并列(report: dict[str, str] | None, claimed: str) -> None:
    entries = (said("进度更新", "张悦", "10-10 10:00", **report),) if report else ()
    late = msgspec.structs.replace(LATE, entries=entries)
    ((*_, shown, _, _),) = table_under(page(WEEKLY, (PROGRAM, late)), "需要关注")
    assert shown == claimed


def test_逾期数永远来自日历_不来自自述() -> None:
    """Whatever is reported, the number stays."""
    boast = said("进度更新", "张悦", "10-10 10:00", 状态="已完成", 说明="提前完成,逾期 0 天")
    made = page(WEEKLY, (PROGRAM, msgspec.structs.replace(LATE, entries=(boast,))))
    assert "逾期 6 个工作日" in table_under(made, "需要关注")[0][5]


# --- silence ---------------------------------------------------------------------------------------------------
def test_缺更新按部门列出人和事项_带变化() -> None:
    rows = table_under(page(WEEKLY, STORY, earlier=EARLIER), "缺更新")
    assert rows == [
        ["研发部", "1", "李明:rd/x1#4 固件测试"],
        ["市场部", "2(↓1)", "张悦:NPX-16 SEO 文案、pmo/collab#106 决议跟进:双十一预热改期"],
    ]


def test_缺更新不列保密事项() -> None:
    assert "NPX-77" not in repr(table_under(page(WEEKLY, (PROGRAM, SECRET)), "缺更新"))
    shown = msgspec.structs.replace(SECRET, confidential=False)
    assert "NPX-77" in repr(table_under(page(WEEKLY, (PROGRAM, shown)), "缺更新"))


# --- score card, burn-up, ratings ------------------------------------------------------------------------------
def test_记分卡带变化_三期起画走势() -> None:
    two, three = (page(WEEKLY, STORY, earlier=EARLIER[:count]) for count in (1, 2))
    assert table_under(three, "部门记分卡")[0][:3] == ["研发部", "50%(↑25) 1/2", "100% 1/1"]
    assert "按时完成率走势" not in told(two)
    trend = chart(three, "按时完成率走势")
    assert trend.labels == ("09-26", "10-03", "10-10")
    assert dict(trend.series) == {"研发部": (50.0, 100.0, 100.0), "市场部": (50.0, 50.0, 0.0)}


def test_走势从有数的那一期画起() -> None:
    """What nobody knew yet has no place on the axis: a wiki's diagram would draw a value there."""
    before = Edition("2025-09-19", {"在办": 2.0})
    trend = chart(page(WEEKLY, STORY, earlier=(*EARLIER, before)), "按时完成率走势")
    assert trend.labels == ("09-26", "10-03", "10-10")
    assert "走势" not in told(page(WEEKLY, STORY, earlier=(EARLIER[0], before, before)))


def test_没有话可说的列整列不出现() -> None:
    """Escalation is said where somebody was escalated to, files where somebody named one."""
    calm = page(WEEKLY, (PROGRAM, FIRMWARE))
    filed = msgspec.structs.replace(FIRMWARE, fields={"过程文件": "测试记录"})
    assert not [word for word in ("升级至", "过程文件", "延迟原因") if word in told(calm)]
    assert "升级至" in told(page(WEEKLY, (PROGRAM, LATE)))
    assert [row[-2:] for row in table_under(page(WEEKLY, (PROGRAM, filed)), "任务进度跟踪表")] == [["测试记录", "李明"]]


def test_部门改名_走势不断() -> None:
    """Figures are kept under what a department is called for ever."""
    made = page(WEEKLY, STORY)
    assert {"完成率:rd", "按时率:mkt"} <= made.figures.keys()


def test_燃起图的总数是当时的总数() -> None:
    """An item made this week was not there last week; a cancelled one is gone from then on."""
    old = item("NPX-1", "早", dept="rd", created="09-22 09:00", status="已完成", done_at=at("10-02 10:00"))
    new = item("NPX-2", "晚", dept="rd", created="10-09 09:00")
    gone = item("NPX-3", "弃", dept="rd", created="09-22 09:00", status="已取消", done_at=at("10-09 10:00"))
    curves = chart(page(WEEKLY, (PROGRAM, old, new, gone)), "每周的任务总数与完成数")
    assert curves.labels == ("09-19", "09-26", "10-03", "10-10")
    assert dict(curves.series) == {"总数": (0, 2, 2, 2), "已完成": (0, 0, 1, 1)}


def test_燃起图不数保密事项() -> None:
    curves = chart(page(WEEKLY, (PROGRAM, FIRMWARE, SECRET)), "每周的任务总数与完成数")
    assert curves.series[0][1][-1] == 1


def test_评分是一张雷达图_没评过的部门不在上面() -> None:
    radar = chart(page("部门记分卡:2025-10-10", STORY), "各部门平均分(1–5)")
    assert (radar.axes, radar.top) == (("响应及时性", "沟通效率", "交付质量"), 5.0)
    assert dict(radar.series) == {"研发部": (5.0, 5.0, 4.0)}


# --- noise, freshness, quality ---------------------------------------------------------------------------------
def test_打扰度说总数_变化_上限_最多的人_并说是替代指标() -> None:
    made = page(LEADING, STORY, mentions=MENTIONS, earlier=EARLIER)
    text = told(made).partition("打扰度(替代指标)")[2]
    assert "向 2 人发出即时提醒 12(↑3) 次(全组织);上限为每人每天 6 次" in text
    assert "这是替代指标" in text
    assert table_under(made, "打扰度") == [["张悦", "9", "4.5"], ["李明", "3", "1.5"]]  # 两个工作日


def test_打扰度至多列五人() -> None:
    made = page(LEADING, STORY, mentions={f"人{n}": n for n in range(1, 9)})
    assert [row[0] for row in table_under(made, "打扰度")] == ["人8", "人7", "人6", "人5", "人4"]


@pytest.mark.parametrize("key", [WEEKLY, "领导小组视图:2025-10-10", "部门记分卡:2025-10-10"])
def test_有来源没同步_第一眼就看到(key: str) -> None:
    first = told(page(key, STORY, stale=("gl-site", "jira-npx"), blocks=())).split("\n")[0]
    assert first.startswith("注意 以下来源未能按时同步:gl-site、jira-npx。")
    assert "未能按时同步" not in told(page(key, STORY))


def test_未登记的评论者列一次_带他写过的事项() -> None:
    """The words of people whom nobody knows have no effect: the office is told, once for each."""
    stray = [
        msgspec.structs.replace(one, entries=(*one.entries, said("进度更新", "外人", "10-10 11:00", 说明="好")))
        for one in (LATE, FIRMWARE)
    ]
    text = told(page(WEEKLY, (PROGRAM, *stray))).partition("数据质量")[2]
    assert text.count("外人(未登记)") == 1
    assert "rd/x1#4、NPX-12:组织文件中没有 外人(未登记)" in text


def test_保密事项不计入数字_页面也这样说() -> None:
    """The figures are the same with and without it."""
    without: tuple[WorkItem, ...] = tuple(one for one in STORY if one is not SECRET)
    assert page(WEEKLY, STORY).figures == page(WEEKLY, without).figures
    assert "保密事项 1 项:不在本页列名,也不计入本页的各项数字。" in told(page(WEEKLY, STORY))


def test_先句子_再决策_再灯_再缺更新_细节在后() -> None:
    text = told(page(WEEKLY, STORY))
    order = [
        "一句话",
        "最要紧",
        "需要决策",
        "本期决议",
        "需要关注",
        "红黄绿灯",
        "缺更新(",
        "甘特",
        "跟踪表",
        "数据质量",
    ]
    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)


def test_取消的工作不进记分卡的按时率和耗时() -> None:
    """The table and the bars under it count the same work."""
    items = (
        item(
            "NPX-1",
            "成",
            dept="rd",
            status="已完成",
            raw_due=day("10-09"),
            start=day("10-09"),
            done_at=at("10-09 10:00"),
        ),
        item(
            "NPX-2",
            "弃",
            dept="rd",
            status="已取消",
            raw_due=day("09-24"),
            start=day("09-15"),
            done_at=at("10-09 10:00"),
        ),
    )
    made = page("部门记分卡:2025-10-10", (PROGRAM, *items))
    assert table_under(made, "部门记分卡")[0][1:4] == ["100% 1/1", "100% 1/1", "1.0"]
    (spent,) = [block for block in made.document.blocks if isinstance(block, Bars) and block.title == "平均耗时"]
    assert spent.values == (("研发部", 1.0),)
