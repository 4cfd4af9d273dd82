"""How much work there was and how much of it was done, week by week: of the tasks that belong here now, as they were
then. What came from another programme or went to one, and what was deleted, is counted as if it always had."""

from __future__ import annotations

from datetime import date, timedelta

from collab_sync.model.document import Block, Curves
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sections.evaluation.scores import DONE
from collab_sync.summaries.sheet import Section, heading, sentence

_MOST_WEEKS = 12


def burn_up(scope: SectionScope) -> tuple[Block, ...]:
    """Two lines: tasks there were by the end of each week (cancelled ones until then), and those done by then."""
    if not scope.tasks:
        return ()
    ends = _weeks(scope)
    there = tuple(float(sum(_there(line, end) for line in scope.tasks)) for end in ends)
    done = tuple(float(sum(_done(line, end) for line in scope.tasks)) for end in ends)
    curves = Curves(
        scope.say("每周的任务总数与完成数"),
        tuple(scope.words.short_day(end) for end in ends),
        ((scope.say("总数"), there), (scope.say("已完成"), done)),
        scope.say("项"),
    )
    told = sentence(
        scope,
        "至 {day}:共 {total} 项,已完成 {done} 项;上周末共 {total_before} 项,已完成 {done_before} 项。",
        day=scope.words.short_day(ends[-1]),
        total=int(there[-1]),
        done=int(done[-1]),
        total_before=int(there[-2]),
        done_before=int(done[-2]),
    )
    return (heading(scope, "燃起图"), told, curves)


def _weeks(scope: SectionScope) -> tuple[date, ...]:
    """Days a week apart up to today: from the week before the first task, at most a quarter of them."""
    first = min(scope.calendar.local_date(line.facts.item.created_at) for line in scope.tasks)
    weeks = min(max((scope.today - first).days // 7 + 1, 1), _MOST_WEEKS - 1)
    return tuple(scope.today - timedelta(weeks=back) for back in range(weeks, -1, -1))


def _there(line: Line, end: date) -> bool:
    """Whether the task existed by then; one that was cancelled only until it was."""
    scope, item = line.scope, line.facts.item
    if scope.calendar.local_date(item.created_at) > end:
        return False
    gone = item.status == "已取消"
    return not gone or (item.done_at is not None and scope.calendar.local_date(item.done_at) > end)


def _done(line: Line, end: date) -> bool:
    item = line.facts.item
    return item.status in DONE and item.done_at is not None and line.scope.calendar.local_date(item.done_at) <= end


SECTION = Section("燃起图", burn_up, serves=("S3-34", "S3-33"))
