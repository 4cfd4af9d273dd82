"""An issue's bytes as facts: in one pass where they have the shape that Jira documents, else field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec

from collab_sync.ports.tracker import Payload
from collab_sync_jira.payloads import (
    FIELDS,
    PROPERTY,
    Changelog,
    Comment,
    Comments,
    Context,
    Facts,
    Fields,
    History,
    Json,
    User,
)

_CUT_HISTORY = 40
"""Enhanced search cuts a changelog after this many entries without saying so."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Who an issue is, and whether a search left out some of its comments or history."""

    id: str
    creator: str
    comments: bool
    history: bool


@dataclass(frozen=True, slots=True)
class ReadIssue:
    """What the part ``issue`` says. ``custom`` and ``unreadable`` are those of ``Facts``."""

    gaps: Gaps
    key: str
    fields: Fields
    histories: list[History]
    custom: dict[str, list[Json]]
    properties: Json
    unreadable: list[str]


class _Issue(msgspec.Struct, gc=False):
    id: str
    key: str = ""
    fields: msgspec.Raw = msgspec.Raw(b"{}")
    changelog: Json = None
    properties: Json = None


class _Shown(msgspec.Struct, gc=False):
    comments: list[msgspec.Raw] = []
    histories: list[msgspec.Raw] = []
    total: int | None = None


class _HeadFields(msgspec.Struct, gc=False):
    creator: User | None = None
    comment: _Shown | None = None


class _Head(msgspec.Struct, gc=False):
    id: str
    key: str = ""
    fields: _HeadFields = msgspec.field(default_factory=_HeadFields)
    changelog: _Shown | None = None


class _Id(msgspec.Struct, gc=False):
    id: str


class Form:
    """How issues are decoded whose part ``context`` is ``content``: everything we read of one in a single pass. What
    does not have the shape that Jira documents is read field by field, so that only that is lost."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.context = msgspec.json.decode(content, type=Context)
        self._decoder = _decoder(self.context.names)

    @classmethod
    def of(cls, context: Context) -> Form:
        return cls(msgspec.json.encode(context, order="deterministic"))

    def read(self, content: bytes) -> ReadIssue:
        """Never raises for the value of a field, only for bytes that are no Jira issue at all (msgspec.DecodeError)."""
        if self._decoder is None:
            return self._one_by_one(content)
        try:
            issue = self._decoder.decode(content)
        except msgspec.DecodeError:
            return self._one_by_one(content)
        fields = Fields(*_in_order(issue.fields))
        changelog = issue.changelog or Changelog()
        return ReadIssue(
            gaps=_gaps(issue.id, fields, changelog),
            key=issue.key or issue.id,
            fields=fields,
            histories=changelog.histories,
            custom=_custom({one: getattr(issue.fields, one) for one in self.context.names}, self.context.names),
            properties=issue.properties,
            unreadable=[],
        )

    def _one_by_one(self, content: bytes) -> ReadIssue:
        issue = msgspec.json.decode(content, type=_Issue)
        fields, unreadable = _fields(bytes(issue.fields))
        names = self.context.names
        raw = _raw_fields(bytes(issue.fields)) if names else {}
        return ReadIssue(
            gaps=_head_gaps(content),
            key=issue.key or issue.id,
            fields=fields,
            histories=_changelog(issue).histories,
            custom=_custom({one: msgspec.json.decode(raw[one]) for one in names if one in raw}, names),
            properties=issue.properties,
            unreadable=unreadable,
        )


def facts_of(payload: Payload) -> Facts:
    """Decodes a payload made by this connector. Never raises for the value of a field, only for bytes that are no
    Jira issue at all (msgspec.DecodeError)."""
    form = Form(payload.part("context") or b"{}")
    return facts_from(form.read(payload.part("issue") or b""), form.context, payload)


def facts_from(issue: ReadIssue, context: Context, payload: Payload) -> Facts:
    """The same where the issue has been read."""
    comments, histories = payload.part("comments"), payload.part("changelog")
    fields = issue.fields
    embedded = fields.comment.comments if fields.comment else []
    fields.comment = None
    return Facts(
        id=issue.gaps.id,
        key=issue.key,
        fields=fields,
        comments=msgspec.json.decode(comments, type=list[Comment]) if comments else embedded,
        histories=msgspec.json.decode(histories, type=list[History]) if histories else issue.histories,
        custom=issue.custom,
        context=context,
        marker=_marker(payload, issue.properties),
        unreadable=[*issue.unreadable, *_left_out(payload)],
    )


_in_order = attrgetter(*FIELDS)


def _decoder(names: Mapping[str, str]) -> msgspec.json.Decoder[Any] | None:
    """Of an issue with Jira's own fields and those custom ones. (Any: its class is made here.) None where a custom
    field is called as no attribute can be."""
    if any(not name.isidentifier() or name in FIELDS for name in names):
        return None
    fields = msgspec.defstruct("AskedFields", [(name, Json, None) for name in names], bases=(Fields,), gc=False)
    issue: list[tuple[str, Any, Any]] = [
        ("key", str, ""),
        ("fields", fields, msgspec.field(default_factory=fields)),
        ("changelog", Changelog | None, None),
        ("properties", Json, None),
    ]
    return msgspec.json.Decoder(msgspec.defstruct("AskedIssue", [("id", str), *issue], gc=False))


def _gaps(identifier: str, fields: Fields, changelog: Changelog) -> Gaps:
    page = fields.comment or Comments()
    return Gaps(
        id=identifier,
        creator=fields.creator.identity if fields.creator else "",
        comments=(page.total or 0) > len(page.comments),
        history=_cut(changelog.total, len(changelog.histories)),
    )


def _head_gaps(content: bytes) -> Gaps:
    """Looks into nothing it need not. Raises msgspec.DecodeError for bytes that are no Jira issue."""
    try:
        head = msgspec.json.decode(content, type=_Head)
    except msgspec.ValidationError:
        head = _Head(id=msgspec.json.decode(content, type=_Id).id)
    page, changelog = head.fields.comment or _Shown(), head.changelog or _Shown()
    return Gaps(
        id=head.id,
        creator=head.fields.creator.identity if head.fields.creator else "",
        comments=(page.total or 0) > len(page.comments),
        history=_cut(changelog.total, len(changelog.histories)),
    )


def _cut(total: int | None, shown: int) -> bool:
    return (total or 0) > shown or shown >= _CUT_HISTORY


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


def _marker(payload: Payload, properties: Json) -> Json:
    own = payload.part("marker")
    if own is not None:
        return msgspec.json.decode(own)
    return properties.get(PROPERTY) if isinstance(properties, dict) else None


def _custom(values: Mapping[str, Json], names: Mapping[str, str]) -> dict[str, list[Json]]:
    """Values of the custom fields we know by name; several fields may share one, the first with a value counts."""
    found: dict[str, list[Json]] = {}
    for identifier, name in names.items():
        value = values.get(identifier)
        if value is not None and not found.get(name) and (reduced := _reduced(value)):
            found[name] = reduced
    return found


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
