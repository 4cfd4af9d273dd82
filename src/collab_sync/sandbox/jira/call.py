"""One signed-in request to the site: who asks, when, with what, and what they may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from collab_sync.sandbox.faults import PAGE_LIMIT_HEADER
from collab_sync.sandbox.jira.beans import Beans
from collab_sync.sandbox.jira.edits import Stamp
from collab_sync.sandbox.jira.jql.fields import Asking
from collab_sync.sandbox.jira.refusal import Refusal, missing_issue, unseen_issue
from collab_sync.sandbox.jira.state import Issue, Project, SiteAccount, SiteState
from collab_sync.sandbox.wire import BadBody, Request

PREFIX = "/jira"
INVALID_PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."


@dataclass(frozen=True)
class Call:
    """A request in its circumstances. Methods raise Refusal with Jira's status and words."""

    request: Request
    site: SiteState
    account: SiteAccount
    now: datetime

    @property
    def stamp(self) -> Stamp:
        """What changes of this request are signed with."""
        return Stamp(self.account.account_id, self.now)

    @property
    def base(self) -> str:
        """The site's URL as the client addressed it."""
        return self.request.origin + PREFIX

    @property
    def api(self) -> str:
        """The URL of the REST API's root."""
        return self.base + self.site.api

    @cached_property
    def beans(self) -> Beans:
        """Shapes for the answer."""
        return Beans(self.site, self.base, self.account)

    @cached_property
    def body(self) -> dict[str, object]:
        """The body, which must be a JSON object."""
        try:
            parsed = self.request.json()
        except BadBody:
            raise Refusal(400, INVALID_PAYLOAD) from None
        if not isinstance(parsed, dict):
            raise Refusal(400, INVALID_PAYLOAD)
        return parsed

    @cached_property
    def asking(self) -> Asking:
        """For queries: dates are read in the account's own time zone."""
        zone = ZoneInfo(self.account.time_zone or self.site.time_zone)
        visible = frozenset(key for key in self.site.projects if self.account.browses(key))
        return Asking(self.site, self.account, self.now, zone, visible)

    def sees(self, issue: Issue) -> bool:
        """Whether the account sees the issue: its project, and its security level."""
        return self.site.shows(issue, self.account)

    def may(self, permission: str) -> bool:
        """Whether the account has the permission."""
        return permission not in self.account.denied

    def require(self, permission: str, message: str, status: int = 403) -> None:
        """Refuses with ``status`` unless the account has the permission."""
        if not self.may(permission):
            raise Refusal(status, message)

    def issue(self, name: str) -> Issue:
        """An issue by id or key, also a former key. Refused if it is not there or not to be seen."""
        found = self.site.issue(name)
        if found is not None and self.sees(found):
            return found
        raise missing_issue() if self.site.cloud else unseen_issue(there=found is not None)

    def project(self, name: str) -> Project:
        """A project by id or key; 404 if it is not there or not to be seen."""
        found = self.site.project(name)
        if found is None or not self.account.browses(found.key):
            raise Refusal(404, f"No project could be found with key '{name}'.")
        return found

    def text(self, name: str) -> str | None:
        """A text of the body, None if it is absent."""
        value = self.body.get(name)
        if value is not None and not isinstance(value, str):
            raise Refusal(400, INVALID_PAYLOAD)
        return value

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from body or query, at most ``most``."""
        raw: object = self.body.get(name) if self._has_body else self.request.arg(name)
        if raw is None or raw == "":
            return default
        try:
            value = int(str(raw))
        except ValueError:
            raise Refusal(400, f"Failed to convert '{raw}' with type 'String' to type 'Integer'.") from None
        if value < 0:
            raise Refusal(400, f"The value of {name} must not be negative.")
        return min(value, most)

    def names(self, name: str) -> tuple[str, ...]:
        """A list of names from the body (a list, or a comma-separated text) or the query."""
        raw: object = self.body.get(name) if self._has_body else list(self.request.args(name))
        if raw is None:
            return ()
        values: Iterable[object] = raw if isinstance(raw, list) else (raw,)
        return tuple(part.strip() for value in values for part in str(value).split(",") if part.strip())

    def page_limit(self, asked: int) -> int:
        """Rows of a page: as asked, or fewer when a fault says so."""
        limit = self.request.headers.get(PAGE_LIMIT_HEADER)
        return asked if limit is None else min(asked, int(limit))

    @property
    def _has_body(self) -> bool:
        return self.request.method in ("POST", "PUT") and bool(self.request.body)
