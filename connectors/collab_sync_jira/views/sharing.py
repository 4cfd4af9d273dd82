"""With whom our views are shared: a view that only our account sees is of no use to anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias, TypeVar

import msgspec

from collab_sync.errors import MissingItemError, RejectedActionError
from collab_sync_jira.site import JiraSite, segment

PERMISSION = "CREATE_SHARED_OBJECTS"
"""Jira's key of the global permission to share dashboards and filters."""
REMEDY = "请 Jira 管理员在“系统 → 全局权限”中把“共享仪表板和筛选器”给我们账号所在的组"

Circle: TypeAlias = str
"""With whom: empty for everybody who is logged in, or the id of a project."""
EVERYBODY: Circle = ""
T = TypeVar("T")


class UnsharedError(RejectedActionError):
    """Our account may not share at all."""


class _Permission(msgspec.Struct, rename="camel"):
    have_permission: bool = False


class _Permissions(msgspec.Struct):
    permissions: dict[str, _Permission] = {}


class _Project(msgspec.Struct):
    id: str


def permitted(site: JiraSite) -> bool:
    """Whether our account may share at all. A site that does not tell is taken to allow it."""
    query = [("permissions", PERMISSION)] if site.cloud else []  # Data Center tells them all
    held = site.decode(site.get("mypermissions", query), _Permissions).permissions
    return held.get(PERMISSION, _Permission(True)).have_permission


def sharing(site: JiraSite, projects: Sequence[str], write: Callable[[Sequence[Circle]], T]) -> T:
    """``write`` for everybody who is logged in or, where Jira refuses that, for the people of ``projects``. Raises
    UnsharedError for want of the permission, with its remedy; otherwise RejectedActionError with what Jira first said.
    """
    try:
        return write((EVERYBODY,))
    except RejectedActionError as refused:
        if not permitted(site):
            raise UnsharedError(
                f"我们的账号不能共享筛选器和仪表板,不共享的别人看不到。{REMEDY},然后 outbox retry。{refused.message}",
                connection=site.name,
                status=refused.status,
            ) from refused
        circles = tuple(_visible(site, projects))
        if not circles:
            raise
        try:
            return write(circles)
        except RejectedActionError:
            raise refused from None


def share(circle: Circle) -> dict[str, object]:
    """A share as the body of a new filter or dashboard names it (Cloud)."""
    return {"type": "project", "project": {"id": circle}} if circle else {"type": "authenticated"}


def grant(circle: Circle) -> dict[str, object]:
    """A share as a filter's permissions take it (Data Center)."""
    return {"type": "project", "projectId": circle} if circle else {"type": "authenticated"}


def _visible(site: JiraSite, projects: Sequence[str]) -> Iterator[Circle]:
    for project in projects:
        try:
            yield site.decode(site.get(f"project/{segment(project)}"), _Project).id
        except MissingItemError:
            continue
