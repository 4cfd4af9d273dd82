"""What we read of GitLab's answers: the needed fields only, everything else is skipped while decoding.

Unknown fields never hurt; missing ones have defaults. ``IssueStub`` is what is left when an issue does not even have
that shape: enough to know which item it is.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class User(msgspec.Struct, frozen=True, gc=False):
    id: int
    username: str
    name: str = ""


class Me(msgspec.Struct, frozen=True, gc=False):
    """Our own account. ``bot`` is True for project and group access tokens (absent on old servers)."""

    id: int
    username: str
    name: str = ""
    bot: bool | None = None


class TokenState(msgspec.Struct, frozen=True, gc=False):
    """What an access token says about itself (GitLab 15.5 and later)."""

    scopes: tuple[str, ...] = ()
    expires_at: date | None = None


class Milestone(msgspec.Struct, frozen=True, gc=False):
    title: str


class References(msgspec.Struct, frozen=True, gc=False):
    full: str


class IssuePart(msgspec.Struct, frozen=True, gc=False):
    """An issue. Times are UTC with milliseconds, ``due_date`` is a bare date."""

    id: int
    iid: int
    created_at: datetime
    updated_at: datetime
    title: str = ""
    description: str | None = None
    state: str = "opened"
    closed_at: datetime | None = None
    labels: tuple[str, ...] = ()
    milestone: Milestone | None = None
    assignees: tuple[User, ...] = ()
    author: User | None = None
    user_notes_count: int = 0
    due_date: str | None = None
    start_date: str | None = None
    confidential: bool | None = None
    issue_type: str | None = None
    web_url: str = ""
    references: References | None = None
    moved_to_id: int | None = None


class IssueStub(msgspec.Struct, frozen=True, gc=False):
    """The least we need of an issue that cannot be read otherwise."""

    id: int
    iid: int
    created_at: datetime
    updated_at: datetime


class NotePart(msgspec.Struct, frozen=True, gc=False):
    """A comment, or with ``system`` a line of the issue's history."""

    id: int
    created_at: datetime
    body: str = ""
    author: User | None = None
    updated_at: datetime | None = None
    system: bool = False
    internal: bool | None = None
    confidential: bool | None = None

    @property
    def hidden(self) -> bool:
        """Whether only members may read it; old servers say ``confidential``."""
        return bool(self.internal or self.confidential)


class LinkPart(msgspec.Struct, frozen=True, gc=False):
    """The other end of an issue link as the links endpoint shows it."""

    id: int
    iid: int
    link_type: str = "relates_to"
    issue_link_id: int = 0
    web_url: str = ""
    references: References | None = None


class LinkMade(msgspec.Struct, frozen=True, gc=False):
    """The answer to a new link; its number and type only on newer servers."""

    id: int = 0
    link_type: str = ""


class ProjectPart(msgspec.Struct, frozen=True, gc=False):
    id: int
    path_with_namespace: str = ""
    web_url: str = ""


GUEST, REPORTER = 10, 20
"""Access levels: a guest sees no confidential issue of others."""


class Access(msgspec.Struct, frozen=True, gc=False):
    access_level: int = 0


class Permissions(msgspec.Struct, frozen=True, gc=False):
    project_access: Access | None = None
    group_access: Access | None = None


class ProjectState(msgspec.Struct, frozen=True, gc=False):
    """What a project says of itself and of us in it."""

    id: int
    path_with_namespace: str = ""
    permissions: Permissions | None = None
    archived: bool = False
    issues_enabled: bool = True

    @property
    def level(self) -> int | None:
        """Our access level; None where the server says nothing (an administrator who is no member)."""
        if self.permissions is None:
            return None
        access = (self.permissions.project_access, self.permissions.group_access)
        return max((one.access_level for one in access if one), default=None)

    @property
    def sees_confidential(self) -> bool:
        """Whether nothing of the project is kept from us. True where the server says nothing."""
        return self.level is None or self.level >= REPORTER


class Version(msgspec.Struct, frozen=True, gc=False):
    version: str = ""
