"""Mean working days by department."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.evaluation.bars import bars
from collab_sync.summaries.sheet import Section


def durations(scope: SectionScope) -> tuple[Block, ...]:
    """Mean working days by department as bars."""
    return bars(scope, "平均耗时", lambda score: score.mean_days, unit="工作日", top=None)


SECTION = Section("平均耗时", durations, serves=("S3-44", "S0-34"))
