"""Shares of the lights, and every red and yellow item with what people say of it beside what was computed."""

from __future__ import annotations

from collab_sync.model.document import Block, Pie
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.overview.cells import LIGHTS, count_lights, escalated, progress_note
from collab_sync.summaries.sections.period.claims import claim
from collab_sync.summaries.sheet import Column, Section, Sheet

ATTENTION: Sheet[Line] = Sheet(
    "需要关注(红、黄)",
    (
        Column("灯", lambda line: line.lamp, ("S2-41",)),
        Column("任务", lambda line: line.ref(title=True)),
        Column("部门", lambda line: line.department),
        Column("负责人", lambda line: line.people("R")),
        Column("截止", lambda line: line.due),
        Column("自述与计算", claim, ("S3-33", "S2-25")),
        Column("升级至", escalated, ("S3-35",), spare=True),
        Column("最近进展", progress_note, ("S3-33",)),
    ),
    empty="没有红灯和黄灯。",
)


def attention(scope: SectionScope) -> tuple[Block, ...]:
    """Every red and yellow item, red first, the latest of each first; then the shares of the lights."""
    counts = count_lights(scope.active)
    shown = tuple((scope.words.term(light), count) for light, count in counts.items())
    drawn = (Pie(scope.say("红黄绿灯"), shown),) if any(counts.values()) else ()
    return (*ATTENTION.blocks(scope, alarming(scope)), *drawn)


def alarming(scope: SectionScope) -> tuple[Line, ...]:
    """Open tasks with a red or yellow light: red first, then by lateness, then as everywhere."""
    found = [line for line in scope.active if line.light in LIGHTS[:2]]
    return tuple(sorted(found, key=lambda line: (LIGHTS.index(line.light), -line.late)))


SECTION = Section("灯", attention, (ATTENTION,), serves=("S2-41", "S3-18", "S3-33"))
