"""Mean working days by department."""

from __future__ import annotations

from statistics import fmean

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.evaluation.bars import bars
from collab_sync.summaries.sections.evaluation.scores import Score, working_days
from collab_sync.summaries.sheet import Section


def durations(scope: SectionScope) -> tuple[Block, ...]:
    """Mean working days by department as bars."""
    return bars(scope, "平均耗时", _days, unit="工作日", top=None)


def _days(score: Score) -> float | None:
    spent = [days for line in score.lines if (days := working_days(line)) is not None]
    return fmean(spent) if spent else None


SECTION = Section("平均耗时", durations, serves=("S3-44", "S0-34"))
