"""A view of the mirror at one instant: the only thing decisions look at.

Reads in batches and remembers for its own lifetime, which is one decision; a new tick takes a new view.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol, TypeAlias

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.measures.concerns import programme, request
from collab_sync.analysis.measures.triggers import watched
from collab_sync.analysis.sharing.conflicts import conflicts, resource_conflicts, settled_conflict
from collab_sync.analysis.subject_facts import (
    PROGRAM_TYPE,
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

    def ids_concerning(self, topics: Iterable[str]) -> Mapping[str, tuple[ItemId, ...]]: ...

    def noted(self, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]: ...

    def recorded(self, prefix: str) -> Mapping[str, tuple[datetime, str]]: ...

    def created_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]: ...


@dataclass(frozen=True)
class Office:
    """What the coordination office has written down: the organisation, its resources, its calendar."""

    organisation: Organisation
    resources: tuple[Resource, ...]
    calendar: WorkingCalendar
    facets: Mapping[str, FacetType]

    @cached_property
    def resource_by_name(self) -> Mapping[str, Resource]:
        """Resources by key and by name."""
        return {name: resource for resource in self.resources for name in (resource.key, resource.name)}


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
        self._programs: dict[str, ProgramFacts | None] = {}
        self._requests: dict[str, tuple[ItemFacts, ...]] = {}
        self._conflicts: dict[str, tuple[Conflict, ...]] = {}
        self._task_ids: dict[ItemId, str | None] = {}
        self._near: tuple[ItemFacts, ...] = ()
        self._numberless: set[ItemId] = set()
        self._codes: set[str] = set()

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

    def look_at(self, ids: Iterable[ItemId]) -> None:
        """These items are about to be judged: what is asked around one of them is read for all of them together."""
        judged = tuple(ids)
        self.preload(judged)
        self._numberless.update(judged)
        self._near = tuple(facts for id_ in judged if (facts := self.item(id_)))
        self._codes.update(facts.item.program for facts in self._near if facts.item.program)

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
        if item not in self._task_ids:
            wanted, self._numberless = {item, *self._numberless}.difference(self._task_ids), set()
            noted = self.mirror.noted(f"{TASK_ID}{id_}" for id_ in wanted)
            self._task_ids.update({id_: noted.get(f"{TASK_ID}{id_}", (None, None))[1] for id_ in wanted})
        return self._task_ids[item]

    def decision_numbers(self, meeting: ItemId) -> Mapping[str, int]:
        prefix = f"{DECISION_NUMBER}{meeting}|"
        return {key.removeprefix(prefix): int(n) for key, (_, n) in self.mirror.recorded(prefix).items()}

    def item_by_key(self, key: str) -> ItemFacts | None:
        return self.items_by_key([key])[0]

    def items_by_key(self, keys: Iterable[str]) -> tuple[ItemFacts | None, ...]:
        """Present items by key or URL, in the order asked."""
        asked = tuple(keys)
        if not self._by_key.keys() >= set(asked):
            wanted = {*asked, *self._names_around()}.difference(self._by_key)
            ids = self.mirror.ids_by_key(wanted)
            self.preload(ids.values())
            self._by_key.update({name: self.item(ids[name]) if name in ids else None for name in wanted})
        return tuple(self._by_key[key] for key in asked)

    def items_where(self, *, type_name: str = "", program: str = "", open_only: bool = False) -> tuple[ItemFacts, ...]:
        """All present items of a type and a programme (empty: of any), in the order of their ids."""
        asked = (type_name, program, open_only)
        if asked not in self._found:
            ids = sorted(self.mirror.ids_where(type_name=type_name, program=program, open_only=open_only))
            self.preload(ids)
            self._found[asked] = tuple(facts for id_ in ids if (facts := self.item(id_)))
        return self._found[asked]

    def _names_around(self) -> Iterator[str]:
        """What the items to be judged link to and watch; once."""
        near, self._near = self._near, ()
        for facts in near:
            yield from (link.target for link in facts.item.links)
            yield from [facts.item.parent] if facts.item.parent else ()
            yield from watched(facts.item)

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
        if not code:
            return None
        if code not in self._programs:
            wanted, self._codes = {code, *self._codes}.difference(self._programs), set()
            ids = self.mirror.ids_concerning(programme(one) for one in wanted)
            self.preload(id_ for found in ids.values() for id_ in found)
            for one in wanted:
                found = [facts for id_ in ids.get(programme(one), ()) if (facts := self.item(id_))]
                self._programs[one] = ProgramFacts(found[-1]) if found else None
        return self._programs[code]

    @property
    def resources(self) -> tuple[Resource, ...]:
        return self.office.resources

    def resource(self, name: str | None) -> Resource | None:
        return self.office.resource_by_name.get(name) if name else None

    def requests(self, resource: Resource) -> tuple[ItemFacts, ...]:
        """All present requests for a resource, in the order of their ids."""
        self._read_requests([resource])
        return self._requests[resource.key]

    def _read_requests(self, resources: Iterable[Resource]) -> None:
        resources = [one for one in resources if one.key not in self._requests]
        topics = {one.key: {request(one.key), request(one.name)} for one in resources}
        found = self.mirror.ids_concerning(sorted(set().union(*topics.values())))
        self.preload({id_ for ids in found.values() for id_ in ids})
        named = {key: sorted({id_ for one in asked for id_ in found.get(one, ())}) for key, asked in topics.items()}
        for key, ids in named.items():
            asking = (one for id_ in ids if (one := self.item(id_)))
            self._requests[key] = tuple(one for one in asking if one.resource and one.resource.key == key)

    @cached_property
    def conflicts(self) -> Mapping[str, Conflict]:
        """Resources of which more is asked for than there is, by key."""
        return conflicts(self)

    def conflicts_about(self, resources: Iterable[Resource]) -> tuple[Conflict, ...]:
        """The conflicts about these resources."""
        wanted = tuple({one.key: one for one in resources}.values())
        self._read_requests(wanted)
        today = self.calendar(None).local_date(self.now)
        for one in wanted:
            if one.key not in self._conflicts:
                self._conflicts[one.key] = resource_conflicts(one, self._requests[one.key], today)
        return tuple(conflict for one in wanted for conflict in self._conflicts[one.key])

    def conflict(self, key: str) -> Conflict | None:
        """The conflict with this key, as it is now or, where it is settled, as not open."""
        resource = self.resource(key.rpartition(":")[0])
        found = {one.key: one for one in self.conflicts_about([resource] if resource else [])}
        return found.get(key) or settled_conflict(key, self)

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
                conflict = self.conflict(subject.key)
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
