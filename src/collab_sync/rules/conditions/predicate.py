"""A compiled condition, and how several become one (Kleene's three-valued logic; None is *unknown*)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from collab_sync.analysis.facts import Facts
from collab_sync.errors import Place

Answer = bool | None


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a condition holds or not: ``answer`` (None: 无法判断), ``text`` as written, ``actual`` value found."""

    answer: Answer
    text: str
    actual: str = ""
    place: Place | None = None
    children: tuple[Trace, ...] = ()

    @property
    def word(self) -> str:
        return {True: "是", False: "否", None: "无法判断"}[self.answer]

    def __str__(self) -> str:
        return "\n".join(self._lines(0))

    def _lines(self, depth: int) -> list[str]:
        actual = f" (实际:{self.actual})" if self.actual else ""
        place = f"  [{self.place}]" if self.place else ""
        head = f"{'  ' * depth}{self.word}  {self.text}{actual}{place}"
        return [head, *(line for child in self.children for line in child._lines(depth + 1))]


@dataclass(frozen=True, slots=True)
class Predicate:
    """``holds``: True, False, or None where something could not be read.

    ``flips_at``: the earliest instant after now at which time alone may change the answer; may be too early, never
    too late; None: never. ``trace``: the reason, built on demand. ``paths``: every path read, of the subject itself.
    """

    holds: Callable[[Facts], Answer]
    flips_at: Callable[[Facts], datetime | None]
    trace: Callable[[Facts], Trace]
    paths: frozenset[str]


def earliest(instants: Iterable[datetime | None]) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)


def joined(word: Literal["all", "any"], parts: Sequence[Predicate], place: Place | None) -> Predicate:
    """All of ``parts``, or at least one of them."""
    if len(parts) == 1:
        return parts[0]
    decisive = word == "any"
    return Predicate(
        holds=kleene(tuple(part.holds for part in parts), decisive),
        flips_at=lambda facts: next_flip(parts, decisive, facts),
        trace=lambda facts: _joined_trace(word, parts, decisive, place, facts),
        paths=frozenset().union(*(part.paths for part in parts)),
    )


def kleene(answers: tuple[Callable[[Facts], Answer], ...], decisive: bool) -> Callable[[Facts], Answer]:
    """``decisive`` True: or; False: and."""

    def holds(facts: Facts) -> Answer:
        result: Answer = not decisive
        for answer in answers:
            found = answer(facts)
            if found is decisive:
                return decisive
            if found is None:
                result = None
        return result

    return holds


def next_flip(parts: Sequence[Predicate], decisive: bool, facts: Facts) -> datetime | None:
    """While some part decides alone, nothing changes before every deciding part may have changed."""
    deciding = [part for part in parts if part.holds(facts) is decisive]
    if not deciding:
        return earliest(part.flips_at(facts) for part in parts)
    latest = None
    for part in deciding:
        flip = part.flips_at(facts)
        if flip is None:
            return None
        latest = flip if latest is None else max(latest, flip)
    return latest


def negated(part: Predicate, place: Place | None) -> Predicate:
    def holds(facts: Facts) -> Answer:
        answer = part.holds(facts)
        return None if answer is None else not answer

    def trace(facts: Facts) -> Trace:
        inner = part.trace(facts)
        return Trace(None if inner.answer is None else not inner.answer, "不成立:", "", place, (inner,))

    return Predicate(holds, part.flips_at, trace, part.paths)


def _joined_trace(
    word: Literal["all", "any"], parts: Sequence[Predicate], decisive: bool, place: Place | None, facts: Facts
) -> Trace:
    children = tuple(part.trace(facts) for part in parts)
    answers = [child.answer for child in children]
    answer: Answer = decisive if decisive in answers else (None if None in answers else not decisive)
    return Trace(answer, "至少一项:" if word == "any" else "全部:", "", place, children)
