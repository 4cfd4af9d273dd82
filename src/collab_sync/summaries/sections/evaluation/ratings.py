"""The three marks by department in one picture."""

from __future__ import annotations

from collab_sync.model.document import Block, Radar
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.evaluation.scores import DIMENSIONS, by_department
from collab_sync.summaries.sheet import Section, heading, sentence

_TOP = 5.0


def ratings(scope: SectionScope) -> tuple[Block, ...]:
    """A radar with one line per department that was rated; the numbers themselves stand in the score card."""
    rated = [score for score in by_department(scope) if score.marks]
    title = heading(scope, "协作评价")
    if not rated:
        return (title, sentence(scope, "暂无评价。"))
    axes = tuple(scope.say(dimension) for dimension in DIMENSIONS)
    series = tuple((score.name, tuple(_rounded(score.mean(at)) for at in range(len(axes)))) for score in rated)
    return (title, Radar(scope.say("各部门平均分(1–5)"), axes, series, _TOP))


def _rounded(mean: float | None) -> float | None:
    return None if mean is None else round(mean, 1)


SECTION = Section("评分雷达", ratings, serves=("S3-46", "S3-43"))
