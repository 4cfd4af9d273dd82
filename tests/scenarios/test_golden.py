"""What the six weeks must say: when, about what, by which rule, to whom."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest
from tests.scenarios.telling import Row, Telling


class Golden(NamedTuple):
    """A line that must be there. ``people``: exactly those told at once; ``digest``: exactly those told in the digest;
    ``detail``: exactly, for labels and links; ``says``: words of the text."""

    at: str
    target: str
    rule: str
    action: str
    people: str = ""
    digest: str = ""
    step: str | None = None
    detail: str | None = None
    says: str = ""


C, P = "comment:sticky:", "comment:post"
FW, SITE = "rd/x1-firmware", "growth/x1-launch-site"
VENUE = "资源冲突:活动场地:NPX-17+NPX-18"
KICKOFF = "冯丽,吴敏,周倩,孙建国,王强,陈志远"
ALL_LIAISONS = "何平,刘洋,张悦,李明,郑凯,高洁"

GOLDEN = (
    Golden("09-15 Mon 09:30", "NPX-1", "init-incomplete", "label+", detail="需补齐:立项"),
    Golden("09-15 Mon 09:30", "NPX-1", "init-incomplete", C + "init", "周倩"),
    # 同一轮同一事项对周倩只提醒一次,归 init-incomplete;核心部门的评论照写。
    Golden("09-15 Mon 09:30", "NPX-1", "core-dept-5", C + "core"),
    Golden("09-15 Mon 11:20", "NPX-1", "init-incomplete", "label-", step="exit", detail="需补齐:立项"),
    Golden("09-15 Mon 13:00", "值班台", "gap-no-plan", C + "gap-第三方物流合作", "吴敏"),
    Golden("09-16 Tue 10:00", "NPX-1", "authority", P, "王强"),
    Golden("09-16 Tue 14:00", "X1", "init-approved", "program", detail="新品X1上市"),
    Golden("09-16 Tue 14:00", "启动会:NPX-1", "init-approved", "create:会议", KICKOFF),
    Golden("09-16 Tue 14:00", "page:项目主页:新品X1上市", "init-approved", "page"),
    Golden("09-17 Wed 14:00", "联席会:2025-09-17", "joint-meeting", "create:会议", "林珊", step="slot 2025-09-17"),
    Golden("09-18 Thu 09:00", "值班台", "gap-3d", C + "gap-第三方物流合作", "吴敏,沈岳,陈志远", step="3d"),
    Golden("09-18 Thu 14:30", "NPX-23", "risk-incomplete", "label+", detail="需补齐:风险应对"),
    Golden("09-18 Thu 14:30", "NPX-23", "risk-incomplete", C + "risk", "孙建国,陈志远"),
    Golden("09-19 Fri 16:00", "NPX-23", "risk-incomplete", "label-", step="exit", detail="需补齐:风险应对"),
    Golden("09-19 Fri 09:00", "NPX-2", "init-assess", C + "flow", "钱程", step=">2wd"),
    Golden("09-19 Fri 14:00", "NPX-25", "dept-accept", C + "accept", "陈志远", step="24h"),
    Golden("09-22 Mon 10:00", "NPX-19", "res-restricted", "label+", detail="资源:越权申请"),
    # 李然同时是资源负责人,同一轮已由 res-approve-owner 提醒;刘洋由本规则提醒。
    Golden("09-22 Mon 10:00", "NPX-19", "res-restricted", C + "restrict", "刘洋"),
    Golden("09-22 Mon 10:00", "NPX-19", "res-approve-owner", C + "approve", "李然", step="0h"),
    Golden("09-22 Mon 16:00", "NPX-20", "res-approve-group", C + "approve-group", "沈岳", step="0h"),
    Golden("09-23 Tue 19:40", "NPX-24", "urgent-fast", P, "冯丽,陈志远"),
    Golden("09-24 Wed 16:00", f"{FW}#1", "acc-result", "label+", detail="验收::通过"),
    Golden("09-24 Wed 16:00", "page:任务验收反馈表", "acc-result", "page", detail=f"{FW}#1"),
    Golden("09-25 Thu 09:00", "专题会:NPX-24", "first-responsible", "create:会议", "沈岳,陈志远"),
    Golden("09-26 Fri 09:00", "NPX-11", "esc-overdue", "label+", step=">2wd", detail="升级::L1"),
    Golden("09-26 Fri 09:00", "NPX-11", "esc-overdue", C + "overdue", "吴敏,郑凯", step=">2wd"),
    Golden("09-26 Fri 09:00", "NPX-4", "dep-not-ready", "label+", detail="依赖:未就绪"),
    Golden("09-26 Fri 09:00", "NPX-4", "dep-not-ready", C + "dep", digest="张悦,陈志远"),
    Golden("09-26 Fri 09:00", "NPX-27", "doc-revise", "label+", step=">3wd", detail="文档:修订超期"),
    Golden("09-26 Fri 09:00", "NPX-27", "doc-revise", C + "doc", "周倩,张悦", step=">3wd"),
    Golden("09-26 Fri 17:00", "周更新:C:2025-09-26", "weekly-update", P, "郑凯", says="NPX-33"),
    # 赵航 17:00 整才把固件第 12 项改为进行中:时段只看它之前的事实,所以不列他。
    Golden("09-26 Fri 17:00", "周更新:X1:2025-09-26", "weekly-update", P, "吴敏,郑凯", says="NPX-12"),
    Golden("09-28 Sun 09:00", "应急会议:X1:2025-09-28", "esc-overdue", "create:会议", "吴敏,沈岳,陈志远", step=">3wd"),
    Golden("09-28 Sun 16:45", "NPX-11", "esc-overdue", "label-", step="exit", detail="升级::L2"),
    Golden("09-28 Sun 16:45", "NPX-11", "esc-overdue", "label-", step="exit", detail="延期"),
    Golden("09-29 Mon 15:30", "NPX-27", "authority", P, "高洁"),
    Golden("09-30 Tue 09:00", "应急会议:X1:2025-09-30", "esc-overdue", "create:会议", "吴敏,沈岳,陈志远", step=">3wd"),
    Golden("09-30 Tue 09:00", "应急会议:X1:2025-09-30", "esc-overdue", "link", detail="relates NPX-12"),
    Golden("09-30 Tue 10:00", "NPX-27", "doc-signed", "label+", detail="文档::已会签"),
    Golden("09-30 Tue 10:00", "NPX-27", "doc-signed", "label+", detail="保留至:2027-09"),
    Golden("09-30 Tue 10:00", "page:文档发布:2025年Q3新品X1上市协作计划_市场部", "doc-signed", "page"),
    Golden("10-09 Thu 09:00", "周会:X1:2025-10-06", "weekly-meeting", "create:会议", ALL_LIAISONS,
           step="slot 2025-10-06"),
    Golden("10-09 Thu 09:00", "page:部门记分卡:2025-10-09", "scorecard", "page"),
    Golden("10-09 Thu 09:00", "page:表彰候选:2025-10-09", "awards", "page"),
    Golden("10-09 Thu 14:00", VENUE, "res-conflict", "create:会议", "沈岳,陈志远"),
    Golden("10-09 Thu 14:00", "NPX-17", "res-conflict", "label+", detail="资源:冲突"),
    Golden("10-09 Thu 14:00", "NPX-18", "res-conflict", "label+", detail="资源:冲突"),
    Golden("10-10 Fri 09:00", "NPX-12", "esc-overdue", "label+", step=">5wd", detail="升级::L3"),
    Golden("10-10 Fri 09:00", "NPX-12", "esc-overdue", C + "overdue", "沈岳", step=">5wd"),
    Golden("10-10 Fri 11:00", "NPX-17", "res-decision", P, "周倩"),
    Golden("10-10 Fri 11:00", "NPX-18", "res-decision", P, "王强"),
    Golden("10-10 Fri 11:00", "page:资源协调结果表", "res-decision", "page", detail=VENUE),
    Golden("10-10 Fri 11:30", "NPX-17", "res-conflict", "label-", step="exit", detail="资源:冲突"),
    Golden("10-10 Fri 11:30", "NPX-18", "res-conflict", "label-", step="exit", detail="资源:冲突"),
    Golden("10-10 Fri 16:00", f"{SITE}#4", "risk-flagged", "label+", detail="遇到风险"),
    Golden("10-10 Fri 16:00", f"{SITE}#4", "risk-flagged", C + "riskflag", digest="周倩"),
    Golden("10-13 Mon 11:00", f"{SITE}#4", "risk-flagged", "label-", step="exit", detail="遇到风险"),
    Golden("10-10 Fri 17:00", "周更新:X1:2025-10-10", "weekly-update", P, "李明", says=f"{FW}#7"),
    Golden("10-10 Fri 17:00", "周更新:B:2025-10-10", "weekly-update", P, "李明(销售)", says="NPX-29"),
    Golden("10-13 Mon 11:00", f"{FW}#15", "dept-accept", C + "accept", "冯丽,高洁", step="0h", says="客户成功部"),
    Golden("10-13 Mon 13:30", "NPX-35", "raci-one-a", "label+", detail="需补齐:RACI"),
    Golden("10-14 Tue 10:20", "NPX-35", "raci-one-a", "label-", step="exit", detail="需补齐:RACI"),
    Golden("10-13 Mon 14:00", "NPX-36", "raci-has-r", "label+", detail="需补齐:负责人"),
    Golden("10-13 Mon 14:00", "NPX-36", "dept-main-one", "label+", detail="需补齐:主责"),
    Golden("10-13 Mon 14:00", "NPX-36", "task-due", "label+", detail="需补齐:截止日"),
    Golden("10-13 Mon 14:00", "NPX-36", "raci-has-r", C + "raci", "林珊"),
    Golden("10-13 Mon 17:00", "周更新:X1:2025-10-10", "daily-report", C + "daily-missing", digest="何平"),
    Golden("10-14 Tue 15:30", f"{SITE}#7", "acc-result", "label+", detail="验收::未通过"),
    Golden("10-14 Tue 15:30", f"{SITE}#7", "acc-result", C + "acc", "张悦"),
    Golden("10-15 Wed 09:00", "应急会议:X1:2025-10-15", "esc-overdue", "create:会议", "沈岳,陈志远", step=">3wd"),
    Golden("10-15 Wed 09:00", "NPX-22", "risk-trigger", "label+", detail="风险:已触发"),
    Golden("10-15 Wed 09:00", "半年评估:2025-10-15", "half-year", "create:任务", "林珊"),
    Golden("10-15 Wed 10:00", "复盘:C", "retro-create", "create:会议", f"{ALL_LIAISONS},沈岳,陈志远"),
    Golden("10-15 Wed 10:00", "page:协同工作效果评估表:供应商准入流程优化", "retro-create", "page"),
    Golden("10-15 Wed 10:00", "page:跨部门协作分析报告:供应商准入流程优化", "retro-create", "page"),
    Golden("10-16 Thu 10:00", "NPX-20", "res-moved", P, "张悦,陈志远", says="20000"),
    Golden("10-16 Thu 10:00", "page:资源调配记录", "res-moved", "page", detail="NPX-20"),
    Golden("10-16 Thu 11:00", f"{FW}#13", "support-response", C + "support", "陈志远", step="0h"),
    Golden("10-17 Fri 11:00", f"{FW}#13", "support-response", C + "support", "沈岳,陈志远", step="24h"),
    Golden("10-17 Fri 09:00", f"{SITE}#7", "acc-replan", C + "acc", "周倩,张悦", step=">2wd"),
    Golden("10-20 Mon 09:00", f"{SITE}#5", "acc-rework", C + "acc", "周倩,李然", step=">0wd"),
    Golden("10-21 Tue 09:00", "复盘:C", "retro-3wd", P, "吴敏,林珊", step=">3wd"),
    Golden("10-21 Tue 15:00", "page:案例库", "archive", "page"),
    Golden("10-21 Tue 15:00", "复盘:C", "archive", "label+", detail="已归档"),
    Golden("10-21 Tue 15:00", "复盘:C", "archive", "label+", detail="保留至:2027-10"),
    Golden("10-21 Tue 15:00", "复盘:C", "archive", "transition", detail="已结项"),
    Golden("10-21 Tue 15:00", f"{SITE}#5", "acc-score-lint", P, digest="周倩", says="78"),
    Golden("10-24 Fri 17:40", "复盘:X1", "retro-create", "create:会议", f"{ALL_LIAISONS},沈岳,陈志远"),
    Golden("10-24 Fri 17:40", "page:协同工作效果评估表:新品X1上市", "retro-create", "page"),
    Golden("10-24 Fri 17:40", "page:跨部门协作分析报告:新品X1上市", "retro-create", "page"),
)  # fmt: skip


def matches(row: Row, golden: Golden) -> bool:
    same = all(row[name] == getattr(golden, name) for name in ("at", "target", "rule", "action"))
    same = same and (golden.step is None or row["step"] == golden.step)
    return same and (golden.detail is None or row["detail"] == golden.detail)


def people(cell: str | None) -> set[str]:
    return set((cell or "").split(",")) - {""}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda one: f"{one.at} {one.rule} {one.target} {one.detail or ''}")
def test_黄金断言_该说的话在该说的时刻说给该听的人(whole: Telling, golden: Golden) -> None:
    """Exactly one such line, with exactly these people."""
    found = [row for row in whole.log if matches(row, golden)]
    assert len(found) == 1
    assert people(found[0]["mention"]) == people(golden.people)
    assert people(found[0]["digest"]) == people(golden.digest)
    assert golden.says in found[0]["detail"]


def test_没有人缺更新_就什么也不写(whole: Telling) -> None:
    """The first Friday round of X1: no pair, no action."""
    assert [row for row in whole.log if (row["at"], row["rule"]) == ("09-19 Fri 17:00", "weekly-update")] == []


def test_未获授权的立项审批不生效(whole: Telling) -> None:
    """王强's approval of 09-16 10:00 changes nothing; 沈岳's of 14:00 does."""
    approved = [row["at"] for row in whole.log if row["target"] == "NPX-1" and row["detail"] == "立项::已批准"]
    assert approved == ["09-16 Tue 14:00"]


def test_跨系统的镜像事项只催一次(whole: Telling) -> None:
    """NPX-25 and fw#5 are one piece of work: exactly one comment after 24 hours, and a link on NPX-25."""
    late = [row["target"] for row in whole.log if row["at"] == "09-19 Fri 14:00" and row["rule"] == "dept-accept"]
    assert late == ["NPX-25"]


def test_延期获批后开始新的一轮_不会走到第五天(whole: Telling) -> None:
    """NPX-11 never climbs to >5wd, and nothing is said about it any more after the new date was agreed."""
    assert [row for row in whole.log if row["target"] == "NPX-11" and row["step"] == ">5wd"] == []
    assert [row for row in whole.log if row["target"] == "NPX-11" and row["at"] > "09-28 Sun 16:45"] == []


def test_资源排名写在协调会里_三点零比二点零(whole: Telling) -> None:
    """NPX-17 comes before NPX-18, each with its score."""
    issues = whole.ask("dump")["jira"]
    text = next(json.dumps(issue, ensure_ascii=False) for issue in issues.values() if "资源协调:" in issue["title"])
    first, second = text.index("NPX-17"), text.index("NPX-18")
    assert first < second
    assert "3.0" in text
    assert "2.0" in text


def test_通过验收的任务由人自己改状态_产品只建议(whole: Telling) -> None:
    """Optional transitions are off: the only transition of the story is on an issue of our own."""
    done = [(row["at"], row["target"], row["rule"]) for row in whole.log if row["action"].startswith("transition")]
    assert done == [("10-21 Tue 15:00", "复盘:C", "archive")]


def test_归档以后_项目不再有周报(whole: Telling) -> None:
    """C is archived on 10-21: no weekly page of 10-24, though the others have theirs."""
    pages = [row["target"] for row in whole.log if row["rule"] == "weekly-page" and row["at"] == "10-24 Fri 18:00"]
    assert pages == ["page:周报:双十一促销:2025-10-24", "page:周报:新品X1上市:2025-10-24"]
