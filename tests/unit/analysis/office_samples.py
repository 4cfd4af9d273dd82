"""A view over a few items in memory, with the organisation, resources and calendar that ship with the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from tests.unit.calendar.calendar_samples import SHANGHAI

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.measures.concerns import concerns
from collab_sync.analysis.view import MirrorView, Office
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.model.identity import Account, ItemId, SourceRef, TypedName
from collab_sync.model.marker import Marker, dumps
from collab_sync.model.organisation import Absence, Organisation, Person
from collab_sync.model.resource import Resource
from collab_sync.model.work_item import Entry, Status, WorkItem
from collab_sync.ports.store import StoredItem
from collab_sync.rules.load import RuleSet, facets, load_rules_folder

SHIPPED = Path(__file__).parents[3] / "rules"
START = "09-15 09:00"


def at(text: str) -> datetime:
    """``"09-26 17:00"`` of 2025 in Shanghai."""
    return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@cache
def shipped() -> RuleSet:
    """The rules folder that ships."""
    return load_rules_folder(SHIPPED)


def organisation(*absent: tuple[str, str, str, str], aliases: Mapping[str, str] | None = None) -> Organisation:
    """The shipped organisation. ``absent``: person, first day, last day, delegate; ``aliases``: department key → a
    new name, the old one staying an alias until 2025-10-13."""
    base = shipped().organisation
    leave = {name: Absence.model_validate({"from": first, "to": last, "delegate": delegate})
             for name, first, last, delegate in absent}  # fmt: skip
    people = [person.model_copy(update={"absences": (leave[person.key],)}) if person.key in leave else person
              for person in base.people]  # fmt: skip
    departments = [one.model_dump(by_alias=True) for one in base.departments]
    for one in departments:
        if one["key"] in (aliases or {}):
            one["aliases"] = [{"name": one["name"], "until": "2025-10-13"}]
            one["name"] = (aliases or {})[one["key"]]
    values = {name: getattr(base, name) for name in Organisation.model_fields}
    return Organisation.model_validate(
        {**values, "people": [_person(one) for one in people], "departments": departments}
    )


def resources(**changed: Mapping[str, object]) -> tuple[Resource, ...]:
    """The shipped resources; ``changed``: key (``_`` for ``-``) → other values."""
    return tuple(
        Resource.model_validate({**one.model_dump(by_alias=True), **changed.get(one.key.replace("-", "_"), {})})
        for one in shipped().resources
    )


def item(key: str, **said: object) -> WorkItem:
    """An item in NPX, dept 研发部, R 赵航, in progress, made on 09-15 09:00, unless said."""
    made = said.pop("created_at", at(START))
    roles = said.pop("roles", {"R": ("赵航",)})
    assert isinstance(made, datetime)
    assert isinstance(roles, dict)
    values: dict[str, object] = {
        "id": ItemId(f"jira:{key}"),
        "source": SourceRef(connection="jira", project="jira-npx", path="NPX", native_id=key, key=key),
        "type": "任务",
        "title": f"事项 {key}",
        "status": "进行中",
        "status_raw": "",
        "created_at": made,
        "updated_at": made,
        "dept": "研发部",
        "roles": {letter: tuple(TypedName(name) for name in names) for letter, names in roles.items()},
    }
    return WorkItem(**{**values, **said})  # type: ignore[arg-type]  # a sheet of samples: wrong types fail the test


def request(key: str, resource: str, first: str = "", last: str = "", **said: object) -> WorkItem:
    """A 资源申请 for days of 2025 (``10-21``), quantity 1, unless said."""
    fields = said.pop("fields", {})
    assert isinstance(fields, dict)
    days = {name: f"2025-{day}" for name, day in (("从", first), ("到", last)) if day}
    return item(key, **{"type": "资源申请", "resource": resource, "fields": {"数量": "1", **days, **fields}, **said})


def programme(code: str, *, strategic: str = "中", phase: str = "执行", lead: str = "陈志远") -> WorkItem:
    """A programme's own issue."""
    fields = {"代号": code, "阶段": phase, "战略": strategic}
    return item(f"NPX-9{sum(map(ord, code))}", type="项目", title=f"项目{code}", roles={"R": (lead,)}, fields=fields)


def entry(id_: str, kind: str, by: str, when: str, text: str = "", **data: str) -> Entry:
    """A structured comment by somebody's Jira account."""
    author = shipped().organisation.person_by_key[by].account("jira")
    assert author is not None
    return Entry(id=id_, kind=kind, by=Account("jira", author, by), at=at(when), data=data, text=text)


def made_by_us(key: str) -> str:
    """The hidden mark of an issue of ours."""
    return dumps(Marker(key=key, generation=1))


@dataclass(frozen=True)
class ItemsInMemory:
    """A mirror of these items, all present."""

    held: Mapping[ItemId, WorkItem] = field(default_factory=dict)

    def items(self, ids: Iterable[ItemId]) -> Mapping[ItemId, StoredItem]:
        return {
            id_: StoredItem(item=self.held[id_], digest=b"", first_seen=at(START)) for id_ in ids if id_ in self.held
        }

    def ids_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        known = {one.source.key: id_ for id_, one in self.held.items()}
        return {key: known[key] for key in keys if key in known}

    def ids_where(
        self, *, project: str = "", type_name: str = "", program: str = "", open_only: bool = False
    ) -> tuple[ItemId, ...]:
        return tuple(
            id_
            for id_, one in self.held.items()
            if project in ("", one.source.project)
            and type_name in ("", one.type)
            and program in ("", one.program)
            and (one.open or not open_only)
        )

    def ids_linking_to(self, keys: Iterable[str]) -> tuple[ItemId, ...]:
        wanted = set(keys)
        return tuple(id_ for id_, one in self.held.items() if wanted & {link.target for link in one.links})

    def ids_concerning(self, topics: Iterable[str]) -> Mapping[str, tuple[ItemId, ...]]:
        return {topic: tuple(id_ for id_, one in self.held.items() if topic in concerns(one)) for topic in topics}

    def noted(self, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]:
        return {}

    def created_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        return {}

    def recorded(self, prefix: str) -> Mapping[str, tuple[datetime, str]]:
        return {}


def view(
    *items: WorkItem,
    now: str = "09-26 17:00",
    people: Organisation | None = None,
    shared: Sequence[Resource] | None = None,
    stale: Iterable[str] = (),
) -> MirrorView:
    """The items at a local time of 2025."""
    rules = shipped()
    office = Office(
        organisation=people or rules.organisation,
        resources=tuple(rules.resources if shared is None else shared),
        calendar=WorkingCalendar(rules.calendar),
        facets=facets(rules.mapping),
    )
    return MirrorView(ItemsInMemory({one.id: one for one in items}), office, at(now), frozenset(stale))


def seen(around: MirrorView, key: str) -> ItemFacts:
    """An item of the view."""
    found = around.item_by_key(key)
    assert found is not None, f"没有 {key}"
    return found


def closed(status: Status = "已完成") -> dict[str, object]:
    """What makes an item closed."""
    return {"status": status, "done_at": at("09-20 10:00")}


def _person(person: Person) -> Person:
    return Person.model_validate({name: getattr(person, name) for name in Person.model_fields})
