"""Who may read our comments: everybody who may read the issue, a role, a group, or the agents of a service project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from collab_sync.errors import RejectedActionError
from collab_sync.model.mapping import ProjectMapping
from collab_sync_jira.directory import Directory

Json: TypeAlias = object

INTERNAL_PROPERTY = "sd.public.comment"
"""The comment property by which Jira Service Management knows an internal comment."""


def restriction(mapping: ProjectMapping) -> Mapping[str, str]:
    """Jira's ``visibility`` of our comments; empty where there is none."""
    kind, _, name = mapping.comments.partition(":")
    return {"type": kind, "value": name} if name else {}


def properties(mapping: ProjectMapping) -> list[Json]:
    """What is sent beside our marker."""
    internal = mapping.comments == "internal"
    return [{"key": INTERNAL_PROPERTY, "value": {"internal": True}}] if internal else []


def refuse_if_public(mapping: ProjectMapping, directory: Directory, connection: str) -> None:
    """Raises RejectedActionError where an internal comment would be open to everybody: outside service projects Jira
    takes the property and nobody looks at it."""
    if mapping.comments == "internal" and not directory.serves(mapping.project):
        raise RejectedActionError(
            unfit(mapping.project) + "没有写入。请在 mapping.yaml 改用 role: 或 group:。", connection=connection
        )


def refuse_if_shown(
    mapping: ProjectMapping, stored: Mapping[str, object] | None, comment: str, connection: str
) -> None:
    """Raises RejectedActionError if Jira answers without the restriction that was asked for: the comment is there."""
    wanted = restriction(mapping)
    if wanted and (stored or {}).get("type") != wanted["type"]:
        raise RejectedActionError(
            f"评论 {comment} 已写入,但 Jira 没有按 {mapping.comments} 限制,现在是公开的。请立即查看该评论,并检查"
            "我们的账号是否属于该角色或组。",
            connection=connection,
        )


def unfit(project: str) -> str:
    """Why ``internal`` does not work in a project."""
    return (
        f"mapping.yaml 的 comments 写作 internal,而项目 {project} 不是服务管理(Jira Service Management)项目,评论会公开;"
    )
