"""Label changes as writes: one request per item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from collab_sync.analysis.subject_facts import FILED, FILED_LABEL, PROGRAM_TYPE
from collab_sync.model.action import LabelWrite, LogLine, PlannedWrite, Target
from collab_sync.model.work_item import WorkItem
from collab_sync.planner.context import PlanningContext, name_of
from collab_sync.planner.desks.labels import Cause, LabelChange
from collab_sync.planner.occasion import Decided


def label_writes(changes: Iterable[LabelChange], context: PlanningContext) -> tuple[Decided, ...]:
    """The label writes of one tick, and those that are only reported."""
    found: list[Decided] = []
    for change in changes:
        if change.add or change.remove:
            found.append(Decided(_row(change.item, change.add, change.remove, context)))
        if change.only_reported:
            found.append(Decided(_row(change.item, change.only_reported, {}, context), sent=False))
    return tuple(found)


def _row(
    item: WorkItem, add: Mapping[str, Cause], remove: Mapping[str, Cause], context: PlanningContext
) -> PlannedWrite:
    lines = [_line(item, "label+", label, cause, context) for label, cause in add.items()]
    lines += [_line(item, "label-", label, cause, context) for label, cause in remove.items()]
    content = hashlib.sha256(f"{sorted(add)}{sorted(remove)}".encode()).hexdigest()[:16]
    at = context.now.strftime("%Y%m%dT%H%M%SZ")
    rules = "、".join(dict.fromkeys(cause.rule for cause in (*add.values(), *remove.values())))
    return PlannedWrite(
        key=f"label|{item.id}|{at}|{content}",
        project=item.source.project,
        write=LabelWrite(target=Target(ref=item.source), add=tuple(add), remove=tuple(remove)),
        lines=tuple(lines),
        reason=f"规则 {rules} · {item.source.key}",
    )


def _line(item: WorkItem, action: str, label: str, cause: Cause, context: PlanningContext) -> LogLine:
    if item.type == PROGRAM_TYPE and label == FILED_LABEL and action == "label+":
        return _filed(item, cause, context)
    return LogLine(
        at=context.now,
        rule=cause.rule,
        order=cause.order,
        step=cause.step,
        target=name_of(item),
        project=item.source.project,
        action=action,
        detail=label,
    )


def _filed(item: WorkItem, cause: Cause, context: PlanningContext) -> LogLine:
    """A programme is filed: what people see in the log is the programme and its new phase."""
    return LogLine(
        at=context.now,
        rule=cause.rule,
        order=cause.order,
        step=cause.step,
        target=item.fields.get("代号", item.source.key),
        project=item.source.project,
        action="program",
        detail=FILED,
    )
