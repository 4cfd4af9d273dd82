"""From a raw item to a work item, in the same way for every tracker: ``assemble`` and ``with_defaults``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec

from collab_sync.carriers.entries import entry
from collab_sync.carriers.raw import RawComment, RawItem
from collab_sync.carriers.sources import FieldReader, labelled, lost
from collab_sync.carriers.vocabulary import KNOWN_FIELDS, field_name
from collab_sync.model.identity import PersonMention, id_of, item_id
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
    reader = FieldReader(raw, mapping)
    item = WorkItem(
        id=id_of(raw.source),
        source=raw.source,
        type=_type(raw, mapping, reader.disagreements),
        title=raw.title,
        status=_status(raw, mapping, reader.disagreements),
        status_raw=raw.status,
        created_at=raw.created_at,
        updated_at=raw.updated_at,
        started_at=raw.started_at,
        done_at=raw.done_at,
        components=tuple(value for value in raw.native.get("component", ()) if isinstance(value, str)),
        labels=raw.labels,
        entries=_entries(raw, mapping),
        changes=tuple(_change(change, mapping) for change in raw.changes),
        confidential=raw.confidential,
        marker=raw.marker if raw.own else None,
        own_comments=tuple(OwnComment(id=note.id, marker=note.marker, at=note.at) for note in raw.comments if note.own),
        links=_links(raw, reader),
        moved_to=item_id(raw.source.connection, raw.moved_to) if raw.moved_to else None,
    )
    item = _with_fields(item, reader, mapping)
    return msgspec.structs.replace(item, unreadable=_lost_besides(raw, mapping) | reader.unreadable)


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
    return _mapped(name, mapping) or "未开始"


def _with_fields(item: WorkItem, reader: FieldReader, mapping: ProjectMapping) -> WorkItem:
    read = msgspec.structs.replace(
        item,
        reporter=next(iter(reader.people("reporter")), None),
        roles=_roles(reader),
        dept=reader.name("dept"),
        related_depts=reader.names("related_depts"),
        urgency=reader.word("urgency"),
        importance=reader.word("importance"),
        native_priority=_chosen(reader.word("native_priority")),
        start=reader.day("start"),
        raw_due=reader.day("due"),
        program=reader.word("program"),
        milestone=reader.word("milestone"),
        parent=reader.reference("parent"),
        resource=reader.name("resource"),
        fields=_facets(reader, mapping),
    )
    return msgspec.structs.replace(read, disagreements=tuple(reader.disagreements))


def _lost_besides(raw: RawItem, mapping: ProjectMapping) -> frozenset[str]:
    """Paths without declared sources that could not be read: an unknown type is not 任务, unread facets not missing."""
    if not raw.unreadable:
        return frozenset()
    paths = set(raw.unreadable & {"status", "labels"})
    if "comment" in raw.unreadable:
        paths.add(ENTRIES)
    if not _named_by_label(raw, mapping) and (lost(raw, "issuetype") or lost(raw, "label:")):
        paths.add("type")
    if lost(raw, "sec:"):
        facets = {*KNOWN_FIELDS, *mapping.facets} - {path.removeprefix(_FACET) for path in mapping.fields}
        paths |= {f"{_FACET}{name}" for name in facets}
    return frozenset(paths)


def _roles(reader: FieldReader) -> Mapping[str, tuple[PersonMention, ...]]:
    held = ((role, reader.people(role)) for role in _ROLES)
    return {role: people for role, people in held if people}


def _chosen(priority: str | None) -> str | None:
    return None if priority is None or priority.casefold() in _ORDINARY else priority


def _facets(reader: FieldReader, mapping: ProjectMapping) -> Mapping[str, str]:
    facets = {name: value.text for name, value in reader.section.items()}
    for path in mapping.fields:
        text = reader.text(path) if path.startswith(_FACET) else None
        if text:
            facets[field_name(path.removeprefix(_FACET))] = text
    return facets


def _type(raw: RawItem, mapping: ProjectMapping, disagreements: list[Disagreement]) -> str:
    """Labels come first: an item we created carries its type in a label whatever issue type it had to be given."""
    kinds = list(dict.fromkeys(_named_by_label(raw, mapping) or _types_by(raw, mapping, "issuetype:")))
    if len(kinds) > 1:
        disagreements.append(Disagreement(field="type", used=kinds[0], other="、".join(kinds[1:]), source="label"))
    return kinds[0] if kinds else mapping.types.get("default", FALLBACK_TYPE)


def _named_by_label(raw: RawItem, mapping: ProjectMapping) -> tuple[str, ...]:
    return (*_types_by(raw, mapping, "label:"), *labelled(raw, TYPE_LABEL))


def _types_by(raw: RawItem, mapping: ProjectMapping, prefix: str) -> Iterator[str]:
    present = raw.labels if prefix == "label:" else {str(value) for value in raw.native.get("issuetype", ())}
    for kind, source in mapping.types.items():
        if kind != "default" and source.startswith(prefix) and source.removeprefix(prefix) in present:
            yield kind


def _status(raw: RawItem, mapping: ProjectMapping, disagreements: list[Disagreement]) -> Status:
    meant = mapping.status.get(raw.status)
    if isinstance(meant, LabelledStatus):
        return _refined(raw, meant, disagreements)
    known = _mapped(raw.status, mapping)
    if known is None:
        disagreements.append(Disagreement(field="status", used="未开始", other=raw.status, source="status"))
    return known or "未开始"


def _mapped(name: str, mapping: ProjectMapping) -> Status | None:
    wanted = plain_name(name)
    for key, meant in mapping.status.items():
        if plain_name(key) == wanted:
            return meant.default if isinstance(meant, LabelledStatus) else meant
    return _STATUSES.get(name) or _STATES.get(wanted)


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


def _change(change: Change, mapping: ProjectMapping) -> Change:
    """History tells the tracker's own status names; the model tells its own."""
    if change.field != "status":
        return change
    old, new = (name and (_mapped(name, mapping) or name) for name in (change.old, change.new))
    return msgspec.structs.replace(change, old=old, new=new)


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
    known = {(link.kind, link.target) for link in raw.links}
    typed = (
        Link(kind=kind, target=target, native=False)
        for key, kind in _RELATIONS
        for target in reader.references(key)
        if (kind, target) not in known and target != raw.source.key
    )
    return (*raw.links, *typed)


def plain_name(name: str) -> str:
    """``name`` as names of statuses are compared: width, case and outer spaces do not matter."""
    return unicodedata.normalize("NFKC", name).strip().casefold()
