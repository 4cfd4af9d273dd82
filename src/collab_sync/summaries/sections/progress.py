"""How far things are: the tracking table, dates planned and real, who has not reported."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.analysis.reporting.updates import has_reported
from collab_sync.model.document import Block, BulletList, Text
from collab_sync.summaries.scope import TASKS, Line, SectionScope, joined
from collab_sync.summaries.sections.overview import progress_note
from collab_sync.summaries.sheet import Column, Section, Sheet, heading, sentence


def task_id(line: Line) -> str:
    """The frozen number where there is one, with the key behind it."""
    number = line.text("task_id")
    return f"{number} ({line.key})" if number else line.key


def reported(line: Line) -> str:
    """When somebody last reported."""
    entry = line.newest("进度更新")
    return line.scope.moment(entry.at) if entry else ""


def reasons(line: Line) -> str:
    entry = line.newest("进度更新")
    if entry is None:
        return ""
    return joined([f"{name}:{entry.data[name]}" for name in ("延迟原因", "需协调资源") if entry.data.get(name)], ";")


def warning(line: Line) -> str:
    """What was flagged: the reported state if it is an alarm, and what the newest 【预警】 says."""
    state = line.text("progress_status")
    alarm = state if state in ("遇到风险", "需支持") else ""
    return joined((alarm, line.said("预警", "影响", "原因"))) or "无"


def pushes(line: Line) -> str:
    history = line.facts.due_history
    unapproved = f",未批准 {history.unapproved_pushes}" if history.unapproved_pushes else ""
    return f"{history.pushes}{unapproved}"


TRACKING: Sheet[Line] = Sheet(
    "任务进度跟踪表",
    (
        Column("任务ID", task_id, ("S3-71",)),
        Column("任务名称", lambda line: line.title, ("S3-71",)),
        Column("责任部门", lambda line: line.department, ("S3-72",)),
        Column("当前状态", lambda line: line.status, ("S3-73", "S3-31", "S2-25")),
        Column("逾期(工作日)", lambda line: str(line.late), ("S0-26",)),
        Column("进展说明", progress_note, ("S3-74", "S3-29")),
        Column("延迟原因及需协调资源", reasons, ("S2-26",)),
        Column("更新时间", reported, ("S3-75",)),
        Column("风险预警", warning, ("S3-76", "S3-32")),
        Column("过程文件", lambda line: joined((line.field("过程文件"), line.field("附件"))), ("S3-30", "S3-14")),
        Column("负责人", lambda line: line.people("R"), ("S3-77",)),
    ),
    serves=("S3-70", "S0-64", "S0-26"),
)

SCHEDULE: Sheet[Line] = Sheet(
    "时间节点进度表",
    (
        Column("任务", lambda line: line.ref(title=True)),
        Column("负责人", lambda line: line.people("R"), ("S4-29",)),
        Column("原计划完成时间", lambda line: line.text("original_due"), ("S0-26",)),
        Column("计划完成时间", lambda line: line.due, ("S4-28",)),
        Column("实际完成时间", lambda line: line.scope.moment(line.facts.item.done_at, "%Y-%m-%d"), ("S0-26",)),
        Column("相差(工作日)", lambda line: str(line.late) if line.facts.due else "", ("S0-26",)),
        Column("延期次数", pushes, ("S0-63",)),
        Column("状态", lambda line: line.status, ("S4-30", "S0-59")),
    ),
    serves=("S4-27",),
)


def tracking(scope: SectionScope) -> tuple[Block, ...]:
    """Every task of people with what was computed beside what was written."""
    return TRACKING.blocks(scope.tasks)


def schedule(scope: SectionScope) -> tuple[Block, ...]:
    return SCHEDULE.blocks(scope.tasks)


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody responsible who has not reported in the period."""

    person: str
    line: Line


def missing(scope: SectionScope) -> tuple[Missing, ...]:
    """Pairs (R, item in progress) without a counting 【进度更新】 of his own in the period. A status change is none."""
    begin, end = scope.period
    found = []
    for line in scope.of(*TASKS):
        if line.facts.item.status != "进行中":
            continue
        doers = {one.key: one for one in line.facts.people("R")}
        found += [Missing(key, line) for key, one in doers.items() if not has_reported(line.facts, one, begin, end)]
    return tuple(found)


def not_updated(scope: SectionScope) -> tuple[Block, ...]:
    """Who has not reported, named without being notified."""
    begin, end = scope.period
    title = heading(f"缺更新({scope.moment(begin, '%m-%d %H:%M')} 至 {scope.moment(end, '%m-%d %H:%M')})")
    pairs = missing(scope)
    if not pairs:
        return (title, sentence("没有缺更新的任务。"))
    return (title, BulletList(tuple((Text(f"{pair.person} "), *pair.line.ref(title=True)) for pair in pairs)))


SECTIONS: tuple[Section, ...] = (
    Section("跟踪表", tracking, (TRACKING,)),
    Section("时间节点", schedule, (SCHEDULE,), serves=("S4-24",)),
    Section("缺更新", not_updated, serves=("S2-24", "S3-28", "S0-23")),
)
