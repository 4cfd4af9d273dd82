"""Derived values: from ``derivations.yaml`` to readers that conditions, texts and pages use like any other path.

A derivation sees the paths of the vocabulary and those derived above it in the file, never itself. Where its
``where`` does not hold the value is missing; where something it needs could not be read, it is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from collab_sync.analysis.facts import (
    MISSING,
    UNKNOWN,
    Absent,
    Facts,
    MemberKind,
    PathReader,
    Relation,
    Value,
    ValueKind,
    Vocabulary,
)
from collab_sync.errors import Place, Problem
from collab_sync.model.identity import SubjectKind
from collab_sync.rules.conditions import Predicate
from collab_sync.rules.conditions.compile import ConditionCompiler
from collab_sync.rules.conditions.predicate import earliest
from collab_sync.rules.schema.conditions import Condition
from collab_sync.rules.schema.derivations import (
    Band,
    Derivation,
    DerivationFile,
    NumberingSpec,
    RatioSpec,
    TableSpec,
    WeightedSpec,
)
from collab_sync.rules.yaml_text import Mark, suggestion

PLANNED_RELATIONS: frozenset[str] = frozenset({"items", "ratings"})
"""Relations that belong to the language but that not every version's vocabulary has: a warning, not an error."""

Compute = Callable[[Facts], Value]
Flips = Callable[[Facts], datetime | None]


@dataclass(frozen=True, slots=True)
class Numbering:
    """A number given once and kept for ever: ``render`` gives the text for a day and a running number in its scope."""

    text: str
    scope: str

    def render(self, created_at: datetime, seq: int) -> str:
        """``created_at`` in the organisation's zone; ``seq`` counts from 1 within the scope."""
        return _PLACES.sub(lambda place: format({"created_at": created_at, "seq": seq}[place[1]], place[2]), self.text)


@dataclass(frozen=True, slots=True)
class CompiledDerivation:
    """A derived value of ``subject`` under ``path``; also its PathReader. ``numbering`` is set for numbers that are
    given once: ``compute`` cannot know them (they are state) and says missing."""

    id: str
    subject: SubjectKind
    path: str
    where: Predicate | None
    kind: ValueKind
    choices: tuple[str, ...]
    place: Place
    _compute: Compute = field(repr=False)
    _flips: Flips = field(repr=False)
    numbering: Numbering | None = None

    def compute(self, facts: Facts) -> Value:
        if self.where is not None:
            admitted = self.where.holds(facts)
            if not admitted:
                return UNKNOWN if admitted is None else MISSING
        return self._compute(facts)

    def value(self, facts: Facts) -> Value:
        return self.compute(facts)

    def flips_at(self, facts: Facts, thresholds: Sequence[int] = ()) -> datetime | None:
        """The earliest instant at which time alone may change the value at all."""
        admitted = self.where.flips_at(facts) if self.where else None
        if self.where is not None and self.where.holds(facts) is False:
            return admitted
        return earliest((admitted, self._flips(facts)))


def computed(derivations: Sequence[CompiledDerivation]) -> dict[tuple[MemberKind, str], PathReader]:
    """Readers by subject and path. A number is state and kept in the store: its path reads it there, the derivation
    only says how to make one."""
    return {(one.subject, one.path): one for one in derivations if one.numbering is None}


class DerivedVocabulary:
    """A vocabulary with derived paths added; they win over paths of the same name."""

    def __init__(self, base: Vocabulary, derivations: Sequence[CompiledDerivation] = ()) -> None:
        self._base = base
        self._derived = computed(derivations)

    def reader(self, subject: MemberKind, path: str) -> PathReader | None:
        derived = self._derived.get((subject, path)) if isinstance(subject, SubjectKind) else None
        return derived or self._base.reader(subject, path)

    def relation(self, subject: MemberKind, path: str) -> Relation | None:
        return self._base.relation(subject, path)

    def names(self, subject: MemberKind) -> tuple[str, ...]:
        derived = (path for kind, path in self._derived if kind == subject)
        return tuple(dict.fromkeys((*self._base.names(subject), *derived)))


def compile_derivations(
    file: DerivationFile, mark: Mark, vocabulary: Vocabulary
) -> tuple[tuple[CompiledDerivation, ...], tuple[Problem, ...], tuple[Problem, ...]]:
    """The derivations in order, errors, and warnings (derivations left out because this version lacks a relation)."""
    errors: list[Problem] = []
    warnings: list[Problem] = []
    done: list[CompiledDerivation] = []
    for index, spec in enumerate(file.derive):
        where = mark.at("derive", index)
        words = DerivedVocabulary(vocabulary, done)
        if spec.ratio is not None and not _available(spec.ratio, spec.for_, words):
            warnings.append(where.problem(f"派生字段“{spec.id}”要用的“{spec.ratio.of}”尚不可用,先不计算"))
            continue
        if any((earlier.subject, earlier.path) == (spec.for_, spec.set_) for earlier in done):
            errors.append(where.problem(f"“{spec.set_}”已由上面的派生字段给出", "每个路径只派生一次"))
        done.append(_Builder(spec, file.scales, where, ConditionCompiler(words, errors)).build())
    return tuple(done), tuple(errors), tuple(warnings)


def _available(spec: RatioSpec, subject: SubjectKind, vocabulary: Vocabulary) -> bool:
    return spec.of not in PLANNED_RELATIONS or vocabulary.relation(subject, spec.of) is not None


@dataclass(frozen=True, slots=True)
class _Formula:
    kind: ValueKind
    compute: Compute
    flips: Flips
    choices: tuple[str, ...] = ()
    numbering: Numbering | None = None


_NOTHING = _Formula("text", lambda _facts: MISSING, lambda _facts: None)
_PLACES = re.compile(r"\{(created_at|seq):([^{}]+)\}")


class _Builder:
    def __init__(
        self, spec: Derivation, scales: Mapping[str, Mapping[str, Decimal]], mark: Mark, conditions: ConditionCompiler
    ) -> None:
        self.spec = spec
        self.scales = scales
        self.mark = mark
        self.conditions = conditions

    def build(self) -> CompiledDerivation:
        formula = self._formula()
        return CompiledDerivation(
            id=self.spec.id,
            subject=self.spec.for_,
            path=self.spec.set_,
            where=self._predicate(self.spec.where, self.spec.for_, "where"),
            kind=formula.kind,
            choices=formula.choices,
            place=self.mark.place,
            _compute=formula.compute,
            _flips=formula.flips,
            numbering=formula.numbering,
        )

    def _formula(self) -> _Formula:
        spec = self.spec
        if spec.table is not None:
            return self._table(spec.table)
        if spec.bands is not None:
            return self._bands(spec.bands)
        if spec.weighted is not None:
            return self._weighted(spec.weighted)
        return self._ratio(spec.ratio) if spec.ratio is not None else self._template(spec.template)

    def _table(self, spec: TableSpec) -> _Formula:
        readers = self._readers([(path, ("table", "by", i)) for i, path in enumerate(spec.by)])
        entries, default = dict(spec.map), spec.default
        otherwise: Value = MISSING if default is None else default

        def compute(facts: Facts) -> Value:
            values = [reader.value(facts) for reader in readers]
            if UNKNOWN in values:
                return UNKNOWN
            return entries.get("/".join("" if isinstance(value, Absent) else str(value) for value in values), otherwise)

        choices = tuple(dict.fromkeys((*spec.map.values(), *((default,) if default else ()))))
        return _Formula("text", compute, lambda facts: earliest(r.flips_at(facts, ()) for r in readers), choices)

    def _bands(self, bands: Sequence[Band]) -> _Formula:
        compiled = [
            (band.value, self._predicate(band.if_, self.spec.for_, "bands", index, "if"))
            for index, band in enumerate(bands)
        ]

        def compute(facts: Facts) -> Value:
            for value, predicate in compiled:
                answer = True if predicate is None else predicate.holds(facts)
                if answer is None:
                    return UNKNOWN
                if answer:
                    return value
            return MISSING

        def flips(facts: Facts) -> datetime | None:
            return earliest(predicate.flips_at(facts) for _, predicate in compiled if predicate is not None)

        return _Formula("text", compute, flips, tuple(dict.fromkeys(value for value, _ in compiled)))

    def _weighted(self, spec: WeightedSpec) -> _Formula:
        scale = self.scales.get(spec.scale)
        if scale is None:
            self._problem(f"没有名为“{spec.scale}”的分值表", suggestion(spec.scale, self.scales), "weighted", "scale")
            return _NOTHING
        fields = [(term.field, ("weighted", "terms", i, "field")) for i, term in enumerate(spec.terms)]
        readers = self._readers(fields)
        terms = list(zip(readers, (term.weight for term in spec.terms), strict=False))

        def compute(facts: Facts) -> Value:
            total = Decimal(0)
            for reader, weight in terms:
                value = reader.value(facts)
                if value is UNKNOWN:
                    return UNKNOWN
                points = scale.get(str(value))
                if points is None:
                    return MISSING
                total += points * weight
            return total

        return _Formula("number", compute, lambda facts: earliest(r.flips_at(facts, ()) for r in readers))

    def _ratio(self, spec: RatioSpec) -> _Formula:
        relation = self.conditions.relation(self.spec.for_, spec.of, self.mark.at("ratio", "of"))
        if relation is None:
            return _NOTHING
        of = relation.members_are
        where = self._predicate(spec.where, of, "ratio", "where")
        if spec.avg is not None:
            reader = self.conditions.path(of, spec.field, self.mark.at("ratio"))
            return _Formula("number", _mean(relation, where, reader), lambda _facts: None) if reader else _NOTHING
        num = self._predicate(spec.num, of, "ratio", "num")
        den = self._predicate(spec.den, of, "ratio", "den")
        if num is None or den is None:
            return _NOTHING
        return _Formula("number", _share(relation, where, num, den), _member_flips(relation, (where, num, den)))

    def _template(self, spec: NumberingSpec | None) -> _Formula:
        assert spec is not None
        rest = _PLACES.sub("", spec.text)
        if "{" in rest or "}" in rest or "{seq" not in spec.text:
            self._problem("编号里只能用 {created_at:…} 和 {seq:…},且必须有 {seq:…}", "", "template", "text")
        made = Numbering(spec.text, spec.seq_scope)
        try:
            made.render(datetime(2025, 1, 1), 1)  # noqa: DTZ001 - a trial rendering, no instant is meant
        except (KeyError, ValueError):
            self._problem(
                f"编号“{spec.text}”的格式无法使用", '例如 "T{created_at:%Y%m%d}{seq:03d}"', "template", "text"
            )
        return _Formula("text", _NOTHING.compute, _NOTHING.flips, numbering=made)

    # --- parts -------------------------------------------------------------------------------------------------
    def _readers(self, paths: Sequence[tuple[str, tuple[str | int, ...]]]) -> list[PathReader]:
        found = [self.conditions.path(self.spec.for_, path, self.mark.at(*loc)) for path, loc in paths]
        return [reader for reader in found if reader is not None]

    def _predicate(self, condition: Condition | None, kind: MemberKind, *loc: str | int) -> Predicate | None:
        return self.conditions.condition(condition, kind, self.mark.at(*loc)) if condition else None

    def _problem(self, message: str, hint: str, *loc: str | int) -> None:
        self.conditions.problem(self.mark.at(*loc), message, hint)


def _admitted(relation: Relation, where: Predicate | None, facts: Facts) -> tuple[Facts, ...] | Absent:
    members = relation.members(facts)
    if isinstance(members, Absent) or where is None:
        return members
    return tuple(member for member in members if where.holds(member))


def _share(relation: Relation, where: Predicate | None, num: Predicate, den: Predicate) -> Compute:
    """Counted members in ``num`` and ``den`` of those in ``den``; missing when there is none; rounded to 4 places."""

    def compute(facts: Facts) -> Value:
        members = _admitted(relation, where, facts)
        if isinstance(members, Absent):
            return members
        counted = [member for member in members if den.holds(member)]
        if not counted:
            return MISSING
        return round(Decimal(sum(1 for member in counted if num.holds(member))) / len(counted), 4)

    return compute


def _mean(relation: Relation, where: Predicate | None, reader: PathReader) -> Compute:
    """Mean of the numbers there are; missing when there is none; rounded to 2 places."""

    def compute(facts: Facts) -> Value:
        members = _admitted(relation, where, facts)
        if isinstance(members, Absent):
            return members
        values = [reader.value(member) for member in members]
        numbers = [
            Decimal(value) for value in values if isinstance(value, int | Decimal) and not isinstance(value, bool)
        ]
        return round(sum(numbers, Decimal(0)) / len(numbers), 2) if numbers else MISSING

    return compute


def _member_flips(relation: Relation, parts: Sequence[Predicate | None]) -> Flips:
    def flips(facts: Facts) -> datetime | None:
        members = relation.members(facts)
        if isinstance(members, Absent):
            return None
        return earliest(part.flips_at(member) for member in members for part in parts if part is not None)

    return flips
