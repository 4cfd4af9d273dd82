"""Reads the office's folder: every file, every problem, one consistent rule set or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from collab_sync.analysis.facts import Vocabulary
from collab_sync.analysis.vocabulary import ProductVocabulary
from collab_sync.calendar.data import CalendarData
from collab_sync.errors import Place, Problem, RuleFileError
from collab_sync.model.mapping import FacetType, TrackerMapping
from collab_sync.model.organisation import Organisation
from collab_sync.model.resource import Resource
from collab_sync.rules.compile import CompiledRule, Pack, compile_rules
from collab_sync.rules.derive import CompiledDerivation, DerivedVocabulary, compile_derivations, computed
from collab_sync.rules.folder import Folder
from collab_sync.rules.lint import Checked, lint
from collab_sync.rules.office import read_office
from collab_sync.rules.schema.derivations import DerivationFile
from collab_sync.rules.schema.rule import PackFile
from collab_sync.rules.yaml_text import Mark

FAMILIES: tuple[str, ...] = (
    "raci",
    "priority",
    "escalation",
    "cadence",
    "resource",
    "acceptance",
    "risk",
    "initiation",
    "closing",
    "summary",
)
"""Catalogue order. Packs of other names follow, by name."""

PACK_FILE = "rules.yaml"
NOT_PACKS: frozenset[str] = frozenset({"organisation", "calendars"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Everything the office's folder says, checked against itself.

    ``rules`` in catalogue order; ``vocabulary`` knows the derived paths too; ``version``: short hash of all files
    that decide (examples do not); ``ground``: of all but the rules, on which every judgement rests; ``warnings``: what
    works but is probably not meant.
    """

    rules: tuple[CompiledRule, ...]
    derivations: tuple[CompiledDerivation, ...]
    organisation: Organisation
    resources: tuple[Resource, ...]
    mapping: TrackerMapping
    calendar: CalendarData
    vocabulary: Vocabulary
    version: str
    ground: str
    warnings: tuple[Problem, ...] = ()

    def rule(self, id_: str) -> CompiledRule | None:
        """The rule with this id."""
        return next((rule for rule in self.rules if rule.id == id_), None)


def load_rules_folder(path: Path, vocabulary: Vocabulary | None = None) -> RuleSet:
    """The rule set of ``path``. Raises RuleFileError with the problems of all files at once.

    ``vocabulary``: the paths that rules may name, before derivations; None: the product's own, with the facets that
    ``mapping.yaml`` declares (then ``parent.‹derived path›`` works as well).
    """
    folder = Folder(path.resolve())
    if not path.is_dir():
        raise RuleFileError([Problem(Place(str(path)), "没有这个规则文件夹", "请检查路径")])
    mapping = folder.required("mapping.yaml", TrackerMapping)
    calendar = _calendar(folder)
    office = read_office(folder, calendar[0].tz if calendar else "UTC")
    packs = tuple(_packs(folder))
    derivations, words = _vocabulary(folder, mapping[0] if mapping else None, vocabulary)
    rules, problems = compile_rules(packs, words)
    folder.problems += problems
    if mapping and calendar and office:
        _lint(folder, Checked(packs, rules, office, mapping, calendar))
    if folder.problems or not (mapping and calendar and office):
        raise RuleFileError(sorted(set(folder.problems), key=_by_place))
    return RuleSet(
        rules=rules,
        derivations=derivations,
        organisation=office.organisation,
        resources=office.resources,
        mapping=mapping[0],
        calendar=calendar[0],
        vocabulary=words,
        version=folder.version(),
        ground=folder.version(without=PACK_FILE),
        warnings=tuple(sorted(folder.warnings, key=_by_place)),
    )


def facets(mapping: TrackerMapping) -> dict[str, FacetType]:
    """Types of the free fields, of all projects together."""
    return {name: type_ for project in mapping.projects for name, type_ in project.facets.items()}


def _calendar(folder: Folder) -> tuple[CalendarData, Mark] | None:
    files = folder.yaml_files("calendars")
    if len(files) != 1:
        folder.problem("calendars", f"这里应恰好有一个日历文件,现有 {len(files)} 个", "例如 cn-office.yaml")
    loaded = [folder.read(file, CalendarData) for file in files]
    return loaded[0] if len(loaded) == 1 else None


def _packs(folder: Folder) -> Iterable[Pack]:
    found = [one for one in folder.path.iterdir() if one.name not in NOT_PACKS and (one / PACK_FILE).exists()]
    for one in sorted(found, key=lambda one: (_family(one.name), one.name)):
        loaded = folder.read(one / PACK_FILE, PackFile, parameters=True)
        if loaded is not None:
            yield Pack(one.name, *loaded)


def _family(name: str) -> int:
    return FAMILIES.index(name) if name in FAMILIES else len(FAMILIES)


def _vocabulary(
    folder: Folder, mapping: TrackerMapping | None, given: Vocabulary | None
) -> tuple[tuple[CompiledDerivation, ...], Vocabulary]:
    known = facets(mapping) if mapping else {}
    base = given or ProductVocabulary(known)
    loaded = None
    if (folder.path / "derivations.yaml").exists():
        loaded = folder.read(folder.path / "derivations.yaml", DerivationFile)
    derivations: Sequence[CompiledDerivation] = ()
    if loaded is not None:
        derivations, errors, warnings = compile_derivations(*loaded, base)
        folder.problems += errors
        folder.warnings += warnings
    if given is not None:
        return tuple(derivations), DerivedVocabulary(given, derivations)
    return tuple(derivations), ProductVocabulary(known, computed(derivations))


def _lint(folder: Folder, checked: Checked) -> None:
    errors, warnings = lint(checked)
    folder.problems += errors
    folder.warnings += warnings


def _by_place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.place.file, problem.place.line, problem.place.column, problem.message
