"""What a GitLab instance remembers. Mutable on purpose (it *is* the server); changed only by this package.

The whole is one tree of plain values, so that a snapshot is its JSON and nothing else. Times are aware UTC cut to
milliseconds, the precision GitLab answers and filters with.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

import msgspec

from collab_sync.sandbox.gitlab.hooks.state import Hook, HookCall, HookSecret

GUEST, REPORTER, DEVELOPER, MAINTAINER, OWNER = 10, 20, 30, 40, 50
"""Access levels as GitLab numbers them."""


class User(msgspec.Struct, kw_only=True):
    """Somebody with an account; ``bot`` for the user behind a project access token."""

    id: int
    username: str
    name: str
    created_at: datetime
    state: str = "active"
    admin: bool = False
    bot: bool = False


class Token(msgspec.Struct, kw_only=True):
    """A personal, project or group access token, or (``oauth``) one that an application was given. It ends with the
    beginning of the day ``expires_at`` (UTC)."""

    value: str
    user_id: int
    scopes: list[str]
    revoked: bool = False
    oauth: bool = False
    id: int = 0
    name: str = ""
    created_at: datetime | None = None
    expires_at: date | None = None

    def expired(self, now: datetime) -> bool:
        """Whether it has ended."""
        return self.expires_at is not None and self.expires_at <= now.date()


class Label(msgspec.Struct, kw_only=True):
    """A project's label; issues point to it, so a rename is seen everywhere at once."""

    id: int
    name: str
    color: str
    description: str | None = None
    priority: int | None = None


class Note(msgspec.Struct, kw_only=True):
    """A comment, or a line of activity (``system``); ``edited`` once its text was changed."""

    id: int
    author_id: int
    body: str
    created_at: datetime
    updated_at: datetime
    system: bool = False
    confidential: bool = False
    edited: bool = False


class LabelEvent(msgspec.Struct, kw_only=True):
    """A label came (``add``) or went (``remove``); the label's name stays known after it was deleted."""

    id: int
    user_id: int
    created_at: datetime
    label_id: int
    label_name: str
    action: str


class StateEvent(msgspec.Struct, kw_only=True):
    """An issue was ``closed`` or ``reopened``."""

    id: int
    user_id: int
    created_at: datetime
    state: str


class MilestoneEvent(msgspec.Struct, kw_only=True):
    """A milestone was set (``add``) or taken away (``remove``)."""

    id: int
    user_id: int
    created_at: datetime
    milestone_id: int
    action: str
    state: str


class Issue(msgspec.Struct, kw_only=True):
    """An issue. ``updated_by_id`` is not shown but decides whether ``updated_at`` moves (see ``edits``);
    ``numbered_here``: its number was given by the instance, not by whoever drives a story."""

    id: int
    iid: int
    title: str
    author_id: int
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    state: str = "opened"
    closed_at: datetime | None = None
    closed_by_id: int | None = None
    label_ids: list[int] = []
    assignee_ids: list[int] = []
    weight: int | None = None
    moved_to_id: int | None = None
    milestone_id: int | None = None
    due_date: date | None = None
    confidential: bool = False
    discussion_locked: bool | None = None
    issue_type: str = "issue"
    updated_by_id: int | None = None
    numbered_here: bool = False
    notes: list[Note] = []
    label_events: list[LabelEvent] = []
    state_events: list[StateEvent] = []
    milestone_events: list[MilestoneEvent] = []

    @property
    def people(self) -> list[int]:
        """Its author and its assignees: who sees it even if it is confidential, and may write to it."""
        return [self.author_id, *self.assignee_ids]


class Milestone(msgspec.Struct, kw_only=True):
    """A project milestone."""

    id: int
    iid: int
    title: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    state: str = "active"
    start_date: date | None = None
    due_date: date | None = None


class BoardList(msgspec.Struct, kw_only=True):
    """A column of a board: one label."""

    id: int
    label_id: int
    position: int


class Board(msgspec.Struct, kw_only=True):
    """An issue board."""

    id: int
    name: str
    lists: list[BoardList] = []


class WikiPage(msgspec.Struct, kw_only=True):
    """A wiki page; ``slug`` holds its directories, ``title`` only its own name."""

    slug: str
    title: str
    content: str
    format: str = "markdown"


class Member(msgspec.Struct, kw_only=True):
    """Somebody's access to a project; ``by_group`` if it was given by its group."""

    user_id: int
    level: int
    created_at: datetime
    by_group: bool = False


class Group(msgspec.Struct, kw_only=True):
    """A group of projects. Its members are kept as members of each of its projects."""

    id: int
    path: str


class Project(msgspec.Struct, kw_only=True):
    """A project; ``next_number`` is the first number for issues a bot creates, people count below it. Numbers are
    never given twice: ``last_numbers`` remembers both series. ``former_paths``: where it was before it was renamed."""

    id: int
    path: str
    name: str
    created_at: datetime
    description: str | None = None
    visibility: str = "private"
    next_number: int = 101
    members: list[Member] = []
    labels: list[Label] = []
    milestones: list[Milestone] = []
    boards: list[Board] = []
    wiki: list[WikiPage] = []
    hooks: list[Hook] = []
    issues: dict[int, Issue] = {}
    last_numbers: dict[str, int] = {}
    former_paths: list[str] = []

    def new_number(self, *, bot: bool) -> int:
        """The next free issue number of the bot's series or of the people's."""
        number = max(self.last_numbers.get("bot", 0) + 1, self.next_number) if bot else self._after_people()
        while number in self.issues:
            number += 1
        return number

    def add(self, issue: Issue, *, bot: bool) -> None:
        """Takes in a new issue under its number."""
        self.issues[issue.iid] = issue
        series = "bot" if bot else "people"
        self.last_numbers[series] = max(self.last_numbers.get(series, 0), issue.iid)

    def _after_people(self) -> int:
        given = [number for number in self.issues if number < self.next_number]
        return max([self.last_numbers.get("people", 0), *given]) + 1

    def label(self, label_id: int) -> Label | None:
        """The label with that id, None after it was deleted."""
        return next((label for label in self.labels if label.id == label_id), None)

    def label_named(self, name: str) -> Label | None:
        """The label with exactly that name: labels differ by case."""
        return next((label for label in self.labels if label.name == name), None)

    def label_names(self, issue: Issue) -> list[str]:
        """An issue's labels in GitLab's order (by code point)."""
        wanted = set(issue.label_ids)
        return sorted(label.name for label in self.labels if label.id in wanted)

    def milestone(self, milestone_id: int | None) -> Milestone | None:
        """The milestone with that id, if there is one."""
        return next((each for each in self.milestones if each.id == milestone_id), None)

    def level_of(self, user: User | None) -> int:
        """Access level of somebody: 0 for none."""
        if user is None:
            return 0
        if user.admin:
            return OWNER
        return next((member.level for member in self.members if member.user_id == user.id), 0)


class Link(msgspec.Struct, kw_only=True):
    """Two related issues, by their instance-wide ids; ``blocks`` (Premium only): the source blocks the target."""

    id: int
    source_id: int
    target_id: int
    created_at: datetime
    blocks: bool = False

    def kind(self, seen_from: Issue) -> str:
        """Its type as the API names it at one of its ends."""
        if not self.blocks:
            return "relates_to"
        return "blocks" if seen_from.id == self.source_id else "is_blocked_by"


class Settings(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which GitLab it is and what an administrator sets.

    Limits count per user and minute, 0 switches them off: ``requests_per_minute`` is the throttle with RateLimit
    headers (with ``rate_limit_headers`` on every answer, as newer servers can do), ``notes_create_limit`` and
    ``issues_create_limit`` are the application's own limits without any header. The others are bounds that real
    servers have at the values given here; tests make them smaller."""

    version: str = "14.2.3"
    edition: Literal["free", "premium"] = "free"
    notes_create_limit: int = 0
    issues_create_limit: int = 0
    requests_per_minute: int = 0
    rate_limit_headers: bool = False
    offset_limit: int = 50_000
    counted_rows: int = 10_000
    comments_per_issue: int = 5_000

    @property
    def premium(self) -> bool:
        """Whether the features of the paid edition are there."""
        return self.edition == "premium"

    def since(self, major: int, minor: int = 0) -> bool:
        """Whether the server is of that version or newer ("18.3.1-ee" is newer than 18.3)."""
        numbers = [int(part) for part in self.version.split(".")[:2] if part.isdecimal()]
        return numbers >= [major, minor]

    @property
    def pages_issues_by_keyset(self) -> bool:
        """Whether project issues can be paged by keyset."""
        return self.since(18, 3)

    @property
    def knows_internal_notes(self) -> bool:
        """Whether notes have ``internal`` beside its older name ``confidential``."""
        return self.since(15)


class Instance(msgspec.Struct, kw_only=True):
    """The whole server. ``last_ids`` holds the last id given out per kind; ``usage`` counts for the limits."""

    settings: Settings = msgspec.field(default_factory=Settings)
    users: list[User] = []
    tokens: list[Token] = []
    groups: list[Group] = []
    projects: list[Project] = []
    links: list[Link] = []
    calls: list[HookCall] = []
    hook_secrets: dict[int, HookSecret] = {}
    last_ids: dict[str, int] = {}
    usage: dict[str, int] = {}
    usage_minute: int = 0

    def new_id(self, kind: str) -> int:
        """The next id of a kind ("issue", "note", …)."""
        self.last_ids[kind] = self.last_ids.get(kind, 0) + 1
        return self.last_ids[kind]

    def user(self, user_id: int) -> User:
        """The user with that id; users are never deleted."""
        return next(user for user in self.users if user.id == user_id)

    def user_named(self, username: str) -> User | None:
        """The user with that user name, whatever the case."""
        return next((user for user in self.users if user.username.lower() == username.lower()), None)

    def project(self, reference: str) -> Project | None:
        """The project with that id or full path."""
        if reference.isdecimal():
            return next((project for project in self.projects if project.id == int(reference)), None)
        return next((project for project in self.projects if project.path.lower() == reference.lower()), None)

    def formerly(self, path: str) -> Project | None:
        """The project that had this path before it was renamed; None if another one has it now."""
        former = (each for each in self.projects if path.lower() in (old.lower() for old in each.former_paths))
        return None if self.project(path) else next(former, None)

    def group(self, reference: str) -> Group | None:
        """The group with that id or path."""
        return next((group for group in self.groups if reference in (str(group.id), group.path)), None)

    def located(self, issue_id: int) -> tuple[Project, Issue] | None:
        """An issue by its instance-wide id, with its project."""
        found = ((p, i) for p in self.projects for i in p.issues.values() if i.id == issue_id)
        return next(found, None)

    def forget(self, project: Project, issue: Issue) -> None:
        """Deletes an issue with its links."""
        del project.issues[issue.iid]
        self.links = [link for link in self.links if issue.id not in (link.source_id, link.target_id)]

    def links_of(self, issue: Issue) -> Iterator[tuple[Link, Project, Issue]]:
        """The issues related to one, in the order in which they were linked."""
        for link in self.links:
            if issue.id not in (link.source_id, link.target_id):
                continue
            other = self.located(link.target_id if link.source_id == issue.id else link.source_id)
            if other is not None:
                yield link, *other
