"""What is wrong with a Confluence connection before it is used: reach, identity, clock, spaces, permission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Diagnosis
from collab_sync_confluence.payloads import Operations
from collab_sync_confluence.site import V2, Site
from collab_sync_http.checkup import checked, skewed


def diagnose(site: Site, projects: Sequence[ProjectMapping], clock: Clock) -> tuple[Diagnosis, ...]:
    """See ``ports.Connection.diagnose``. If the site cannot be used at all, nothing further is asked."""
    found = [*checked("服务器", partial(_server, site, clock)), *checked("账号", partial(_account, site))]
    if any(one.state == "error" for one in found):
        return tuple(found)
    for project in projects:
        found += checked(f"空间 {project.project}", partial(_space, site, project))
    return tuple(found)


def _server(site: Site, clock: Clock) -> Iterator[Diagnosis]:
    response = site.ask(f"{V2}spaces", {"limit": "1"})
    yield Diagnosis("服务器", "ok", "Confluence Cloud,只写页面。")
    yield Diagnosis("服务器", "warning", "Confluence 的写入尚未在真实站点上验证。", "先以 report_only 运行。")
    yield from skewed(response, clock)


def _account(site: Site) -> Iterator[Diagnosis]:
    me = site.me()
    yield Diagnosis("账号", "ok", f"我们是 {me.name}({me.account_id})。")


def _space(site: Site, project: ProjectMapping) -> Iterator[Diagnosis]:
    subject = f"空间 {project.project}"
    space = site.space(project.project)
    held = site.get(f"{V2}spaces/{space.id}/operations", Operations).operations
    may = any((one.operation, one.target_type) == ("create", "page") for one in held)
    if may:
        yield Diagnosis(subject, "ok", f"“{space.name}”看得到,可以新建页面。")
    else:
        yield Diagnosis(subject, "error", "缺少权限:新建页面。", "请空间管理员在空间权限里给我们的账号“添加页面”。")
