"""Which pages there are and which sections each consists of. To add a page, add a line.

A key is ‹kind›, ‹kind›:‹name› or ‹kind›:‹name›:‹slot›. ``about`` says what ‹name› is; a page about the organisation has
none. A section that no page shows would not be reachable; the tests see to it that there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from collab_sync.summaries.sections import (
    acceptance,
    archive,
    decisions,
    evaluation,
    landing,
    mechanism,
    overview,
    period,
    program,
    progress,
    quality,
    resources,
    risks,
    roles,
    tasks,
)
from collab_sync.summaries.sheet import Section


@dataclass(frozen=True, slots=True)
class PageKind:
    """``sections``: names in order; ``fixed``: shown whatever ``blocks`` a request names; ``looks_back``: shows what
    the rules did, which is read for it alone."""

    name: str
    about: Literal["program", "item", "org"]
    sections: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    looks_back: bool = False


SECTIONS: Mapping[str, Section] = {
    section.name: section
    for module in (
        period,
        overview,
        progress,
        tasks,
        roles,
        resources,
        risks,
        decisions,
        acceptance,
        evaluation,
        archive,
        program,
        quality,
        mechanism,
        landing,
    )
    for section in module.SECTIONS
}

LANDING = "首页"
"""The page from which all others are reached; it stands where the pages begin."""

KINDS: tuple[PageKind, ...] = (
    PageKind(
        "周报",
        "program",
        # For somebody in a hurry: the state, what needs a decision, what is late, who is silent; then the detail.
        (
            "同步情况",
            "概要",
            "冲突与决议",
            "灯",
            "缺更新",
            "甘特",
            "燃起图",
            "跟踪表",
            "风险",
            "资源",
            "决议跟进",
            "记分卡",
            "数据质量",
        ),
        fixed=("同步情况", "概要"),
    ),
    PageKind(
        "角色分工表",
        "program",
        # Who does what and to which end: the registers that people look up between two weekly reports.
        (
            "概况",
            "目标说明书",
            "角色分工",
            "RACI",
            "职责明细",
            "职责空白",
            "干系人",
            "登记表",
            "责任分工",
            "分配表",
            "计划表",
            "时间节点",
            "燃起图",
            "风险提示",
            "议程",
        ),
    ),
    PageKind(
        "项目主页",
        "program",
        (
            "概况",
            "立项",
            "目标说明书",
            "里程碑",
            "流程图",
            "登记表",
            "计划表",
            "责任分工",
            "分配表",
            "时间节点",
            "风险",
            "资源需求",
            "待接收",
            "待验收",
            "会议决议",
            "决议跟进",
            "数据质量",
        ),
    ),
    PageKind("任务登记表", "program", ("登记表", "待接收")),
    PageKind("部门责任分工表", "program", ("责任分工", "职责明细", "职责空白")),
    PageKind("协同任务分配表", "program", ("分配表",)),
    PageKind("任务进度跟踪表", "program", ("跟踪表", "时间节点", "燃起图", "缺更新", "风险提示")),
    PageKind("协作计划表", "program", ("计划表", "时间节点", "流程图", "里程碑")),
    PageKind("周例会议程", "program", ("议程", "缺更新", "风险提示", "决议跟进")),
    PageKind("任务验收反馈表", "org", ("验收", "待验收")),
    PageKind("资源清单", "org", ("资源", "人才池", "资源需求", "资源缺口", "成本分摊")),
    PageKind("资源调配记录", "org", ("资源调配",)),
    PageKind("资源协调结果表", "org", ("资源协调结果",)),
    PageKind("风险登记册", "org", ("风险", "风险提示")),
    PageKind("决议跟进", "org", ("会议决议", "决议跟进")),
    PageKind("协同工作效果评估表", "program", ("效果评估", "验收")),
    PageKind("跨部门协作分析报告", "program", ("记分卡", "完成率", "平均耗时", "评分雷达", "柱状图", "验收")),
    PageKind("案例库", "org", ("案例库",)),
    PageKind(
        "部门记分卡",
        "org",
        ("同步情况", "记分卡", "完成率", "平均耗时", "评分雷达", "柱状图"),
        fixed=("同步情况", "记分卡"),
    ),
    PageKind("表彰候选", "org", ("表彰候选",)),
    PageKind("文档发布", "item", ("文档",)),
    PageKind("归档核对", "org", ("归档核对",)),
    PageKind(
        "领导小组视图",
        "org",
        (
            "同步情况",
            "概要",
            "项目总览",
            "冲突与决议",
            "灯",
            "风险",
            "资源缺口",
            "资源需求",
            "人才池",
            "成本分摊",
            "资源协调结果",
            "记分卡",
            "打扰度",
            "权限核对",
            "数据质量",
        ),
        fixed=("同步情况",),
    ),
    PageKind("机制回顾", "org", ("规则使用", "逾期与升级", "打扰度", "数据补齐", "规则变更"), looks_back=True),
    PageKind(LANDING, "org", ("目录",)),
)


def kind_of(key: str) -> PageKind | None:
    """The kind a page's key begins with."""
    return next((kind for kind in KINDS if kind.name == key.partition(":")[0]), None)
