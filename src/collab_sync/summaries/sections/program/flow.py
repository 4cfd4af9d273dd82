"""What must be done before what."""

from __future__ import annotations

from collab_sync.model.document import Block, Flow
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Section, heading, sentence


def flow(scope: SectionScope) -> tuple[Block, ...]:
    """What must be done before what, of tasks that wait for others."""
    keys = {line.key: line for line in scope.tasks}
    arrows = [(before, line.key) for line in scope.tasks for before in _before(line) if before in keys]
    used = list(dict.fromkeys(key for arrow in arrows for key in arrow))
    title = heading(scope, "协作流程图(任务依赖)")
    if not arrows:
        return (title, sentence(scope, "任务之间没有写明依赖。"))
    steps = tuple(f"{key} {keys[key].title}" for key in used)
    return (title, Flow(scope.say("协作流程"), steps, tuple((used.index(a), used.index(b)) for a, b in arrows)))


def _before(line: Line) -> tuple[str, ...]:
    return tuple(link.target for link in line.facts.item.links if link.kind == "blocked_by")


SECTION = Section("流程图", flow, serves=("S4-19", "S4-20"))
