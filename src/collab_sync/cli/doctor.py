"""``collab-sync doctor``: everything that can be wrong before a word is written, looked at one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import format_option
from collab_sync.cli.terminal.paper import as_json, line
from collab_sync.errors import CollabSyncError, ConfigurationError, RuleFileError

if TYPE_CHECKING:
    from collab_sync.config import ConnectionFile, Settings
    from collab_sync.model.mapping import ProjectMapping, TrackerMapping
    from collab_sync.pipeline.runtime import Ruling
    from collab_sync.ports import Clock, Connection, Diagnosis

SIGNS = {"ok": "  ✓", "warning": "  !", "error": "  ✗"}


@click.command("doctor")
@format_option
@click.pass_context
def doctor(context: click.Context, form: str) -> None:
    """逐项检查:时钟、数据库、规则、每个连接的令牌、可达、身份与权限。只读,不写任何系统。

    退出码:0 全部正常,1 有提醒,2 有错误。
    """
    given: Invocation = context.obj
    found = tuple(examine(given))
    if form == "json":
        as_json([{"where": where, "subject": one.subject, "state": one.state, "message": one.message,
                  "remedy": one.remedy} for where, one in found])  # fmt: skip
    else:
        _print(found)
    states = {one.state for _, one in found}
    context.exit(2 if "error" in states else 1 if "warning" in states else 0)


def examine(given: Invocation) -> Iterator[tuple[str, Diagnosis]]:
    """Pairs of a heading and a line, in the order of looking. Raises ConfigurationError if there are no settings."""
    from collab_sync.cli.compose import open_time

    settings = given.settings()
    ruling, lines = _rules(settings)
    yield from (("本机", one) for one in (*_clock(settings), *_database(settings), *lines))
    with open_time(settings) as clock:
        for file in settings.connections:
            heading = f"连接 {file.name}"
            yield from ((heading, one) for one in _connection(file, ruling, clock, given, settings))


def _print(found: tuple[tuple[str, Diagnosis], ...]) -> None:
    heading = ""
    for where, one in found:
        if where != heading:
            line(f"\n{where}" if heading else where)
            heading = where
        line(f"{SIGNS[one.state]} {one.subject}:{one.message}")
        if one.remedy:
            line(f"      → {one.remedy}")
    errors = sum(one.state == "error" for _, one in found)
    warnings = sum(one.state == "warning" for _, one in found)
    line(f"\n{errors} 个错误,{warnings} 个提醒。" if errors or warnings else "\n全部正常。")


# --- this machine ----------------------------------------------------------------------------------------------
def _clock(settings: Settings) -> Iterator[Diagnosis]:
    from collab_sync.clock import SANDBOX_PREFIX
    from collab_sync.ports import Diagnosis

    if settings.clock.startswith(SANDBOX_PREFIX):
        hint = "正式使用时去掉设置里的 clock"
        yield Diagnosis("时钟", "warning", f"时间来自沙盒({settings.clock.removeprefix(SANDBOX_PREFIX)})", hint)
    else:
        yield Diagnosis("时钟", "ok", "用本机时间")


def _database(settings: Settings) -> Iterator[Diagnosis]:
    from collab_sync.cli.compose import open_database, require_folder
    from collab_sync.daemon.lock import holder
    from collab_sync.ports import Diagnosis

    database = settings.database
    try:
        require_folder(settings)
        if not database.exists():
            yield _new_database(database)
            return
        with open_database(settings) as store, store.write():
            pass
    except CollabSyncError as error:
        yield _problem("数据库", error)
        return
    running = holder(database)
    yield Diagnosis("数据库", "ok", f"{database} 可写" + (f",进程 {running} 正在使用" if running else ""))


def _new_database(database: Path) -> Diagnosis:
    from collab_sync.ports import Diagnosis

    if os.access(database.parent, os.W_OK | os.X_OK):
        return Diagnosis("数据库", "ok", f"{database} 还没有,首次运行时新建")
    return Diagnosis("数据库", "error", f"文件夹 {database.parent} 不可写,建不了数据库", "请检查文件夹的权限")


def _rules(settings: Settings) -> tuple[Ruling | None, tuple[Diagnosis, ...]]:
    from collab_sync.cli.compose import load_ruling
    from collab_sync.cli.rules import problems_of
    from collab_sync.ports import Diagnosis

    errors, warnings = problems_of(settings.rules, settings)
    if errors:
        message = f"{settings.rules} 有 {len(errors)} 处错误,第一处 {errors[0].place}:{errors[0].message}"
        return None, (Diagnosis("规则", "error", message, "运行 collab-sync rules check 查看全部"),)
    try:
        ruling = load_ruling(settings.rules, settings)
    except ConfigurationError as error:
        return None, (_problem("规则", error),)
    rules = ruling.rules
    lines = [Diagnosis("规则", "ok", f"{settings.rules} 共 {len(rules.rules)} 条,版本 {rules.version}")]
    if warnings:
        lines.append(Diagnosis("规则", "warning", f"有 {len(warnings)} 处提醒", "运行 collab-sync rules check 查看"))
    lines.append(Diagnosis("启用阶段", "ok", _stages(ruling)))
    return ruling, tuple(lines)


def _stages(ruling: Ruling) -> str:
    rollout = ruling.rules.organisation.rollout
    others = "、".join(f"{name} {stage}" for name, stage in rollout.programs.items())
    told = "(只计算和记录,不写任何系统)" if rollout.default == "report_only" else ""
    return f"{rollout.default}{told}" + (f";项目:{others}" if others else "")


# --- trackers --------------------------------------------------------------------------------------------------
def _connection(
    file: ConnectionFile, ruling: Ruling | None, clock: Clock, given: Invocation, settings: Settings
) -> Iterator[Diagnosis]:
    from collab_sync.cli.compose import connect_one
    from collab_sync.ports import Diagnosis

    try:
        connection = connect_one(file, clock, given.environment)
    except CollabSyncError as error:
        yield _problem("令牌与设置", error)
        return
    try:
        projects = _projects(file.name, ruling.mapping) if ruling else []
        yield Diagnosis("令牌与设置", "ok", "已给出")
        yield from connection.diagnose(projects)
        if settings.http.public_url and projects:
            yield from _hooks(connection, projects, settings, given)
        if ruling is not None and not projects:
            yield Diagnosis("项目", "warning", "mapping.yaml 里没有这个连接的项目", "加上项目,或从设置里去掉这个连接")
    finally:
        connection.close()


def _hooks(
    connection: Connection, projects: list[ProjectMapping], settings: Settings, given: Invocation
) -> Iterator[Diagnosis]:
    from collab_sync.cli.webhooks.look import diagnosis, look, subscription

    try:
        wanted = subscription(connection.name, projects, settings, given.environment)
        yield from (diagnosis(one) for one in look(connection, wanted))
    except ConfigurationError as error:
        yield _problem("Webhook", error)


def _projects(connection: str, mapping: TrackerMapping) -> list[ProjectMapping]:
    """Those of one connection; the one that holds our pages says so."""
    of_pages = mapping.page_project
    mine = (one for one in mapping.projects if one.connection == connection)
    return [one.holding_pages() if one is of_pages else one for one in mine]


def _problem(subject: str, error: CollabSyncError) -> Diagnosis:
    from collab_sync.ports import Diagnosis

    if isinstance(error, ConfigurationError) and not isinstance(error, RuleFileError):
        return Diagnosis(subject, "error", error.message, error.hint)
    message, _, remedy = str(error).partition("\n")
    return Diagnosis(subject, "error", message, remedy.strip().removeprefix("→").strip())
