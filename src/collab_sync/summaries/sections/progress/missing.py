"""Who has not reported in the period."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.analysis.reporting.updates import has_reported
from collab_sync.model.document import Block, BulletList, Text
from collab_sync.summaries.scope import TASKS, Line, SectionScope
from collab_sync.summaries.sheet import Section, heading, sentence


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
    since, until = (scope.moment(at, "%m-%d %H:%M") for at in (begin, end))
    title = heading(scope, "缺更新({since} 至 {until})", since=since, until=until)
    pairs = missing(scope)
    if not pairs:
        return (title, sentence(scope, "没有缺更新的任务。"))
    return (title, BulletList(tuple((Text(f"{pair.person} "), *pair.line.ref(title=True)) for pair in pairs)))


SECTION = Section("缺更新", not_updated, serves=("S2-24", "S3-28", "S0-23"))
