"""What a weekly meeting goes through."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.overview.cells import progress_note
from collab_sync.summaries.sheet import Column, Section, Sheet


def plan(line: Line) -> str:
    """What is to be done by when."""
    return line.scope.say("{title}(截止 {due})", title=line.title, due=line.due or line.scope.say("未定"))


AGENDA: Sheet[Line] = Sheet(
    "周例会议程",
    (
        Column("上周进度", lambda line: f"{line.key} {progress_note(line)}", ("S2-28",)),
        Column("本周计划", plan, ("S2-28",)),
        Column("需协调事项", lambda line: line.said("进度更新", "需协调资源", "延迟原因"), ("S2-28",)),
    ),
    serves=("S2-28",),
)


def agenda(scope: SectionScope) -> tuple[Block, ...]:
    """What a weekly meeting goes through: last week, this week, what needs coordination."""
    return AGENDA.blocks(scope, scope.active)


SECTION = Section("议程", agenda, (AGENDA,))
