"""Jira's bytes as facts: the few fields we read, decoded leniently, and what a change of them looks like (digest).

A payload has the parts ``issue`` (as the search or GET sent it), ``comments`` and ``changelog`` (whole lists, only
where the issue carried a part of them), ``marker`` (Data Center), ``left-out`` (fields too heavy to be read) and
``context`` (what the bytes do not say themselves:
our account, names of custom fields, categories of statuses). So one payload always gives the same work item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from collab_sync.ports.tracker import Payload

PROPERTY = "collab-sync"
"""Key of the issue and comment property that carries our marker."""

_CUT_HISTORY = 40
"""Enhanced search cuts a changelog after this many entries without saying so."""

Json: TypeAlias = object


class User(msgspec.Struct, rename="camel", omit_defaults=True):
    """Cloud identifies by ``account_id``, Data Center by ``name``."""

    account_id: str | None = None
    name: str | None = None
    display_name: str | None = None

    @property
    def identity(self) -> str:
        return self.account_id or self.name or ""


class Named(msgspec.Struct):
    name: str = ""


class Version(msgspec.Struct):
    name: str = ""
    released: bool = False


class Category(msgspec.Struct):
    """``key``: new, indeterminate, done or undefined."""

    key: str = ""


class Status(msgspec.Struct, rename="camel"):
    name: str = ""
    status_category: Category | None = None

    @property
    def category(self) -> str:
        return self.status_category.key if self.status_category else ""


class Keyed(msgspec.Struct):
    key: str = ""


class LinkType(msgspec.Struct):
    name: str = ""
    inward: str = ""
    outward: str = ""


class IssueLink(msgspec.Struct, rename="camel"):
    type: LinkType
    id: str = ""
    inward_issue: Keyed | None = None
    outward_issue: Keyed | None = None


class Property(msgspec.Struct):
    key: str = ""
    value: Json = None


class Comment(msgspec.Struct, rename="camel"):
    id: str
    author: User | None = None
    body: Json = None
    created: str = ""
    updated: str = ""
    properties: list[Property] | None = None


class Comments(msgspec.Struct):
    comments: list[Comment] = []
    total: int | None = None


class ChangedField(msgspec.Struct, rename="camel"):
    field: str = ""
    field_id: str | None = None
    from_: str | None = msgspec.field(name="from", default=None)
    from_string: str | None = None
    to: str | None = None
    to_string: str | None = None


class History(msgspec.Struct):
    id: str = ""
    author: User | None = None
    created: str = ""
    items: list[ChangedField] = []


class Changelog(msgspec.Struct):
    histories: list[History] = []
    total: int | None = None


class Fields(msgspec.Struct):
    """Named as Jira names them; whatever is not needed is not decoded."""

    summary: str | None = None
    description: Json = None
    status: Status | None = None
    issuetype: Named | None = None
    priority: Named | None = None
    labels: list[str] | None = None
    assignee: User | None = None
    reporter: User | None = None
    creator: User | None = None
    created: str | None = None
    updated: str | None = None
    duedate: str | None = None
    resolutiondate: str | None = None
    statuscategorychangedate: str | None = None
    components: list[Named] | None = None
    fixVersions: list[Version] | None = None  # noqa: N815  # Jira's name
    parent: Keyed | None = None
    issuelinks: list[IssueLink] | None = None
    security: Named | None = None
    comment: Comments | None = None


FIELDS: tuple[str, ...] = Fields.__struct_fields__
"""What to ask for of every issue, besides custom fields."""


class Context(msgspec.Struct, frozen=True):
    """``me``: our account's id. ``names``: custom field id → name. ``categories``: status name → category key."""

    me: str = ""
    names: Mapping[str, str] = {}
    categories: Mapping[str, str] = {}


class Facts(msgspec.Struct):
    """Everything we read of one issue. ``custom``: by name, reduced to users, texts and documents. ``unreadable``:
    Jira's names of fields whose value has a shape we do not know."""

    id: str
    key: str
    fields: Fields
    comments: list[Comment]
    histories: list[History]
    custom: dict[str, list[Json]]
    context: Context
    marker: Json
    unreadable: list[str]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Who an issue is, and whether a search left out some of its comments or history."""

    id: str
    creator: str
    comments: bool
    history: bool


class _Issue(msgspec.Struct):
    id: str
    key: str = ""
    fields: msgspec.Raw = msgspec.Raw(b"{}")
    changelog: Json = None
    properties: Json = None


class _Shown(msgspec.Struct):
    comments: list[msgspec.Raw] = []
    histories: list[msgspec.Raw] = []
    total: int | None = None


class _HeadFields(msgspec.Struct):
    creator: User | None = None
    comment: _Shown | None = None


class _Head(msgspec.Struct):
    id: str
    key: str = ""
    fields: _HeadFields = msgspec.field(default_factory=_HeadFields)
    changelog: _Shown | None = None


class _Id(msgspec.Struct):
    id: str


def facts_of(payload: Payload) -> Facts:
    """Decodes a payload made by this connector. Never raises for the value of a field, only for bytes that are no
    Jira issue at all (msgspec.DecodeError)."""
    issue = msgspec.json.decode(payload.part("issue") or b"", type=_Issue)
    context = msgspec.json.decode(payload.part("context") or b"{}", type=Context)
    fields, unreadable = _fields(bytes(issue.fields))
    comments, histories = payload.part("comments"), payload.part("changelog")
    embedded = fields.comment.comments if fields.comment else []
    fields.comment = None
    return Facts(
        id=issue.id,
        key=issue.key or issue.id,
        fields=fields,
        comments=msgspec.json.decode(comments, type=list[Comment]) if comments else embedded,
        histories=msgspec.json.decode(histories, type=list[History]) if histories else _changelog(issue).histories,
        custom=_custom(_raw_fields(bytes(issue.fields)), context.names) if context.names else {},
        context=context,
        marker=_marker(payload, issue),
        unreadable=[*unreadable, *_left_out(payload)],
    )


def digest_of(facts: Facts) -> bytes:
    """SHA-256 over the facts as decoded: avatars, ``self`` addresses, order of keys and fields we do not read may
    change without a change of the item and do not count."""
    return hashlib.sha256(msgspec.json.encode(facts, order="deterministic")).digest()


def gaps_of(content: bytes) -> Gaps:
    """Cheap: looks into nothing it need not. Raises msgspec.DecodeError for bytes that are no Jira issue."""
    try:
        head = msgspec.json.decode(content, type=_Head)
    except msgspec.ValidationError:
        head = _Head(id=msgspec.json.decode(content, type=_Id).id)
    page, changelog = head.fields.comment or _Shown(), head.changelog or _Shown()
    shown = len(changelog.histories)
    return Gaps(
        id=head.id,
        creator=head.fields.creator.identity if head.fields.creator else "",
        comments=(page.total or 0) > len(page.comments),
        history=(changelog.total or 0) > shown or shown >= _CUT_HISTORY,
    )


def _fields(content: bytes) -> tuple[Fields, list[str]]:
    """All fields at once; where one has an unknown shape one by one, so that it is lost alone. Also the names lost."""
    try:
        return msgspec.json.decode(content, type=Fields), []
    except msgspec.ValidationError:
        pass
    fields, unreadable = Fields(), []
    raw = _raw_fields(content)
    for name in (name for name in FIELDS if name in raw):
        try:
            one = msgspec.json.decode(b'{"%s":%s}' % (name.encode(), bytes(raw[name])), type=Fields)
        except msgspec.ValidationError:
            unreadable.append(name)
        else:
            setattr(fields, name, getattr(one, name))
    return fields, unreadable


def _raw_fields(content: bytes) -> Mapping[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(content, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return {}


def _changelog(issue: _Issue) -> Changelog:
    try:
        return msgspec.convert(issue.changelog or {}, type=Changelog)
    except msgspec.ValidationError:
        return Changelog()


def _left_out(payload: Payload) -> list[str]:
    return msgspec.json.decode(payload.part("left-out") or b"[]", type=list[str])


def _marker(payload: Payload, issue: _Issue) -> Json:
    own = payload.part("marker")
    if own is not None:
        return msgspec.json.decode(own)
    return issue.properties.get(PROPERTY) if isinstance(issue.properties, dict) else None


def _custom(raw: Mapping[str, msgspec.Raw], names: Mapping[str, str]) -> dict[str, list[Json]]:
    """Values of the custom fields we know by name; several fields may share one, the first with a value counts."""
    values: dict[str, list[Json]] = {}
    for identifier, name in names.items():
        if identifier in raw and not values.get(name):
            values[name] = _reduced(msgspec.json.decode(raw[identifier]))
    return {name: value for name, value in values.items() if value}


def _reduced(value: Json) -> list[Json]:
    match value:
        case list():
            return [item for entry in value for item in _reduced(entry)]
        case dict():
            return _reduced_object(value)
        case bool():
            return ["是" if value else "否"]
        case float() if value.is_integer():
            return [str(int(value))]
        case str() | int() | float():
            return [str(value)] if value != "" else []
    return []


def _reduced_object(value: Mapping[str, Json]) -> list[Json]:
    """Documents as they are, users as ``id`` and ``displayName``, options with their child, named things by name."""
    if value.get("type") == "doc":
        return [value]
    shown = value.get("displayName")
    identity = value.get("accountId") or (shown and value.get("name"))
    if identity:
        return [{"id": identity, "displayName": shown}]
    return [*_reduced(value.get("value") or value.get("name")), *_reduced(value.get("child"))]
