"""What may go wrong."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "风险点": "Risk",
    "影响": "Impact",
    "概率": "Likelihood",
    "等级": "Level",
    "应对措施": "Response",
    "触发条件": "Trigger",
    "逾期工作日数": "working days late",
    "已触发": "Triggered",
    "监控中": "Monitored",
    "进行中任务的风险提示": "Risks reported on open tasks",
    "提示": "Reported",
    "方案": "Way out",
    "没有报告遇到风险或需支持的任务。": "No task is reported at risk or in need of support.",
}
