"""What was before the page: earlier editions, mentions, pages that stand, the log of the rules."""

from __future__ import annotations

from tests.unit.summaries.page_world import at

from collab_sync.model.action import LogLine
from collab_sync.summaries.past import Practice, Standing
from collab_sync.summaries.scope import Edition

LAST_WEEK = {
    "在办": 6.0,
    "红": 0.0,
    "黄": 2.0,
    "绿": 4.0,
    "逾期": 0.0,
    "本期完成": 1.0,
    "缺更新": 3.0,
    "需领导小组决策": 0.0,
    "缺更新:mkt": 3.0,
    "完成率:rd": 25.0,
    "按时率:rd": 100.0,
    "按时率:mkt": 50.0,
    "提醒总数": 9.0,
    "提醒人数": 2.0,
    "触发:esc-overdue": 1.0,
    "数据质量": 5.0,
}
EARLIER = (Edition("2025-10-03", LAST_WEEK), Edition("2025-09-26", {**LAST_WEEK, "按时率:rd": 50.0, "在办": 4.0}))
"""Newest first."""

MENTIONS = {"张悦": 9, "李明": 3}


def line(when: str, rule: str, step: str, target: str, action: str) -> LogLine:
    """A line of the write-back log. ``action``: verb, and after a blank its detail."""
    verb, _, detail = action.partition(" ")
    return LogLine(at=at(when), rule=rule, order=1, step=step, target=target, action=verb, detail=detail)


LOG = (
    line("09-17 09:00", "fields", "", "NPX-12", "label+ 需补齐:完成标准"),
    line("09-18 09:00", "fields", "", "NPX-16", "label+ 需补齐:完成标准"),
    line("09-19 10:00", "fields", "exit", "NPX-16", "label- 需补齐:完成标准"),
    line("09-26 09:00", "esc-overdue", ">0wd", "NPX-12", "label+ 延期"),
    line("09-26 09:00", "esc-overdue", ">0wd", "NPX-12", "comment:sticky:overdue 已过截止日"),
    line("09-26 09:00", "esc-overdue", ">0wd", "NPX-16", "label+ 延期"),
    line("09-26 09:00", "esc-overdue", ">0wd", "NPX-77", "label+ 延期"),
    line("09-29 09:00", "esc-overdue", ">2wd", "NPX-12", "label+ 升级::L1"),
    line("09-29 09:00", "esc-overdue", ">2wd", "NPX-16", "label+ 升级::L1"),
    line("09-29 09:00", "esc-overdue", ">2wd", "NPX-77", "label+ 升级::L1"),
    line("09-30 15:00", "esc-overdue", "exit", "NPX-16", "label- 延期"),
    line("09-30 15:00", "esc-overdue", "exit", "NPX-16", "label- 升级::L1"),
    line("10-10 09:00", "esc-overdue", ">5wd", "NPX-12", "label+ 升级::L3"),
    line("10-10 09:00", "esc-overdue", ">5wd", "NPX-12", "label- 升级::L1"),
    line("10-10 10:00", "fields", "", "NPX-36", "label+ 需补齐:RACI"),
    line("10-10 18:00", "weekly-page", "slot 2025-10-10", "page:周报:新品X1上市:2025-10-10", "page all"),
)
"""NPX-77 is confidential."""

PRACTICE = Practice(
    lines=LOG,
    rules={"fields": "必填项(fields)", "esc-overdue": "逾期升级阶梯(esc-overdue)", "weekly-page": "周报页(weekly-page)",
           "awards": "季度表彰候选(awards)"},
    versions=((at("09-01 09:00"), "2025.09.0"), (at("09-22 09:00"), "2025.09.1")),
)  # fmt: skip
HALF_YEAR = (at("04-15 09:00"), at("10-15 09:00"))


def stands(
    kind: str, name: str = "", *slots: str, group: str = "program", url: str = "https://wiki.example"
) -> tuple[Standing, ...]:
    """A series as it stands on the tracker."""
    return tuple(
        Standing(kind, name, slot, url and f"{url}/{kind}/{slot or name}", "2025-10-10", group)  # type: ignore[arg-type]
        for slot in slots or ("",)
    )


STANDS = (
    *stands("周报", "新品X1上市", "2025-09-19", "2025-10-03", "2025-09-26", "2025-10-10"),
    *stands("角色分工表", "新品X1上市"),
    *stands("领导小组视图", "", "2025-10-10", group="org"),
    *stands("文档发布", "新品X1协作计划", group="item", url=""),
)
