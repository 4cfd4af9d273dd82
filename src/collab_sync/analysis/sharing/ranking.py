"""In which order requests that compete for a resource are proposed: a suggestion, the decision is people's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from collab_sync.analysis.facts import MISSING, Facts, PathReader, Value, ValueKind
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.natural import natural
from collab_sync.analysis.subject_facts import ConflictFacts

SCORE = "arbitration_score"
"""The derived number of a request by which requests are ordered."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Reads the requests of a conflict as ``NPX-17(3.0)、NPX-18(2.0)``: highest score first, those without one last,
    equals by key. ``score``: None where the office derives no score."""

    score: PathReader | None
    kind: ValueKind = "text"
    choices: tuple[str, ...] = ()

    def value(self, facts: Facts) -> Value:
        ranked = self.ranked(cast(ConflictFacts, facts))
        return "、".join(f"{item.item.source.key}{_shown(points)}" for item, points in ranked) or MISSING

    def flips_at(self, facts: Facts, thresholds: Sequence[int]) -> datetime | None:
        """Scores do not change with time alone."""
        return None

    def ranked(self, facts: ConflictFacts) -> tuple[tuple[ItemFacts, Decimal | None], ...]:
        """The requests in order, each with its score."""
        scored = [(item, self._points(item)) for item in facts.members]
        return tuple(sorted(scored, key=_first_best))

    def _points(self, item: ItemFacts) -> Decimal | None:
        value = self.score.value(item) if self.score else MISSING
        return Decimal(value) if isinstance(value, int | Decimal) else None


def _first_best(scored: tuple[ItemFacts, Decimal | None]) -> tuple[bool, Decimal, tuple[tuple[int, str], ...]]:
    item, points = scored
    return points is None, -(points or Decimal(0)), natural(item.item.source.key)


def _shown(points: Decimal | None) -> str:
    return "" if points is None else f"({points:.1f})"
