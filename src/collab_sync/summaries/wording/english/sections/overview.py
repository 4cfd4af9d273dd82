"""What one sees first."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "一句话": "In one sentence",
    ":{text}": ": {text}",
    "需要关注(红、黄)": "Needs attention (red and yellow)",
    "灯": "Light",
    "没有红灯和黄灯。": "No red or yellow lights.",
    "升级至": "Escalated to",
    "红黄绿灯": "Lights of open tasks",
    "甘特图": "Timeline",
    "在办任务": "Open tasks",
    "未定部门": "No department yet",
    "另有 {count} 项没有截止日,未画出。": "Not shown because they have no due date: {count}.",
}
