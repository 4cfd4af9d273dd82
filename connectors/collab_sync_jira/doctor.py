"""What is wrong with a Jira connection before it is used: reach, identity, clock, permissions, mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import msgspec

from collab_sync.carriers.assemble import plain_name
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Diagnosis
from collab_sync_http.checkup import checked, skewed
from collab_sync_jira.directory import Directory
from collab_sync_jira.pages.shelf import LABEL
from collab_sync_jira.site import JiraSite
from collab_sync_jira.views import sharing
from collab_sync_jira.visibility import unfit

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

_FOR_PICTURES: Mapping[str, str] = {
    "CREATE_ATTACHMENTS": "添加附件(页面里的图;没有它图就是表格)",
    "DELETE_OWN_ATTACHMENTS": "删除自己的附件(页面里换下来的图;没有它旧图会积下来)",
}
"""What a project needs besides where it holds our pages."""

_DISPENSABLE = frozenset({"TRANSITION_ISSUES", "ASSIGN_ISSUES", "EDIT_OWN_COMMENTS", *_FOR_PICTURES})


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
    found = [*checked("服务器", partial(_server, site, clock)), *checked("账号", partial(_account, directory))]
    if any(one.state == "error" for one in found):
        return tuple(found)
    found += checked("视图", partial(_views, site))
    for project in projects:
        found += checked(f"项目 {project.project}", partial(_project, site, directory, project))
    return tuple(found)


def _server(site: JiraSite, clock: Clock) -> Iterator[Diagnosis]:
    response = site.exchange("GET", "serverInfo")
    server = site.decode(response.content, _Server)
    yield Diagnosis("服务器", "ok", f"Jira {server.deployment_type} {server.version},按 {site.edition} 版读写。")
    if server.deployment_type and (server.deployment_type == "Cloud") != site.cloud:
        yield Diagnosis(
            "服务器",
            "error",
            f"服务器自称 {server.deployment_type},而连接按 {site.edition} 版读写。",
            "把连接设置的 edition 改为 " + ("cloud。" if server.deployment_type == "Cloud" else "datacenter。"),
        )
    if not site.cloud:
        yield Diagnosis("服务器", "warning", "Data Center 的写入尚未在真实服务器上验证。", "先以 report_only 运行。")
    yield from skewed(response, clock)


def _account(directory: Directory) -> Iterator[Diagnosis]:
    me = directory.me()
    yield Diagnosis("账号", "ok", f"我们是 {me.display or me.id}({me.id})。")


def _views(site: JiraSite) -> Iterator[Diagnosis]:
    if not sharing.permitted(site):
        yield Diagnosis(
            "视图", "warning", f"不能共享筛选器和仪表板({sharing.PERMISSION}),视图建不成。", f"{sharing.REMEDY}。"
        )
        return
    kept = "可以建立并共享筛选器和仪表板。" if site.cloud else "可以建立并共享筛选器;Data Center 没有建仪表板的接口。"
    yield Diagnosis("视图", "ok", kept)


def _project(site: JiraSite, directory: Directory, project: ProjectMapping) -> Iterator[Diagnosis]:
    subject = f"项目 {project.project}"
    yield from _permissions(site, project, subject)
    yield from _statuses(directory, project, subject)
    yield from _custom_fields(directory, project, subject)
    yield from _pages(site, directory, project, subject)
    if project.comments == "internal" and not directory.serves(project.project):
        yield Diagnosis(
            subject, "error", unfit(project.project) + "不会写入。", "在 mapping.yaml 改用 role:‹名› 或 group:‹名›。"
        )


def _permissions(site: JiraSite, project: ProjectMapping, subject: str) -> Iterator[Diagnosis]:
    wanted = {**_PERMISSIONS, **(_FOR_PICTURES if project.holds_pages else {})}
    query = [("projectKey", project.project)]
    query += [("permissions", ",".join(wanted))] if site.cloud else []  # Data Center tells them all
    held = site.decode(site.get("mypermissions", query), _Permissions).permissions
    missing = [key for key in wanted if key in held and not held[key].have_permission]
    if not missing:
        yield Diagnosis(subject, "ok", "权限齐全。")
    for key in missing:
        yield Diagnosis(
            subject,
            "warning" if key in _DISPENSABLE else "error",
            f"缺少权限:{wanted[key]}({key})。",
            "请项目管理员在权限方案中把它给我们的账号。",
        )


def _pages(site: JiraSite, directory: Directory, project: ProjectMapping, subject: str) -> Iterator[Diagnosis]:
    if not project.holds_pages:
        return
    kind = directory.task_type(project.project).name
    yield Diagnosis(subject, "ok", f"页面写成“{kind}”类型的事项,描述总是最新一期,标签“{LABEL}”。")
    if site.cloud:
        yield Diagnosis(
            subject, "warning", "描述里的图尚未在真实的 Cloud 站点上验证。", "看一眼第一页;图不显示时,数字在它下面。"
        )


def _statuses(directory: Directory, project: ProjectMapping, subject: str) -> Iterator[Diagnosis]:
    named = {plain_name(name) for name in project.status}
    unnamed = sorted(name for name in directory.categories(project.project) if plain_name(name) not in named)
    if unnamed:
        yield Diagnosis(
            subject,
            "warning",
            f"映射没有提到这些状态,按它们的类别理解:{'、'.join(unnamed)}。",
            "在 mapping.yaml 的 status 中写明它们各是什么。",
        )


def _custom_fields(directory: Directory, project: ProjectMapping, subject: str) -> Iterator[Diagnosis]:
    """Fields that only the defaults name may be absent: the section in the text is there instead."""
    names = sorted(
        source.removeprefix("cf:")
        for field in project.fields.values()
        for source in field.sources
        if source.startswith("cf:")
    )
    ids = list(directory.custom_ids(names).values())
    absent = [name for name in names if name not in ids]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if absent:
        yield Diagnosis(subject, "ok", f"站点没有这些自定义字段,改读「协同信息」:{'、'.join(absent)}。")
    if repeated:
        yield Diagnosis(
            subject,
            "warning",
            f"有多个自定义字段同名,取第一个有值的:{'、'.join(repeated)}。",
            "请管理员给字段改名,或在 mapping.yaml 中换一个来源。",
        )
