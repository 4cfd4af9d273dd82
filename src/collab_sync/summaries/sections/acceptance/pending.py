"""What waits to be accepted or to be mended."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet

PENDING: Sheet[Line] = Sheet(
    "待验收与整改",
    (
        Column("任务", lambda line: line.ref(title=True), ("S3-38",)),
        Column("交付物", lambda line: line.said("验收申请", "交付物"), ("S2-36",)),
        Column("完成标准", lambda line: line.field("完成标准"), ("S2-36", "S3-39")),
        Column("审批人", lambda line: line.people("A")),
        Column("验收状态", lambda line: line.labelled("验收::"), ("S3-41", "S3-42")),
    ),
    empty="没有等待验收或整改的任务。",
)


def pending(scope: SectionScope) -> tuple[Block, ...]:
    """Tasks that carry a label of the acceptance group and are not passed."""
    return PENDING.blocks(scope, (line for line in scope.active if set(line.labels("验收::")) - {"通过"}))


SECTION = Section("待验收", pending, (PENDING,))
