"""The fields that requests may set: how a new value is read from JSON, kept in an issue and shown in its history.

Values are plain: ids of accounts, types, priorities and the parent, sorted labels, dates, documents as given. ``parse``
raises Refusal 400 about its field, in Jira's words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from collab_sync.sandbox.jira.refusal import bad_field
from collab_sync.sandbox.jira.state import CustomField, Issue, Project, RichText, SiteState
from collab_sync.sandbox.jira.text.adf import field_document, plain_text
from collab_sync.sandbox.jira.text.wiki import field_markup

SUMMARY_LIMIT = 255
LABEL_LIMIT = 255


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as a changelog shows it: identifier and text."""

    key: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class EditableField:
    """A field that requests may set: how its new value is read from JSON, kept, and shown in the history."""

    id: str
    name: str
    parse: Callable[[object], object]
    read: Callable[[Issue], object]
    write: Callable[[Issue, object], None]
    show: Callable[[object], Shown]
    verbs: tuple[str, ...] = ("set",)


def editable_fields(site: SiteState, project: Project) -> dict[str, EditableField]:
    """All fields that may be set in issues of the project, by id."""
    system = (*_text_fields(site), *_listed_fields(site, project), *_account_fields(site), _parent_field(site))
    custom = (_custom_field(each, site) for each in site.custom_fields.values())
    return {field.id: field for field in (*system, *custom)}


def _text_fields(site: SiteState) -> tuple[EditableField, ...]:
    def write_summary(issue: Issue, value: object) -> None:
        issue.summary = str(value)

    def write_description(issue: Issue, value: object) -> None:
        issue.description = value if isinstance(value, dict | str) else None

    def write_labels(issue: Issue, value: object) -> None:
        issue.labels = list(value) if isinstance(value, list) else []

    def write_due(issue: Issue, value: object) -> None:
        issue.due = value if isinstance(value, date) else None

    return (
        EditableField("summary", "summary", _summary, lambda i: i.summary, write_summary, _plain),
        EditableField(
            "description",
            "description",
            lambda raw: _rich("description", raw, site),
            lambda i: i.description,
            write_description,
            lambda value: Shown(None, plain_text(value) if value is not None else None),
        ),
        EditableField(
            "labels", "labels", _labels, lambda i: list(i.labels), write_labels, _spaced, ("set", "add", "remove")
        ),
        EditableField("duedate", "duedate", lambda raw: _date("duedate", raw), lambda i: i.due, write_due, _day),
    )


def _listed_fields(site: SiteState, project: Project) -> tuple[EditableField, ...]:
    types = {each: site.types[each].name for each in project.types}
    priorities = {each.id: each.name for each in site.priorities.values()}

    def write_type(issue: Issue, value: object) -> None:
        issue.type = str(value)

    def write_priority(issue: Issue, value: object) -> None:
        issue.priority = str(value)

    return (
        EditableField(
            "issuetype",
            "issuetype",
            lambda raw: _listed("issuetype", raw, types, "Specify a valid issue type"),
            lambda i: i.type,
            write_type,
            lambda value: _named(value, types),
        ),
        EditableField(
            "priority",
            "priority",
            lambda raw: _listed("priority", raw, priorities, "The priority selected is invalid."),
            lambda i: i.priority,
            write_priority,
            lambda value: _named(value, priorities),
        ),
    )


def _account_fields(site: SiteState) -> tuple[EditableField, ...]:
    names = {each.account_id: each.name for each in site.accounts.values()}

    def write_assignee(issue: Issue, value: object) -> None:
        issue.assignee = str(value) if value is not None else None

    def write_reporter(issue: Issue, value: object) -> None:
        issue.reporter = str(value) if value is not None else None

    def show(value: object) -> Shown:
        return _named(value, names)

    return (
        EditableField(
            "assignee", "assignee", lambda r: _account("assignee", r, site), lambda i: i.assignee, write_assignee, show
        ),
        EditableField(
            "reporter", "reporter", lambda r: _account("reporter", r, site), lambda i: i.reporter, write_reporter, show
        ),
    )


def _parent_field(site: SiteState) -> EditableField:
    def parse(raw: object) -> object:
        if raw is None:
            return None
        name = raw.get("key") or raw.get("id") if isinstance(raw, dict) else None
        parent = site.issue(str(name)) if name else None
        if parent is None:
            raise bad_field("parent", "Could not find issue by id or key.")
        return parent.id

    def write(issue: Issue, value: object) -> None:
        issue.parent = value if isinstance(value, int) else None

    def show(value: object) -> Shown:
        parent = site.issues.get(value) if isinstance(value, int) else None
        return Shown(str(parent.id), parent.key) if parent is not None else Shown(None, None)

    return EditableField("parent", "Parent", parse, lambda i: i.parent, write, show)


def _custom_field(custom: CustomField, site: SiteState) -> EditableField:
    names = {each.account_id: each.name for each in site.accounts.values()}

    def parse(raw: object) -> object:
        return _custom_value(custom, raw, site)

    def write(issue: Issue, value: object) -> None:
        if value is None or value == []:
            issue.custom.pop(custom.id, None)
        else:
            issue.custom[custom.id] = value

    def read(issue: Issue) -> object:
        return issue.custom.get(custom.id, [] if custom.kind in ("users", "labels") else None)

    def show(value: object) -> Shown:
        if isinstance(value, list):
            return Shown(", ".join(map(str, value)), ", ".join(names.get(str(each), str(each)) for each in value))
        return _named(value, names) if custom.kind == "user" else _plain(plain_text(value) or value)

    verbs = ("set", "add", "remove") if custom.kind in ("users", "labels") else ("set",)
    return EditableField(custom.id, custom.name, parse, read, write, show, verbs)


def _custom_value(custom: CustomField, raw: object, site: SiteState) -> object:
    if custom.kind in ("users", "labels") and raw is not None and not isinstance(raw, list):
        raise bad_field(custom.id, "data was not an array")
    match custom.kind:
        case "labels":
            return _labels(raw, custom.id)
        case "users":
            return [_account(custom.id, each, site) for each in raw] if isinstance(raw, list) else []
        case "user":
            return _account(custom.id, raw, site)
        case "richtext":
            return _rich(custom.id, raw, site)
        case "date":
            day = _date(custom.id, raw)
            return day.isoformat() if day is not None else None
        case _:
            return None if raw is None else _scalar(custom, raw)


def _scalar(custom: CustomField, raw: object) -> object:
    if custom.kind == "option":
        if isinstance(raw, dict) and isinstance(raw.get("value"), str):
            return raw["value"]
        raise bad_field(custom.id, "Specify a valid 'id' or 'name' for the field")
    if custom.kind == "number":
        if isinstance(raw, int | float):
            return raw
        raise bad_field(custom.id, "Operation value must be a number")
    if isinstance(raw, str):
        return raw
    raise bad_field(custom.id, "Operation value must be a string")


def _rich(field: str, raw: object, site: SiteState) -> RichText | None:
    return field_document(field, raw) if site.cloud else field_markup(field, raw)


def _summary(raw: object) -> object:
    if not isinstance(raw, str) or not raw.strip():
        raise bad_field("summary", "You must specify a summary of the issue.")
    if "\n" in raw or "\r" in raw:
        raise bad_field("summary", "The summary is invalid because it contains newline characters.")
    if len(raw) > SUMMARY_LIMIT:
        raise bad_field("summary", f"Summary must be less than {SUMMARY_LIMIT} characters.")
    return raw.strip()


def _labels(raw: object, field: str = "labels") -> object:
    labels = [] if raw is None else raw
    if not isinstance(labels, list):
        raise bad_field(field, "data was not an array")
    for label in labels:
        if not isinstance(label, str):
            raise bad_field(field, "string expected at index 0")
        if not label or any(char.isspace() for char in label):
            raise bad_field(field, f"The label '{label}' contains spaces which is invalid.")
        if len(label) > LABEL_LIMIT:
            raise bad_field(
                field, f"The label '{label}' exceeds the maximum length for a single label of 255 characters."
            )
    return sorted(set(labels))


def _date(field: str, raw: object) -> date | None:
    if raw is None or raw == "":
        return None
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise bad_field(field, f"Error parsing date string: {raw}") from None


def _account(field: str, raw: object, site: SiteState) -> str | None:
    if raw is None:
        return None
    if not site.cloud:
        return _user(field, raw, site)
    account_id = (raw.get("accountId") or raw.get("id")) if isinstance(raw, dict) else None
    if not isinstance(account_id, str) or account_id not in site.accounts:
        raise bad_field(field, f"User '{account_id}' cannot be assigned issues." if account_id else "expected Object")
    return account_id


def _user(field: str, raw: object, site: SiteState) -> str:
    """Data Center's way to name somebody: ``{"name": user name}`` or ``{"key": user key}``."""
    name = (raw.get("name") or raw.get("key")) if isinstance(raw, dict) else None
    found = site.account_called(name) if isinstance(name, str) else None
    if found is None or name == found.email:
        raise bad_field(field, f"User '{name}' does not exist." if name else "data was not an object")
    return found.account_id


def _listed(field: str, raw: object, known: Mapping[str, str], message: str) -> str:
    if isinstance(raw, dict):
        for own, name in known.items():
            if raw.get("id") == own or ("id" not in raw and raw.get("name") == name):
                return own
    raise bad_field(field, message)


def _plain(value: object) -> Shown:
    return Shown(None, str(value) if value is not None else None)


def _spaced(value: object) -> Shown:
    return Shown("", " ".join(value) if isinstance(value, list) else "")


def _day(value: object) -> Shown:
    return Shown(value.isoformat(), f"{value.isoformat()} 00:00:00.0") if isinstance(value, date) else Shown(None, None)


def _named(value: object, names: Mapping[str, str]) -> Shown:
    return Shown(str(value), names.get(str(value))) if value is not None else Shown(None, None)
