"""A view of the mirror at one instant: the only thing decisions look at.

Reads in batches and remembers for its own lifetime, which is one decision; a new tick takes a new view.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol, TypeAlias

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.sharing.conflicts import conflicts, settled_conflict
from collab_sync.analysis.subject_facts import (
    ConflictFacts,
    DepartmentFacts,
    OrganisationFacts,
    PersonFacts,
    ProgramFacts,
    ResourceFacts,
)
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.model.identity import ItemId, SubjectKind, SubjectRef
from collab_sync.model.mapping import FacetType
from collab_sync.model.organisation import Organisation
from collab_sync.model.resource import Conflict, Resource
from collab_sync.ports.store import StoredItem

PROGRAM_TYPE = "项目"
DECISION_NUMBER = "decision:"
"""Under ``decision:‹item id›|‹line›`` the journal keeps the running number of a decision."""
TASK_ID = "task:"
"""Under ``task:‹item id›`` the journal keeps the number of an item."""

SubjectFacts: TypeAlias = (
    ItemFacts | ProgramFacts | DepartmentFacts | ResourceFacts | PersonFacts | OrganisationFacts | ConflictFacts
)


class Mirror(Protocol):
    """What a view reads of the store (a part of ``ports.store.Transaction``)."""

    def items(self, ids: Iterable[ItemId]) -> Mapping[ItemId, StoredItem]: ...

    def ids_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]: ...

    def ids_where(
        self, *, project: str = "", type_name: str = "", program: str = "", open_only: bool = False
    ) -> tuple[ItemId, ...]: ...

    def ids_linking_to(self, keys: Iterable[str]) -> tuple[ItemId, ...]: ...

    def recorded(self, prefix: str) -> Mapping[str, tuple[datetime, str]]: ...

    def created_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]: ...


@dataclass(frozen=True, slots=True)
class Office:
    """What the coordination office has written down: the organisation, its resources, its calendar."""

    organisation: Organisation
    resources: tuple[Resource, ...]
    calendar: WorkingCalendar
    facets: Mapping[str, FacetType]


class MirrorView:
    """The mirror and the office's files at ``now``. ``stale_projects`` are those from whose silence nothing follows."""

    def __init__(
        self, mirror: Mirror, office: Office, now: datetime, stale_projects: frozenset[str] = frozenset()
    ) -> None:
        self.mirror = mirror
        self.office = office
        self._now = now
        self._stale = stale_projects
        self._stored: dict[ItemId, StoredItem | None] = {}
        self._facts: dict[ItemId, ItemFacts] = {}
        self._by_key: dict[str, ItemFacts | None] = {}
        self._found: dict[tuple[str, str, bool], tuple[ItemFacts, ...]] = {}

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def stale_projects(self) -> frozenset[str]:
        return self._stale

    @property
    def organisation(self) -> Organisation:
        return self.office.organisation

    @property
    def facets(self) -> Mapping[str, FacetType]:
        return self.office.facets

    def calendar(self, department: str | None) -> WorkingCalendar:
        return self.office.calendar.for_department(department) if department else self.office.calendar

    def stale(self, project: str) -> bool:
        return project in self._stale

    # --- work items --------------------------------------------------------------------------------------------
    def preload(self, ids: Iterable[ItemId]) -> None:
        """Reads these items in one go."""
        wanted = [id_ for id_ in ids if id_ not in self._stored]
        if wanted:
            found = self.mirror.items(wanted)
            self._stored.update({id_: found.get(id_) for id_ in wanted})

    def stored(self, id_: ItemId) -> StoredItem | None:
        """The mirrored item, gone or not."""
        self.preload([id_])
        return self._stored[id_]

    def item(self, id_: ItemId) -> ItemFacts | None:
        """A present item, None if the mirror does not hold it or it is gone."""
        stored = self.stored(id_)
        if stored is None or stored.gone:
            return None
        if id_ not in self._facts:
            self._facts[id_] = ItemFacts(stored.item, self)
        return self._facts[id_]

    def task_id(self, item: ItemId) -> str | None:
        key = f"{TASK_ID}{item}"
        found = self.mirror.recorded(key).get(key)
        return found[1] if found else None

    def decision_numbers(self, meeting: ItemId) -> Mapping[str, int]:
        prefix = f"{DECISION_NUMBER}{meeting}|"
        return {key.removeprefix(prefix): int(n) for key, (_, n) in self.mirror.recorded(prefix).items()}

    def item_by_key(self, key: str) -> ItemFacts | None:
        if key not in self._by_key:
            id_ = self.mirror.ids_by_key([key]).get(key)
            self._by_key[key] = self.item(id_) if id_ else None
        return self._by_key[key]

    def items_where(self, *, type_name: str = "", program: str = "", open_only: bool = False) -> tuple[ItemFacts, ...]:
        """All present items of a type and a programme (empty: of any), in the order of their ids."""
        asked = (type_name, program, open_only)
        if asked not in self._found:
            ids = sorted(self.mirror.ids_where(type_name=type_name, program=program, open_only=open_only))
            self.preload(ids)
            self._found[asked] = tuple(facts for id_ in ids if (facts := self.item(id_)))
        return self._found[asked]

    def created(self, creation_key: str) -> ItemFacts | None:
        """The issue of ours with this creation key."""
        id_ = self.mirror.created_by_key([creation_key]).get(creation_key)
        return self.item(id_) if id_ else None

    # --- other subjects ----------------------------------------------------------------------------------------
    @cached_property
    def programs(self) -> Mapping[str, ProgramFacts]:
        """Programmes by code."""
        found = (ProgramFacts(facts) for facts in self.items_where(type_name=PROGRAM_TYPE))
        return {program.code: program for program in found if program.code}

    def program(self, code: str | None) -> ProgramFacts | None:
        return self.programs.get(code) if code else None

    @cached_property
    def _resources(self) -> Mapping[str, Resource]:
        return {name: resource for resource in self.office.resources for name in (resource.key, resource.name)}

    @property
    def resources(self) -> tuple[Resource, ...]:
        return self.office.resources

    def resource(self, name: str | None) -> Resource | None:
        return self._resources.get(name) if name else None

    @cached_property
    def conflicts(self) -> Mapping[str, Conflict]:
        """Resources of which more is asked for than there is, by key."""
        return conflicts(self)

    def facts(self, subject: SubjectRef) -> SubjectFacts | None:  # noqa: PLR0911  # one case per kind of subject
        """The subject as it is now, None if it does not exist (any more)."""
        match subject.kind:
            case SubjectKind.WORK_ITEM:
                return self.item(ItemId(subject.key))
            case SubjectKind.PROGRAM:
                return self.program(subject.key)
            case SubjectKind.DEPARTMENT:
                department = self.organisation.department_by_key.get(subject.key)
                return DepartmentFacts(department, self) if department else None
            case SubjectKind.RESOURCE:
                resource = self.resource(subject.key)
                return ResourceFacts(resource, self) if resource else None
            case SubjectKind.PERSON:
                person = self.organisation.person_by_key.get(subject.key)
                return PersonFacts(person, self) if person else None
            case SubjectKind.ORG:
                return OrganisationFacts(self)
            case SubjectKind.CONFLICT:
                conflict = self.conflicts.get(subject.key) or settled_conflict(subject.key, self)
                return ConflictFacts(conflict, self) if conflict else None

    def conflict_subjects(self) -> tuple[SubjectRef, ...]:
        """The conflicts there are now. One that was settled is still answered by ``facts``, as not open."""
        return tuple(SubjectRef(SubjectKind.CONFLICT, key) for key in sorted(self.conflicts))

    def standing_subjects(self) -> tuple[SubjectRef, ...]:
        """Subjects that exist by the office's files and the programmes, not by being changed."""
        refs = [SubjectRef(SubjectKind.ORG, "org")]
        refs += [SubjectRef(SubjectKind.DEPARTMENT, department.key) for department in self.organisation.departments]
        refs += [SubjectRef(SubjectKind.RESOURCE, resource.key) for resource in self.office.resources]
        refs += [SubjectRef(SubjectKind.PERSON, person.key) for person in self.organisation.people if not person.bot]
        refs += [SubjectRef(SubjectKind.PROGRAM, code) for code in sorted(self.programs)]
        return tuple(refs)
