"""Completion by department."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.evaluation.bars import bars
from collab_sync.summaries.sheet import Section


def completion(scope: SectionScope) -> tuple[Block, ...]:
    """Completion by department as bars."""
    return bars(scope, "任务完成率", lambda score: score.completed.percent)


SECTION = Section("完成率", completion, serves=("S3-44", "S3-46"))
