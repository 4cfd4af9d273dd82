"""From a raw item to a work item, in the same way for every tracker: ``assemble`` and ``with_defaults``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, get_args

import msgspec

from collab_sync.carriers.entries import entry
from collab_sync.carriers.raw import RawComment, RawItem
from collab_sync.carriers.sources import Declared, FieldReader, labelled, lost
from collab_sync.carriers.vocabulary import KNOWN_FIELDS, field_name
from collab_sync.model.identity import id_of, item_id
from collab_sync.model.mapping import LabelledStatus, ProjectMapping
from collab_sync.model.work_item import (
    ENTRIES,
    OPEN_STATUSES,
    Change,
    Disagreement,
    Entry,
    Link,
    LinkKind,
    OwnComment,
    Status,
    WorkItem,
)

TYPE_LABEL = "类型::"
"""A label with this prefix names the type on every tracker."""

FALLBACK_TYPE = "任务"

_ROLES = ("R", "A", "C", "I", "F")
_FACET = "fields."
_RELATIONS: tuple[tuple[str, LinkKind], ...] = (("依赖", "blocked_by"), ("关联", "relates"), ("父任务", "parent"))
"""Canonical keys of the section that name other items."""
_ORDINARY = frozenset({"medium", "normal", "中", "普通", "一般"})
"""What trackers set when nobody chose a priority: it says nothing."""

_STATUSES: Mapping[str, Status] = {status: status for status in get_args(Status)}
_STATES: Mapping[str, Status] = {"opened": "未开始", "closed": "已完成"}


def assemble(raw: RawItem, mapping: ProjectMapping) -> WorkItem:
    """The work item that ``raw`` is under ``mapping``. Pure; nothing that a person typed makes it raise.

    ``mapping`` is the whole truth: a model field it does not list stays empty (connectors fill in their own with
    ``with_defaults``). ``fields`` holds every line of the section by canonical name, then what ``fields.X`` of the
    mapping says. Comments of our own account and of ``mapping.bots`` are never entries.
    """
    return Assembly(mapping).item(raw)


class Assembly:
    """``assemble`` for many items of one mapping, which is taken apart only once."""

    def __init__(self, mapping: ProjectMapping) -> None:
        self.mapping = mapping
        self._declared = Declared(mapping)
        self._facets = tuple(path for path in mapping.fields if path.startswith(_FACET))
        self._statuses = _by_plain_name(mapping)
        self._by_label = tuple(_kinds(mapping, "label:"))
        self._by_type = tuple(_kinds(mapping, "issuetype:"))

    def item(self, raw: RawItem) -> WorkItem:
        """See ``assemble``."""
        reader = FieldReader(raw, self._declared)
        return WorkItem(
            id=id_of(raw.source),
            source=raw.source,
            type=self._type(raw, reader.disagreements),
            title=raw.title,
            status=self._status(raw, reader.disagreements),
            status_raw=raw.status,
            created_at=raw.created_at,
            updated_at=raw.updated_at,
            started_at=raw.started_at,
            done_at=raw.done_at,
            **self._read(reader),
            components=tuple([value for value in raw.native.get("component", ()) if isinstance(value, str)]),
            labels=raw.labels,
            entries=_entries(raw, self.mapping),
            changes=tuple([self._change(change) if change.field == "status" else change for change in raw.changes]),
            confidential=raw.confidential,
            marker=raw.marker if raw.own else None,
            own_comments=tuple(
                [OwnComment(id=one.id, marker=one.marker, at=one.at) for one in raw.comments if one.own]
            ),
            links=_links(raw, reader),
            disagreements=tuple(reader.disagreements),
            unreadable=self._lost_besides(raw).union(reader.unreadable),
            moved_to=item_id(raw.source.connection, raw.moved_to) if raw.moved_to else None,
        )

    def status_of(self, name: str) -> Status:
        """The model status that a tracker's status name means where no label refines it; unknown names: 未开始."""
        return _mapped(name, self._statuses) or "未开始"

    def _read(self, reader: FieldReader) -> dict[str, Any]:
        """What the mapping's sources say, by the names of the item's own fields, in the order in which disagreements
        are told. (Any: each has the type of its field.)"""
        return {
            "reporter": next(iter(reader.people("reporter")), None),
            "roles": {role: people for role in _ROLES if (people := reader.people(role))},
            "dept": reader.name("dept"),
            "related_depts": reader.names("related_depts"),
            "urgency": reader.word("urgency"),
            "importance": reader.word("importance"),
            "native_priority": _chosen(reader.word("native_priority")),
            "start": reader.day("start"),
            "raw_due": reader.day("due"),
            "program": reader.word("program"),
            "milestone": reader.word("milestone"),
            "parent": reader.reference("parent"),
            "resource": reader.name("resource"),
            "fields": self._facets_of(reader),
        }

    def _facets_of(self, reader: FieldReader) -> Mapping[str, str]:
        facets = {name: value.text for name, value in reader.section.items()}
        for path in self._facets:
            if text := reader.text(path):
                facets[field_name(path.removeprefix(_FACET))] = text
        return facets

    def _lost_besides(self, raw: RawItem) -> frozenset[str]:
        """Paths without declared sources that could not be read: an unknown type is not 任务, unread facets not
        missing."""
        if not raw.unreadable:
            return frozenset()
        paths = set(raw.unreadable & {"status", "labels"})
        if "comment" in raw.unreadable:
            paths.add(ENTRIES)
        if not self._named_by_label(raw) and (lost(raw, "issuetype") or lost(raw, "label:")):
            paths.add("type")
        if lost(raw, "sec:"):
            facets = {*KNOWN_FIELDS, *self.mapping.facets} - {path.removeprefix(_FACET) for path in self.mapping.fields}
            paths |= {f"{_FACET}{name}" for name in facets}
        return frozenset(paths)

    def _type(self, raw: RawItem, disagreements: list[Disagreement]) -> str:
        """Labels come first: an item we created carries its type in a label whatever issue type it had to be given."""
        kinds = self._named_by_label(raw)
        if not kinds:
            present = [str(value) for value in raw.native.get("issuetype", ())]
            kinds = [kind for kind, name in self._by_type if name in present]
        kinds = list(dict.fromkeys(kinds))
        if len(kinds) > 1:
            disagreements.append(Disagreement(field="type", used=kinds[0], other="、".join(kinds[1:]), source="label"))
        return kinds[0] if kinds else self.mapping.types.get("default", FALLBACK_TYPE)

    def _named_by_label(self, raw: RawItem) -> list[str]:
        if not raw.labels:
            return []
        return [*[kind for kind, name in self._by_label if name in raw.labels], *labelled(raw, TYPE_LABEL)]

    def _status(self, raw: RawItem, disagreements: list[Disagreement]) -> Status:
        meant = self.mapping.status.get(raw.status)
        if isinstance(meant, LabelledStatus):
            return _refined(raw, meant, disagreements)
        known = _mapped(raw.status, self._statuses)
        if known is None:
            disagreements.append(Disagreement(field="status", used="未开始", other=raw.status, source="status"))
        return known or "未开始"

    def _change(self, change: Change) -> Change:
        """History tells the tracker's own status names; the model tells its own."""
        old, new = (name and (_mapped(name, self._statuses) or name) for name in (change.old, change.new))
        return msgspec.structs.replace(change, old=old, new=new)


def with_defaults(mapping: ProjectMapping, defaults: ProjectMapping) -> ProjectMapping:
    """``mapping`` with the fields, statuses, types and facets of ``defaults`` where it has none of that name.

    What ``mapping`` says about a field replaces the whole of what ``defaults`` says about it. ``bots`` are added up."""
    return mapping.model_copy(
        update={
            "status": {**defaults.status, **mapping.status},
            "fields": {**defaults.fields, **mapping.fields},
            "types": {**defaults.types, **mapping.types},
            "facets": {**defaults.facets, **mapping.facets},
            "bots": tuple(dict.fromkeys((*mapping.bots, *defaults.bots))),
        }
    )


def status_of(name: str, mapping: ProjectMapping) -> Status:
    """The model status that a tracker's status name means where no label refines it; unknown names: 未开始."""
    return _mapped(name, _by_plain_name(mapping)) or "未开始"


def _mapped(name: str, statuses: Mapping[str, Status]) -> Status | None:
    wanted = plain_name(name)
    return statuses.get(wanted) or _STATUSES.get(name) or _STATES.get(wanted)


def _by_plain_name(mapping: ProjectMapping) -> Mapping[str, Status]:
    """What the mapping's names of statuses mean; of several that read the same the first counts."""
    found: dict[str, Status] = {}
    for name, meant in mapping.status.items():
        found.setdefault(plain_name(name), meant.default if isinstance(meant, LabelledStatus) else meant)
    return found


def _kinds(mapping: ProjectMapping, prefix: str) -> Iterator[tuple[str, str]]:
    """Types, each with the label (or issue type) that stands for it."""
    for kind, source in mapping.types.items():
        if kind != "default" and source.startswith(prefix):
            yield kind, source.removeprefix(prefix)


def _chosen(priority: str | None) -> str | None:
    return None if priority is None or priority.casefold() in _ORDINARY else priority


def _refined(raw: RawItem, meant: LabelledStatus, disagreements: list[Disagreement]) -> Status:
    """A closed item is never read as open because of a label somebody forgot; the reverse is people's way to say that
    something is done before they close it."""
    said = labelled(raw, meant.label)
    known = [_STATUSES[name] for name in said if name in _STATUSES]
    closed = meant.default not in OPEN_STATUSES
    usable = [status for status in known if not (closed and status in OPEN_STATUSES)]
    status = usable[0] if usable else meant.default
    others = "、".join(name for name in said if name != status)
    if others:
        disagreements.append(Disagreement(field="status", used=status, other=others, source=f"label:{meant.label}"))
    return status


def _entries(raw: RawItem, mapping: ProjectMapping) -> tuple[Entry, ...]:
    found = (_entry(comment) for comment in raw.comments if not comment.own and comment.by.id not in mapping.bots)
    return tuple(sorted((one for one in found if one), key=lambda one: one.at))


def _entry(comment: RawComment) -> Entry | None:
    read = entry(comment.lines)
    if read is None:
        return None
    return Entry(
        id=comment.id,
        kind=read.kind,
        by=comment.by,
        at=comment.at,
        edited_at=comment.edited_at,
        data=read.data,
        items=read.items,
        text=read.text,
    )


def _links(raw: RawItem, reader: FieldReader) -> tuple[Link, ...]:
    """The tracker's links, then what people typed and no link of the tracker says already."""
    if not reader.section:
        return raw.links
    known = {(link.kind, link.target) for link in raw.links}
    typed = (
        Link(kind=kind, target=target, native=False)
        for key, kind in _RELATIONS
        for target in reader.references(key)
        if (kind, target) not in known and target != raw.source.key
    )
    return (*raw.links, *typed)


@lru_cache(maxsize=2_000)
def plain_name(name: str) -> str:
    """``name`` as names of statuses are compared: width, case and outer spaces do not matter."""
    return unicodedata.normalize("NFKC", name).strip().casefold()
