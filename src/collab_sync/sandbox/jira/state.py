"""What a Jira site remembers: accounts, projects, issues with their comments, links and history.

Mutable on purpose (it *is* the site), changed only by ``edits``, ``seeding`` and the ``api`` modules. The whole of it
is one tree of plain values, so that a snapshot is its JSON and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import count
from typing import Literal, TypeAlias

import msgspec

from collab_sync.sandbox.jira.hooks.state import SiteCall, SiteHook
from collab_sync.sandbox.jira.views.state import Dashboard, SavedFilter

Adf: TypeAlias = dict[str, object]
"""An Atlassian document, kept as it was given."""

RichText: TypeAlias = Adf | str
"""A description or a comment as it was given: a document (REST v3) or wiki markup (REST v2)."""

Edition: TypeAlias = Literal["cloud", "datacenter"]
Category: TypeAlias = Literal["new", "indeterminate", "done"]
FieldKind: TypeAlias = Literal["text", "richtext", "number", "date", "option", "user", "users", "labels"]


class SiteAccount(msgspec.Struct, kw_only=True):
    """Somebody who signs in with e-mail and token (Cloud), or with a token alone or ``username`` and token (Data
    Center, where ``account_id`` is the user's key). ``denied``: permission keys taken away everywhere; ``revoked``:
    keys of projects that the account may no longer browse. ``admin``: administers the site."""

    account_id: str
    name: str
    email: str
    token: str
    bot: bool = False
    active: bool = True
    time_zone: str = ""
    denied: list[str] = []
    username: str = ""
    revoked: list[str] = []
    admin: bool = False

    @property
    def login(self) -> str:
        """The user name of Data Center."""
        return self.username or self.account_id

    def browses(self, project: str) -> bool:
        """Whether the account may see the project with this key at all."""
        return "BROWSE_PROJECTS" not in self.denied and project not in self.revoked


class Status(msgspec.Struct, kw_only=True):
    """A status; ids are the site's, names are unique on it."""

    id: str
    name: str
    category: Category


class Transition(msgspec.Struct, kw_only=True):
    """An arrow of a workflow between status ids; an empty ``sources`` starts anywhere."""

    id: str
    name: str
    to: str
    sources: list[str] = []


class Named(msgspec.Struct, kw_only=True):
    """Something with an id and a name: an issue type, a priority."""

    id: str
    name: str


class LinkType(msgspec.Struct, kw_only=True):
    """A kind of relation and how it reads in both directions."""

    id: str
    name: str
    inward: str
    outward: str


class SecurityLevel(msgspec.Struct, kw_only=True):
    """An issue security level; ``members``: ids of the accounts that still see its issues."""

    id: str
    name: str
    members: list[str] = []


class CustomField(msgspec.Struct, kw_only=True):
    """A field somebody added to the site; its id is ``customfield_N``."""

    id: str
    name: str
    kind: FieldKind


class Project(msgspec.Struct, kw_only=True):
    """A project with its issue types and statuses (ids, new issues start in the first) and its workflow.

    ``next_number``: what the next issue that the site numbers itself gets at least."""

    id: str
    key: str
    name: str
    lead: str
    types: list[str]
    statuses: list[str]
    transitions: list[Transition]
    next_number: int = 101


class ChangeItem(msgspec.Struct, kw_only=True):
    """One changed field: what Jira calls from / fromString / to / toString."""

    field: str
    field_id: str
    old: str | None
    old_text: str | None
    new: str | None
    new_text: str | None


class Change(msgspec.Struct, kw_only=True):
    """What one request changed in an issue."""

    id: int
    author: str
    at: datetime
    items: list[ChangeItem]


class Comment(msgspec.Struct, kw_only=True):
    """A comment; accounts by id, ``body`` as given. ``visibility``: the role or group it is for, empty for all."""

    id: int
    author: str
    update_author: str
    body: RichText
    created: datetime
    updated: datetime
    properties: dict[str, object] = {}
    visibility: dict[str, object] = {}


class RemoteLink(msgspec.Struct, kw_only=True):
    """A link out of the site; ``target`` holds url and title as given."""

    id: int
    global_id: str
    target: dict[str, object]
    relationship: str = ""
    application: dict[str, object] = {}


class Attachment(msgspec.Struct, kw_only=True):
    """A file on an issue; ``author``: account id."""

    id: int
    name: str
    author: str
    created: datetime
    mime: str
    data: bytes

    @property
    def media(self) -> str:
        """What Cloud's documents call it by: the id of the service that keeps the files."""
        return f"{self.id:08d}-5a4d-4b0c-8c0d-000000000000"


class Issue(msgspec.Struct, kw_only=True):
    """An issue. References are ids (type, status, priority, accounts, parent issue); ``custom`` by field id.

    ``numbered_by_site``: nobody gave its key, the site did. ``security``: id of its security level, empty for none."""

    id: int
    project: str
    number: int
    type: str
    summary: str
    status: str
    priority: str
    reporter: str | None
    creator: str
    numbered_by_site: bool
    created: datetime
    updated: datetime
    description: RichText | None = None
    security: str = ""
    labels: list[str] = []
    assignee: str | None = None
    due: date | None = None
    parent: int | None = None
    resolved: datetime | None = None
    custom: dict[str, object] = {}
    properties: dict[str, object] = {}
    comments: list[Comment] = []
    remote_links: list[RemoteLink] = []
    attachments: list[Attachment] = []
    changes: list[Change] = []

    @property
    def key(self) -> str:
        """What people call it: ``NPX-12``."""
        return f"{self.project}-{self.number}"


class IssueLink(msgspec.Struct, kw_only=True):
    """A relation inside the site: ``source`` —type.outward→ ``target`` (issue ids)."""

    id: int
    type: str
    source: int
    target: int


class SiteState(msgspec.Struct, kw_only=True):
    """The whole site. ``keys``: every issue key ever given, with its issue's id. ``counters``: last id of each kind.

    ``id_seek``: JQL takes ``id > N``. ``search_lag``: seconds after which searches see a change. ``comment_limit``:
    most comments of an issue, 0 for no limit. ``attachment_limit``: bytes of a file at most."""

    edition: Edition = "cloud"
    id_seek: bool = True
    search_lag: int = 0
    comment_limit: int = 0
    attachment_limit: int = 10_000_000
    title: str = "协同沙盒"
    time_zone: str = "Asia/Shanghai"
    accounts: dict[str, SiteAccount] = {}
    projects: dict[str, Project] = {}
    statuses: dict[str, Status] = {}
    types: dict[str, Named] = {}
    priorities: dict[str, Named] = {}
    link_types: dict[str, LinkType] = {}
    custom_fields: dict[str, CustomField] = {}
    levels: dict[str, SecurityLevel] = {}
    issues: dict[int, Issue] = {}
    keys: dict[str, int] = {}
    links: dict[int, IssueLink] = {}
    filters: dict[int, SavedFilter] = {}
    dashboards: dict[int, Dashboard] = {}
    hooks: dict[int, SiteHook] = {}
    calls: list[SiteCall] = []
    counters: dict[str, int] = {}

    @property
    def cloud(self) -> bool:
        return self.edition == "cloud"

    @property
    def api(self) -> str:
        """The root of its REST API below the site's address."""
        return "/rest/api/3" if self.cloud else "/rest/api/2"

    def discloses(self, issue: Issue, account: SiteAccount) -> bool:
        """Whether the issue's security level lets the account in; says nothing of its project."""
        level = self.levels.get(issue.security)
        return level is None or account.account_id in level.members

    def shows(self, issue: Issue, account: SiteAccount) -> bool:
        """Whether the account sees the issue."""
        return account.browses(issue.project) and self.discloses(issue, account)

    def next_id(self, kind: str) -> int:
        """A fresh id; ids of one kind never repeat, not even after a deletion."""
        self.counters[kind] = self.counters.get(kind, 10000) + 1
        return self.counters[kind]

    def issue(self, name: str) -> Issue | None:
        """By id or key, keys without regard to case."""
        if name.isascii() and name.isdigit():
            return self.issues.get(int(name))
        return self.issues.get(self.keys.get(name.upper(), 0))

    def add_issue(self, issue: Issue) -> None:
        """Takes in a new issue; its key is never given again, not even after a deletion."""
        self.issues[issue.id] = issue
        self.keys[issue.key] = issue.id

    def project(self, name: str) -> Project | None:
        """By key or id."""
        found = self.projects.get(name.upper())
        return found or next((each for each in self.projects.values() if each.id == name), None)

    def status_named(self, name: str) -> Status | None:
        """By name or id."""
        return self.statuses.get(name) or next((each for each in self.statuses.values() if each.name == name), None)

    def account_named(self, name: str) -> SiteAccount | None:
        """By the person's name as seeded."""
        return next((each for each in self.accounts.values() if each.name == name), None)

    def account_called(self, name: str) -> SiteAccount | None:
        """By account id, user name or e-mail address."""
        known = self.accounts.values()
        return self.accounts.get(name) or next((each for each in known if name in (each.login, each.email)), None)

    def remove_issue(self, issue: Issue) -> None:
        """Its links go with it, its children lose their parent; its keys are never given again."""
        self.links = {own: link for own, link in self.links.items() if issue.id not in (link.source, link.target)}
        for child in self.children_of(issue):
            child.parent = None
        del self.issues[issue.id]

    def next_number(self, project: Project, account: SiteAccount) -> int:
        """Bots count from the project's ``next_number`` on; people go on after the issues that people have, below."""
        taken = {int(key.rpartition("-")[2]) for key in self.keys if key.rpartition("-")[0] == project.key}
        floor = project.next_number
        people = 1 + max((number for number in taken if number < floor), default=0)
        if not account.bot and people < floor:
            return people
        return next(number for number in count(floor) if number not in taken)

    def links_of(self, issue: Issue) -> Iterator[IssueLink]:
        """Relations that touch the issue, oldest first."""
        return (link for link in self.links.values() if issue.id in (link.source, link.target))

    def children_of(self, issue: Issue) -> Iterator[Issue]:
        """Issues whose parent it is, oldest first."""
        return (each for each in self.issues.values() if each.parent == issue.id)
