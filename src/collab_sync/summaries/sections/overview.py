"""What one sees first: numbers in a sentence, lights, what needs attention, the plan over time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from collab_sync.analysis.measures.milestones import milestones
from collab_sync.model.document import Block, Curves, Gantt, GanttTask, Paragraph, Pie, Strong, Text
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet, heading, sentence

LIGHTS: tuple[str, ...] = ("红", "黄", "绿")
LEADERS = "升级::L3"
"""The label that says: the leading group must decide."""
_CURVE_WEEKS = 8


def progress_note(line: Line) -> str:
    """The newest report as its author wrote it, with its day; a dash for none."""
    entry = line.newest("进度更新")
    if entry is None:
        return "—"
    said = entry.data.get("说明") or entry.text or entry.data.get("状态", "")
    return f"{line.scope.moment(entry.at, '%m-%d')} {said}".strip()


ATTENTION: Sheet[Line] = Sheet(
    "需要关注(红、黄)",
    (
        Column("任务", lambda line: line.ref(title=True)),
        Column("部门", lambda line: line.department),
        Column("负责人", lambda line: line.people("R")),
        Column("截止", lambda line: line.due),
        Column("逾期(工作日)", lambda line: str(line.late)),
        Column("灯", lambda line: line.light, ("S2-41",)),
        Column("升级", lambda line: line.labelled("升级::"), ("S3-35",)),
        Column("最近进展", progress_note, ("S3-33",)),
    ),
    empty="没有红灯和黄灯。",
)


def summary(scope: SectionScope) -> tuple[Block, ...]:
    """One sentence with the numbers that matter."""
    counts = lights(scope.active)
    begin, end = scope.period
    done = sum(1 for line in scope.tasks if (at := line.facts.item.done_at) and begin <= at < end)
    waiting = sum(LEADERS in line.facts.item.labels and line.facts.item.open for line in scope.lines)
    shares = " / ".join(f"{light} {counts[light]}" for light in LIGHTS)
    text = f"在办 {len(scope.active)} 项,{shares};本期完成 {done} 项;需领导小组决策 {waiting} 项。"
    return (Paragraph((Strong("一句话"), Text(f":{text}"))),)


def lights(lines: Iterable[Line]) -> dict[str, int]:
    """How many items show each light."""
    shown = [line.light for line in lines]
    return {light: shown.count(light) for light in LIGHTS}


def lights_section(scope: SectionScope) -> tuple[Block, ...]:
    """Shares of the lights, then every red and yellow item, red first."""
    counts = lights(scope.active)
    alarming = [line for light in LIGHTS[:2] for line in scope.active if line.light == light]
    pie = Pie("红黄绿灯", tuple(counts.items()))
    drawn: tuple[Block, ...] = (pie,) if any(counts.values()) else ()
    return (*drawn, *ATTENTION.blocks(alarming))


def gantt(scope: SectionScope) -> tuple[Block, ...]:
    """Open tasks over time by department, milestones of the programme first; without a date they are only counted."""
    dated = [line for line in scope.active if line.facts.due]
    sections = [("里程碑", milestone_tasks(scope))]
    names = dict.fromkeys(line.department or "未定部门" for line in dated)
    sections += [
        (name, tuple(_bar(line) for line in dated if (line.department or "未定部门") == name)) for name in names
    ]
    filled = tuple((name, tasks) for name, tasks in sections if tasks)
    undated = len(scope.active) - len(dated)
    note = (sentence(f"另有 {undated} 项没有截止日,未画出。"),) if undated else ()
    title = heading("甘特(在办)")
    if not filled:
        return (title, *(note or (sentence("暂无。"),)))
    return (title, Gantt("在办任务", filled), *note)


def milestone_tasks(scope: SectionScope) -> tuple[GanttTask, ...]:
    """The programme's milestones as points in time."""
    if scope.program is None:
        return ()
    found = milestones(scope.program.facts)
    return tuple(GanttTask(one.name, one.due, one.due, "milestone") for one in found if one.due)


def curve(scope: SectionScope) -> tuple[Block, ...]:
    """How many tasks were done by the end of each of the last weeks, of all that exist now."""
    ends = [scope.today - timedelta(weeks=back) for back in reversed(range(_CURVE_WEEKS))]
    done = [scope.calendar.local_date(at) for line in scope.tasks if (at := line.facts.item.done_at)]
    labels = tuple(f"{end:%m-%d}" for end in ends)
    values = tuple(float(sum(day <= end for day in done)) for end in ends)
    if not scope.tasks:
        return ()
    return (heading("进度曲线"), Curves("累计完成", labels, (("已完成", values),), "项", float(len(scope.tasks))))


def _bar(line: Line) -> GanttTask:
    due = line.facts.due
    assert due is not None, "only dated items are drawn"
    return GanttTask(f"{line.key} {line.title}", min(line.began, due), due, _state(line))


def _state(line: Line) -> Literal["", "active", "crit"]:
    if line.late > 0:
        return "crit"
    return "active" if line.facts.item.status == "进行中" else ""


SECTIONS: tuple[Section, ...] = (
    Section("概要", summary, serves=("S1-18", "S2-03", "S3-02")),
    Section("灯", lights_section, (ATTENTION,), serves=("S2-41", "S3-18", "S3-33")),
    Section("甘特", gantt, serves=("S0-26", "S2-09", "S4-25")),
    Section("曲线", curve, serves=("S3-34",)),
)
