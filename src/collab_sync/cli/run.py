"""``collab-sync run``: one round, or the daemon until somebody ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.paper import line
from collab_sync.cli.terminal.sentences import BUSY, tell
from collab_sync.errors import BusyError

if TYPE_CHECKING:
    from collab_sync.config import Settings
    from collab_sync.pipeline.pull import PullReport
    from collab_sync.pipeline.tick import TickReport


@click.command("run")
@click.option("--once", is_flag=True, help="只运行一轮,打印结果后退出:0 没有写,1 写了,2 出错。")
@click.pass_context
def run(context: click.Context, once: bool) -> None:
    """读取各系统的变化,按规则判断,把结果写回去。

    不带 --once 时一直运行:SIGTERM 或 Ctrl-C 做完在途的请求就停下,至多五秒;SIGHUP 重新读取设置、令牌和规则。
    数据库正被另一个进程使用时以 75 退出:过一会儿再起就行。
    """
    from collab_sync.cli.compose import require_folder
    from collab_sync.daemon.lock import sole_writer

    given: Invocation = context.obj
    settings = given.settings(quiet=once)
    require_folder(settings)
    try:
        with sole_writer(settings.database):
            if once:
                context.exit(run_once(settings))
            from collab_sync.cli.session.attendance import attend

            attend(given, settings)
    except BusyError as error:
        if once:
            raise
        tell(f"错误:{error}")
        context.exit(BUSY)


def run_once(settings: Settings) -> int:
    """One round and its account; the exit code. Raises UnreadableError, before anything is written, if a project
    cannot be read."""
    from collab_sync.cli.compose import open_runtime
    from collab_sync.cli.session.reading import read_everything, refuse_failed
    from collab_sync.pipeline.tick import tick

    with open_runtime(settings) as runtime:
        pulled = read_everything(runtime, settings, runtime.clock.now())
        report = tick(runtime)
        _print_account(pulled, report)
        refuse_failed(report.pulls, runtime, settings)
    if report.errors or report.refusals or report.dead:
        return 2
    return 1 if report.done else 0


def _print_account(pulled: tuple[PullReport, ...], report: TickReport) -> None:
    read, changed = sum(one.read for one in pulled), sum(one.changed for one in pulled)
    line(f"读取  {len(pulled)} 个项目,{read} 个事项,其中 {changed} 个是新的或有变化")
    line(f"判断  计划写 {report.planned} 次")
    if report.reported:
        line(f"      另有 {report.reported} 次只记录、不发出(report_only)")
    if report.withheld:
        line(f"      另有 {report.withheld} 次超出上限,等人放行")
    line(f"写回  {report.done} 次")
    if report.waiting:
        line(f"等待  {report.waiting} 次稍后再试(collab-sync status 可看原因)")
    for refusal in report.refusals:
        line(f"停下  {refusal}")
    if report.dead:
        line(f"被拒  {report.dead} 次(collab-sync outbox list --state dead)")
    for error in report.errors:
        line(f"      {error}")
