"""What people report beside what was computed: whoever writes 按计划推进 six working days late is shown both."""

from __future__ import annotations

import re

from collab_sync.model.work_item import Entry
from collab_sync.summaries.scope import Line

_ON_PLAN = re.compile(r"按计划|正常推进|进展顺利|一切正常|没有问题|on (track|schedule|plan)|as planned", re.IGNORECASE)
_LONGEST = 20
_ADMITTED: tuple[str, ...] = ("遇到风险", "需支持")


def claim(line: Line) -> str:
    """How the newest report and the lateness go together; empty where neither says anything."""
    entry = line.newest("进度更新")
    if line.late > 0:
        return _late(line, entry)
    state = line.text("progress_status")
    if state in _ADMITTED:
        return line.scope.say("自述“{said}”,尚未逾期", said=line.scope.words.term(state))
    if line.facts.item.status == "未开始" and line.facts.due_in_wd is not None:
        return line.scope.say("尚未开始,距截止 {days} 个工作日", days=line.facts.due_in_wd)
    return ""


def _late(line: Line, entry: Entry | None) -> str:
    say, days = line.scope.say, line.late
    if entry is None:
        return say("没有自述,已逾期 {days} 个工作日", days=days)
    if entry.data.get("状态") == "已完成":
        return say("自述已完成,事项未关闭,已逾期 {days} 个工作日", days=days)
    words = _words(line, entry)
    if _smooth(entry):
        return say("自述“{said}”,实已逾期 {days} 个工作日", said=words, days=days)
    return say("已说明困难,逾期 {days} 个工作日", days=days)


def _smooth(entry: Entry) -> bool:
    """Whether a report sounds as if nothing were wrong: it says so, or names no difficulty at all."""
    if _ON_PLAN.search(f"{entry.data.get('说明', '')} {entry.text}"):
        return True
    named = any(entry.data.get(key) for key in ("延迟原因", "需协调资源"))
    return not named and entry.data.get("状态", "") not in _ADMITTED


def _words(line: Line, entry: Entry) -> str:
    said = entry.data.get("说明") or entry.text or line.words.term(entry.data.get("状态", ""))
    first = said.split("\n")[0]
    return f"{first[:_LONGEST]}…" if len(first) > _LONGEST else first
