"""A small mirror held in memory, with one programme, its people and what they wrote; pages are composed over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from collab_sync.analysis.facts import Vocabulary
from collab_sync.analysis.measures.concerns import concerns
from collab_sync.analysis.view import MirrorView, Office
from collab_sync.analysis.vocabulary import ProductVocabulary
from collab_sync.calendar.data import CalendarData
from collab_sync.calendar.working_calendar import WorkingCalendar
from collab_sync.model.identity import Account, ItemId, PersonMention, SourceRef, TypedName, item_id
from collab_sync.model.marker import Marker, dumps
from collab_sync.model.organisation import Organisation
from collab_sync.model.page import Page
from collab_sync.model.resource import Resource
from collab_sync.model.work_item import Entry, Link, WorkItem
from collab_sync.ports.store import StoredItem
from collab_sync.rules.derive import DerivedVocabulary, compile_derivations
from collab_sync.rules.schema.derivations import DerivationFile
from collab_sync.rules.yaml_text import Mark, read_yaml, validate
from collab_sync.summaries.compose import compose
from collab_sync.summaries.scope import PageRequest

RULES = Path(__file__).parents[3] / "rules"
CALENDAR = {
    "key": "cn-office",
    "tz": "Asia/Shanghai",
    "hours": ["09:00", "18:00"],
    "valid_through": "2025-12-31",
    "holidays": {f"2025-10-0{day}": "国庆" for day in range(1, 9)},
    "makeups": {"2025-09-28": "调休", "2025-10-11": "调休"},
}
ACCOUNTS: Mapping[str, str] = {
    "陈志远": "u01",
    "李明": "u02",
    "周倩": "u05",
    "张悦": "u06",
    "冯丽": "u15",
    "林珊": "u18",
    "沈岳": "u19",
}
DEPTS: Mapping[str, str] = {
    "陈志远": "rd",
    "李明": "rd",
    "周倩": "mkt",
    "张悦": "mkt",
    "冯丽": "cs",
    "林珊": "office",
}
ORGANISATION = {
    "departments": [
        {"key": "rd", "name": "研发部", "lead": "陈志远", "liaison": "李明"},
        {"key": "mkt", "name": "市场部", "lead": "周倩", "liaison": "张悦"},
        {"key": "cs", "name": "客户成功部", "lead": "冯丽", "aliases": [{"name": "客服部", "until": "2025-10-13"}]},
        {"key": "vendor", "name": "物流供应商甲", "external": True, "lead": "陈志远"},
        {"key": "office", "name": "协同办公室", "lead": "林珊", "liaison": "林珊", "office": True},
    ],
    "people": [
        {"key": name, "dept": DEPTS.get(name), "identities": [{"gitlab": account}]}
        for name, account in ACCOUNTS.items()
    ],
    "roles": {"领导小组": ["沈岳"], "决策层": ["沈岳", "陈志远"]},
    "rollout": {"default": "full"},
}
RESOURCES = (
    {
        "key": "venue",
        "name": "活动场地",
        "category": "物力",
        "dept": "office",
        "owner": "林珊",
        "availability": "充足",
        "capacity": 1,
        "unit": "处",
        "blackouts": [{"from": "2025-10-20", "to": "2025-10-22", "why": "检修"}],
    },
    {
        "key": "team",
        "name": "研发工程师团队",
        "category": "人力",
        "dept": "rd",
        "owner": "陈志远",
        "availability": "紧张",
        "priority": "高",
        "restriction": "优先核心模块",
    },
    {
        "key": "logistics",
        "name": "第三方物流合作",
        "category": "技术",
        "dept": "mkt",
        "owner": "周倩",
        "availability": "缺口",
        "gap_since": "2025-09-15T01:00:00Z",
        "priority": "高",
    },
)


def at(text: str) -> datetime:
    """``10-10 17:00`` of 2025 in Shanghai, in UTC."""
    return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC) - timedelta(hours=8)


def day(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def person(name: str) -> Account:
    """The account of somebody of the organisation, else of a stranger."""
    return Account("gitlab", ACCOUNTS.get(name, f"x-{name}"), name)


def said(kind: str, by: str, when: str, text: str = "", items: Sequence[str] = (), **data: str) -> Entry:
    """A structured comment."""
    return Entry(
        id=f"{kind}{when}{by}", kind=kind, by=person(by), at=at(when), data=data, items=tuple(items), text=text
    )


def item(key: str, title: str, type_: str = "任务", **fields: object) -> WorkItem:
    """An item of GitLab or (``NPX-…``) Jira. ``R``, ``A``, ``C``, ``I``: names; ``made``: by a rule; ``links``: keys it
    waits for."""
    roles = {letter: fields.pop(letter, "") for letter in ("R", "A", "C", "I")}
    path, _, iid = key.partition("#")
    native = f"{sum(key.encode())}-{key}"
    created = str(fields.pop("created", "09-17 09:00"))
    waits = cast(Sequence[str], fields.pop("waits", ()))
    marker = dumps(Marker(key=key, generation=1)) if fields.pop("made", False) else None
    known: dict[str, object] = {
        "status": "未开始",
        "status_raw": "",
        "program": "X1",
        "updated_at": at(created),
        "reporter": person("林珊"),
        "urgency": "中",
        "importance": "中",
        "marker": marker,
        "links": tuple(Link(kind="blocked_by", target=target) for target in waits),
        "roles": {
            letter: tuple(
                person(name) if name != "王五" else TypedName(name) for name in str(names).split("、") if name
            )
            for letter, names in roles.items()
        },
    }
    return WorkItem(
        id=item_id("gitlab", native),
        source=SourceRef(
            connection="gitlab",
            project="p",
            path=path,
            native_id=native,
            key=key,
            iid=iid,
            url=f"https://tracker.example/{path}/{iid}" if iid else f"https://tracker.example/{key}",
        ),
        type=type_,
        title=title,
        created_at=at(created),
        **{**known, **fields},  # type: ignore[arg-type]  # fields by name
    )


def _mention(name: str) -> PersonMention:
    """People nobody knows were typed into a text."""
    return TypedName(name) if name == "王五" else person(name)


class MemoryMirror:
    """``analysis.view.Mirror`` over a list."""

    def __init__(self, items: Iterable[WorkItem]) -> None:
        self._items = {one.id: one for one in items}

    def items(self, ids: Iterable[ItemId]) -> Mapping[ItemId, StoredItem]:
        return {
            id_: StoredItem(item=self._items[id_], digest=b"", first_seen=self._items[id_].created_at)
            for id_ in ids
            if id_ in self._items
        }

    def ids_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        names = {name: one.id for one in self._items.values() for name in (one.source.key, one.source.url)}
        return {key: names[key] for key in keys if key in names}

    def ids_where(
        self, *, project: str = "", type_name: str = "", program: str = "", open_only: bool = False
    ) -> tuple[ItemId, ...]:
        return tuple(
            one.id
            for one in self._items.values()
            if (not type_name or one.type == type_name)
            and (not program or one.program == program)
            and (one.open or not open_only)
        )

    def ids_linking_to(self, keys: Iterable[str]) -> tuple[ItemId, ...]:
        return ()

    def ids_concerning(self, topics: Iterable[str]) -> Mapping[str, tuple[ItemId, ...]]:
        return {topic: tuple(id_ for id_, one in self._items.items() if topic in concerns(one)) for topic in topics}

    def noted(self, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]:
        return {}

    def created_by_key(self, keys: Iterable[str]) -> Mapping[str, ItemId]:
        return {}

    def recorded(self, prefix: str) -> Mapping[str, tuple[datetime, str]]:
        return {}


@cache
def vocabulary() -> Vocabulary:
    """The product's paths with the derivations that ship."""
    base = ProductVocabulary({"金额": "number", "会签部门": "departments"})
    document, _ = read_yaml((RULES / "derivations.yaml").read_text(encoding="utf-8"), "derivations.yaml")
    assert document is not None
    file, _ = validate(DerivationFile, document)
    assert file is not None
    derived, _, _ = compile_derivations(file, Mark(document), base)
    return DerivedVocabulary(base, derived)


def view_of(items: Iterable[WorkItem], now: str = "10-10 18:00", stale: frozenset[str] = frozenset()) -> MirrorView:
    office = Office(
        organisation=Organisation.model_validate(ORGANISATION),
        resources=tuple(Resource.model_validate(one) for one in RESOURCES),
        calendar=WorkingCalendar(CalendarData.model_validate(CALENDAR)),
        facets={},
    )
    return MirrorView(MemoryMirror(items), office, at(now), stale)


def page(key: str, items: Iterable[WorkItem], now: str = "10-10 18:00", **request: object) -> Page:
    """The page of this key over these items."""
    asked = PageRequest(key=key, **request)  # type: ignore[arg-type]  # fields by name
    return compose(asked, view_of(items, now), vocabulary(), "2025.09.1")
