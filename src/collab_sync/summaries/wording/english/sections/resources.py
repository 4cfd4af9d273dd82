"""What is shared."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "企业资源整合清单": "Shared resources",
    "资源类型": "Kind",
    "资源名称": "Resource",
    "所属部门": "Belongs to",
    "可用状态": "Availability",
    "备注": "Remarks",
    "可共享": "May be shared",
    "{start}~{end} 不可用 {why}": "not available {start} to {end} {why}",
    "人才池": "Talent pool",
    "资源需求清单": "Resource requests",
    "申请部门": "Requesting department",
    "建议排序": "Suggested order",
    "审批": "Approval",
    "待批": "Waiting for approval",
    "资源缺口": "Resource gaps",
    "缺口开始": "Short since",
    "补充方案": "Plan to fill the gap",
    "尚无,请补充": "none yet, please add one",
    "没有缺口。": "No gaps.",
    "协调会": "Meeting",
    "涉及申请": "Requests concerned",
    "结论": "Conclusion",
    "落实事项": "To be done",
    "没有资源协调决议。": "No decisions about resources yet.",
    "成本分摊表": "Costs by department",
    "已批准金额": "Approved amount",
    "已报费用": "Reported costs",
}
