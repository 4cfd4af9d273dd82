"""Which issues a query finds, in which order.

Everything in a query is checked before any issue is looked at: an unknown field or value refuses the whole query, as in
Jira. Comparisons never find an empty value (``assignee != 李明`` leaves unassigned issues out); IS EMPTY does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from operator import ge, gt, le, lt
from typing import TypeAlias, assert_never

from collab_sync.sandbox.jira.jql.dates import moment
from collab_sync.sandbox.jira.jql.fields import Asking, Choices, Moments, Texts, field_named
from collab_sync.sandbox.jira.jql.parse import Clause, Condition, Empty, Group, Negation, Operand, Query, Value
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.state import Issue

Predicate: TypeAlias = Callable[[Issue], bool]

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def find(query: Query, asking: Asking) -> list[Issue]:
    """Issues of visible projects that match, in the query's order; without one, latest key first, ties by id.

    Raises Refusal 400 in Jira's words.
    """
    matches = matching(query, asking)
    keys = [(field_named(order.field, asking), order.descending) for order in query.order]
    issues: Iterable[Issue] = (each for each in asking.site.issues.values() if asking.finds(each))
    found = sorted((issue for issue in issues if matches(issue)), key=lambda issue: issue.id)
    if not keys:
        return sorted(found, key=lambda issue: (issue.project, issue.number), reverse=True)
    for field, descending in reversed(keys):
        found.sort(key=field.sort, reverse=field.descending if descending is None else descending)
    return found


def matching(query: Query, asking: Asking) -> Predicate:
    """Whether an issue matches the query, wherever it is. Raises Refusal 400 in Jira's words."""
    return _clause(query.clause, asking) if query.clause is not None else _always


def _always(_issue: Issue) -> bool:
    return True


def _clause(clause: Clause, asking: Asking) -> Predicate:
    match clause:
        case Condition():
            return _condition(clause, asking)
        case Negation():
            inner = _clause(clause.clause, asking)
            return lambda issue: not inner(issue)
        case Group():
            parts = [_clause(each, asking) for each in clause.clauses]
            together = all if clause.all_of else any
            return lambda issue: together(part(issue) for part in parts)
    assert_never(clause)


def _condition(condition: Condition, asking: Asking) -> Predicate:
    field = field_named(condition.field, asking)
    if condition.operator not in field.operators:
        operator = condition.operator.lower()
        raise Refusal(400, f"The operator '{operator}' is not supported by the '{condition.field}' field.")
    match field:
        case Choices():
            return _choice(field, condition)
        case Moments():
            return _moment(field, condition, asking)
        case Texts():
            return _words(field, condition)
    assert_never(field)


def _choice(field: Choices, condition: Condition) -> Predicate:
    if _asks_for_empty(condition):
        return _emptiness(condition.operator, lambda issue: not field.read(issue))
    if condition.operator in _COMPARISONS:
        return _beyond(field, condition)
    with_empty = any(isinstance(each, Empty) for each in condition.operands)
    wanted = frozenset().union(*(field.resolve(each) for each in condition.operands if not isinstance(each, Empty)))
    if condition.operator in ("!=", "NOT IN"):
        return lambda issue: bool(field.read(issue)) and wanted.isdisjoint(field.read(issue))
    return lambda issue: not wanted.isdisjoint(field.read(issue)) or (with_empty and not field.read(issue))


def _beyond(field: Choices, condition: Condition) -> Predicate:
    """``id > 10005`` and ``key > NPX-5``: issues of the *same project* with a greater number in their key, as in Jira's
    own index. The issue named must be there, be visible, and be of the project asked for, or nothing is found."""
    if field.issue is None:
        raise Refusal(400, f"The operator '{condition.operator}' is not supported by the '{field.name}' field.")
    bound, holds = field.issue(condition.operands[0]), _COMPARISONS[condition.operator]
    if bound is None:
        return lambda _issue: False
    return lambda issue: issue.project == bound.project and holds(issue.number, bound.number)


def _moment(field: Moments, condition: Condition, asking: Asking) -> Predicate:
    if _asks_for_empty(condition):
        return _emptiness(condition.operator, lambda issue: field.read(issue) is None)
    points = [_point(field, operand, asking) for operand in condition.operands]
    operator = condition.operator

    def holds(issue: Issue) -> bool:
        value = field.read(issue)
        if value is None:
            return False
        if operator in ("=", "IN"):
            return value in points
        if operator in ("!=", "NOT IN"):
            return value not in points
        return _compares(value, operator, points[0])

    return holds


def _point(field: Moments, operand: Operand, asking: Asking) -> datetime | date:
    at = moment(field.name, operand, asking.now, asking.zone, epoch=not asking.site.cloud)
    if at is None:
        raise Refusal(400, f"The field '{field.name}' does not support searching for an empty value here.")
    return at.astimezone(asking.zone).date() if field.whole_days else at


def _compares(value: datetime | date, operator: str, point: datetime | date) -> bool:
    return _COMPARISONS[operator](_number(value), _number(point))


def _number(value: datetime | date) -> float:
    """Instants count in whole seconds: the index keeps no more of them."""
    return value.timestamp() // 1 if isinstance(value, datetime) else value.toordinal()


def _words(field: Texts, condition: Condition) -> Predicate:
    if _asks_for_empty(condition):
        return _emptiness(condition.operator, lambda issue: not field.read(issue))
    (operand,) = condition.operands
    if not isinstance(operand, Value):
        raise Refusal(400, f"The operator '{condition.operator}' does not support functions.")
    terms = _terms(operand.text)
    negated = condition.operator == "!~"

    def holds(issue: Issue) -> bool:
        text = field.read(issue).casefold()
        return all(term in text for term in terms) != negated

    return holds


def _terms(text: str) -> tuple[str, ...]:
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return (text[1:-1].casefold(),)
    return tuple(term.strip("*").casefold() for term in text.split())


def _asks_for_empty(condition: Condition) -> bool:
    return len(condition.operands) == 1 and isinstance(condition.operands[0], Empty)


def _emptiness(operator: str, is_empty: Predicate) -> Predicate:
    if operator in ("=", "IS", "IN"):
        return is_empty
    return lambda issue: not is_empty(issue)
