"""Short cuts for the questions that are asked most: one function of one expression instead of a chain of closures.

Only paths that say how (``Path.source``, ``Path.at_least``) and plain comparisons have one. A short cut never knows
more than the long way: wherever it cannot tell, it asks it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias, cast

from collab_sync.analysis.facts import Facts, PathReader, Value
from collab_sync.analysis.paths import Path
from collab_sync.rules.conditions.predicate import Answer

Ask: TypeAlias = Callable[[Facts], Answer]

_TESTS = {
    "eq": "v == operand",
    "ne": "v != operand",
    "in": "v in operand",
    "not_in": "v not in operand",
    "lt": "v < operand",
    "lte": "v <= operand",
    "gt": "v > operand",
    "gte": "v >= operand",
}


def shortest(reader: PathReader) -> Callable[[Facts], Value]:
    """How to read a path with one call less, where that is possible."""
    return reader.read if isinstance(reader, Path) else reader.value


def quickened(reader: PathReader, operator: str, operand: object, long_way: Ask) -> Ask:
    """``long_way``, or a shorter one that answers the same."""
    if not isinstance(reader, Path):
        return long_way
    if reader.at_least is not None:
        return _reaching(reader, operator, operand, long_way)
    plain = operator in ("eq", "ne", "in", "not_in") or reader.kind in ("number", "date")
    if reader.source and operator in _TESTS and plain:
        there = f"(v := {reader.source})" if reader.kind == "text" else f"(v := {reader.source}) is not None"
        return _written_out(there, operator, operand, long_way)
    return long_way


def _written_out(there: str, operator: str, operand: object, long_way: Ask) -> Ask:
    wanted = frozenset(operand) if isinstance(operand, tuple) else operand
    text = f"lambda f: {_TESTS[operator]} if {there} else long_way(f)"
    # Only expressions of the path tables are put together here; what people write is bound by name.
    return cast("Ask", eval(text, {"operand": wanted, "long_way": long_way}))  # noqa: S307 - see above


def _reaching(reader: Path[Facts], operator: str, operand: object, long_way: Ask) -> Ask:
    assert reader.at_least is not None
    if operator not in ("gt", "gte") or isinstance(operand, bool) or not isinstance(operand, int | Decimal):
        return long_way
    return reader.at_least(math.floor(operand) + 1 if operator == "gt" else math.ceil(operand), long_way)
