"""What is wrong with a Jira connection before it is used: reach, identity, clock, permissions, mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

import msgspec

from collab_sync.errors import TrackerError
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Diagnosis
from collab_sync_http.retry_after import http_date
from collab_sync_jira.directory import Directory
from collab_sync_jira.normalize import plain
from collab_sync_jira.site import JiraSite

_SKEW = timedelta(minutes=2)
"""More than this is worth telling: the overlap of a pull covers minutes, not hours."""

_PERMISSIONS: Mapping[str, str] = {
    "BROWSE_PROJECTS": "浏览项目",
    "ADD_COMMENTS": "添加评论",
    "EDIT_OWN_COMMENTS": "编辑自己的评论",
    "EDIT_ISSUES": "编辑议题(标签)",
    "CREATE_ISSUES": "创建议题",
    "ASSIGN_ISSUES": "分配议题",
    "LINK_ISSUES": "关联议题",
    "TRANSITION_ISSUES": "流转议题",
}
"""What we would write needs these, by Jira's key."""

_DISPENSABLE = frozenset({"TRANSITION_ISSUES", "ASSIGN_ISSUES", "EDIT_OWN_COMMENTS"})


class _Server(msgspec.Struct, rename="camel"):
    version: str = ""
    deployment_type: str = ""


class _Permission(msgspec.Struct, rename="camel"):
    have_permission: bool = False


class _Permissions(msgspec.Struct):
    permissions: dict[str, _Permission] = {}


def diagnose(
    site: JiraSite, directory: Directory, projects: Sequence[ProjectMapping], clock: Clock
) -> tuple[Diagnosis, ...]:
    """See ``ports.Connection.diagnose``. If the site cannot be used at all, nothing further is asked."""
    found = [*_checked("服务器", lambda: _server(site, clock)), *_checked("账号", lambda: _account(directory))]
    if any(one.state == "error" for one in found):
        return tuple(found)
    for project in projects:
        found += _checked(f"项目 {project.project}", lambda project=project: _project(site, directory, project))  # type: ignore[misc]  # early binding
    return tuple(found)


def _checked(subject: str, check: Callable[[], Iterator[Diagnosis]]) -> list[Diagnosis]:
    found: list[Diagnosis] = []
    try:
        found += check()
    except TrackerError as error:
        found.append(Diagnosis(subject, "error", str(error), "按上面的提示处理后再运行 doctor。"))
    except msgspec.DecodeError as error:
        found.append(Diagnosis(subject, "error", f"回答读不懂:{error}", "请检查 url 是否就是 Jira 站点的地址。"))
    return found
