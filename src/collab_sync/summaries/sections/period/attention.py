"""Shares of the lights, and every red and yellow item with what people say of it beside what was computed."""

from __future__ import annotations

from collab_sync.model.document import Block, Pie
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.overview.cells import LIGHTS, count_lights, progress_note
from collab_sync.summaries.sections.period.claims import claim
from collab_sync.summaries.sheet import Column, Section, Sheet, heading

ATTENTION: Sheet[Line] = Sheet(
    "需要关注(红、黄)",
    (
        Column("任务", lambda line: line.ref(title=True)),
        Column("部门", lambda line: line.department),
        Column("负责人", lambda line: line.people("R")),
        Column("截止", lambda line: line.due),
        Column("逾期(工作日)", lambda line: line.late),
        Column("灯", lambda line: line.lamp, ("S2-41",)),
        Column("升级", lambda line: line.labelled("升级::"), ("S3-35",)),
        Column("自述与计算", claim, ("S3-33", "S2-25")),
        Column("最近进展", progress_note, ("S3-33",)),
    ),
    empty="没有红灯和黄灯。",
)


def attention(scope: SectionScope) -> tuple[Block, ...]:
    """Shares of the lights, then every red and yellow item, red first, the latest of each first."""
    counts = count_lights(scope.active)
    shown = tuple((scope.words.term(light), count) for light, count in counts.items())
    pie = (heading(scope, "红黄绿灯"), Pie(scope.say("红黄绿灯"), shown))
    drawn: tuple[Block, ...] = pie if any(counts.values()) else ()
    return (*drawn, *ATTENTION.blocks(scope, alarming(scope)))


def alarming(scope: SectionScope) -> tuple[Line, ...]:
    """Open tasks with a red or yellow light: red first, then by lateness, then as everywhere."""
    found = [line for line in scope.active if line.light in LIGHTS[:2]]
    return tuple(sorted(found, key=lambda line: (LIGHTS.index(line.light), -line.late)))


SECTION = Section("灯", attention, (ATTENTION,), serves=("S2-41", "S3-18", "S3-33"))
