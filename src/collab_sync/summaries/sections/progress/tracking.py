"""The tracking table: what was computed beside what was written."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.overview.cells import progress_note
from collab_sync.summaries.sections.progress.cells import task_id
from collab_sync.summaries.sheet import Column, Section, Sheet


def reported(line: Line) -> str:
    """When somebody last reported."""
    entry = line.newest("进度更新")
    return line.scope.moment(entry.at) if entry else ""


def reasons(line: Line) -> str:
    entry = line.newest("进度更新")
    if entry is None:
        return ""
    return line.words.clauses(line.words.pair(name, entry.data.get(name, "")) for name in ("延迟原因", "需协调资源"))


def warning(line: Line) -> str:
    """What was flagged: the reported state if it is an alarm, and what the newest 【预警】 says."""
    state = line.text("progress_status")
    alarm = line.words.term(state) if state in ("遇到风险", "需支持") else ""
    return line.words.joined((alarm, line.said("预警", "影响", "原因"))) or line.scope.say("无")


TRACKING: Sheet[Line] = Sheet(
    "任务进度跟踪表",
    (
        Column("任务ID", task_id, ("S3-71",)),
        Column("任务名称", lambda line: line.title, ("S3-71",)),
        Column("责任部门", lambda line: line.department, ("S3-72",)),
        Column("当前状态", lambda line: line.status, ("S3-73", "S3-31", "S2-25")),
        Column("逾期(工作日)", lambda line: line.late or "", ("S0-26",), spare=True),
        Column("进展说明", progress_note, ("S3-74", "S3-29")),
        Column("延迟原因及需协调资源", reasons, ("S2-26",), spare=True),
        Column("更新时间", reported, ("S3-75",)),
        Column("风险预警", warning, ("S3-76", "S3-32")),
        Column(
            "过程文件",
            lambda line: line.words.joined((line.field("过程文件"), line.field("附件"))),
            ("S3-30", "S3-14"),
            spare=True,
        ),
        Column("负责人", lambda line: line.people("R"), ("S3-77",)),
    ),
    serves=("S3-70", "S0-64", "S0-26"),
)


def tracking(scope: SectionScope) -> tuple[Block, ...]:
    """Every task of people with what was computed beside what was written."""
    return TRACKING.blocks(scope, scope.tasks)


SECTION = Section("跟踪表", tracking, (TRACKING,))
