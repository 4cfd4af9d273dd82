"""``collab-sync outbox``: what was decided and is not written yet, and what people may do about it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import OPTIONS, REST, LazyGroup, Listing, format_option
from collab_sync.cli.terminal.paper import Json, as_json, line, span
from collab_sync.errors import ConfigurationError
from collab_sync.ports.store import ON_THE_WAY

if TYPE_CHECKING:
    from collab_sync.config import Settings
    from collab_sync.ports.store import OutboxRow, OutboxState, Transaction

OPEN: tuple[OutboxState, ...] = (*ON_THE_WAY, "dead")


class OutboxCommands(LazyGroup):
    """What can be done with writes on their way."""

    listing: ClassVar[Listing] = {
        "list": ("collab_sync.cli.outbox:show", "列出还没有写成的内容。"),
        "retry": ("collab_sync.cli.outbox:retry", "放行停下的内容,或不再等,下一轮就写。"),
        "drop": ("collab_sync.cli.outbox:drop", "放弃内容,不再写;记录保留。"),
        "recheck": ("collab_sync.cli.outbox:recheck", "恢复备份之后用:待写的先查对方有没有,再决定写不写。"),
    }


@click.group("outbox", cls=OutboxCommands, options_metavar=OPTIONS, subcommand_metavar=REST)
def outbox() -> None:
    """查看待写的内容,放行或放弃其中几条。"""


@click.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(["pending", "sending", "unknown", "done", "dead", "reported"]),
    help="只看这种状态的,可以写几次;不写则看所有没有写成的。",
)
@format_option
@click.pass_context
def show(context: click.Context, states: tuple[OutboxState, ...], form: str) -> None:
    """列出发件箱的内容:编号、状态、原因、全文、排入多久、试过几次、下次何时、对方的原话。"""
    from collab_sync.cli.compose import open_database, open_time

    given: Invocation = context.obj
    settings = given.settings()
    with open_time(settings) as clock, open_database(settings, existing=True) as store, store.read() as tx:
        rows, now = tx.outbox(states or OPEN), clock.now()
    if form == "json":
        as_json([_values(row) for row in rows])
        return
    for row in rows:
        _print(row, now)
    line(f"共 {len(rows)} 条。")


@click.command("retry")
@click.argument("ids", nargs=-1, type=int, metavar="[ID]…")
@click.option("--all", "every", is_flag=True, help="放行所有停下的。")
@click.option("--waiting", is_flag=True, help="不再等:所有待写的,下一轮就试(比如刚换好令牌)。")
@click.pass_context
def retry(context: click.Context, ids: tuple[int, ...], every: bool, waiting: bool) -> None:
    """把停下(dead)的内容放回待写,或让待写(pending)的不再等下次尝试的时刻;下一轮 run 就写。

    从未送出过的直接待写;曾经送出过的,会先查明对方是否已经收到,绝不写两次。结果待查的不必放行,它自己会查。
    """
    from collab_sync.cli.compose import open_database, open_time

    given: Invocation = context.obj
    settings = given.settings()
    with open_time(settings) as clock, open_database(settings, existing=True) as store, store.write() as tx:
        states: tuple[OutboxState, ...] = ("pending",) if waiting else ("dead",) if every else ("dead", "pending")
        rows = _chosen(tx, ids, states, every=every or waiting)
        for row in rows:
            _release(tx, row, clock.now())
    line(f"已放行 {len(rows)} 条,下一轮 run 会写。")


def _release(tx: Transaction, row: OutboxRow, now: datetime) -> None:
    """Back to where delivery goes on: what was sent before is looked for first, and where nobody knows whether it
    arrived (it was given up in between) not before the tracker has had time to show it."""
    from collab_sync.pipeline.status import DROPPED

    if not row.attempts or row.state == "pending":
        tx.set_outbox(row.id, "pending")
    else:
        tx.set_outbox(row.id, "unknown", next_attempt=None if row.last_error.startswith(DROPPED) else now)


@click.command("drop")
@click.argument("ids", nargs=-1, type=int, metavar="[ID]…")
@click.option("--state", type=click.Choice(["pending", "dead"]), help="放弃所有这种状态的。")
@click.option("--why", default="", metavar="TEXT", help="原因,记在这一条上。")
@click.pass_context
def drop(context: click.Context, ids: tuple[int, ...], state: OutboxState | None, why: str) -> None:
    """放弃内容:不再写,记录保留(状态 dead,附说明)。守护进程运行时只能放弃已经停下的。"""
    from collab_sync.cli.compose import open_database
    from collab_sync.pipeline.status import DROPPED

    given: Invocation = context.obj
    settings = given.settings()
    with open_database(settings, existing=True) as store:
        with store.read() as tx:
            rows = _chosen(tx, ids, (state,) if state else OPEN, every=state is not None)
        with _undisturbed(settings, rows), store.write() as tx:
            for row in _still(tx, rows):
                note = DROPPED + (f":{why}" if why else "")
                tx.set_outbox(row.id, "dead", error=f"{note}(此前:{row.last_error})" if row.last_error else note)
    line(f"已放弃 {len(rows)} 条。")


@click.command("recheck")
@click.pass_context
def recheck(context: click.Context) -> None:
    """恢复备份之后用,启动之前运行一次:备份里待写的,也许后来已经写过。

    把待写(pending)和正在写(sending)的都改成结果待查(unknown):下一轮先到对方那里找我们的记号,找到就当作写成,
    等够时间仍找不到才写。什么都不会写两次。守护进程运行时不能用。
    """
    from collab_sync.cli.compose import open_database
    from collab_sync.daemon.lock import sole_writer

    given: Invocation = context.obj
    settings = given.settings()
    with open_database(settings, existing=True) as store, sole_writer(settings.database), store.write() as tx:
        rows = tx.outbox(("pending", "sending"))
        for row in rows:
            tx.set_outbox(row.id, "unknown")
    line(f"{len(rows)} 条改为结果待查,下一轮先查再写。")


def _chosen(
    tx: Transaction, ids: Sequence[int], states: tuple[OutboxState, ...], *, every: bool
) -> tuple[OutboxRow, ...]:
    """The rows that are meant. Raises UsageError if none are named, ConfigurationError for those that are not there."""
    if not ids and not every:
        raise click.UsageError(
            "请写明编号(collab-sync outbox list 可看),或写明放行、放弃全部", click.get_current_context()
        )
    rows = {row.id: row for row in tx.outbox(states)}
    unknown = [str(id_) for id_ in ids if id_ not in rows]
    if unknown:
        raise ConfigurationError(
            f"没有可以这样处理的第 {'、'.join(unknown)} 条", hint="运行 collab-sync outbox list 查看编号与状态"
        )
    return tuple(rows[id_] for id_ in dict.fromkeys(ids)) if ids else tuple(rows.values())


def _still(tx: Transaction, rows: Sequence[OutboxRow]) -> tuple[OutboxRow, ...]:
    """The rows as they are now; those that were written in the meantime are left alone."""
    now = {row.id: row for row in tx.outbox(OPEN)}
    return tuple(now[row.id] for row in rows if row.id in now)


def _undisturbed(settings: Settings, rows: Sequence[OutboxRow]) -> AbstractContextManager[None]:
    """Rows that may be sent at this moment are only dropped while nobody sends."""
    from collab_sync.daemon.lock import sole_writer

    return nullcontext() if all(row.state == "dead" for row in rows) else sole_writer(settings.database)


def _print(row: OutboxRow, now: datetime) -> None:
    from collab_sync.cli.session.wording import kind_of, target_of, text_of
    from collab_sync.cli.status.words import STATE_NAMES, why_dead

    planned = row.planned
    line(f"{row.id}  {STATE_NAMES[row.state]}  {kind_of(planned.write)} {target_of(planned)}  {planned.reason}")
    for text in text_of(planned.write).splitlines():
        line(f"      {text}")
    line(f"      {_course(row, now)}")
    if row.state == "dead":
        line(f"      ✗ {why_dead(row)}")
    elif row.last_error and row.state != "done":
        line(f"      ! {row.last_error}")


def _course(row: OutboxRow, now: datetime) -> str:
    """How long ago it was put there, how often it was tried, and when it will be. Ages, because the zone in which
    people tell the time is in the rules, and these may be broken or take long to read."""
    told = f"排入 {_ago(now - row.enqueued_at)}"
    told += f" · 试过 {row.attempts} 次" if row.attempts else ""
    if row.state not in ON_THE_WAY or row.next_attempt is None:
        return told
    wait = row.next_attempt - now
    return f"{told} · 下次 {span(wait)}以后" if wait >= timedelta(minutes=1) else f"{told} · 下一轮再试"


def _ago(age: timedelta) -> str:
    told = span(age)
    return told if age < timedelta(minutes=1) else f"{told}前"


def _values(row: OutboxRow) -> Json:
    from collab_sync.cli.session.wording import kind_of, target_of, text_of

    return {
        "id": row.id,
        "state": row.state,
        "key": row.planned.key,
        "kind": kind_of(row.planned.write),
        "target": target_of(row.planned),
        "reason": row.planned.reason,
        "text": text_of(row.planned.write),
        "enqueued_at": row.enqueued_at.isoformat(),
        "attempts": row.attempts,
        "next_attempt": row.next_attempt.isoformat() if row.next_attempt else None,
        "error": row.last_error,
    }
