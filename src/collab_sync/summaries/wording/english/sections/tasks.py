"""Who does what by when."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "跨部门任务登记表": "Task register",
    "任务背景与目标": "Background and goal",
    "发起部门": "Requesting department",
    "关联部门": "Supporting departments",
    "交付物标准": "Acceptance criteria",
    "依赖资源": "Resources needed",
    "附件": "Attachments",
    "关联资源": "Resources",
    "协助人": "Supported by",
    "截止日期": "Due",
    "进度状态": "Status",
    "部门时间节点": "Department date",
    "协作需求": "Support needed",
    "跨部门协作计划表": "Collaboration plan",
    "任务依赖关系": "Depends on",
    "资源需求": "Resources needed",
    "待接收清单": "Waiting to be accepted",
    "接收部门": "Asked department",
    "提出时间": "Requested on",
    "没有待接收的协作需求。": "No support requests are waiting to be accepted.",
    "{start} 至 {end}": "{start} to {end}",
    "{start} 起": "from {start}",
}
