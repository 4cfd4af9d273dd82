"""Changes of issues: what a request may set, checked before anything moves, and the history it leaves.

Every change appends one entry to the issue's changelog and moves ``updated``; a request that changes nothing leaves
both alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from collab_sync.sandbox.jira.fields import EditableField, Shown
from collab_sync.sandbox.jira.refusal import Refusal, bad_field
from collab_sync.sandbox.jira.state import Change, ChangeItem, Issue, SiteState

DONE = ("10000", "Done")
"""The resolution an issue gets in a status of the category done: id and name."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who does it and when."""

    account: str
    at: datetime


def new_values(
    fields: Mapping[str, EditableField], body: Mapping[str, object], issue: Issue | None
) -> dict[str, object]:
    """The values a body's ``fields`` and ``update`` ask for, by field id. One Refusal 400 names every bad field.

    ``issue`` gives what ``add`` and ``remove`` start from (None: nothing yet).
    """
    wanted, errors = dict[str, object](), dict[str, str]()
    for name, raw in _asked(body):
        try:
            field = _known(fields, name)
            before = wanted.get(name, field.read(issue) if issue is not None else [])
            wanted[name] = field.parse(raw) if not isinstance(raw, _Operations) else raw.applied(field, before)
        except Refusal as refusal:
            errors.update(refusal.fields)
    if errors:
        raise Refusal(400, fields=errors)
    return wanted


def apply(
    site: SiteState, issue: Issue, fields: Mapping[str, EditableField], values: Mapping[str, object], stamp: Stamp
) -> None:
    """Writes checked values into an issue, with one changelog entry for what really changes."""
    items: list[ChangeItem] = []
    for name, value in values.items():
        field = fields[name]
        old = field.read(issue)
        if old != value:
            items.append(_item(field, field.show(old), field.show(value)))
            field.write(issue, value)
    record(site, issue, items, stamp)


def move(site: SiteState, issue: Issue, status_id: str, stamp: Stamp) -> None:
    """Brings an issue to a status; entering the category done resolves it, leaving it takes that back."""
    old, new = site.statuses[issue.status], site.statuses[status_id]
    if old.id == new.id:
        return
    items = [_change("status", "status", Shown(old.id, old.name), Shown(new.id, new.name))]
    if (old.category == "done") != (new.category == "done"):
        done, none = Shown(*DONE), Shown(None, None)
        items.insert(
            0, _change("resolution", "resolution", *((none, done) if new.category == "done" else (done, none)))
        )
        issue.resolved = stamp.at if new.category == "done" else None
    issue.status = new.id
    record(site, issue, items, stamp)


def record(site: SiteState, issue: Issue, items: Iterable[ChangeItem], stamp: Stamp) -> None:
    """Appends one changelog entry and moves ``updated``; does nothing without items."""
    changed = list(items)
    if changed:
        issue.changes.append(Change(id=site.next_id("change"), author=stamp.account, at=stamp.at, items=changed))
        touch(issue, stamp)


def touch(issue: Issue, stamp: Stamp) -> None:
    """Moves ``updated`` without history, as comments do."""
    issue.updated = max(issue.updated, stamp.at)


def link_item(key: str, text: str, *, removed: bool = False) -> ChangeItem:
    """The history of a link that came or went: the other issue's key, and the sentence Jira writes."""
    there, nothing = Shown(key, text), Shown(None, None)
    return _change("Link", "", *((there, nothing) if removed else (nothing, there)))


def attachment_item(attachment_id: int, name: str, *, removed: bool = False) -> ChangeItem:
    """The history of a file that came or went."""
    there, nothing = Shown(str(attachment_id), name), Shown(None, None)
    return _change("Attachment", "attachment", *((there, nothing) if removed else (nothing, there)))


def remote_link_item(link_id: int, old: str | None, new: str | None) -> ChangeItem:
    """The history of a remote link: its id and its title before and after."""
    key = str(link_id)
    return _change(
        "RemoteIssueLink",
        "",
        Shown(key if old is not None else None, old),
        Shown(key if new is not None else None, new),
    )


@dataclass(frozen=True, slots=True)
class _Operations:
    """The operations of one field under ``update``: ``[{"add": "x"}, {"remove": "y"}]``."""

    field: str
    operations: tuple[object, ...]

    def applied(self, field: EditableField, before: object) -> object:
        for operation in self.operations:
            if not isinstance(operation, dict) or len(operation) != 1:
                raise bad_field(self.field, "Operation must be an object with exactly one verb.")
            verb, raw = next(iter(operation.items()))
            if verb not in field.verbs:
                raise bad_field(self.field, f"Field does not support update '{verb}'")
            before = field.parse(raw) if verb == "set" else _with(field, before, verb, raw)
        return before


def _with(field: EditableField, before: object, verb: str, raw: object) -> object:
    parsed = field.parse([raw])
    values = list(before) if isinstance(before, list) else []
    changed = list(parsed) if isinstance(parsed, list) else []
    if verb == "remove":
        return [each for each in values if each not in changed]
    return field.parse([*values, *changed]) if field.id == "labels" else [*dict.fromkeys([*values, *changed])]


def _asked(body: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    fields, update = body.get("fields") or {}, body.get("update") or {}
    if not isinstance(fields, dict) or not isinstance(update, dict):
        raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    repeated = sorted(set(fields) & set(update))
    if repeated:
        message = "Field '{0}' cannot appear in both 'fields' and 'update'"
        raise Refusal(400, fields={name: message.format(name) for name in repeated})
    yield from fields.items()
    for name, operations in update.items():
        yield name, _Operations(name, tuple(operations) if isinstance(operations, list) else (operations,))


def _known(fields: Mapping[str, EditableField], name: str) -> EditableField:
    if name not in fields:
        message = f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
        raise bad_field(name, message)
    return fields[name]


def _item(field: EditableField, old: Shown, new: Shown) -> ChangeItem:
    return _change(field.name, field.id, old, new)


def _change(name: str, field_id: str, old: Shown, new: Shown) -> ChangeItem:
    return ChangeItem(field=name, field_id=field_id, old=old.key, old_text=old.text, new=new.key, new_text=new.text)
