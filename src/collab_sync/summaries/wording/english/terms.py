"""Words of the model: what a field, a status, a label or an answer may say."""

from __future__ import annotations

from collections.abc import Mapping

TERMS: Mapping[str, str] = {
    # lights
    "红": "Red",
    "黄": "Yellow",
    "绿": "Green",
    # statuses, and what people report
    "未开始": "Not started",
    "进行中": "In progress",
    "待验收": "Awaiting acceptance",
    "已完成": "Done",
    "已结项": "Closed",
    "已取消": "Cancelled",
    "遇到风险": "At risk",
    "需支持": "Needs support",
    # levels
    "高": "High",
    "中": "Medium",
    "低": "Low",
    "紧急": "Urgent",
    "一般": "Normal",
    # phases
    "筹备": "Preparation",
    "执行": "Execution",
    "收尾": "Closing",
    "归档": "Archived",
    # answers
    "是": "Yes",
    "否": "No",
    "同意": "Approved",
    "不同意": "Rejected",
    "通过": "Passed",
    "部分通过": "Partly passed",
    "未通过": "Not passed",
    "待申请": "To be requested",
    # resources
    "充足": "Available",
    "紧张": "Tight",
    "缺口": "Short",
    "人力": "People",
    "物力": "Facilities",
    "财力": "Funds",
    "信息": "Information",
    "技术": "Technology",
    # types of items
    "任务": "Task",
    "协作需求": "Support request",
    "问题": "Issue",
    "风险": "Risk",
    "会议": "Meeting",
    "文档": "Document",
    "项目": "Programme",
    "立项申请": "Programme request",
    "资源申请": "Resource request",
    # kinds of words under an item
    "立项评估": "Programme assessment",
    "立项审批": "Programme approval",
    "资源审批": "Resource approval",
    "延期审批": "Extension approval",
    "验收结论": "Acceptance verdict",
    "审核意见": "Review comment",
    "修订": "Revision",
    "会签": "Sign-off",
    # who may say them
    "负责人(R)": "the owner (R)",
    "审批人(A)": "the approver (A)",
    "部门负责人": "a head of department",
    "资源负责人": "the resource owner",
    "资源所属部门负责人": "the head of the resource's department",
    "领导小组": "Steering group",
    "应急会议": "Emergency meeting",
    "决策层": "Executive board",
    "协同办公室": "Collaboration office",
    "协同办公室主任": "Head of the collaboration office",
    # what labels ask to be filled in
    "主责": "lead department",
    "决议": "decisions",
    "命名": "naming",
    "立项": "programme request",
    "截止日": "due date",
    "负责人": "owner",
    "风险应对": "risk response",
    "完成标准": "acceptance criteria",
}
