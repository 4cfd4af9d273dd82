"""Open tasks whose newest report is an alarm."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import Line, SectionScope
from collab_sync.summaries.sheet import Column, Section, Sheet

FLAGGED: Sheet[Line] = Sheet(
    "进行中任务的风险提示",
    (
        Column("任务", lambda line: line.ref(title=True), ("S3-31",)),
        Column("负责人", lambda line: line.people("R")),
        Column("提示", lambda line: line.term("progress_status"), ("S3-31", "S3-32")),
        Column(
            "说明",
            lambda line: line.words.joined((line.said("进度更新", "说明"), line.said("进度更新", "延迟原因"))),
            ("S3-32",),
        ),
        Column("方案", lambda line: line.said("方案", "内容"), ("S0-28",)),
    ),
    empty="没有报告遇到风险或需支持的任务。",
)


def flagged(scope: SectionScope) -> tuple[Block, ...]:
    """Open tasks whose newest report says 遇到风险 or 需支持."""
    return FLAGGED.blocks(
        scope, (line for line in scope.active if line.text("progress_status") in ("遇到风险", "需支持"))
    )


SECTION = Section("风险提示", flagged, (FLAGGED,))
