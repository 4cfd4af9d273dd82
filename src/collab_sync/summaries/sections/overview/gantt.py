"""Open tasks over time."""

from __future__ import annotations

from typing import Literal

from collab_sync.analysis.measures.milestones import milestones
from collab_sync.model.document import Block, Gantt, GanttTask
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Section, heading, sentence


def gantt(scope: SectionScope) -> tuple[Block, ...]:
    """Open tasks over time by department, milestones of the programme first; without a date they are only counted."""
    dated = [line for line in scope.active if line.facts.due]
    sections = [(scope.say("里程碑"), milestone_tasks(scope))]
    nobody = scope.say("未定部门")
    names = dict.fromkeys(line.department or nobody for line in dated)
    sections += [(name, tuple(_bar(line) for line in dated if (line.department or nobody) == name)) for name in names]
    filled = tuple((name, tasks) for name, tasks in sections if tasks)
    undated = len(scope.active) - len(dated)
    note = (
        (sentence(scope, "另有 {count} 项没有截止日,未画出。", count=scope.words.number(undated)),) if undated else ()
    )
    title = heading(scope, "甘特图")
    if not filled:
        return (title, *(note or (sentence(scope, "暂无。"),)))
    return (title, Gantt(scope.say("在办任务"), filled), *note)


def milestone_tasks(scope: SectionScope) -> tuple[GanttTask, ...]:
    """The programme's milestones as points in time."""
    if scope.program is None:
        return ()
    found = milestones(scope.program.facts)
    return tuple(GanttTask(one.name, one.due, one.due, "milestone") for one in found if one.due)


def _bar(line: Line) -> GanttTask:
    due = line.facts.due
    assert due is not None, "only dated items are drawn"
    return GanttTask(f"{line.key} {line.title}", min(line.began, due), due, _state(line))


def _state(line: Line) -> Literal["", "active", "crit"]:
    if line.late > 0:
        return "crit"
    return "active" if line.facts.item.status == "进行中" else ""


SECTION = Section("甘特", gantt, serves=("S0-26", "S2-09", "S4-25"))
