"""The leaves of a condition: one path and one question, compiled to closures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from collab_sync.analysis.facts import MISSING, UNKNOWN, Absent, Facts, PathReader, Relation
from collab_sync.errors import Place
from collab_sync.rules.conditions import operators
from collab_sync.rules.conditions.predicate import Answer, Predicate, Trace, earliest, next_flip
from collab_sync.rules.conditions.shortcuts import Ask, quickened, shortest
from collab_sync.rules.schema.conditions import CountRange


@dataclass(frozen=True, slots=True)
class Spot:
    """A path as written, its reader, and where it stands."""

    path: str
    reader: PathReader
    place: Place | None


def never(place: Place | None) -> Predicate:
    """Stands in for a part that could not be compiled: the rule set is refused anyway."""
    return Predicate(
        lambda _facts: False, lambda _facts: None, lambda _facts: Trace(False, "无法编译", "", place), frozenset()
    )


def presence(spot: Spot, present: bool) -> Predicate:
    """Whether there is a value; unknown where it could not be read."""
    value = shortest(spot.reader)

    def holds(facts: Facts) -> Answer:
        found = value(facts)
        return None if found is UNKNOWN else (found is not MISSING) is present

    return _reading(spot, holds, (), "present" if present else "missing")


def leaf(spot: Spot, operator: str, operand: object) -> Predicate:
    """A value against a literal, the shortest way there is to ask."""
    limits = operators.thresholds(operator, operand) if spot.reader.kind == "number" else ()
    holds = quickened(spot.reader, operator, operand, _asking(spot.reader, operator, operand))
    return _reading(spot, holds, limits, f"{operator} {_written(operand)}")


def _asking(reader: PathReader, operator: str, operand: object) -> Ask:
    """The question as it is asked of any path."""
    value = shortest(reader)
    test = operators.comparison(operator, operand, reader.kind)
    on_missing = operators.on_missing(operator)

    def holds(facts: Facts) -> Answer:
        found = value(facts)
        if found.__class__ is Absent:
            return None if found is UNKNOWN else on_missing
        return test(found)

    return holds


def counting(spot: Spot, operand: object) -> Predicate:
    """How many members a set has; a set that is missing has none."""
    ranges = {"eq": operand} if isinstance(operand, int) else _given(operand)
    tests = [operators.comparison(operator, limit, "number") for operator, limit in ranges.items()]

    def holds(facts: Facts) -> Answer:
        found = spot.reader.value(facts)
        if found is UNKNOWN:
            return None
        size = len(found) if isinstance(found, tuple | frozenset) else 0
        return all(test(size) for test in tests)

    return _reading(spot, holds, (), f"count {', '.join(f'{operator} {limit}' for operator, limit in ranges.items())}")


def _given(operand: object) -> Mapping[str, object]:
    assert isinstance(operand, CountRange)
    return {name: getattr(operand, name) for name in type(operand).model_fields if name in operand.model_fields_set}


def between_fields(spot: Spot, operator: str, other: Spot) -> Predicate:
    """Two paths of one subject against each other; False unless both have a value."""
    test = operators.field_comparison(operator)
    read_left, read_right = spot.reader.value, other.reader.value

    def holds(facts: Facts) -> Answer:
        left, right = read_left(facts), read_right(facts)
        if left is UNKNOWN or right is UNKNOWN:
            return None
        return left is not MISSING and right is not MISSING and test(left, right)

    def flips_at(facts: Facts) -> datetime | None:
        readers = (spot.reader, other.reader)
        return earliest(one.flips_at(facts, operators.neighbours(one.value(facts))) for one in readers)

    def trace(facts: Facts) -> Trace:
        actual = f"{operators.shown(read_left(facts))} 与 {operators.shown(read_right(facts))}"
        return Trace(holds(facts), f"{spot.path}: {operator} {other.path}", actual, spot.place)

    return Predicate(holds, flips_at, trace, frozenset({spot.path, other.path}))


def existing(of: str, relation: Relation, inner: Predicate, place: Place | None) -> Predicate:
    """Whether some member of a relation satisfies ``inner``."""

    def holds(facts: Facts) -> Answer:
        members = relation.members(facts)
        if isinstance(members, Absent):
            return None if members is UNKNOWN else False
        answers = {inner.holds(member) for member in members}
        return True if True in answers else (None if None in answers else False)

    def flips_at(facts: Facts) -> datetime | None:
        members = relation.members(facts)
        if isinstance(members, Absent):
            return None
        return next_flip(tuple(_of_member(inner, member) for member in members), True, facts)

    def trace(facts: Facts) -> Trace:
        members = relation.members(facts)
        found = () if isinstance(members, Absent) else tuple(_named(inner.trace(one), one) for one in members)
        actual = operators.shown(members) if isinstance(members, Absent) else f"{len(members)} 个"
        return Trace(holds(facts), f"{of} 里至少有一个:", actual, place, found)

    return Predicate(holds, flips_at, trace, frozenset({of}))


def _of_member(inner: Predicate, member: Facts) -> Predicate:
    return Predicate(
        lambda _outer: inner.holds(member),
        lambda _outer: inner.flips_at(member),
        lambda _outer: inner.trace(member),
        inner.paths,
    )


def _named(trace: Trace, member: Facts) -> Trace:
    return Trace(trace.answer, f"{member.subject.key}: {trace.text}", trace.actual, trace.place, trace.children)


def _reading(spot: Spot, holds: Callable[[Facts], Answer], limits: tuple[int, ...], question: str) -> Predicate:
    reader = spot.reader
    return Predicate(
        holds,
        lambda facts: reader.flips_at(facts, limits),
        lambda facts: Trace(holds(facts), f"{spot.path}: {question}", operators.shown(reader.value(facts)), spot.place),
        frozenset({spot.path}),
    )


def _written(operand: object) -> str:
    return operators.shown(operand) if isinstance(operand, str | int | Decimal | date | tuple) else str(operand)
