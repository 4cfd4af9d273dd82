"""One sentence with the numbers that matter."""

from __future__ import annotations

from collab_sync.model.document import Block, Paragraph, Strong, Text
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.overview.cells import LEADERS, LIGHTS, count_lights
from collab_sync.summaries.sheet import Section


def summary(scope: SectionScope) -> tuple[Block, ...]:
    """One sentence with the numbers that matter."""
    counts = count_lights(scope.active)
    begin, end = scope.period
    done = sum(1 for line in scope.tasks if (at := line.facts.item.done_at) and begin <= at < end)
    waiting = sum(LEADERS in line.facts.item.labels and line.facts.item.open for line in scope.lines)
    shares = " / ".join(f"{light} {counts[light]}" for light in LIGHTS)
    text = f"在办 {len(scope.active)} 项,{shares};本期完成 {done} 项;需领导小组决策 {waiting} 项。"
    return (Paragraph((Strong("一句话"), Text(f":{text}"))),)


SECTION = Section("概要", summary, serves=("S1-18", "S2-03", "S3-02"))
