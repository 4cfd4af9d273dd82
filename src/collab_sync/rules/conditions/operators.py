"""What each operator asks of a value, and the whole numbers at which time can change its answer.

A test sees a value that is neither MISSING nor UNKNOWN. ``MISSING`` satisfies only ``missing``, ``ne``, ``not_in``
and a ``count`` of nothing; it is never less or more than anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeAlias

from collab_sync.analysis.facts import MISSING, Value, ValueKind

Test: TypeAlias = Callable[[Value], bool]

_TURNED: Mapping[str, Callable[[Any, Any], bool]] = {"lt": gt, "lte": ge, "gt": lt, "gte": le}
"""The operand comes first: what is less than it, it is greater than. Both are of one kind, checked at load."""

ORDER: tuple[str, ...] = ("lt", "lte", "gt", "gte", "between")
KINDS: Mapping[str, tuple[ValueKind, ...]] = {
    "eq": ("text", "bool", "number", "date"),
    "ne": ("text", "bool", "number", "date"),
    "in": ("text", "number", "date"),
    "not_in": ("text", "number", "date"),
    "lt": ("number", "date", "text"),
    "lte": ("number", "date", "text"),
    "gt": ("number", "date", "text"),
    "gte": ("number", "date", "text"),
    "between": ("number", "date", "text"),
    "has": ("texts",),
    "has_any": ("texts",),
    "count": ("texts",),
    "matches": ("text",),
    "ne_field": ("text", "bool", "number", "date", "instant"),
    "gte_field": ("number", "date", "instant"),
    "lt_field": ("number", "date", "instant"),
}
"""Kinds of path each operator understands. Order on open texts reads them as a number or a date."""

TEXT_LIMIT = 4000
"""Characters of a text that ``matches`` looks at."""


def comparison(operator: str, operand: object, kind: ValueKind) -> Test:
    """The test of an operator other than ``*_field``, ``count`` and ``since``; the operand is of the right type."""
    if operator in ORDER and kind == "text":
        return _numeric(operator, operand)
    if operator in ORDER:
        return _order(operator, operand)
    if operator == "matches":
        pattern = re.compile(str(operand))
        return lambda value: pattern.search(str(value)[:TEXT_LIMIT]) is not None
    if operator in ("eq", "ne"):
        return partial(eq if operator == "eq" else ne, operand)
    return _membership(operator, operand)


def _membership(operator: str, operand: object) -> Test:
    wanted = frozenset(operand) if isinstance(operand, tuple) else frozenset((operand,))
    if operator == "in":
        return wanted.__contains__
    if operator == "not_in":
        return lambda value: value not in wanted
    return lambda value: not wanted.isdisjoint(value)  # type: ignore[arg-type]  # has, has_any: only on sets of texts


def _order(operator: str, operand: object) -> Test:
    if operator == "between":
        pair: tuple[Any, Any] = operand  # type: ignore[assignment]  # a pair of the value's kind, by the grammar
        return lambda value: pair[0] <= value <= pair[1]
    return partial(_TURNED[operator], operand)


def _numeric(operator: str, operand: object) -> Test:
    sample = operand[0] if isinstance(operand, tuple) else operand
    read = _as_date if isinstance(sample, date) else _as_number
    test = _order(operator, operand)

    def holds(value: Value) -> bool:
        found = read(str(value))
        return found is not None and test(found)

    return holds


def _as_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().rstrip("分"))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def on_missing(operator: str) -> bool:
    """The answer for a value that is known to be absent."""
    return operator in ("ne", "not_in")


def field_comparison(operator: str) -> Callable[[Value, Value], bool]:
    """Two values of one kind, both present."""
    if operator == "ne_field":
        return lambda left, right: left != right
    if operator == "gte_field":
        return lambda left, right: left >= right  # type: ignore[operator]  # same kind, checked at load
    return lambda left, right: left < right  # type: ignore[operator]  # same kind, checked at load


def thresholds(operator: str, operand: object) -> tuple[int, ...]:
    """Whole numbers at which a number that moves with time can change the operator's answer."""
    values = operand if isinstance(operand, tuple) else (operand,)
    found: list[int] = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            continue
        low, above = math.ceil(value), math.floor(value) + 1
        if operator in ("gt", "lte"):
            found.append(above)
        elif operator in ("gte", "lt"):
            found.append(low)
        else:
            found += [math.floor(value), above]
    if operator == "between" and found:
        found = [math.ceil(operand[0]), math.floor(operand[1]) + 1]  # type: ignore[index]  # a pair, by the grammar
    return tuple(dict.fromkeys(found))


def neighbours(value: Value) -> tuple[int, ...]:
    """Thresholds that notice any change of a number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return ()
    return tuple(sorted({math.floor(value), math.ceil(value), math.floor(value) + 1}))


def shown(value: Value) -> str:
    """A value as people read it in a trace."""
    match value:
        case frozenset():
            return "、".join(sorted(value)) or "(空)"
        case tuple():
            return "、".join(shown(item) for item in value) or "(空)"
        case bool():
            return "是" if value else "否"
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case Decimal():
            return f"{value:f}"
        case _:
            return value.value if value is MISSING or not isinstance(value, str | int | date) else str(value)


def regex_caution(pattern: str) -> str:
    """Why ``pattern`` is refused; empty if it is fine. Keeps matching quick whatever somebody types as a title:
    no repetition of a repetition or of a choice, no back-references, two open-ended repetitions at most."""
    try:
        re.compile(pattern)
    except re.error as error:
        return f"正则表达式有误:{error.msg}"
    bare = re.sub(r"\[(?:\\.|[^\]\\])+\]", "x", re.sub(r"\\[^1-9]", "x", pattern))
    if re.search(r"\\[1-9]|\(\?P=|\(\?[=!<]", bare):
        return "正则表达式不能用反向引用和前后查看"
    if len(re.findall(r"[*+]|\{\d*,\}", bare)) > 2:
        return "正则表达式最多写两处 * 或 +"
    while (group := re.search(r"\(([^()]*)\)([*+]|\{\d*,\d*\})?", bare)) is not None:
        if group[2] and re.search(r"[*+|?]|\{\d*,\d*\}", group[1]):
            return "正则表达式不能重复一个本身含有 *、+、?、| 的括号"
        bare = bare[: group.start()] + ("x+" if re.search(r"[*+]|\{\d*,\}", group[1]) else "x") + bare[group.end() :]
    return ""
