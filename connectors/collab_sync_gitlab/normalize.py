"""Parts of a payload → ``RawItem``. Pure: everything it needs is in the payload or told by the reader.

A payload has the parts ``me`` (our own account when it was read), ``issue``, and where they were read ``notes`` and
``links``; ``left-out`` says that the notes were too much to be read. Nothing that a person typed, and no field that the
server sends in an unknown shape, makes it raise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from collab_sync.carriers.markdown import lines
from collab_sync.carriers.raw import RawComment, RawItem, RawValue
from collab_sync.model.identity import Account, ItemId, SourceRef, item_id
from collab_sync.model.work_item import Link, LinkKind
from collab_sync.ports.tracker import Payload
from collab_sync_gitlab import history
from collab_sync_gitlab.payloads import IssuePart, IssueStub, LinkPart, Me, NotePart, User
from collab_sync_gitlab.render import hidden

ME, ISSUE, NOTES, LINKS, LEFT_OUT = "me", "issue", "notes", "links", "left-out"

_UNREADABLE = frozenset({"assignees", "reporter", "duedate", "milestone", "parent", "issuetype"})
_COMMENTS = frozenset({"comment"})
_KINDS: dict[str, LinkKind] = {"relates_to": "relates", "blocks": "blocks", "is_blocked_by": "blocked_by"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Which shard an item was read from. ``path`` is used where the issue itself does not say where it lives."""

    connection: str
    project: str
    path: str

    def account(self, user: User) -> Account:
        return Account(self.connection, user.username, user.name)


def payload(place: Place, identity: int, parts: Iterable[tuple[str, bytes]]) -> Payload:
    """The digest covers what this module reads, in a fixed form: avatars, votes, time statistics and the like change it
    as little as the order of fields does. ``updated_at`` is part of it, because the mirror shows it."""
    kept = tuple(parts)
    digest = hashlib.sha256()
    for name, content in kept:
        digest.update(name.encode() + b"\0" + _canonical(name, content) + b"\0")
    return Payload(id=_id(place, identity), parts=kept, digest=digest.digest())


def raw_item(payload: Payload, place: Place) -> RawItem:
    """The item in GitLab's words; times UTC."""
    issue = _decode(payload.part(ISSUE), IssuePart)
    if issue is None:
        return _unreadable(payload, place)
    me = _decode(payload.part(ME), Me)
    notes = decode_notes(payload.part(NOTES))
    own = bool(me and issue.author and issue.author.id == me.id)
    body = issue.description or ""

    item = RawItem(
        source=source_ref(issue, place),
        title=issue.title,
        status=issue.state,
        created_at=issue.created_at,
        updated_at=issue.updated_at,
        body=lines(body),
        native=_native(issue, place),
        labels=frozenset(issue.labels),
        comments=tuple(_comment(note, me, place) for note in notes if not note.system and note.author),
        links=tuple(_link(link) for link in _each(payload.part(LINKS), LinkPart)),
        changes=history.changes(notes, place.account),
        done_at=issue.closed_at if issue.state == "closed" else None,
        confidential=bool(issue.confidential),
        own=own,
        marker=hidden(body) if own else None,
        moved_to=str(issue.moved_to_id or ""),
    )
    return item if payload.part(LEFT_OUT) is None else msgspec.structs.replace(item, unreadable=_COMMENTS)


def source_ref(issue: IssuePart, place: Place) -> SourceRef:
    """Key and path as the issue itself tells them: a renamed project shows under its new path."""
    key = issue.references.full if issue.references else f"{place.path}#{issue.iid}"
    return SourceRef(
        connection=place.connection,
        project=place.project,
        path=key.rpartition("#")[0],
        native_id=str(issue.id),
        key=key,
        iid=str(issue.iid),
        url=issue.web_url,
    )


def own_notes(notes: Iterable[NotePart], me: Me) -> tuple[NotePart, ...]:
    """Comments that our account wrote, history left out."""
    return tuple(note for note in notes if not note.system and note.author and note.author.id == me.id)


def decode_notes(content: bytes | None) -> tuple[NotePart, ...]:
    """Notes in the order given, each once: offset paging may repeat one."""
    return tuple({note.id: note for note in _each(content, NotePart)}.values())


def decode_issue(content: bytes) -> IssuePart | IssueStub | None:
    """As much of an issue as can be read; None if it does not even say which one it is."""
    return _decode(content, IssuePart) or _decode(content, IssueStub)


def decode_link(content: bytes) -> LinkPart | None:
    return _decode(content, LinkPart)


def joined(rows: Iterable[bytes]) -> bytes:
    """Raw elements as one JSON list."""
    return b"[" + b",".join(rows) + b"]"


def _id(place: Place, identity: int) -> ItemId:
    return item_id(place.connection, identity)


def _native(issue: IssuePart, place: Place) -> dict[str, tuple[RawValue, ...]]:
    accounts = tuple(place.account(user) for user in issue.assignees)
    author = issue.author
    native: dict[str, tuple[RawValue, ...]] = {
        "assignees": accounts,
        "assignee": accounts[:1],
        "reporter": (place.account(author),) if author else (),
        "duedate": (issue.due_date,) if issue.due_date else (),
        "start": (issue.start_date,) if issue.start_date else (),
        "milestone": (issue.milestone.title,) if issue.milestone else (),
        "issuetype": (issue.issue_type,) if issue.issue_type else (),
    }
    return {name: values for name, values in native.items() if values}


def _comment(note: NotePart, me: Me | None, place: Place) -> RawComment:
    author = note.author or User(0, "")
    own = bool(me and author.id == me.id)
    edited = note.updated_at if note.updated_at and note.updated_at > note.created_at else None
    return RawComment(
        id=str(note.id),
        by=place.account(author),
        at=note.created_at,
        lines=() if own else lines(note.body),
        edited_at=edited,
        own=own,
        marker=hidden(note.body) if own else None,
    )


def _link(link: LinkPart) -> Link:
    target = link.references.full if link.references else link.web_url
    return Link(kind=_KINDS.get(link.link_type, "relates"), target=target)


def _unreadable(payload: Payload, place: Place) -> RawItem:
    """What can be said of an issue whose shape is unknown: that it exists. Conditions see its fields as unknown."""
    stub = _decode(payload.part(ISSUE), IssueStub)
    if stub is None:
        raise ValueError(f"payload {payload.id} holds no issue")
    known = IssuePart(id=stub.id, iid=stub.iid, created_at=stub.created_at, updated_at=stub.updated_at)
    return RawItem(
        source=source_ref(known, place),
        title="",
        status="opened",
        created_at=stub.created_at,
        updated_at=stub.updated_at,
        unreadable=_UNREADABLE,
    )


def _canonical(name: str, content: bytes) -> bytes:
    if name == ISSUE:
        return msgspec.json.encode(decode_issue(content))
    kind = {NOTES: NotePart, LINKS: LinkPart}.get(name)
    return content if kind is None else msgspec.json.encode(_each(content, kind))


def _decode(content: bytes | None, kind: type[T]) -> T | None:
    if content is None:
        return None
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        return None


def _each(content: bytes | None, kind: type[T]) -> tuple[T, ...]:
    """Elements of a JSON list; one that cannot be read is left out, the others stay."""
    rows = _decode(content, list[msgspec.Raw]) or []
    return tuple(row for row in (_decode(bytes(raw), kind) for raw in rows) if row is not None)
