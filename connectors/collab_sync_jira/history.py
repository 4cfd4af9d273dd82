"""Jira's changelog as dated changes of model fields, and the two instants that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from collab_sync.carriers.assemble import status_of
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import OPEN_STATUSES, Change
from collab_sync_jira.payloads import ChangedField, Facts, History, User

_ALWAYS: Mapping[str, str] = {
    "summary": "title",
    "description": "body",
    "status": "status",
    "labels": "labels",
    "issuetype": "type",
}
"""Jira's field → model path, whatever the mapping says."""

_SOURCES: Mapping[str, str] = {
    "assignee": "assignee",
    "reporter": "reporter",
    "priority": "priority",
    "duedate": "duedate",
    "components": "component",
    "fixVersions": "milestone",
    "parent": "parent",
    "IssueParentAssociation": "parent",
    "Parent": "parent",
}
"""Jira's field → native source; the mapping says which model fields are read from it."""

_OLD_NAMES: Mapping[str, str] = {"Component": "components", "Fix Version": "fixVersions"}
"""Names in entries without ``fieldId`` (Data Center) that differ from the field's id."""


def changes_of(facts: Facts, connection: str, mapping: ProjectMapping) -> tuple[Change, ...]:
    """All changes of fields that the model knows, oldest first. Texts of descriptions are left out (nothing is decided
    on them, and they are long); dates are ISO; people and values read as Jira shows them, translated by the mapping."""
    readers = _paths_by_source(mapping)
    return tuple(
        Change(field=path, at=at, old=old, new=new, by=account(history.author, connection))
        for at, history, item in _entries(facts.histories)
        for path, old, new in _changed(item, facts.context.names, readers, mapping)
    )


def started_at(changes: Iterable[Change], mapping: ProjectMapping) -> datetime | None:
    """The first change into a status that means work has begun."""
    begun = (change.at for change in changes if _status(change, mapping) in ("进行中", "待验收"))
    return next(begun, None)


def done_at(changes: Sequence[Change], facts: Facts, mapping: ProjectMapping) -> datetime | None:
    """When an item that is now done became so: the resolution date, else the last change from open to done, else the
    last change of the status category. None while it is open."""
    fields = facts.fields
    name = fields.status.name if fields.status else ""
    if status_of(name, mapping) in OPEN_STATUSES:
        return None
    return moment(fields.resolutiondate) or _closed(changes, mapping) or moment(fields.statuscategorychangedate)


def moment(text: str | None) -> datetime | None:
    """Jira's ``2020-06-17T13:04:03.848+0800`` as aware UTC; None for anything else."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def account(user: User | None, connection: str) -> Account | None:
    return Account(connection, user.identity, user.display_name or "") if user and user.identity else None


def _entries(histories: Iterable[History]) -> Iterator[tuple[datetime, History, ChangedField]]:
    dated = [(at, history) for history in histories if (at := moment(history.created))]
    for at, history in sorted(dated, key=lambda pair: (pair[0], len(pair[1].id), pair[1].id)):
        for item in history.items:
            yield at, history, item


def _changed(
    item: ChangedField, names: Mapping[str, str], readers: Mapping[str, tuple[str, ...]], mapping: ProjectMapping
) -> Iterator[tuple[str, str | None, str | None]]:
    field = item.field_id or _OLD_NAMES.get(item.field, item.field)
    if field in _ALWAYS:
        texts = (None, None) if field == "description" else (_text(item.from_string), _text(item.to_string))
        yield _ALWAYS[field], *texts
        return
    source = _SOURCES.get(field) or f"cf:{names.get(field, item.field)}"
    old, new = _values(item)
    for path in readers.get(source, ()):
        translated = mapping.fields[path].values
        yield path, old and translated.get(old, old), new and translated.get(new, new)


def _values(item: ChangedField) -> tuple[str | None, str | None]:
    """Dates stand in ``from`` and ``to``, everything else reads best in the strings."""
    return _day(item.from_) or _text(item.from_string), _day(item.to) or _text(item.to_string)


def _day(text: str | None) -> str | None:
    try:
        return date.fromisoformat((text or "")[:10]).isoformat() if len(text or "") >= 10 else None
    except ValueError:
        return None


def _text(text: str | None) -> str | None:
    return text or None


def _paths_by_source(mapping: ProjectMapping) -> Mapping[str, tuple[str, ...]]:
    paths: dict[str, tuple[str, ...]] = {}
    for path, sources in mapping.fields.items():
        for source in sources.sources:
            paths[source] = (*paths.get(source, ()), path)
    return paths


def _status(change: Change, mapping: ProjectMapping) -> str:
    return status_of(change.new, mapping) if change.field == "status" and change.new else ""


def _closed(changes: Sequence[Change], mapping: ProjectMapping) -> datetime | None:
    for change in reversed(changes):
        if change.field != "status" or _status(change, mapping) in OPEN_STATUSES:
            continue
        if change.old is None or status_of(change.old, mapping) in OPEN_STATUSES:
            return change.at
    return None
