"""Rules filed by what they are about, so that a subject meets only those that could concern it.

A rule is filed under one of the paths its conditions tie to values, the one that tells most rules apart, and the other
ties are compared before it is met. Schedules are met by every subject of their kind: they must know since when it has
been there. So are rules that still run for a subject: they must end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Protocol, TypeAlias

from collab_sync.analysis.facts import UNKNOWN, Value
from collab_sync.analysis.view import SubjectFacts
from collab_sync.model.identity import SubjectKind
from collab_sync.rules.compile import CompiledRule, CompiledSchedule
from collab_sync.rules.compile.anchors import Fixed, reader_of

Filing: TypeAlias = Mapping[str, frozenset[Fixed]]


class Catalogue(Protocol):
    """The rules by which subjects are judged."""

    def met_by(self, facts: SubjectFacts, running: Collection[str]) -> Sequence[CompiledRule]:
        """Rules to be judged for a subject, in catalogue order; ``running``: those that run for it already. One that
        is left out neither holds for it nor can come to hold before it changes."""
        ...

    def waits(self, kind: SubjectKind) -> bool:
        """Whether there is a rule about such subjects that is judged in working hours only."""
        ...


class FiledRules:
    """``Catalogue`` over any number of rules: what a subject costs depends on those that could concern it. ``ids``: of
    those that may run for the subjects already; None: it may be any rule there ever was."""

    def __init__(self, rules: Iterable[CompiledRule], ids: Collection[str] | None = None) -> None:
        self.ids = ids
        by_kind: dict[SubjectKind, list[CompiledRule]] = defaultdict(list)
        for rule in rules:
            by_kind[rule.subject].append(rule)
        self._shelves = {kind: _Shelf(kind, found) for kind, found in by_kind.items()}

    def met_by(self, facts: SubjectFacts, running: Collection[str]) -> Sequence[CompiledRule]:
        shelf = self._shelves.get(facts.subject.kind)
        return shelf.met_by(facts, running) if shelf else ()

    def waits(self, kind: SubjectKind) -> bool:
        shelf = self._shelves.get(kind)
        return shelf is not None and shelf.waits


class _Shelf:
    """The rules about one kind of subject."""

    def __init__(self, kind: SubjectKind, rules: Sequence[CompiledRule]) -> None:
        self.waits = any(not rule.urgent for rule in rules)
        self._by_id = {rule.id: rule for rule in rules}
        self._always: list[CompiledRule] = []
        self._under: dict[str, dict[Fixed, list[tuple[CompiledRule, Filing]]]] = {}
        self._file(rules)
        self._readers = {path: reader_of(kind, path).value for rule in rules for path in rule.filing}

    def _file(self, rules: Sequence[CompiledRule]) -> None:
        values: dict[str, set[Fixed]] = defaultdict(set)
        for rule in rules:
            for path, wanted in rule.filing.items():
                values[path] |= wanted
        for rule in rules:
            if not rule.filing or isinstance(rule.trigger, CompiledSchedule):
                self._always.append(rule)
                continue
            head = max(rule.filing, key=lambda path: (len(values[path]) / max(len(rule.filing[path]), 1), path))
            rest = {path: wanted for path, wanted in rule.filing.items() if path != head}
            for value in rule.filing[head]:
                self._under.setdefault(head, {}).setdefault(value, []).append((rule, rest))

    def met_by(self, facts: SubjectFacts, running: Collection[str]) -> Sequence[CompiledRule]:
        known: dict[str, Value] = {path: read(facts) for path, read in self._readers.items()}
        met = {rule.id: rule for rule in self._always}
        for path, under in self._under.items():
            for rule, rest in _found(under, known[path]):
                if all(known[other] in wanted or known[other] is UNKNOWN for other, wanted in rest.items()):
                    met[rule.id] = rule
        for id_ in running:
            if id_ in self._by_id:
                met[id_] = self._by_id[id_]
        return sorted(met.values(), key=_order)


_order = attrgetter("order")


def _found(
    under: Mapping[Fixed, Sequence[tuple[CompiledRule, Filing]]], value: Value
) -> Iterable[tuple[CompiledRule, Filing]]:
    """What is filed under a value; under all of them where it could not be read."""
    if value is UNKNOWN:
        return [one for found in under.values() for one in found]
    return under.get(value, ()) if isinstance(value, str | bool) else ()
