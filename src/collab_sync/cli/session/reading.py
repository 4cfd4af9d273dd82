"""Reading everything first: a command that decides must not decide on half of the picture."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from collab_sync.config import Settings
from collab_sync.errors import TrackerError
from collab_sync.pipeline.pull import PullReport
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import pull_all


class UnreadableError(TrackerError):
    """Projects that could not be read; nothing was decided, nothing was written."""


def read_everything(runtime: Runtime, settings: Settings, now: datetime) -> tuple[PullReport, ...]:
    """Pulls every project into the mirror. Raises UnreadableError naming each project that could not be read."""
    reports = pull_all(runtime, now)
    refuse_failed(reports, runtime, settings)
    return reports


def refuse_failed(reports: tuple[PullReport, ...], runtime: Runtime, settings: Settings) -> None:
    """Raises UnreadableError if any pull failed: where, in the tracker's words, and what to do."""
    failed = [report for report in reports if report.error]
    if not failed:
        return
    causes: dict[tuple[str, str], list[PullReport]] = {}
    for report in failed:
        project = runtime.ruling.mapping.project(report.project)
        causes.setdefault((project.connection if project else "", _cause(report)), []).append(report)
    lines = [f"有 {len(failed)} 个项目读不到,所以没有判断,也没有写入:"]
    for (connection, _), alike in causes.items():
        url = next((shown(file.url) for file in settings.connections if file.name == connection), "")
        lines.append(f"  连接 {connection}({url}),项目 {'、'.join(_name(one, runtime) for one in alike)}")
        lines.append(f"      {alike[0].error}")
    lines.append(
        f"    → 运行 collab-sync doctor 逐项检查;核对 {settings.file} 里连接的 url 与令牌,"
        f"以及 {settings.rules / 'mapping.yaml'} 里项目的写法"
    )
    raise UnreadableError("\n".join(lines))


def _cause(report: PullReport) -> str:
    """What went wrong, without the number that the server gave to this one request."""
    return re.sub(r"request [^,)]+", "", report.error)


def _name(report: PullReport, runtime: Runtime) -> str:
    project = runtime.ruling.mapping.project(report.project)
    return f"{report.project}({project.project})" if project else report.project


def shown(url: str) -> str:
    """An address without anything that may be a credential."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
