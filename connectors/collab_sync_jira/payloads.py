"""Jira's bytes as facts: the few fields we read, decoded leniently, and what a change of them looks like (digest).

A payload has the parts ``issue`` (as the search or GET sent it), ``comments`` and ``changelog`` (whole lists, only
where the issue carried a part of them), ``marker`` (Data Center), ``left-out`` (fields too heavy to be read) and
``context`` (what the bytes do not say themselves:
our account, names of custom fields, categories of statuses). So one payload always gives the same work item.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

PROPERTY = "collab-sync"
"""Key of the issue and comment property that carries our marker."""

Json: TypeAlias = object

NOTHING = msgspec.Raw(b"null")
"""A text that is not there. Texts stay as they came until somebody reads them: most are never read again."""


class User(msgspec.Struct, rename="camel", omit_defaults=True, gc=False):
    """Cloud identifies by ``account_id``, Data Center by ``name``."""

    account_id: str | None = None
    name: str | None = None
    display_name: str | None = None

    @property
    def identity(self) -> str:
        return self.account_id or self.name or ""


class Named(msgspec.Struct, gc=False):
    name: str = ""


class Version(msgspec.Struct, gc=False):
    name: str = ""
    released: bool = False


class Category(msgspec.Struct, gc=False):
    """``key``: new, indeterminate, done or undefined."""

    key: str = ""


class Status(msgspec.Struct, rename="camel", gc=False):
    name: str = ""
    status_category: Category | None = None

    @property
    def category(self) -> str:
        return self.status_category.key if self.status_category else ""


class Keyed(msgspec.Struct, gc=False):
    key: str = ""


class LinkType(msgspec.Struct, gc=False):
    name: str = ""
    inward: str = ""
    outward: str = ""


class IssueLink(msgspec.Struct, rename="camel", gc=False):
    type: LinkType
    id: str = ""
    inward_issue: Keyed | None = None
    outward_issue: Keyed | None = None


class Property(msgspec.Struct, gc=False):
    key: str = ""
    value: Json = None


class Comment(msgspec.Struct, rename="camel", gc=False):
    id: str
    author: User | None = None
    body: msgspec.Raw = NOTHING
    created: str = ""
    updated: str = ""
    properties: list[Property] | None = None


class Comments(msgspec.Struct, gc=False):
    comments: list[Comment] = []
    total: int | None = None


class ChangedField(msgspec.Struct, rename="camel", gc=False):
    field: str = ""
    field_id: str | None = None
    from_: str | None = msgspec.field(name="from", default=None)
    from_string: str | None = None
    to: str | None = None
    to_string: str | None = None


class History(msgspec.Struct, gc=False):
    id: str = ""
    author: User | None = None
    created: str = ""
    items: list[ChangedField] = []


class Changelog(msgspec.Struct, gc=False):
    histories: list[History] = []
    total: int | None = None


class Fields(msgspec.Struct, gc=False):
    """Named as Jira names them; whatever is not needed is not decoded."""

    summary: str | None = None
    description: msgspec.Raw = NOTHING
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


class Context(msgspec.Struct, frozen=True, gc=False):
    """``me``: our account's id. ``names``: custom field id → name. ``categories``: status name → category key."""

    me: str = ""
    names: Mapping[str, str] = {}
    categories: Mapping[str, str] = {}


class Facts(msgspec.Struct, gc=False):
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


def digest_of(facts: Facts) -> bytes:
    """SHA-256 over the facts as decoded: avatars, ``self`` addresses, order of keys (outside of texts) and fields we do
    not read may change without a change of the item and do not count."""
    return hashlib.sha256(msgspec.json.encode(facts, order="deterministic")).digest()
