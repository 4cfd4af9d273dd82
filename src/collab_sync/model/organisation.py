"""The organisation as the coordination office describes it: departments, people, roles, roll-out, budget.

Frozen values; lookups by key, by account and by name *as of a date*, because departments are renamed and
people go on leave. Nothing is ever matched by similarity: two people may share a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from collab_sync.model.identity import Account, PersonMention, TypedName

Stage: TypeAlias = Literal["report_only", "pilot", "full"]


class StrictModel(BaseModel):
    """Base of everything people write: an unknown key is an error, a value never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Alias(StrictModel):
    """A former name; ``until`` is the first day on which the new name holds."""

    name: str
    until: date | None = None


class Selectors(StrictModel):
    """How items name this department apart from its name."""

    labels: tuple[str, ...] = ()
    jira_components: tuple[str, ...] = ()
    gitlab_groups: tuple[str, ...] = ()


class Department(StrictModel):
    key: str
    name: str
    lead: str | None = None
    liaison: str | None = None
    aliases: tuple[Alias, ...] = ()
    external: bool = False
    office: bool = False
    selectors: Selectors = Selectors()

    @property
    def names(self) -> frozenset[str]:
        """Every name that ever meant this department."""
        return frozenset({self.key, self.name, *(alias.name for alias in self.aliases)})


class Absence(StrictModel):
    """Leave, both days included."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")
    delegate: str | None = None


class Person(StrictModel):
    key: str
    dept: str | None = None
    manager: str | None = None
    identities: tuple[Mapping[str, str], ...] = ()
    """Connection name → account id, one mapping or several; never guessed."""
    absences: tuple[Absence, ...] = ()
    bot: bool = False

    def account(self, connection: str) -> str | None:
        """The person's account id on ``connection``, None if there is none."""
        return next((ids[connection] for ids in self.identities if connection in ids), None)

    def absence_on(self, day: date) -> Absence | None:
        return next((absence for absence in self.absences if absence.start <= day <= absence.end), None)


class RoleExpression(StrictModel):
    """Members by expression; ``all.liaisons``: liaisons of the business departments, without the office."""

    expr: Literal["all.liaisons"]


class Rollout(StrictModel):
    """How far the product is switched on. A new office starts with ``report_only``."""

    default: Stage = "report_only"
    programs: Mapping[str, Stage] = Field(default_factory=dict)

    def stage(self, program: str | None) -> Stage:
        return self.programs.get(program, self.default) if program else self.default


class Budget(StrictModel):
    """Restraint in numbers: mentions at once per person and day, caps of one tick (comments and created issues).

    ``share_of_project``: of a project's open items, but never less than ``share_floor`` items.
    """

    mentions_per_person_per_day: int = 6
    first_tick_cap: int = 20
    writes_per_tick: int = 50
    share_of_project: float = 0.30
    share_floor: int = 10
    writes_per_person: int = 10


class Organisation(StrictModel):
    """Everything ``rules/organisation/*.yaml`` says, merged. ``home`` is the project (by mapping name) in which the
    office keeps its standing desk issue."""

    departments: tuple[Department, ...] = ()
    people: tuple[Person, ...] = ()
    roles: Mapping[str, tuple[str, ...] | RoleExpression] = Field(default_factory=dict)
    rollout: Rollout = Rollout()
    budget: Budget = Budget()
    home: str = ""
    zone: str = "Asia/Shanghai"

    @model_validator(mode="after")
    def _one_office(self) -> Organisation:
        offices = [department.key for department in self.departments if department.office]
        if len(offices) > 1:
            raise ValueError(f"只能有一个部门写 office: true,现有 {', '.join(offices)}")
        return self

    @cached_property
    def person_by_key(self) -> Mapping[str, Person]:
        return {person.key: person for person in self.people}

    @cached_property
    def department_by_key(self) -> Mapping[str, Department]:
        return {department.key: department for department in self.departments}

    @cached_property
    def _department_by_name(self) -> Mapping[str, Department]:
        return {name: department for department in self.departments for name in department.names}

    @cached_property
    def _person_by_account(self) -> Mapping[tuple[str, str], Person]:
        return {
            (connection, account): person
            for person in self.people
            for identity in person.identities
            for connection, account in identity.items()
        }

    @property
    def office(self) -> Department | None:
        """The coordination office itself."""
        return next((department for department in self.departments if department.office), None)

    def department(self, name: str | None) -> Department | None:
        """By key, present or former name; None if nobody knows it."""
        return self._department_by_name.get(name) if name else None

    def person(self, mention: PersonMention | None) -> Person | None:
        """By explicit identity, or by the exact key somebody typed; None if unknown."""
        match mention:
            case Account(connection=connection, id=account):
                return self._person_by_account.get((connection, account))
            case TypedName(text=text):
                return self.person_by_key.get(text)
            case None:
                return None

    def department_of(self, person: Person | None) -> Department | None:
        return self.department_by_key.get(person.dept) if person and person.dept else None

    def members(self, role: str) -> tuple[Person, ...]:
        """People who hold a role, in the order written; unknown keys are left out (the loader reports them)."""
        members = self.roles.get(role, ())
        if isinstance(members, RoleExpression):
            keys: tuple[str, ...] = tuple(
                department.liaison
                for department in self.departments
                if department.liaison and not department.office and not department.external
            )
        else:
            keys = members
        return tuple(self.person_by_key[key] for key in keys if key in self.person_by_key)
