"""How far things are."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "当前状态": "Status",
    "进展说明": "Latest update",
    "延迟原因及需协调资源": "Reason for delay, help needed",
    "更新时间": "Updated",
    "风险预警": "Risk alerts",
    "过程文件": "Working documents",
    "延迟原因": "Reason for delay",
    "需协调资源": "Help needed",
    "无": "None",
    "时间节点进度表": "Planned and actual dates",
    "原计划完成时间": "First planned for",
    "计划完成时间": "Planned for",
    "实际完成时间": "Done on",
    "相差(工作日)": "Working days late",
    "延期次数": "Times postponed",
    "{all},未批准 {unapproved}": "{all}, {unapproved} without approval",
    "缺更新({since} 至 {until})": "Updates missing ({since} to {until})",
    "没有缺更新的任务。": "No updates are missing.",
}
