"""What several pages say of an item at a glance: its newest report, its light, whether leaders must decide."""

from __future__ import annotations

from collections.abc import Iterable

from collab_sync.summaries.scope import Line

LIGHTS: tuple[str, ...] = ("红", "黄", "绿")

LEADERS = "升级::L3"
"""The label that says: the leading group must decide."""


_BODIES = {"L1": "部门负责人", "L2": "应急会议", "L3": "领导小组"}
"""Where a matter is by level."""


def escalated(line: Line) -> str:
    """Where it is by now: ``领导小组``; empty while it is with those who do it."""
    level = max(line.labels("升级::"), default="")
    return line.words.term(_BODIES.get(level, level))


def progress_note(line: Line) -> str:
    """The newest report as its author wrote it, with its day; a dash for none."""
    entry = line.newest("进度更新")
    if entry is None:
        return "—"
    said = entry.data.get("说明") or entry.text or line.words.term(entry.data.get("状态", ""))
    return f"{line.scope.moment(entry.at, '%m-%d')} {said}".strip()


def count_lights(lines: Iterable[Line]) -> dict[str, int]:
    """How many items show each light."""
    shown = [line.light for line in lines]
    return {light: shown.count(light) for light in LIGHTS}
