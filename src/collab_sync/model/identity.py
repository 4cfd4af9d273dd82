"""Who and what is meant: accounts, typed names, items, subjects.

Identity is resolved late. A work item keeps what the tracker or a person wrote (an account, or a name
in a text); only the view, which knows the organisation as of a date, says which person that is.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NewType, TypeAlias

import msgspec

ItemId = NewType("ItemId", str)
"""``connection:native id``: survives renaming and moving inside the tracker. Never shown to people."""


def item_id(connection: str, native: str | int) -> ItemId:
    """The id under which the mirror knows an item of ``connection`` whose tracker-internal id is ``native``."""
    return ItemId(f"{connection}:{native}")


class Account(msgspec.Struct, frozen=True, tag="account", gc=False):
    """A tracker account: ``connection`` it belongs to, ``id`` as mentions and APIs need it
    (Jira Cloud: accountId, Jira Data Center: user name, GitLab: username), ``display`` as shown there."""

    connection: str
    id: str
    display: str = ""


class TypedName(msgspec.Struct, frozen=True, tag="name", gc=False):
    """A person's name as somebody typed it into a text; may mean nobody, or be ambiguous."""

    text: str


PersonMention: TypeAlias = Account | TypedName


class SourceRef(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an item lives. ``project`` is the mapping's project name (one shard), ``path`` the tracker's own
    (``NPX``, ``rd/x1-firmware``); ``key`` is what people say (``NPX-12``, ``rd/x1-firmware#4``)."""

    connection: str
    project: str
    path: str
    native_id: str
    key: str
    iid: str = ""
    url: str = ""


def id_of(ref: SourceRef) -> ItemId:
    """The id under which the mirror knows what lives at ``ref``."""
    return item_id(ref.connection, ref.native_id)


class SubjectKind(StrEnum):
    """What a rule speaks about; the values are those of ``for:`` in rule files."""

    WORK_ITEM = "work_item"
    PROGRAM = "program"
    DEPARTMENT = "department"
    PERSON = "person"
    RESOURCE = "resource"
    CONFLICT = "conflict"
    ORG = "org"


class SubjectRef(msgspec.Struct, frozen=True, order=True, gc=False):
    """One subject. ``key`` is the ItemId, programme code, department key, person key, resource key or ``org``."""

    kind: SubjectKind
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"
