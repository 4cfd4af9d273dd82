"""Facts of a Jira issue → ``RawItem`` → ``WorkItem``. Pure: no request, no clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

from collab_sync.carriers import adf, wiki
from collab_sync.carriers.assemble import assemble, plain_name
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
    known = with_categories(mapping, facts)
    return assemble(raw_item(facts, site, known), known)


def raw_item(facts: Facts, site: JiraSite, mapping: ProjectMapping) -> RawItem:
    """The issue in Jira's words. ``mapping`` (with categories) tells which history matters and what is done."""
    fields, connection = facts.fields, site.name
    changes = history.changes_of(facts, connection, mapping)
    created = history.moment(fields.created)
    return RawItem(
        source=source_ref(site, mapping, facts.id, facts.key),
        title=fields.summary or facts.key,
        status=fields.status.name if fields.status else "",
        created_at=created or _UNKNOWN_TIME,
        updated_at=history.moment(fields.updated) or created or _UNKNOWN_TIME,
        body=_lines(fields.description),
        native=_native(facts, connection),
        custom={name: _custom(values, connection) for name, values in facts.custom.items()},
        labels=frozenset(fields.labels or ()),
        comments=tuple(comment for one in facts.comments if (comment := _comment(one, facts.context.me, connection))),
        links=_links(fields),
        changes=changes,
        started_at=history.started_at(changes, mapping),
        done_at=history.done_at(changes, facts, mapping),
        confidential=fields.security is not None,
        own=fields.creator is not None and fields.creator.identity == facts.context.me,
        marker=marker_text(facts.marker),
        unreadable=frozenset(_NATIVE.get(name, name) for name in facts.unreadable),
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
    starts = (text for name in START_DATE for text in facts.custom.get(name, ()) if isinstance(text, str))
    versions = sorted(fields.fixVersions or (), key=lambda version: version.released)
    values: dict[str, tuple[RawValue | None, ...]] = {
        "assignee": (history.account(fields.assignee, connection),),
        "reporter": (history.account(fields.reporter, connection),),
        "component": tuple(component.name for component in fields.components or ()),
        "priority": (fields.priority.name if fields.priority else None,),
        "duedate": (fields.duedate,),
        "start": (next(starts, None),),
        "parent": (fields.parent.key if fields.parent else None,),
        "milestone": tuple(version.name for version in versions),
        "issuetype": (fields.issuetype.name if fields.issuetype else None,),
    }
    present = {name: tuple(value for value in several if value) for name, several in values.items()}
    return {name: several for name, several in present.items() if several}


def _custom(values: list[Json], connection: str) -> tuple[RawValue, ...]:
    return tuple(read for value in values for read in _custom_value(value, connection))


def _custom_value(value: Json, connection: str) -> tuple[RawValue, ...]:
    match value:
        case {"id": str(identity), "displayName": shown}:
            return (Account(connection, identity, str(shown or "")),)
        case {"type": "doc"}:
            text = "\n".join(line.text for line in adf.lines(value))
            return (text,) if text else ()
    return (str(value),)


def _comment(comment: Comment, me: str, connection: str) -> RawComment | None:
    at = history.moment(comment.created)
    if at is None:
        return None
    edited = history.moment(comment.updated)
    own = bool(me) and comment.author is not None and comment.author.identity == me
    return RawComment(
        id=comment.id,
        by=history.account(comment.author, connection) or Account(connection, ""),
        at=at,
        lines=() if own else _lines(comment.body),
        edited_at=edited if edited and edited > at else None,
        own=own,
        marker=comment_marker(comment) if own else None,
    )


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


def _lines(text: Json) -> tuple[Line, ...]:
    """Cloud sends documents, Data Center wiki markup."""
    return wiki.lines(text) if isinstance(text, str) else adf.lines(text)
