"""What happens on a GitLab without its client: people move, delete and hide issues, rename projects, take access away.

One act is one JSON object, ``act`` says which. Issues are named by ``key`` (``rd/x1-firmware#4``), projects by path,
people by user name or name; ``as`` is whoever does it, the issue's author if left out. Permissions are not asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias, assert_never

import msgspec

from collab_sync.sandbox.gitlab.edits import IssueEdit
from collab_sync.sandbox.gitlab.hooks.calls import answered, collect
from collab_sync.sandbox.gitlab.seeding import Level, check_level, level_named
from collab_sync.sandbox.gitlab.state import Instance, Issue, Member, Project, User
from collab_sync.sandbox.wire import BadBody


class _Act(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, tag_field="act"):
    pass


class _IssueAct(_Act, kw_only=True, frozen=True):
    key: str
    by: str = msgspec.field(default="", name="as")


class Move(_IssueAct, tag="move", kw_only=True, frozen=True):
    """The issue goes to the project ``to``; answers with the new ``key`` and ``id``."""

    to: str


class Delete(_IssueAct, tag="delete", kw_only=True, frozen=True):
    """The issue is gone."""


class Hide(_IssueAct, tag="hide", kw_only=True, frozen=True):
    """The issue becomes confidential: a Guest who is neither author nor assignee no longer finds it."""


class Show(_IssueAct, tag="show", kw_only=True, frozen=True):
    """The issue is no longer confidential."""


class Rename(_Act, tag="rename", kw_only=True, frozen=True):
    """The project gets the path ``to``: renamed, or transferred to another group."""

    project: str
    to: str


class Access(_Act, tag="access", kw_only=True, frozen=True):
    """``user`` has ``level`` in the project from now on; ``none`` for no member."""

    project: str
    user: str
    level: Level


class Revoke(_Act, tag="revoke", kw_only=True, frozen=True):
    """All tokens of ``user`` are revoked."""

    user: str


class Expire(_Act, tag="expire", kw_only=True, frozen=True):
    """All tokens of ``user`` end with the beginning of ``on`` (UTC); today if left out."""

    user: str
    on: date | None = None


class Calls(_Act, tag="calls", kw_only=True, frozen=True):
    """Answers with what web hooks would have sent since the last time: ``url``, ``headers``, ``body``, in order."""


class HookAnswers(_Act, tag="hook_answers", kw_only=True, frozen=True):
    """From now on the receiver at ``url`` answers the calls of the project's hooks with ``status``; ``times``: so many
    calls have just been answered so."""

    project: str
    url: str
    status: int
    times: int = 0


Act: TypeAlias = Move | Delete | Hide | Show | Rename | Access | Revoke | Expire | Calls | HookAnswers


def perform(instance: Instance, wanted: Mapping[str, object], now: datetime) -> object:
    """Does it and says what came of it. Raises BadBody, before anything was changed, for what cannot be done."""
    try:
        act = msgspec.convert(wanted, Act)
    except msgspec.ValidationError as error:
        raise BadBody(f"这件事写得不对：{error}") from None
    match act:
        case Move() | Delete() | Hide() | Show():
            return _on_issue(instance, act, now)
        case Rename():
            return _rename(instance, _project(instance, act.project), act.to)
        case Access():
            return _give_access(_project(instance, act.project), person(instance, act.user), act.level, now)
        case Revoke() | Expire():
            return _end_tokens(instance, act, now)
        case Calls():
            return {"calls": msgspec.to_builtins(collect(instance))}
        case HookAnswers():
            return _answer(_project(instance, act.project), act, now)
        case _:
            assert_never(act)


def _answer(project: Project, act: HookAnswers, now: datetime) -> object:
    hooks = [hook for hook in project.hooks if hook.url == act.url]
    for hook in hooks:
        hook.answers = act.status
        for _ in range(act.times):
            answered(hook, now)
    return {"hooks": [hook.id for hook in hooks]}


def person(instance: Instance, name: object) -> User:
    """The one user of that user name or name. Raises BadBody."""
    named = [user for user in instance.users if name in (user.username, user.name)]
    if len(named) != 1:
        raise BadBody(f"GitLab 里叫 {name!r} 的用户有 {len(named)} 个；请写用户名，没有的先用 seed 建立。")
    return named[0]


def _on_issue(instance: Instance, act: Move | Delete | Hide | Show, now: datetime) -> object:
    project, issue = _issue(instance, act.key)
    user = person(instance, act.by) if act.by else instance.user(issue.author_id)
    edit = IssueEdit(instance, project, issue, user, now)
    match act:
        case Move():
            return _move(edit, _project(instance, act.to))
        case Delete():
            instance.forget(project, issue)
        case Hide() | Show():
            edit.confidential(isinstance(act, Hide))
            edit.finish()
    return {"key": act.key}


def _move(edit: IssueEdit, target: Project) -> object:
    if target is edit.project or edit.issue.moved_to_id:
        raise BadBody(f"{edit.project.path}#{edit.issue.iid} 不能移到 {target.path}：已在那里，或已经移走了。")
    moved = edit.relocate(target)
    return {"key": f"{target.path}#{moved.iid}", "id": moved.id}


def _rename(instance: Instance, project: Project, path: str) -> object:
    if instance.project(path) is not None:
        raise BadBody(f"路径 {path} 已经有项目了；请换一个。")
    project.former_paths.append(project.path)
    project.path = path
    return {"project": path, "id": project.id}


def _give_access(project: Project, user: User, level: Level, now: datetime) -> object:
    check_level(user.username, level)
    project.members = [member for member in project.members if member.user_id != user.id]
    if level_named(level):
        project.members.append(Member(user_id=user.id, level=level_named(level), created_at=now))
    return {"project": project.path, "user": user.username, "level": level_named(level)}


def _end_tokens(instance: Instance, act: Revoke | Expire, now: datetime) -> object:
    user = person(instance, act.user)
    held = [token for token in instance.tokens if token.user_id == user.id]
    for token in held:
        if isinstance(act, Revoke):
            token.revoked = True
        else:
            token.expires_at = act.on or now.date()
    return {"user": user.username, "tokens": len(held)}


def _project(instance: Instance, path: str) -> Project:
    project = instance.project(path)
    if project is None:
        raise BadBody(f"GitLab 没有项目 {path}；先用 seed 建立。")
    return project


def _issue(instance: Instance, key: str) -> tuple[Project, Issue]:
    path, _, number = key.rpartition("#")
    project = _project(instance, path)
    issue = project.issues.get(int(number)) if number.isdecimal() else None
    if issue is None:
        raise BadBody(f"GitLab 没有议题 {key}。")
    return project, issue
