"""The three marks by department."""

from __future__ import annotations

from collections.abc import Callable

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.evaluation.bars import bars
from collab_sync.summaries.sections.evaluation.scores import DIMENSIONS, Score
from collab_sync.summaries.sheet import Section, heading, sentence


def ratings(scope: SectionScope) -> tuple[Block, ...]:
    """The three marks as one picture each: a radar is not drawn by every version of the diagram language."""
    blocks: list[Block] = []
    for index, dimension in enumerate(DIMENSIONS):
        blocks += bars(scope, dimension, _at(index), unit="分", top=5.0)
    return (heading(scope, "协作评价(响应及时性、沟通效率、交付质量)"), *(blocks or [sentence(scope, "暂无评价。")]))


def _at(index: int) -> Callable[[Score], float | None]:
    return lambda score: score.mean(index)


SECTION = Section("评分雷达", ratings, serves=("S3-46", "S3-43"))
