"""Compiled conditions against a naive interpreter, on numbers that move with time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from collab_sync.analysis.facts import MISSING, UNKNOWN, Absent, Facts, MemberKind, Value
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.rules.conditions import compile_condition
from collab_sync.rules.schema.conditions import Condition

START = datetime(2025, 9, 15, tzinfo=UTC)
HOURS = 12
"""How far a world is followed. Every number changes by at most one an hour."""


@dataclass(frozen=True)
class Moving:
    """A number (or its absence) at every hour; ``path`` → values."""

    series: dict[str, tuple[Value, ...]]
    hour: int = 0

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.WORK_ITEM, "移动的数")

    @property
    def now(self) -> datetime:
        return START + timedelta(hours=self.hour)

    def value(self, path: str) -> Value:
        return self.series[path][self.hour]

    def at(self, hour: int) -> Moving:
        return Moving(self.series, hour)


@dataclass(frozen=True)
class Column:
    path: str
    choices: tuple[str, ...] = ()
    kind: Any = "number"

    def value(self, facts: Facts) -> Value:
        assert isinstance(facts, Moving)
        return facts.value(self.path)

    def flips_at(self, facts: Facts, thresholds: Sequence[int]) -> datetime | None:
        """No earlier than the contract demands: a threshold is crossed between the number below it and itself."""
        assert isinstance(facts, Moving)
        here = facts.value(self.path)
        if not isinstance(here, int):
            return None
        for hour in range(facts.hour + 1, HOURS):
            there = facts.series[self.path][hour]
            assert isinstance(there, int)
            if any((here < threshold) != (there < threshold) for threshold in thresholds):
                return START + timedelta(hours=hour)
        return None


class Columns:
    def reader(self, subject: MemberKind, path: str) -> Column | None:
        return Column(path) if path in ("甲", "乙", "丙") else None

    def relation(self, subject: MemberKind, path: str) -> None:
        return None

    def names(self, subject: MemberKind) -> tuple[str, ...]:
        return ("甲", "乙", "丙")


def _series(draw: st.DrawFn) -> tuple[Value, ...]:
    if draw(st.integers(0, 5)) == 0:
        absent: Absent = draw(st.sampled_from([MISSING, UNKNOWN]))
        return (absent,) * HOURS
    value = draw(st.integers(-3, 3))
    direction = draw(st.sampled_from([-1, 1]))
    values = [value]
    for _ in range(HOURS - 1):
        values.append(values[-1] + direction * draw(st.integers(0, 1)))
    return tuple(values)


worlds = st.composite(lambda draw: Moving({path: _series(draw) for path in ("甲", "乙", "丙")}))()
paths = st.sampled_from(["甲", "乙", "丙"])
numbers = st.integers(-4, 4)
operators = st.one_of(
    st.tuples(st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]), numbers),
    st.tuples(st.just("between"), st.tuples(numbers, numbers).map(sorted)),
    st.tuples(st.sampled_from(["in", "not_in"]), st.lists(numbers, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["ne_field", "gte_field", "lt_field"]), paths),
    st.tuples(st.just("is"), st.sampled_from(["present", "missing"])),
)
leaves = st.tuples(paths, operators).map(
    lambda leaf: {leaf[0]: leaf[1][1] if leaf[1][0] == "is" else {leaf[1][0]: leaf[1][1]}}
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


def naive(condition: dict[str, Any], world: Moving) -> bool | None:
    """The meaning of a condition, written down as plainly as possible."""
    ((word, inside),) = condition.items()
    if word == "not":
        answer = naive(inside, world)
        return None if answer is None else not answer
    if word in ("all", "any"):
        answers = [naive(part, world) for part in inside]
        decisive = word == "any"
        return decisive if decisive in answers else (None if None in answers else not decisive)
    return _leaf(world.value(word), inside, world)


def _leaf(value: Value, inside: Any, world: Moving) -> bool | None:
    if value is UNKNOWN:
        return None
    if isinstance(inside, str):
        return (value is MISSING) == (inside == "missing")
    ((operator, operand),) = inside.items()
    if operator.endswith("_field"):
        other = world.value(operand)
        if other is UNKNOWN:
            return None
        return value is not MISSING and other is not MISSING and _compare(operator[:-6], value, other)
    return operator in ("ne", "not_in") if value is MISSING else _compare(operator, value, operand)


def _compare(operator: str, value: Any, operand: Any) -> bool:
    if operator == "between":
        return bool(operand[0] <= value <= operand[1])
    if operator in ("in", "not_in"):
        return (value in operand) == (operator == "in")
    outcomes = {
        "eq": value == operand,
        "ne": value != operand,
        "lt": value < operand,
        "lte": value <= operand,
        "gt": value > operand,
        "gte": value >= operand,
    }
    return bool(outcomes[operator])


@settings(max_examples=200, deadline=None)
@given(conditions, worlds)
def test_编译的条件与逐字解释一致(condition: dict[str, Any], world: Moving) -> None:
    """At every hour the closures say what the plain reading says, and so does the trace."""
    predicate = compile_condition(Condition.model_validate(condition), SubjectKind.WORK_ITEM, Columns())
    for hour in range(HOURS):
        now = world.at(hour)
        assert predicate.holds(now) is naive(condition, now)
        assert predicate.trace(now).answer is naive(condition, now)


@settings(max_examples=200, deadline=None)
@given(conditions, worlds)
def test_下次再看的时刻从不太晚(condition: dict[str, Any], world: Moving) -> None:
    """Between now and ``flips_at`` the answer stays what it is now; it may be early, never late."""
    predicate = compile_condition(Condition.model_validate(condition), SubjectKind.WORK_ITEM, Columns())
    for hour in range(HOURS):
        now = world.at(hour)
        answer, flip = predicate.holds(now), predicate.flips_at(now)
        assert flip is None or flip > now.now
        for later in range(hour + 1, HOURS):
            if flip is not None and world.at(later).now >= flip:
                break
            assert predicate.holds(world.at(later)) is answer, f"hour {hour}, {later}, flip {flip}"
