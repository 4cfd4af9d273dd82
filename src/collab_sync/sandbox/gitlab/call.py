"""One request on its way through the API: who asks, when, with what, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import unquote, urlencode

from collab_sync.sandbox.gitlab.errors import (
    ApiError,
    expired_token,
    forbidden,
    insufficient_scope,
    moved_permanently,
    not_allowed,
    not_found,
    revoked_token,
    too_many,
    unauthorized,
)
from collab_sync.sandbox.gitlab.parameters import Parameters
from collab_sync.sandbox.gitlab.state import (
    GUEST,
    MAINTAINER,
    OWNER,
    REPORTER,
    Instance,
    Issue,
    Note,
    Project,
    Token,
    User,
)
from collab_sync.sandbox.wire import Request


@dataclass(frozen=True, slots=True)
class Call:
    """A request with its caller (None: nobody signed in), its time (UTC, milliseconds) and its parameters.

    ``base`` is the instance's address as the client knows it: ``http://127.0.0.1:8080/gitlab``.
    """

    request: Request
    instance: Instance
    caller: User | None
    now: datetime
    params: Parameters
    base: str

    @property
    def user(self) -> User:
        """Who asks; 401 if nobody."""
        if self.caller is None:
            raise unauthorized()
        return self.caller

    def project(self, reference: str, level: int = GUEST) -> Project:
        """A project the caller can see, at ``level`` or more. Not visible is 404, visible but too little is 403."""
        project = self.instance.project(reference) or self._renamed(reference)
        held = project.level_of(self.caller) if project else 0
        if project is None or (not held and project.visibility == "private"):
            raise not_found("Project")
        self._point_on(reference, project)
        if level > GUEST and held < level:
            raise forbidden() if self.caller else unauthorized()
        return project

    def _renamed(self, reference: str) -> Project | None:
        """Since 16.7 a former path is known as such; before, it was as good as any unknown one."""
        return self.instance.formerly(reference) if self.instance.settings.since(16, 7) else None

    def _point_on(self, reference: str, project: Project) -> None:
        """An address with a former path leads on to the project's number; nothing can be written there."""
        head, _, rest = self.request.path.partition("/projects/")
        segment, slash, tail = rest.partition("/")
        if reference.isdecimal() or reference.lower() == project.path.lower() or unquote(segment) != reference:
            return
        if self.request.method != "GET":
            raise not_allowed("Non GET methods are not allowed for moved projects")
        query = f"?{urlencode(self.request.query)}" if self.request.query else ""
        raise moved_permanently(f"{self.base}{head}/projects/{project.id}{slash}{tail}{query}")

    def may_see(self, project: Project, issue: Issue) -> bool:
        """Confidential issues are for Reporters, their author and their assignee."""
        if not issue.confidential or project.level_of(self.caller) >= REPORTER:
            return True
        return self.caller is not None and self.caller.id in issue.people

    def issue(self, project: Project, iid: str) -> Issue:
        """An issue the caller can see; 404 otherwise."""
        issue = project.issues.get(int(iid)) if iid.isdecimal() else None
        if issue is None or not self.may_see(project, issue):
            raise not_found()
        return issue

    def may_edit(self, project: Project, issue: Issue) -> bool:
        """Reporters edit every issue, its author and assignee at least its text and state."""
        return project.level_of(self.user) >= REPORTER or self.user.id in issue.people

    def may_edit_note(self, project: Project, note: Note) -> bool:
        """One's own notes, or all of them as Maintainer; never the system's."""
        return not note.system and (note.author_id == self.user.id or project.level_of(self.user) >= MAINTAINER)

    def owns(self, project: Project) -> bool:
        """Owners and administrators may give created_at, updated_at and iid themselves, and delete issues."""
        return project.level_of(self.user) >= OWNER

    def count_against(self, kind: str, limit: int) -> None:
        """429 once the caller did more than ``limit`` of a kind in this minute; 0 is no limit."""
        if limit and used(self.instance, f"{kind} {self.user.id}", self.now) > limit:
            raise too_many()


def identify(instance: Instance, request: Request, now: datetime) -> tuple[User, Token] | None:
    """Who signed the request, None without a token. 401 for tokens that are unknown, in the wrong place (one of OAuth
    is no private token), revoked or expired; 403 for blocked users."""
    value, bearer = _token_value(request)
    if value is None:
        return None
    token = next((token for token in instance.tokens if token.value == value and (bearer or not token.oauth)), None)
    if token is None:
        raise unauthorized()
    if token.revoked:
        raise revoked_token()
    if token.expired(now):
        raise expired_token()
    user = instance.user(token.user_id)
    if user.state == "blocked":
        raise forbidden("Your account has been blocked.")
    return user, token


def check_scope(token: Token, request: Request) -> None:
    """403 unless the token's scopes allow the request."""
    allowed = {"api"}
    if request.path.rstrip("/").endswith("/personal_access_tokens/self"):
        return
    if request.method in ("GET", "HEAD"):
        allowed.add("read_api")
        if request.path.rstrip("/").endswith("/api/v4/user"):
            allowed.add("read_user")
    if allowed.isdisjoint(token.scopes):
        raise insufficient_scope()


def throttle(instance: Instance, user: User, now: datetime) -> None:
    """429 "Retry later" with RateLimit headers beyond the instance's requests per user and minute; 0 is no limit."""
    limit = instance.settings.requests_per_minute
    observed = used(instance, f"requests {user.id}", now) if limit else 0
    if not limit or observed <= limit:
        return
    reset = _reset(now)
    waiting = ("Retry-After", str(int((reset - now).total_seconds()) or 1))
    ending = ("RateLimit-ResetTime", format_datetime(reset, usegmt=True))
    head = ("Content-Type", "text/plain")
    raise ApiError(429, "Retry later\n", (head, *rate_headers(instance, user, now), waiting, ending))


def rate_headers(instance: Instance, user: User, now: datetime) -> tuple[tuple[str, str], ...]:
    """How much of the requests per minute is left, after those counted so far."""
    limit = instance.settings.requests_per_minute
    observed = instance.usage.get(f"requests {user.id}", 0)
    return (
        ("RateLimit-Name", "throttle_authenticated_api"),
        ("RateLimit-Limit", str(limit)),
        ("RateLimit-Observed", str(observed)),
        ("RateLimit-Remaining", str(max(limit - observed, 0))),
        ("RateLimit-Reset", str(int(_reset(now).timestamp()))),
    )


def _reset(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def used(instance: Instance, kind: str, now: datetime) -> int:
    """Counts one more of ``kind`` in the minute of ``now`` and says how many that makes."""
    minute = int(now.timestamp()) // 60
    if minute != instance.usage_minute:
        instance.usage.clear()
        instance.usage_minute = minute
    instance.usage[kind] = instance.usage.get(kind, 0) + 1
    return instance.usage[kind]


def _token_value(request: Request) -> tuple[str | None, bool]:
    """The token and whether it came as a bearer's."""
    header = request.headers.get("PRIVATE-TOKEN") or request.arg("private_token")
    if header:
        return header, False
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return (value.strip() or None, True) if scheme.lower() == "bearer" else (None, False)
