"""What a measure found: figures with the bound they must keep, and the bound we want."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from benchmarks.measure import Sample

Verdict = Literal["goal", "pass", "missed", "told"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a measure. ``sense``: whether it must be at most or at least its bounds; without bounds it is only
    told. ``unit`` follows the number as it is (``×``, `` ms``, ``""``)."""

    what: str
    sample: Sample
    unit: str = "×"
    sense: Literal["at most", "at least"] = "at most"
    passes: float | None = None
    goal: float | None = None

    @property
    def verdict(self) -> Verdict:
        if self.passes is None:
            return "told"
        if self._keeps(self.passes if self.goal is None else self.goal):
            return "goal"
        return "pass" if self._keeps(self.passes) else "missed"

    def _keeps(self, bound: float) -> bool:
        found = self.sample.median
        return found <= bound if self.sense == "at most" else found >= bound


@dataclass(frozen=True, slots=True)
class Result:
    """Everything one measure found. ``costs``: the sides behind the ratios, in ``unit``; ``notes``: what a reader has
    to know to understand the figures (sizes, what was left out)."""

    figures: tuple[Figure, ...]
    costs: dict[str, Sample] = field(default_factory=dict)
    unit: str = "s"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: the short form takes a few minutes in all, the full one has a million items."""

    full: bool = False

    def of(self, short: int, full: int) -> int:
        return full if self.full else short


@dataclass(frozen=True, slots=True)
class Measure:
    """A named measure. ``run`` gets the size; it cleans up after itself."""

    id: str
    title: str
    run: Callable[[Size], Result]
