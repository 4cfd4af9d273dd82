"""What a condition ties to given values: by this rules are told apart without asking them.

An anchor is an equality at the top level of a condition. It may admit too many subjects, never too few: ranges,
alternatives, negations and paths that time changes are no anchors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from collab_sync.analysis.facts import MemberKind, PathReader, Vocabulary
from collab_sync.analysis.paths import PATHS
from collab_sync.model.identity import SubjectKind
from collab_sync.rules.schema.conditions import Condition, Operators
from collab_sync.rules.schema.rule import Rule

Fixed: TypeAlias = str | bool

FILED_BY: Mapping[SubjectKind, frozenset[str]] = {
    SubjectKind.WORK_ITEM: frozenset({"type", "status", "open", "program", "dept", "urgency", "importance"}),
    SubjectKind.PROGRAM: frozenset({"key", "phase", "strategic"}),
    SubjectKind.DEPARTMENT: frozenset({"key", "external"}),
    SubjectKind.RESOURCE: frozenset({"key", "category", "availability"}),
    SubjectKind.PERSON: frozenset({"key", "dept"}),
}
"""Paths by which rules are filed: read off the subject itself, at no cost, and never changed by time alone."""


def anchors(where: Condition | None, subject: MemberKind, vocabulary: Vocabulary) -> Mapping[str, frozenset[str]]:
    """Text paths that ``where`` ties to given values at its top level."""
    found = literal_texts(where).items()
    readers = {path: vocabulary.reader(subject, path) for path, _ in found}
    return {path: values for path, values in found if (reader := readers[path]) is not None and reader.kind == "text"}


def literal_texts(condition: Condition | None) -> Mapping[str, frozenset[str]]:
    """Paths whose value must be one of these texts for the condition to hold."""
    found = {path: [value for value in values if isinstance(value, str)] for path, values in fixed(condition).items()}
    return {path: frozenset(texts) for path, texts in found.items() if len(texts) == len(fixed(condition)[path])}


def filing(rule: Rule, vocabulary: Vocabulary) -> Mapping[str, frozenset[Fixed]]:
    """Under what a rule is filed: the paths and values without which it cannot hold."""
    found: dict[str, frozenset[Fixed]] = {}
    stop = rule.when.clock.stop if rule.when.clock else None
    for part in (fixed(rule.where), fixed(rule.when.state), _while_not(stop)):
        for path, values in part.items():
            if path in FILED_BY.get(rule.for_, ()) and _as_shipped(rule.for_, path, vocabulary):
                found[path] = found.get(path, values) & values
    return found


def _while_not(stop: Condition | None) -> Mapping[str, frozenset[Fixed]]:
    """Truth values that a clock needs so that it does not stop."""
    if stop is None:
        return {}
    if stop.any_ is not None and len(stop.model_fields_set) == 1:
        parts = [_while_not(part) for part in stop.any_]
        return {path: values for part in parts for path, values in part.items()}
    single = len(stop.paths) == 1 and not (stop.all_ or stop.any_ or stop.not_ or stop.exists)
    found = fixed(stop) if single else {}
    return {path: frozenset([True]) for path, values in found.items() if values == {False}}


def reader_of(subject: SubjectKind, path: str) -> PathReader:
    """Reads a path by which rules are filed."""
    return PATHS[subject][path]


def fixed(condition: Condition | None) -> Mapping[str, frozenset[Fixed]]:
    """Paths whose value must be one of these texts or truth values for the condition to hold."""
    if condition is None:
        return {}
    found = {path: values for path, match in condition.paths.items() if (values := _equal_to(match)) is not None}
    for part in condition.all_ or ():
        for path, values in fixed(part).items():
            found[path] = found.get(path, values) & values
    return found


def _equal_to(match: object) -> frozenset[Fixed] | None:
    if isinstance(match, Operators):
        match = match.in_ if match.in_ is not None else match.eq
    if match is None or match in ("present", "missing"):
        return None
    values = match if isinstance(match, tuple) else (match,)
    named = [value for value in values if isinstance(value, str | bool)]
    return frozenset(named) if len(named) == len(values) else None


def _as_shipped(subject: SubjectKind, path: str, vocabulary: Vocabulary) -> bool:
    """A derivation may put something else in the place of a path."""
    return vocabulary.reader(subject, path) is PATHS[subject].get(path)
