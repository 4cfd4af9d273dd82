"""Jira's changelog as dated changes of model fields, and the two instants that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from collab_sync.carriers.assemble import Assembly
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


def changes_of(
    facts: Facts, connection: str, mapping: ProjectMapping, paths: Mapping[str, tuple[str, ...]]
) -> tuple[Change, ...]:
    """All changes of fields that the model knows, oldest first. Texts of descriptions are left out (nothing is decided
    on them, and they are long); dates are ISO; people and values read as Jira shows them, translated by the mapping.
    ``paths``: ``paths_by_source(mapping)``."""
    found: list[Change] = []
    for at, history in _dated(facts.histories):
        by = account(history.author, connection)
        for item in history.items:
            for path, old, new in _changed(item, facts.context.names, paths, mapping):
                found.append(Change(field=path, at=at, old=old, new=new, by=by))
    return tuple(found)


def paths_by_source(mapping: ProjectMapping) -> Mapping[str, tuple[str, ...]]:
    """Which fields of the model are read from a source."""
    paths: dict[str, tuple[str, ...]] = {}
    for path, sources in mapping.fields.items():
        for source in sources.sources:
            paths[source] = (*paths.get(source, ()), path)
    return paths


def started_at(changes: Iterable[Change], assembly: Assembly) -> datetime | None:
    """The first change into a status that means work has begun."""
    begun = (change.at for change in changes if _status(change, assembly) in ("进行中", "待验收"))
    return next(begun, None)


def done_at(changes: Sequence[Change], facts: Facts, assembly: Assembly) -> datetime | None:
    """When an item that is now done became so: the resolution date, else the last change from open to done, else the
    last change of the status category. None while it is open."""
    fields = facts.fields
    name = fields.status.name if fields.status else ""
    if assembly.status_of(name) in OPEN_STATUSES:
        return None
    return moment(fields.resolutiondate) or _closed(changes, assembly) or moment(fields.statuscategorychangedate)


def moment(text: str | None) -> datetime | None:
    """Jira's ``2020-06-17T13:04:03.848+0800`` as aware UTC; None for anything else."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def account(user: User | None, connection: str) -> Account | None:
    identity = user.identity if user else ""
    return Account(connection, identity, user.display_name or "") if user and identity else None


def _dated(histories: Iterable[History]) -> list[tuple[datetime, History]]:
    dated = [(at, history) for history in histories if (at := moment(history.created))]
    return sorted(dated, key=lambda pair: (pair[0], len(pair[1].id), pair[1].id))


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
    if text is None or text[4:5] != "-" or len(text) < 10:
        return None  # no way of writing a day in ten characters is without that
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


def _text(text: str | None) -> str | None:
    return text or None


def _status(change: Change, assembly: Assembly) -> str:
    return assembly.status_of(change.new) if change.field == "status" and change.new else ""


def _closed(changes: Sequence[Change], assembly: Assembly) -> datetime | None:
    for change in reversed(changes):
        if change.field != "status" or _status(change, assembly) in OPEN_STATUSES:
            continue
        if change.old is None or assembly.status_of(change.old) in OPEN_STATUSES:
            return change.at
    return None
