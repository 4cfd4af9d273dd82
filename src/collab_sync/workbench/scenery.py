"""The items and programmes that an example is given, as people would have made them in a tracker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from collab_sync.carriers.raw import Line, RawItem, RawValue
from collab_sync.errors import ConfigurationError
from collab_sync.model import marker
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.model.marker import Marker
from collab_sync.model.organisation import Organisation
from collab_sync.model.work_item import OPEN_STATUSES, Link
from collab_sync.rules.schema.examples import GivenItem, GivenProgram
from collab_sync.workbench.fakes.fake_tracker import source_ref
from collab_sync.workbench.texts import HEADING, ROLE_LINES, people_line, with_line, with_value

PROGRAM_KEY = "项目:{}"


@dataclass(frozen=True, slots=True)
class Scenery:
    """Who there is and where things live. ``accounts`` are told by person and connection, never guessed."""

    organisation: Organisation
    mapping: TrackerMapping

    def item(self, given: GivenItem, at: datetime) -> RawItem:
        """The item as it appears at ``at``. Raises ConfigurationError if it belongs to no project."""
        project = self.project_of(given)
        item = RawItem(
            source=source_ref(project, given.key),
            title=given.title,
            status=given.status,
            created_at=at,
            updated_at=at,
            started_at=at if given.status == "进行中" else None,
            done_at=None if given.status in OPEN_STATUSES else at,
            body=self._body(given, project.connection),
            native=self._native(given, project.connection),
            labels=frozenset(given.labels) | typed(given.type),
            links=tuple(Link(kind="blocked_by", target=key) for key in given.blocked_by),
            own=given.generation > 0,
            marker=marker.dumps(Marker(key=given.key, generation=given.generation)) if given.generation else None,
        )
        return with_people(item, "R", given.roles.get("R", ()), self.accounts(project.connection))

    def program(self, given: GivenProgram, at: datetime) -> RawItem:
        """The programme's own issue, in the first project of the mapping."""
        project = self.mapping.projects[0]
        body: tuple[Line, ...] = (HEADING,)
        lines = {"代号": given.key, "牵头部门": given.lead_dept, "阶段": given.phase, "战略": given.strategic}
        for name, value in lines.items():
            body = with_value(body, name, value)
        item = RawItem(
            source=source_ref(project, PROGRAM_KEY.format(given.key)),
            title=given.name,
            status="进行中",
            created_at=at,
            updated_at=at,
            started_at=at,
            body=body,
            labels=typed("项目"),
        )
        return with_people(item, "R", (given.lead,), self.accounts(project.connection))

    def project_of(self, given: GivenItem) -> ProjectMapping:
        """The project named, else the one whose path begins the key (``NPX-12``, ``rd/x1-firmware#4``)."""
        if given.project is not None:
            named = self.mapping.project(given.project)
            if named is not None:
                return named
        path = given.key.rpartition("#" if "#" in given.key else "-")[0]
        found = next((one for one in self.mapping.projects if given.project is None and one.project == path), None)
        if found is None:
            wanted = given.project or path or given.key
            known = "、".join(f"{one.name}({one.project})" for one in self.mapping.projects)
            raise ConfigurationError(f"{given.key} 属于哪个项目?mapping.yaml 里没有“{wanted}”", hint=f"现有:{known}")
        return found

    def accounts(self, connection: str) -> Mapping[str, Account]:
        """Everybody's account on a connection, by name."""
        told = ((person.key, person.account(connection)) for person in self.organisation.people)
        return {key: Account(connection, id_, key) for key, id_ in told if id_}

    def account(self, person: str, connection: str) -> Account:
        """Somebody's account. Raises ConfigurationError if they have none there."""
        found = self.accounts(connection).get(person)
        if found is None:
            raise ConfigurationError(
                f"{person} 在 {connection} 没有账号,不能在那里做这件事", hint="请在 people.yaml 的 identities 里补上"
            )
        return found

    def _body(self, given: GivenItem, connection: str) -> tuple[Line, ...]:
        lines: dict[str, str | None] = {
            "主责部门": given.dept,
            "协办部门": "、".join(given.related),
            "项目": given.program,
            "紧急程度": given.urgency,
            "重要程度": given.importance,
            "资源": given.resource,
        }
        body: tuple[Line, ...] = (HEADING,)
        for name, value in {**lines, **given.fields}.items():
            body = body if value is None else with_value(body, name, value)
        accounts = self.accounts(connection)
        held = [(letter, given.roles.get(letter, ())) for letter in ROLE_LINES if letter != "R"]
        return (*body, *(people_line(ROLE_LINES[letter], people, accounts) for letter, people in held if people))

    def _native(self, given: GivenItem, connection: str) -> dict[str, tuple[RawValue, ...]]:
        native: dict[str, tuple[RawValue, ...]] = {}
        if given.reporter is not None:
            native["reporter"] = (self.account(given.reporter, connection),)
        texts = {
            "duedate": given.due.isoformat() if given.due else None,
            "priority": given.native_priority,
            "parent": given.parent,
        }
        return native | {name: (text,) for name, text in texts.items() if text}


def with_people(item: RawItem, letter: str, people: Sequence[str], accounts: Mapping[str, Account]) -> RawItem:
    """The item with these people in a role: R as assignees where all have accounts, everything else as a line."""
    name = next(line for role, line in ROLE_LINES.items() if role == letter)
    assigned = letter == "R" and bool(people) and all(person in accounts for person in people)
    line = people_line(name, people, accounts) if people and not assigned else None
    native = {key: values for key, values in item.native.items() if letter != "R" or key != "assignees"}
    if assigned:
        native["assignees"] = tuple(accounts[person] for person in people)
    return replace(item, native=native, body=with_line(item.body, name, line))


def typed(type_name: str) -> frozenset[str]:
    """The label that carries a type; a task needs none."""
    return frozenset() if type_name == "任务" else frozenset({f"类型::{type_name}"})
