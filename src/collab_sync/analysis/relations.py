"""From one subject to others, for ``exists``, ``each`` and shares: one table of named relations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from collab_sync.analysis.facts import Absent, Facts, MemberKind, Relation
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.measures.decisions import DecisionItem, decision_items
from collab_sync.analysis.reporting.ratings import RatingFacts, ratings
from collab_sync.analysis.subject_facts import ConflictFacts, DepartmentFacts, ProgramFacts
from collab_sync.model.identity import SubjectKind

Members: TypeAlias = Callable[[Facts], tuple[Facts, ...] | Absent]


@dataclass(frozen=True, slots=True)
class NamedRelation:
    """The members that ``find`` gives."""

    members_are: MemberKind
    find: Members

    def members(self, facts: Facts) -> tuple[Facts, ...] | Absent:
        return self.find(facts)


def _requests(facts: Facts) -> tuple[ItemFacts, ...]:
    return cast(ConflictFacts, facts).members


def _decisions(facts: Facts) -> tuple[DecisionItem, ...]:
    return decision_items(cast(ItemFacts, facts))


def _of_program(facts: Facts) -> tuple[ItemFacts, ...]:
    program = cast(ProgramFacts, facts)
    return program.around.items_where(program=program.code)


def _of_department(facts: Facts) -> tuple[ItemFacts, ...]:
    """Items whose department this is, under its present name or a former one."""
    here = cast(DepartmentFacts, facts)
    items = here.around.items_where()
    return tuple(item for item in items if item.department and item.department.key == here.department.key)


def _ratings(facts: Facts) -> tuple[RatingFacts, ...]:
    here = cast(DepartmentFacts, facts)
    return ratings(here.around, here.department)


RELATIONS: Mapping[tuple[MemberKind, str], Relation] = {
    (SubjectKind.WORK_ITEM, "decision_items"): NamedRelation("decision_item", _decisions),
    (SubjectKind.CONFLICT, "members"): NamedRelation(SubjectKind.WORK_ITEM, _requests),
    (SubjectKind.PROGRAM, "items"): NamedRelation(SubjectKind.WORK_ITEM, _of_program),
    (SubjectKind.DEPARTMENT, "items"): NamedRelation(SubjectKind.WORK_ITEM, _of_department),
    (SubjectKind.DEPARTMENT, "ratings"): NamedRelation("rating", _ratings),
}
