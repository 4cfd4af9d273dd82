"""What ``collab-sync doctor`` says about a GitLab connection. Only reads; never raises for what it diagnoses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Literal

import requests

from collab_sync.errors import AccessError, MissingItemError, TrackerError
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Diagnosis
from collab_sync_gitlab.client import Client, project_path
from collab_sync_gitlab.payloads import GUEST, REPORTER, Me, ProjectState, TokenState, Version
from collab_sync_gitlab.writer import unknown_readers
from collab_sync_http.retry_after import http_date

_TOLERATED_SKEW = timedelta(minutes=2)
_ENDS_SOON = timedelta(days=14)


def diagnose(client: Client, projects: Sequence[ProjectMapping]) -> tuple[Diagnosis, ...]:
    """Account, clocks, token, edition, then each project; stops early if nobody answers to our name."""
    found = list(_checked("账号", lambda: _account(client)))
    if found[0].state == "error":
        return tuple(found)
    found += _checked("令牌", lambda: _token(client))
    found += _checked("版本", lambda: _edition(client))
    for project in projects:
        found += _readers(project)
        found += _checked(f"项目 {project.project}", partial(_project, client, project))
    return tuple(found)


def _checked(subject: str, check: Callable[[], Iterator[Diagnosis]]) -> list[Diagnosis]:
    try:
        return list(check())
    except TrackerError as error:
        return [Diagnosis(subject, "error", error.message, "修正后再运行 doctor。")]


def _account(client: Client) -> Iterator[Diagnosis]:
    response = client.get("/user")
    me = client.decode(response, Me)
    yield Diagnosis("账号", "ok", f"{client.settings.url} 可达,我们是 {me.name}(@{me.username})。")
    if me.bot is False:
        yield Diagnosis(
            "账号",
            "warning",
            f"@{me.username} 是个人账号:此人自己的评论不会算作响应或进度。",
            "请改用项目或群组访问令牌,或专用账号的令牌。",
        )
    yield from _skew(response, client.clock)


def _skew(response: requests.Response, clock: Clock) -> Iterator[Diagnosis]:
    date = http_date(response.headers.get("Date"))
    if date is None:
        return
    skew = abs(date - clock.now())
    if skew <= _TOLERATED_SKEW:
        yield Diagnosis("时钟", "ok", "与服务器的时钟一致。")
        return
    yield Diagnosis(
        "时钟",
        "warning",
        f"与服务器的时钟相差 {int(skew.total_seconds() // 60)} 分钟,可能漏读刚发生的变化。",
        "请为两边启用时间同步(NTP)。",
    )


def _token(client: Client) -> Iterator[Diagnosis]:
    """Scope and end of an access token. OAuth tokens and old servers do not tell: then nothing is said."""
    if client.settings.auth == "oauth":
        return
    try:
        token = client.decode(client.get("/personal_access_tokens/self"), TokenState)
    except (MissingItemError, AccessError):
        return
    if token.scopes and "api" not in token.scopes:
        yield Diagnosis(
            "令牌",
            "error",
            f"令牌的范围是 {'、'.join(token.scopes)},没有 api:不能写入。",
            "请换一个带 api 范围的令牌。",
        )
    yield from _end(token.expires_at, client.clock.now().date())


def _end(day: date | None, today: date) -> Iterator[Diagnosis]:
    if day is None:
        return
    state: Literal["ok", "warning"] = "warning" if day - today <= _ENDS_SOON else "ok"
    remedy = "请在此之前轮换令牌,并更新它的环境变量或文件。" if state == "warning" else ""
    yield Diagnosis("令牌", state, f"令牌到 {day.isoformat()} 失效,还有 {(day - today).days} 天。", remedy)


def _edition(client: Client) -> Iterator[Diagnosis]:
    version = client.decode(client.get("/version"), Version).version or "未知版本"
    if client.settings.edition == "premium":
        yield Diagnosis("版本", "ok", f"GitLab {version},按 Premium 使用:依赖写成阻塞链接。")
        return
    yield Diagnosis(
        "版本",
        "ok",
        f"GitLab {version},按免费版使用:“前缀::值”标签的互斥由我们维护,每个议题一位负责人,没有阻塞链接(写成“关联”)。",
    )


def _project(client: Client, project: ProjectMapping) -> Iterator[Diagnosis]:
    state = client.decode(client.get(project_path(project.project)), ProjectState)
    subject = f"项目 {project.project}"
    if state.archived or not state.issues_enabled:
        why = "已归档" if state.archived else "没有启用议题"
        yield Diagnosis(subject, "error", f"项目{why},不能写入。", "恢复项目、启用议题,或从 mapping.yaml 中去掉它。")
        return
    level = state.level
    if level is None:
        yield Diagnosis(
            subject, "warning", "服务器没有说明我们在此项目的权限。", "请确认账号是项目成员(Reporter 以上)。"
        )
    elif level < REPORTER:
        role = "Guest" if level >= GUEST else "非成员"
        yield Diagnosis(
            subject,
            "error",
            f"我们的账号在此项目是 {role}:不能加标签、改状态、建看板、看机密议题。",
            "请把账号提升为 Reporter。",
        )
    else:
        yield Diagnosis(subject, "ok", "可读,可写标签、评论、议题、链接与看板。")


def _readers(project: ProjectMapping) -> list[Diagnosis]:
    """Whether GitLab knows those who are to read our comments."""
    if project.comments in ("public", "internal"):
        return []
    remedy = "请在 mapping.yaml 把它改为 public 或 internal。"
    return [Diagnosis(f"项目 {project.project}", "error", unknown_readers(project) + "评论不会写入。", remedy)]
