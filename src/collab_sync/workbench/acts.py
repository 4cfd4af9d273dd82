"""What people do in the course of an example: edits of an item, comments, and the office's changes to its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace as with_changes
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
from pydantic import ValidationError

from collab_sync.carriers.raw import RawComment, RawItem
from collab_sync.errors import ConfigurationError
from collab_sync.model.organisation import Absence, Alias, Department, Organisation, Person, StrictModel
from collab_sync.model.resource import Resource
from collab_sync.model.work_item import OPEN_STATUSES, Change
from collab_sync.rules.load import RuleSet
from collab_sync.rules.schema.conditions import Scalar
from collab_sync.rules.schema.examples import Happening, LabelChange, OrganisationChange
from collab_sync.workbench.scenery import Scenery, with_people
from collab_sync.workbench.texts import entry_lines, with_value

OFFICE_OPERATIONS = frozenset({"org", "absence", "resource"})


def edited(item: RawItem, happening: Happening, at: datetime, scenery: Scenery) -> RawItem:
    """The item after somebody did this to it at ``at``. Raises ConfigurationError for somebody without an account."""
    connection = item.source.connection
    by = scenery.account(happening.by, connection) if happening.by else None
    after = _EDITS[happening.operation](item, happening, at, scenery)
    changes = tuple(msgspec.structs.replace(change, by=by) for change in _history(item, after, at))
    return msgspec.structs.replace(after, updated_at=at, changes=(*item.changes, *changes))


def _status(item: RawItem, happening: Happening, at: datetime, _scenery: Scenery) -> RawItem:
    status = happening.status or item.status
    started = item.started_at or (at if status == "进行中" else None)
    done = None if status in OPEN_STATUSES else item.done_at or at
    return msgspec.structs.replace(item, status=status, started_at=started, done_at=done)


def _entry(item: RawItem, happening: Happening, at: datetime, scenery: Scenery) -> RawItem:
    assert happening.entry is not None, "the operation is entry"
    if happening.by is None:
        raise ConfigurationError("缺少 by:评论是谁写的", hint="评论算不算数,要看作者的身份")
    by = scenery.account(happening.by, item.source.connection)
    id_ = f"{item.source.key}:{len(item.comments) + 1}"
    comment = RawComment(id=id_, by=by, at=at, lines=entry_lines(happening.entry))
    return msgspec.structs.replace(item, comments=(*item.comments, comment))


def _due(item: RawItem, happening: Happening, _at: datetime, _scenery: Scenery) -> RawItem:
    assert happening.due is not None, "the operation is due"
    return msgspec.structs.replace(item, native={**item.native, "duedate": (happening.due.isoformat(),)})


def _set(item: RawItem, happening: Happening, _at: datetime, _scenery: Scenery) -> RawItem:
    body = item.body
    for name, value in (happening.set_ or {}).items():
        body = with_value(body, name, value)
    return msgspec.structs.replace(item, body=body)


def _label(item: RawItem, happening: Happening, _at: datetime, _scenery: Scenery) -> RawItem:
    change = happening.label or LabelChange()
    return msgspec.structs.replace(item, labels=(item.labels | set(change.add)) - set(change.remove))


def _title(item: RawItem, happening: Happening, _at: datetime, _scenery: Scenery) -> RawItem:
    return msgspec.structs.replace(item, title=happening.title or item.title)


def _dept(item: RawItem, happening: Happening, _at: datetime, _scenery: Scenery) -> RawItem:
    return msgspec.structs.replace(item, body=with_value(item.body, "主责部门", happening.dept or ""))


def _role(item: RawItem, happening: Happening, _at: datetime, scenery: Scenery) -> RawItem:
    for letter, people in (happening.role or {}).items():
        item = with_people(item, letter, people, scenery.accounts(item.source.connection))
    return item


def _phase(item: RawItem, happening: Happening, _at: datetime, _scenery: Scenery) -> RawItem:
    return msgspec.structs.replace(item, body=with_value(item.body, "阶段", happening.phase or ""))


_EDITS: Mapping[str, Callable[[RawItem, Happening, datetime, Scenery], RawItem]] = {
    "status": _status,
    "entry": _entry,
    "due": _due,
    "set": _set,
    "label": _label,
    "title": _title,
    "dept": _dept,
    "role": _role,
    "phase": _phase,
}


def _history(before: RawItem, after: RawItem, at: datetime) -> tuple[Change, ...]:
    """What the tracker's history tells of an edit: of a text only that it changed."""
    told = {
        "status": (before.status, after.status),
        "due": (_native(before, "duedate"), _native(after, "duedate")),
        "title": (before.title, after.title),
        "R": (_native(before, "assignees"), _native(after, "assignees")),
        "labels": (_joined(before.labels), _joined(after.labels)),
    }
    changes = [Change(field=field, at=at, old=old, new=new) for field, (old, new) in told.items() if old != new]
    return (*changes, *([Change(field="body", at=at)] if before.body != after.body else []))


def _native(item: RawItem, name: str) -> str | None:
    values = item.native.get(name, ())
    return "、".join(value if isinstance(value, str) else value.display for value in values) or None


def _joined(labels: frozenset[str]) -> str | None:
    return " ".join(sorted(labels)) or None


# --- the office's own files ------------------------------------------------------------------------------------
def amended(rules: RuleSet, happening: Happening, at: datetime) -> RuleSet:
    """The office's files after an edit of ``org``, ``absence`` or ``resource``: a new version comes into force.

    Raises ConfigurationError if nobody and nothing is called so, or if the files would no longer hold."""
    wanted = happening.on or ""
    try:
        match happening.operation:
            case "org":
                change = happening.org or OrganisationChange()
                after = _reorganised(rules.organisation, wanted, change, at)
                return _next(with_changes(rules, organisation=after))
            case "absence":
                return _next(with_changes(rules, organisation=_absent(rules.organisation, wanted, happening.absence)))
            case _:
                resources = _supplied(rules, wanted, happening.resource or {})
                return _next(with_changes(rules, resources=resources))
    except ValidationError as error:
        raise ConfigurationError(f"{wanted} 改成这样后不再有效:{error.errors()[0]['msg']}") from None


def _next(rules: RuleSet) -> RuleSet:
    head, _, count = rules.version.partition("+")
    version = f"{head}+{int(count or 0) + 1}"
    return with_changes(rules, version=version, ground=version)


def _reorganised(organisation: Organisation, wanted: str, change: OrganisationChange, at: datetime) -> Organisation:
    known = organisation.department(wanted)
    if known is None:
        raise ConfigurationError(f"没有叫“{wanted}”的部门")
    values = _values(known)
    if change.liaison is not None:
        if change.liaison not in organisation.person_by_key:
            raise ConfigurationError(f"没有名为“{change.liaison}”的人员")
        values["liaison"] = change.liaison
    if change.external is not None:
        values["external"] = change.external
    if change.rename is not None:
        local = at.astimezone(_zone(organisation)).date()
        values |= {"name": change.rename, "aliases": (*known.aliases, Alias(name=known.name, until=local))}
    after = Department.model_validate(values)
    return _organisation(
        organisation, departments=tuple(after if one == known else one for one in organisation.departments)
    )


def _absent(organisation: Organisation, wanted: str, absence: Absence | None) -> Organisation:
    known = organisation.person_by_key.get(wanted)
    if known is None or absence is None:
        raise ConfigurationError(f"没有名为“{wanted}”的人员")
    after = Person.model_validate({**_values(known), "absences": (*known.absences, absence)})
    return _organisation(organisation, people=tuple(after if one == known else one for one in organisation.people))


def _supplied(rules: RuleSet, wanted: str, change: Mapping[str, Scalar | None]) -> tuple[Resource, ...]:
    known = next((one for one in rules.resources if wanted in (one.key, one.name)), None)
    if known is None:
        raise ConfigurationError(f"没有叫“{wanted}”的资源")
    values = {key: value for key, value in {**_values(known), **change}.items() if value is not None}
    after = Resource.model_validate(values)
    if after.gap_since is not None and after.gap_since.tzinfo is None:
        since = after.gap_since.replace(tzinfo=_zone(rules.organisation)).astimezone(UTC)
        after = Resource.model_validate({**_values(after), "gap_since": since})
    return tuple(after if one == known else one for one in rules.resources)


def _organisation(organisation: Organisation, **changed: object) -> Organisation:
    """A new organisation: one that was copied would keep the lookups of the old."""
    return Organisation.model_validate({**_values(organisation), **changed})


def _values(model: StrictModel) -> dict[str, object]:
    return {name: getattr(model, name) for name in type(model).model_fields}


def _zone(organisation: Organisation) -> ZoneInfo:
    return ZoneInfo(organisation.zone)
