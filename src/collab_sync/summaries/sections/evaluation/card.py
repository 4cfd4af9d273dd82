"""The score card of departments."""

from __future__ import annotations

from collab_sync.model.document import Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.evaluation.scores import DIMENSIONS, Score, by_department
from collab_sync.summaries.sheet import Column, Section, Sheet


def _mean(score: Score, dimension: int) -> str:
    found = score.mean(dimension)
    return f"{found:.1f}" if found is not None else score.scope.say("暂无评价")


def _dimension(index: int) -> Column[Score]:
    return Column(DIMENSIONS[index], lambda score: _mean(score, index), ("S3-44", "S3-43", "S1-06"))


CARD: Sheet[Score] = Sheet(
    "部门记分卡",
    (
        Column("部门", lambda score: score.name, ("S1-22", "S3-44")),
        Column("任务完成率", lambda score: score.completed.told(score.scope), ("S3-44", "S1-22", "S0-07")),
        Column("按时完成率", lambda score: score.in_time.told(score.scope), ("S1-22", "S0-30", "S1-03")),
        Column("平均耗时(工作日)", lambda score: score.days, ("S3-44", "S0-34")),
        *map(_dimension, range(len(DIMENSIONS))),
        Column("依据(事项数/评价数)", lambda score: f"{len(score.lines)}/{len(score.marks)}", ("S1-46",)),
    ),
    serves=("S1-22", "S3-44", "S1-46"),
)


def card(scope: SectionScope) -> tuple[Block, ...]:
    return CARD.blocks(scope, by_department(scope))


SECTION = Section("记分卡", card, (CARD,), serves=("S1-46", "S0-05", "S1-08", "S1-23"))
