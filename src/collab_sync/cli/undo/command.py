"""``collab-sync undo``: which runs there were, what taking one back would write, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import format_option
from collab_sync.cli.terminal.paper import as_json, line

if TYPE_CHECKING:
    from collab_sync.config import Settings
    from collab_sync.pipeline.delivery.sending import Delivery
    from collab_sync.planner.undo.past import Undoing

NEWEST = 20
"""So many runs are listed."""


@click.command("undo")
@click.argument("wanted", required=False, metavar="[RUN]")
@click.option("--list", "listing", is_flag=True, help=f"列出最近 {NEWEST} 次写过什么的运行。")
@click.option("--yes", is_flag=True, help="真的撤回;不写则只列出会撤回什么。")
@format_option
@click.pass_context
def undo(context: click.Context, wanted: str | None, listing: bool, yes: bool, form: str) -> None:
    """撤回一次运行写下的标签、评论、关联和页面,并列出撤不回的。

    RUN 是那次运行的时刻,例如 2025-10-10T18:00(collab-sync undo --list 可看)。不带 --yes 只列出,不写:
    0 没有可撤回的,1 有。带 --yes:0 没有可撤回的,1 撤回了,2 出错。
    """
    given: Invocation = context.obj
    settings = given.settings()
    if listing or wanted is None:
        if not listing:
            raise click.UsageError("请写明撤回哪一次运行(collab-sync undo --list 可看)", context)
        _list(settings, form)
        return
    context.exit(_taken_back(settings, wanted, form) if yes else _planned(settings, wanted, form))


def _list(settings: Settings, form: str) -> None:
    from collab_sync.cli.compose import load_ruling, open_database
    from collab_sync.cli.undo.text import print_runs, runs_as_values
    from collab_sync.pipeline.undo import known_runs

    zone = load_ruling(settings.rules, settings).office.calendar.zone
    with open_database(settings, existing=True) as store, store.read() as tx:
        newest = known_runs(tx)[-NEWEST:][::-1]
    if form == "json":
        as_json(runs_as_values(newest, zone))
    else:
        print_runs(newest, zone)


def _planned(settings: Settings, wanted: str, form: str) -> int:
    from collab_sync.cli.compose import load_ruling, open_database, open_time
    from collab_sync.pipeline.undo import intend

    ruling = load_ruling(settings.rules, settings)
    with open_time(settings) as clock, open_database(settings, existing=True) as store, store.read() as tx:
        undoing = intend(tx, ruling, wanted, clock.now())
    _show(undoing, form)
    if undoing.writes and form != "json":
        line("\n还没有撤回。确认无误后加 --yes。")
    return 1 if undoing.writes else 0


def _taken_back(settings: Settings, wanted: str, form: str) -> int:
    """Decides, enqueues and delivers, as the only writer."""
    from collab_sync.cli.compose import open_database, open_runtime
    from collab_sync.daemon.lock import sole_writer
    from collab_sync.pipeline.undo import commit_undo, intend
    from collab_sync.pipeline.write_back import deliver

    with open_database(settings, existing=True):
        pass  # says what to do first where there is none
    with sole_writer(settings.database), open_runtime(settings) as runtime:
        now = runtime.clock.now()
        with runtime.store.write() as tx:
            undoing = intend(tx, runtime.ruling, wanted, now)
            commit_undo(tx, undoing, now)
        delivery = deliver(runtime, now)
    _show(undoing, form)
    if form != "json":
        _account(delivery)
    if delivery.errors or delivery.dead:
        return 2
    return 1 if undoing.writes or delivery.done else 0


def _show(undoing: Undoing, form: str) -> None:
    from collab_sync.cli.undo.text import as_values, print_undoing

    if form == "json":
        as_json(as_values(undoing))
    else:
        print_undoing(undoing)


def _account(delivery: Delivery) -> None:
    line(f"\n写回  {delivery.done} 次")
    if delivery.waiting:
        line(f"等待  {delivery.waiting} 次,由下一轮 run 接着写(collab-sync status 可看原因)")
    if delivery.dead:
        line(f"被拒  {delivery.dead} 次(collab-sync outbox list --state dead)")
    for error in delivery.errors:
        line(f"      {error}")
