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
    number = scope.words.number
    shares = " / ".join(f"{scope.words.light(light)} {number(counts[light])}" for light in LIGHTS)
    text = scope.say(
        "在办 {active} 项,{shares};本期完成 {done} 项;需领导小组决策 {waiting} 项。",
        active=number(len(scope.active)),
        shares=shares,
        done=number(done),
        waiting=number(waiting),
    )
    return (Paragraph((Strong(scope.say("一句话")), Text(scope.say(":{text}", text=text)))),)


SECTION = Section("概要", summary, serves=("S1-18", "S2-03", "S3-02"))
