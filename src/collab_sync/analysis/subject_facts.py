"""Subjects other than work items at one instant: departments, programmes, resources, people, the organisation."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.natural import natural
from collab_sync.analysis.surroundings import Surroundings
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.model.organisation import Department, Person
from collab_sync.model.resource import Conflict, Resource

PROGRAM_TYPE = "项目"
PHASES: tuple[str, ...] = ("筹备", "执行", "收尾", "归档")
FILED = "归档"
FILED_LABEL = "已归档"
"""On a programme's issue: it has been filed. A label of ours, because the line 阶段 belongs to people."""


class DepartmentFacts:
    """A department as the organisation file describes it."""

    def __init__(self, department: Department, around: Surroundings) -> None:
        self.department = department
        self.around = around

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.DEPARTMENT, self.department.key)

    @property
    def now(self) -> datetime:
        return self.around.now


class ProgramFacts:
    """A programme: a work item of type 项目 whose section holds 代号, 牵头部门, 负责人, 阶段, 战略, 目标."""

    def __init__(self, facts: ItemFacts) -> None:
        self.facts = facts
        self.around = facts.around

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.PROGRAM, self.code)

    @property
    def now(self) -> datetime:
        return self.around.now

    @property
    def code(self) -> str:
        return self.facts.item.fields.get("代号", "")

    @property
    def name(self) -> str:
        return self.facts.item.fields.get("名称") or self.facts.item.title

    @property
    def phase(self) -> str:
        if FILED_LABEL in self.facts.item.labels:
            return FILED
        return self.facts.item.fields.get("阶段", "筹备")

    @property
    def strategic(self) -> str | None:
        return self.facts.item.fields.get("战略")

    @cached_property
    def lead(self) -> Person | None:
        people = self.facts.people("R")
        return people[0] if people else None

    @cached_property
    def department(self) -> Department | None:
        return self.facts.department


class ResourceFacts:
    """A shared resource as the office's list describes it."""

    def __init__(self, resource: Resource, around: Surroundings) -> None:
        self.resource = resource
        self.around = around

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.RESOURCE, self.resource.key)

    @property
    def now(self) -> datetime:
        return self.around.now

    @property
    def department(self) -> Department | None:
        return self.around.organisation.department(self.resource.dept)


class ConflictFacts:
    """Requests that together ask for more of a resource than there is; ``conflict.open`` is False once that is over."""

    def __init__(self, conflict: Conflict, around: Surroundings) -> None:
        self.conflict = conflict
        self.around = around

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.CONFLICT, self.conflict.key)

    @property
    def now(self) -> datetime:
        return self.around.now

    @cached_property
    def resource(self) -> Resource | None:
        return self.around.resource(self.conflict.resource)

    @property
    def name(self) -> str:
        """As people call it: the resource and the requests; the first day where nobody asks any more."""
        resource = self.resource.name if self.resource else self.conflict.resource
        members = "+".join(sorted(self.conflict.members, key=natural))
        return f"{resource}:{members or self.conflict.first_day.isoformat()}"

    @cached_property
    def members(self) -> tuple[ItemFacts, ...]:
        """The requests, in the order of their keys."""
        return tuple(item for item in self.around.items_by_key(self.conflict.members) if item)

    @cached_property
    def stale(self) -> bool:
        """Whether a request about this resource may have changed without our seeing it."""
        asked = self.around.requests(self.resource) if self.resource else ()
        return any(item.stale for item in asked)


class PersonFacts:
    """A person as the organisation file describes them."""

    def __init__(self, person: Person, around: Surroundings) -> None:
        self.person = person
        self.around = around

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.PERSON, self.person.key)

    @property
    def now(self) -> datetime:
        return self.around.now


class OrganisationFacts:
    """The organisation as a whole: the subject of rules that speak to everybody."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(SubjectKind.ORG, "org")

    @property
    def now(self) -> datetime:
        return self.around.now
