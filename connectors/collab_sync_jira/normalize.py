"""Facts of a Jira issue → ``RawItem`` → ``WorkItem``. Pure: no request, no clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

import msgspec

from collab_sync.carriers import adf, wiki
from collab_sync.carriers.assemble import Assembly, plain_name
from collab_sync.carriers.raw import Line, RawComment, RawItem, RawValue
from collab_sync.model.identity import Account, SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import Link, LinkKind, Status, WorkItem
from collab_sync_jira import history
from collab_sync_jira.directory import START_DATE
from collab_sync_jira.payloads import PROPERTY, Comment, Facts, Fields, IssueLink, Json
from collab_sync_jira.site import JiraSite

_BY_CATEGORY: Mapping[str, Status] = {"new": "未开始", "indeterminate": "进行中", "done": "已完成"}

_BLOCKS = frozenset({"blocks", "阻塞", "阻碍", "阻止"})
"""Names of the link type that says who waits for whom; every other type is a plain relation."""

_NATIVE: Mapping[str, str] = {"components": "component", "fixVersions": "milestone"}
"""Jira's field → native source where the names differ."""

_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def normalize(facts: Facts, site: JiraSite, mapping: ProjectMapping) -> WorkItem:
    """See ``WorkItemReader.normalize``. A status that the mapping does not name counts by its category."""
    return Normalizing(site, mapping).item(facts)


class Normalizing:
    """``normalize`` for many issues of one project: what follows from the mapping alone is found out once."""

    def __init__(self, site: JiraSite, mapping: ProjectMapping) -> None:
        self._site = site
        self._mapping = mapping
        self._paths = history.paths_by_source(mapping)
        self._categories: Mapping[str, str] = {}
        self._assemblies: dict[tuple[str, str], Assembly] = {}

    def item(self, facts: Facts) -> WorkItem:
        """See ``normalize``."""
        assembly = self._assembly(facts)
        return assembly.item(self._raw_item(facts, assembly))

    def _assembly(self, facts: Facts) -> Assembly:
        """Under what the mapping, the site and the issue itself say of statuses."""
        if facts.context.categories != self._categories:
            self._categories, self._assemblies = facts.context.categories, {}
        status = facts.fields.status
        said = (status.name, status.category) if status else ("", "")
        if said not in self._assemblies:
            self._assemblies[said] = Assembly(with_categories(self._mapping, facts))
        return self._assemblies[said]

    def _raw_item(self, facts: Facts, assembly: Assembly) -> RawItem:
        """The issue in Jira's words."""
        fields, connection = facts.fields, self._site.name
        changes = history.changes_of(facts, connection, self._mapping, self._paths)
        created = history.moment(fields.created)
        lost = set(facts.unreadable)
        body, comments = _lines(fields.description, "description", lost), _comments(facts, connection, lost)
        return RawItem(
            source=source_ref(self._site, self._mapping, facts.id, facts.key),
            title=fields.summary or facts.key,
            status=fields.status.name if fields.status else "",
            created_at=created or _UNKNOWN_TIME,
            updated_at=history.moment(fields.updated) or created or _UNKNOWN_TIME,
            body=body,
            native=_native(facts, connection),
            custom={name: _custom(values, connection) for name, values in facts.custom.items()},
            labels=frozenset(fields.labels or ()),
            comments=comments,
            links=_links(fields),
            changes=changes,
            started_at=history.started_at(changes, assembly),
            done_at=history.done_at(changes, facts, assembly),
            confidential=fields.security is not None,
            own=fields.creator is not None and fields.creator.identity == facts.context.me,
            marker=marker_text(facts.marker),
            unreadable=frozenset([_NATIVE.get(name, name) for name in lost]),
        )


def with_categories(mapping: ProjectMapping, facts: Facts) -> ProjectMapping:
    """``mapping`` that also knows the statuses it does not name, by their category."""
    named = {plain_name(name) for name in (*mapping.status, *get_args(Status))}
    status = facts.fields.status
    categories = {**facts.context.categories, **({status.name: status.category} if status else {})}
    added = {
        name: _BY_CATEGORY[category]
        for name, category in categories.items()
        if category in _BY_CATEGORY and plain_name(name) not in named
    }
    return mapping.model_copy(update={"status": {**mapping.status, **added}}) if added else mapping


def source_ref(site: JiraSite, mapping: ProjectMapping, native_id: str, key: str) -> SourceRef:
    """Where the issue lives: its key tells the project it is in now, which may be another than the mapping's."""
    project, _dash, number = key.rpartition("-")
    return SourceRef(
        connection=site.name,
        project=mapping.name,
        path=project or mapping.project,
        native_id=native_id,
        key=key,
        iid=number,
        url=site.browse(key),
    )


def marker_text(value: Json) -> str | None:
    """The value of our property as the text the core gave us (canonical JSON); None if there is none."""
    if value is None:
        return None
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def comment_marker(comment: Comment) -> str | None:
    """The marker among a comment's properties; None if it has none, or none of them was read."""
    return marker_text(next((one.value for one in comment.properties or () if one.key == PROPERTY), None))


def _native(facts: Facts, connection: str) -> Mapping[str, tuple[RawValue, ...]]:
    fields = facts.fields
    one: dict[str, RawValue | None] = {
        "assignee": history.account(fields.assignee, connection),
        "reporter": history.account(fields.reporter, connection),
        "priority": fields.priority.name if fields.priority else None,
        "duedate": fields.duedate,
        "start": _start(facts),
        "parent": fields.parent.key if fields.parent else None,
        "issuetype": fields.issuetype.name if fields.issuetype else None,
    }
    values: dict[str, tuple[RawValue, ...]] = {name: (value,) for name, value in one.items() if value}
    if components := tuple([component.name for component in fields.components or () if component.name]):
        values["component"] = components
    versions = sorted(fields.fixVersions or (), key=lambda version: version.released)
    if milestones := tuple([version.name for version in versions if version.name]):
        values["milestone"] = milestones
    return values


def _start(facts: Facts) -> str | None:
    for name in START_DATE:
        for text in facts.custom.get(name, ()):
            if isinstance(text, str):
                return text
    return None


def _custom(values: list[Json], connection: str) -> tuple[RawValue, ...]:
    return tuple([read for value in values for read in _custom_value(value, connection)])


def _custom_value(value: Json, connection: str) -> tuple[RawValue, ...]:
    match value:
        case {"id": str(identity), "displayName": shown}:
            return (Account(connection, identity, str(shown or "")),)
        case {"type": "doc"}:
            text = "\n".join(line.text for line in adf.lines(value))
            return (text,) if text else ()
    return (str(value),)


def _comments(facts: Facts, connection: str, lost: set[str]) -> tuple[RawComment, ...]:
    """Those with a date; of ours only that they are there. ``lost``: fields that could not be read."""
    me = facts.context.me
    found: list[RawComment] = []
    for one in facts.comments:
        at = history.moment(one.created)
        if at is None:
            continue
        edited = at if one.updated == one.created else history.moment(one.updated)
        own = bool(me) and one.author is not None and one.author.identity == me
        found.append(
            RawComment(
                id=one.id,
                by=history.account(one.author, connection) or Account(connection, ""),
                at=at,
                lines=() if own else _lines(one.body, "comment", lost),
                edited_at=edited if edited and edited > at else None,
                own=own,
                marker=comment_marker(one) if own else None,
            )
        )
    return tuple(found)


def _links(fields: Fields) -> tuple[Link, ...]:
    found = [Link(kind="parent", target=fields.parent.key)] if fields.parent and fields.parent.key else []
    found += [link for one in fields.issuelinks or () if (link := _link(one))]
    return tuple(dict.fromkeys(found))


def _link(link: IssueLink) -> Link | None:
    blocks = link.type.name.casefold() in _BLOCKS or link.type.inward.casefold() == "is blocked by"
    other = link.inward_issue or link.outward_issue
    if other is None or not other.key:
        return None
    kind: LinkKind = "relates"
    if blocks:
        kind = "blocked_by" if link.inward_issue else "blocks"
    return Link(kind=kind, target=other.key)


def _lines(raw: msgspec.Raw, name: str, lost: set[str]) -> tuple[Line, ...]:
    """Cloud sends documents, Data Center wiki markup. What nobody can read is added to ``lost`` by its name."""
    try:
        text = msgspec.json.decode(raw)
    except (msgspec.ValidationError, UnicodeError):  # numbers beyond all bounds, bytes that are no text
        lost.add(name)
        return ()
    return wiki.lines(text) if isinstance(text, str) else adf.lines(text)
