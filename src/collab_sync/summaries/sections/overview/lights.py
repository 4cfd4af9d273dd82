"""Shares of the lights, and every red and yellow item."""

from __future__ import annotations

from collab_sync.model.document import Block, Pie
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.overview.cells import LIGHTS, count_lights, progress_note
from collab_sync.summaries.sheet import Column, Section, Sheet

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
        Column("最近进展", progress_note, ("S3-33",)),
    ),
    empty="没有红灯和黄灯。",
)


def lights_section(scope: SectionScope) -> tuple[Block, ...]:
    """Shares of the lights, then every red and yellow item, red first."""
    counts = count_lights(scope.active)
    alarming = [line for light in LIGHTS[:2] for line in scope.active if line.light == light]
    pie = Pie(scope.say("红黄绿灯"), tuple((scope.words.term(light), count) for light, count in counts.items()))
    drawn: tuple[Block, ...] = (pie,) if any(counts.values()) else ()
    return (*drawn, *ATTENTION.blocks(scope, alarming))


SECTION = Section("灯", lights_section, (ATTENTION,), serves=("S2-41", "S3-18", "S3-33"))
