"""Work done in time by department."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.evaluation.bars import bars
from collab_sync.summaries.sheet import Section


def comparison(scope: SectionScope) -> tuple[Block, ...]:
    """Work done in time by department as bars."""
    return bars(scope, "按时完成率", lambda score: score.in_time.percent)


SECTION = Section("柱状图", comparison, serves=("S3-46",))
