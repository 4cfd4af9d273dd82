"""Who is meant by a recipient in a rule, on a given day.

Nobody is lost: a department without a liaison is reached through its lead, somebody on leave through the delegate, then
the manager, then the coordination office; and when nobody at all can be found, the office gets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from collab_sync.analysis.item_facts import MAX_DELEGATIONS, ItemFacts
from collab_sync.analysis.subject_facts import DepartmentFacts, ProgramFacts, ResourceFacts
from collab_sync.analysis.view import SubjectFacts
from collab_sync.carriers import values
from collab_sync.model.organisation import Department, Organisation, Person

OFFICE_ROLE = "协同办公室"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a rule speaks to about one subject on one day. ``own``: roles of the issue that is being made, by letter."""

    organisation: Organisation
    facts: SubjectFacts
    day: date
    own: Mapping[str, str] = field(default_factory=dict)

    def resolve(self, recipients: Sequence[str]) -> tuple[Person, ...]:
        """The people to tell, each once, by name; the office when nobody else can be found."""
        found = {person.key: person for who in recipients for person in self._present(who)}
        if not found:
            found = {person.key: person for person in self.office()}
        return tuple(found[key] for key in sorted(found))

    def office(self) -> tuple[Person, ...]:
        """The people of the coordination office who take what nobody else can."""
        members = self.organisation.members(OFFICE_ROLE)
        if members:
            return members
        office = self.organisation.office
        return self._persons([office.liaison, office.lead][:1] if office else [])

    def _present(self, who: str) -> Iterable[Person]:
        for person in self._holders(who):
            if not person.bot:  # an account that nobody reads
                yield from self._reachable(person, acting_as=who)

    def _reachable(self, person: Person, acting_as: str) -> tuple[Person, ...]:
        """The person, or who stands in: delegate (at most two in a row), manager, office."""
        doers = self._holders("R") if acting_as == "A" else ()
        here = person
        for _ in range(MAX_DELEGATIONS + 1):
            absence = here.absence_on(self.day)
            if absence is None:
                return (here,)
            delegate = self._persons([absence.delegate])
            if not delegate or delegate[0] in doers:
                break
            here = delegate[0]
        manager = self._persons([person.manager])
        return manager if manager and not manager[0].absence_on(self.day) else self.office()

    def _holders(self, who: str) -> tuple[Person, ...]:  # noqa: C901, PLR0911  # one case per recipient: a table
        facts = self.facts
        match who:
            case "R" | "A" | "C" | "I" | "F" if who in self.own:
                return self._persons([self.own[who]])
            case "R" | "A" | "C" | "I" | "F":
                return facts.people(who) if isinstance(facts, ItemFacts) else ()
            case "dept.lead":
                return self._lead(self._department())
            case "dept.liaison":
                return self._liaison(self._department())
            case "program.lead":
                return self._program_lead()
            case "reporter":
                return (facts.reporter,) if isinstance(facts, ItemFacts) and facts.reporter else ()
            case "owner" | "resource.owner":
                return self._persons([self._resource_owner()])
            case "resource.dept.lead":
                return self._lead(self._resource_department())
            case "e.by":
                return self._author()
            case "all.liaisons":
                return self._liaisons()
            case _:
                return self._named(who)

    def _named(self, who: str) -> tuple[Person, ...]:
        if who.startswith("role:"):
            return self.organisation.members(who.removeprefix("role:")) or self.office()
        if who.startswith("fields.") and isinstance(self.facts, ItemFacts):
            field = who.removeprefix("fields.").removesuffix(".leads")
            names = values.names(self.facts.item.fields.get(field, ""))
            departments = [self.organisation.department(name) for name in names]
            return tuple(person for department in departments for person in self._lead(department))
        return ()

    def _department(self) -> Department | None:
        facts = self.facts
        if isinstance(facts, DepartmentFacts | ItemFacts | ProgramFacts | ResourceFacts):
            return facts.department
        return None

    def _lead(self, department: Department | None) -> tuple[Person, ...]:
        return self._persons([department.lead]) if department else ()

    def _liaison(self, department: Department | None) -> tuple[Person, ...]:
        """The liaison; without one the lead."""
        if department is None:
            return ()
        return self._persons([department.liaison]) or self._lead(department)

    def _liaisons(self) -> tuple[Person, ...]:
        departments = [d for d in self.organisation.departments if not d.office and not d.external]
        return self._persons([department.liaison for department in departments])

    def _program_lead(self) -> tuple[Person, ...]:
        facts = self.facts
        program = facts.around.program(facts.program_code) if isinstance(facts, ItemFacts) else facts
        return (program.lead,) if isinstance(program, ProgramFacts) and program.lead else ()

    def _resource_owner(self) -> str | None:
        facts = self.facts
        resource = facts.resource if isinstance(facts, ItemFacts | ResourceFacts) else None
        return resource.owner if resource else None

    def _resource_department(self) -> Department | None:
        facts = self.facts
        resource = facts.resource if isinstance(facts, ItemFacts | ResourceFacts) else None
        return self.organisation.department(resource.dept) if resource else None

    def _author(self) -> tuple[Person, ...]:
        if not isinstance(self.facts, ItemFacts) or self.facts.entry is None:
            return ()
        person = self.organisation.person(self.facts.entry.by)
        return (person,) if person else ()

    def _persons(self, keys: Iterable[str | None]) -> tuple[Person, ...]:
        known = self.organisation.person_by_key
        return tuple(known[key] for key in keys if key and key in known)
