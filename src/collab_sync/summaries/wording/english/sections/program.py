"""A programme."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "跨部门协同项目立项申请表": "Programme request",
    "项目背景": "Background",
    "目标": "Goal",
    "预期成果": "Expected outcome",
    "所需资源": "Resources needed",
    "建议参与部门": "Proposed departments",
    "范围内": "In scope",
    "范围外": "Out of scope",
    "评估与审批": "Assessment and approval",
    "没有找到立项申请。": "No programme request was found.",
    "已评": "assessed",
    "项目概况": "At a glance",
    "名称": "Name",
    "代号": "Code",
    "项目负责人(协同小组组长)": "Programme lead",
    "战略优先级": "Strategic priority",
    "核心部门": "Core departments",
    "协作目标说明书": "Goals and scope",
    "最终交付成果": "Final outcome",
    "关键里程碑": "Key milestones",
    "协作边界": "Scope",
    "协作流程图(任务依赖)": "Workflow (dependencies of tasks)",
    "任务之间没有写明依赖。": "No dependencies between tasks are stated.",
    "协作流程": "Workflow",
    "没有写明里程碑。": "No milestones are stated.",
    "各项目进展": "Programmes",
    "红/黄/绿": "Red/yellow/green",
    "逾期": "Overdue",
    "高风险": "High risks",
    "待领导小组决策": "For the steering group",
    "另有保密项目 {count} 个。": "Confidential programmes not listed: {count}.",
}
