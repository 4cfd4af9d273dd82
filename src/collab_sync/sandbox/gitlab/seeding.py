"""Setting the instance up before a story begins: people, their tokens and access, projects, settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from collab_sync.sandbox.gitlab.state import (
    DEVELOPER,
    GUEST,
    MAINTAINER,
    OWNER,
    REPORTER,
    Instance,
    Label,
    Member,
    Project,
    Settings,
    Token,
    User,
)
from collab_sync.sandbox.wire import BadBody

LEVELS: Mapping[str, int] = {
    "none": 0,
    "guest": GUEST,
    "reporter": REPORTER,
    "developer": DEVELOPER,
    "maintainer": MAINTAINER,
    "owner": OWNER,
}
"""Access as people name it."""

Level = int | str
_Kind = TypeVar("_Kind")


class SeededUser(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A person of the seed. ``access``: one level for all projects, or a level per project path. ``scopes`` and
    ``revoked`` are the token's."""

    username: str
    name: str = ""
    id: int | None = None
    token: str = ""
    scopes: tuple[str, ...] = ("api",)
    revoked: bool = False
    access: Level | dict[str, Level] = "developer"
    bot: bool = False
    admin: bool = False
    state: str = "active"


class SeededLabel(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A label that is there from the start."""

    name: str
    color: str = "#6699cc"
    description: str | None = None


class SeededProject(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A project of the seed; ``path`` with its group ("rd/x1-firmware")."""

    path: str
    name: str = ""
    id: int | None = None
    description: str | None = None
    visibility: str = "private"
    next_number: int = 101
    labels: list[SeededLabel] = []


class Seed(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the control API hands over for GitLab; without ``settings`` they stay as they are."""

    users: list[SeededUser] = []
    projects: list[SeededProject] = []
    settings: Settings | None = None


def sow(instance: Instance, wanted: Mapping[str, object], at: datetime) -> None:
    """Adds what is missing; what is there stays as it is. Raises BadBody before anything is added."""
    seed = _convert(wanted, Seed)
    for user in seed.users:
        _check_access(user)
    _check_ids(instance, seed)
    if seed.settings is not None:
        instance.settings = seed.settings
    for project in seed.projects:
        _sow_project(instance, project, at)
    for user in seed.users:
        _sow_user(instance, user, at)


def _sow_project(instance: Instance, wanted: SeededProject, at: datetime) -> None:
    if instance.project(wanted.path) is not None:
        return
    project = Project(
        id=_id(instance, "project", wanted.id),
        path=wanted.path,
        name=wanted.name or wanted.path.rpartition("/")[2],
        created_at=at,
        description=wanted.description,
        visibility=wanted.visibility,
        next_number=wanted.next_number,
    )
    for label in wanted.labels:
        number = instance.new_id("label")
        project.labels.append(Label(id=number, name=label.name, color=label.color, description=label.description))
    instance.projects.append(project)


def _sow_user(instance: Instance, wanted: SeededUser, at: datetime) -> None:
    user = instance.user_named(wanted.username)
    if user is None:
        user = User(
            id=_id(instance, "user", wanted.id),
            username=wanted.username,
            name=wanted.name or wanted.username,
            created_at=at,
            state=wanted.state,
            admin=wanted.admin,
            bot=wanted.bot,
        )
        instance.users.append(user)
    if wanted.token and all(token.value != wanted.token for token in instance.tokens):
        scopes = list(wanted.scopes)
        instance.tokens.append(Token(value=wanted.token, user_id=user.id, scopes=scopes, revoked=wanted.revoked))
    for project in instance.projects:
        level = _level(wanted, project)
        if level and all(member.user_id != user.id for member in project.members):
            project.members.append(Member(user_id=user.id, level=level, created_at=at))


def _level(user: SeededUser, project: Project) -> int:
    access = user.access.get(project.path, 0) if isinstance(user.access, dict) else user.access
    return LEVELS[access] if isinstance(access, str) else access


def _check_access(user: SeededUser) -> None:
    given = user.access.values() if isinstance(user.access, dict) else [user.access]
    for level in given:
        if level not in LEVELS and level not in LEVELS.values():
            known = "、".join(LEVELS)
            raise BadBody(f"用户 {user.username} 的 access 写成了 {level!r}；可以写 {known}，或 10 到 50 的级别。")


def _check_ids(instance: Instance, seed: Seed) -> None:
    users = {user.id: user.username for user in instance.users}
    projects = {project.id: project.path for project in instance.projects}
    wanted = [(each.id, each.username, users) for each in seed.users]
    wanted += [(each.id, each.path, projects) for each in seed.projects]
    for number, name, known in wanted:
        if number is not None and known.setdefault(number, name) != name:
            raise BadBody(f"{name} 要用编号 {number}，但它已属于 {known[number]}；请换一个编号或不写。")


def _id(instance: Instance, kind: str, wanted: int | None) -> int:
    """The wanted id, or the next one; later ids go on behind the highest."""
    if wanted is None:
        return instance.new_id(kind)
    instance.last_ids[kind] = max(instance.last_ids.get(kind, 0), wanted)
    return wanted


def _convert(value: object, kind: type[_Kind]) -> _Kind:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise BadBody(f"GitLab 的初始数据有误：{error}") from None
