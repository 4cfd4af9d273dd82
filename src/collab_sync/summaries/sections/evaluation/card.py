"""The score card of departments, each figure beside its change since the last edition, and how it went over time."""

from __future__ import annotations

from datetime import date

from collab_sync.model.document import Block, Curves
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.evaluation.scores import DIMENSIONS, Ratio, Score, by_department
from collab_sync.summaries.sheet import Column, Section, Sheet

COMPLETED, IN_TIME = "完成率:", "按时率:"
"""Names of figures, before the department."""
_FEWEST = 3
"""Two points are a change, and that stands in the table already."""


def _mean(score: Score, dimension: int) -> str:
    found = score.mean(dimension)
    return f"{found:.1f}" if found is not None else score.scope.say("暂无评价")


def _dimension(index: int) -> Column[Score]:
    return Column(DIMENSIONS[index], lambda score: _mean(score, index), ("S3-44", "S3-43", "S1-06"))


def _share(score: Score, figure: str, ratio: Ratio) -> str:
    """``67%(↑5) 2/3``: the share, its change in points, what it was counted from."""
    if ratio.percent is None:
        return score.scope.say("暂无数据")
    number = score.scope.words.number
    return f"{score.scope.figure(figure, round(ratio.percent), '%')} {number(ratio.part)}/{number(ratio.whole)}"


def _completed(score: Score) -> str:
    return _share(score, f"{COMPLETED}{_lasting(score)}", score.completed)


def _in_time(score: Score) -> str:
    return _share(score, f"{IN_TIME}{_lasting(score)}", score.in_time)


def _lasting(score: Score) -> str:
    """What the department is called in the figures of all editions, whatever its name is by then."""
    department = score.lines[0].facts.department
    return department.key if department else score.name


CARD: Sheet[Score] = Sheet(
    "部门记分卡",
    (
        Column("部门", lambda score: score.name, ("S1-22", "S3-44")),
        Column("任务完成率", _completed, ("S3-44", "S1-22", "S0-07")),
        Column("按时完成率", _in_time, ("S1-22", "S0-30", "S1-03")),
        Column("平均耗时(工作日)", lambda score: score.days, ("S3-44", "S0-34")),
        *map(_dimension, range(len(DIMENSIONS))),
        Column("依据(事项数/评价数)", lambda score: f"{len(score.lines)}/{len(score.marks)}", ("S1-46",)),
    ),
    serves=("S1-22", "S3-44", "S1-46"),
)


def card(scope: SectionScope) -> tuple[Block, ...]:
    """The table, then how work in time developed once there are enough editions."""
    scores = by_department(scope)
    return (*CARD.blocks(scope, scores), *_trend(scope, scores))


def _trend(scope: SectionScope, scores: tuple[Score, ...]) -> tuple[Block, ...]:
    """From the first edition on in which anything was known: a line over what nobody knew would be made up."""
    days = [date.fromisoformat(edition.slot) for edition in reversed(scope.request.earlier)]
    labels = tuple(scope.words.short_day(day) for day in (*days, scope.today))
    rows = ((score.name, f"{IN_TIME}{_lasting(score)}") for score in scores)
    series = tuple((shown, (*scope.past(figure), scope.figures.get(figure))) for shown, figure in rows)
    known = tuple((shown, row) for shown, row in series if any(value is not None for value in row))
    first = min(
        (next(at for at, value in enumerate(row) if value is not None) for _, row in known), default=len(labels)
    )
    if len(labels) - first < _FEWEST:
        return ()
    since = tuple((shown, row[first:]) for shown, row in known)
    return (Curves(scope.say("按时完成率走势"), labels[first:], since, "%", 100.0),)


SECTION = Section("记分卡", card, (CARD,), serves=("S1-46", "S0-05", "S1-08", "S1-23"))
