"""Departments beside each other as bars."""

from __future__ import annotations

from collections.abc import Callable

from collab_sync.model.document import Bars, Block
from collab_sync.summaries.scope import SectionScope
from collab_sync.summaries.sections.evaluation.scores import Score, by_department


def bars(
    scope: SectionScope,
    title: str,
    figure: Callable[[Score], float | None],
    unit: str = "%",
    top: float | None = 100.0,
) -> tuple[Block, ...]:
    """The bars, whose title stands in the picture; nothing where no department has the figure."""
    shown = tuple((score.name, value) for score in by_department(scope) if (value := figure(score)) is not None)
    return (Bars(scope.say(title), shown, scope.say(unit), top),) if shown else ()
