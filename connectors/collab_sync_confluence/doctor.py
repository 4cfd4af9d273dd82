"""What is wrong with a Confluence connection before it is used: reach, identity, clock, spaces, permissions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Diagnosis
from collab_sync_confluence.edition import Edition
from collab_sync_http.checkup import checked, skewed


def diagnose(site: Edition, projects: Sequence[ProjectMapping], clock: Clock) -> tuple[Diagnosis, ...]:
    """See ``ports.Connection.diagnose``. If the site cannot be used at all, nothing further is asked."""
    found = [*checked("服务器", partial(_server, site, clock)), *checked("账号", partial(_account, site))]
    if any(one.state == "error" for one in found):
        return tuple(found)
    for project in projects:
        found += checked(f"空间 {project.project}", partial(_space, site, project))
    return tuple(found)


def _server(site: Edition, clock: Clock) -> Iterator[Diagnosis]:
    response = site.server()
    yield Diagnosis("服务器", "ok", f"{site.called},只写页面。")
    yield Diagnosis("服务器", "warning", f"{site.called} 的写入尚未在真实站点上验证。", "先以 report_only 运行。")
    yield from skewed(response, clock)


def _account(site: Edition) -> Iterator[Diagnosis]:
    me = site.me()
    yield Diagnosis("账号", "ok", f"我们是 {me.name}({me.id})。")


def _space(site: Edition, project: ProjectMapping) -> Iterator[Diagnosis]:
    subject, name = f"空间 {project.project}", site.space(project.project)
    held = site.operations(project.project)
    if held is None:
        words = (
            f"“{name}”看得到。能不能写页面、加附件、删附件,这一版的接口问不到,以第一次写入为准;加不了附件时图写成表格。"
        )
        yield Diagnosis(subject, "ok", words)
    elif ("create", "page") not in held:
        yield Diagnosis(subject, "error", "缺少权限:新建页面。", "请空间管理员在空间权限里给我们的账号“添加页面”。")
    else:
        yield Diagnosis(subject, "ok", f"“{name}”看得到,可以新建页面。")
        yield from _pictures(subject, held)


def _pictures(subject: str, held: frozenset[tuple[str, str]]) -> Iterator[Diagnosis]:
    if ("create", "attachment") not in held:
        remedy = "请空间管理员在空间权限里给我们的账号“添加附件”和“删除附件”;页面下次变化时换成图。"
        yield Diagnosis(subject, "warning", "缺少权限:添加附件。图写成表格。", remedy)
    elif ("delete", "attachment") not in held:
        remedy = "请空间管理员在空间权限里给我们的账号“删除附件”。"
        yield Diagnosis(subject, "warning", "缺少权限:删除附件。不再显示的图留在页面的附件里。", remedy)
