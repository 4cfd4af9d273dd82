"""The labels that lists stand for: used as they are where they are there, of the project or of a group above it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from collab_sync.errors import RejectedActionError
from collab_sync_gitlab.client import Client, project_path

_PER_PAGE = 100
_LIGHTS = {"灯::红": "#D9534F", "灯::黄": "#F0AD4E", "灯::绿": "#5CB85C"}
"""Those that mean a colour."""
_KINDS = {
    "灯": ("#F0AD4E", "红黄绿灯,由 collab-sync 按规则判定"),
    "升级": ("#8E44AD", "升级的级别,由 collab-sync 按规则判定"),
    "优先级": ("#D10069", "优先级,由 collab-sync 按紧急度与重要度判定"),
    "验收": ("#0033CC", "验收的状态"),
    "立项": ("#004E00", "立项评审的状态"),
    "文档": ("#428BCA", "文档评审的状态"),
    "部门": ("#44AD8E", "主责部门"),
    "协办": ("#69D100", "协办部门"),
    "项目": ("#34495E", "所属项目"),
    "类型": ("#7F8C8D", "事项的类型"),
}
_OTHER = ("#6699CC", "由 collab-sync 建立")


class LabelPart(msgspec.Struct, frozen=True):
    id: int
    name: str = ""


def ensured(client: Client, project: str, names: Sequence[str]) -> list[LabelPart]:
    """The labels of these names in this order, missing ones made in the project. Raises as a write does."""
    known = _known(client, project) if names else {}
    return [known.get(name) or _made(client, project, name) for name in names]


def appearance(name: str) -> tuple[str, str]:
    """Colour and description that fit a label of ours."""
    color, description = _KINDS.get(name.partition("::")[0], _OTHER)
    return _LIGHTS.get(name, color), description


def _made(client: Client, project: str, name: str) -> LabelPart:
    color, description = appearance(name)
    body = {"name": name, "color": color, "description": description}
    try:
        return client.decode(client.post(f"{project_path(project)}/labels", body), LabelPart)
    except RejectedActionError:
        made = _known(client, project).get(name)  # somebody labelled an issue with it just now: that makes it too
        if made is None:
            raise
        return made


def _known(client: Client, project: str) -> dict[str, LabelPart]:
    rows = client.rows(f"{project_path(project)}/labels", {"per_page": _PER_PAGE, "include_ancestor_groups": "true"})
    labels = (msgspec.json.decode(row, type=LabelPart) for row in rows)
    return {label.name: label for label in labels}
