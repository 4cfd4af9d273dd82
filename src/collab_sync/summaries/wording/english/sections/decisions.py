"""What was decided and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "决议事项": "Decision",
    "会议决议": "Meeting decisions",
    "会议": "Meeting",
    "需补充": "To be completed",
    "缺责任部门": "department missing",
    "缺完成时限": "due date missing",
    "上周进度": "Last week",
    "本周计划": "This week",
    "需协调事项": "To be coordinated",
    "{title}(截止 {due})": "{title} (due {due})",
}
