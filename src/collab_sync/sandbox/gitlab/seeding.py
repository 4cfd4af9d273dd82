"""Setting the instance up before a story begins: people, their tokens and access, projects, settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

import msgspec

from collab_sync.sandbox.gitlab.state import (
    DEVELOPER,
    GUEST,
    MAINTAINER,
    OWNER,
    REPORTER,
    Group,
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
    """A person of the seed. ``access``: one level for all projects, or a level per path of a project or group.
    ``scopes``, ``revoked``, ``expires_at`` and ``oauth`` are the token's."""

    username: str
    name: str = ""
    id: int | None = None
    token: str = ""
    scopes: tuple[str, ...] = ("api",)
    revoked: bool = False
    expires_at: date | None = None
    oauth: bool = False
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
    """What the control API hands over for GitLab; ``settings`` that are not named stay as they are."""

    users: list[SeededUser] = []
    projects: list[SeededProject] = []
    settings: dict[str, object] = {}


def sow(instance: Instance, wanted: Mapping[str, object], at: datetime) -> None:
    """Adds what is missing; what is there stays as it is. Raises BadBody before anything is added."""
    seed = _convert(wanted, Seed)
    settings = _convert({**msgspec.to_builtins(instance.settings), **seed.settings}, Settings)
    for user in seed.users:
        _check_access(user)
    _check_ids(instance, seed)
    instance.settings = settings
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
    parents = wanted.path.split("/")[:-1]
    for depth in range(len(parents)):
        path = "/".join(parents[: depth + 1])
        if instance.group(path) is None:
            instance.groups.append(Group(id=instance.new_id("group"), path=path))


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
        instance.tokens.append(_token(instance, wanted, user, at))
    for project in instance.projects:
        level, by_group = _level(wanted, project)
        if level and all(member.user_id != user.id for member in project.members):
            project.members.append(Member(user_id=user.id, level=level, created_at=at, by_group=by_group))


def _token(instance: Instance, wanted: SeededUser, user: User, at: datetime) -> Token:
    return Token(
        value=wanted.token,
        user_id=user.id,
        scopes=list(wanted.scopes),
        revoked=wanted.revoked,
        oauth=wanted.oauth,
        id=instance.new_id("token"),
        name=wanted.username,
        created_at=at,
        expires_at=wanted.expires_at,
    )


def _level(user: SeededUser, project: Project) -> tuple[int, bool]:
    """The access to a project, and whether its group gives it."""
    if not isinstance(user.access, dict):
        return level_named(user.access), False
    own, by_group = user.access.get(project.path), user.access.get(project.path.rpartition("/")[0], 0)
    return (level_named(by_group), True) if own is None else (level_named(own), False)


def level_named(level: Level) -> int:
    """The number of an access level that may be given by its name."""
    return LEVELS[level] if isinstance(level, str) else level


def _check_access(user: SeededUser) -> None:
    given = user.access.values() if isinstance(user.access, dict) else [user.access]
    for level in given:
        check_level(user.username, level)


def check_level(username: str, level: Level) -> None:
    """Raises BadBody unless it is an access level."""
    if level not in LEVELS and level not in LEVELS.values():
        known = "、".join(LEVELS)
        raise BadBody(f"用户 {username} 的 access 写成了 {level!r}；可以写 {known}，或 10 到 50 的级别。")


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
