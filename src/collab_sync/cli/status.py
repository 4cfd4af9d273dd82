"""``collab-sync status``: how far we have read, what is waiting, what people must look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import click

from collab_sync.cli.session.invocation import Invocation
from collab_sync.cli.terminal.group import format_option
from collab_sync.cli.terminal.paper import Json, as_json, line, local, span, table

if TYPE_CHECKING:
    from collab_sync.config import Settings
    from collab_sync.pipeline.runtime import Ruling
    from collab_sync.pipeline.status import ShardStatus, Status
    from collab_sync.ports.store import OutboxRow, OutboxState, Transaction

NEWEST = 10
"""Notices and dead letters shown to people; JSON has them all."""

STATE_NAMES = {
    "pending": "待写",
    "sending": "正在写",
    "unknown": "结果待查",
    "done": "已写",
    "dead": "停下",
    "reported": "只记录",
}


@click.command("status")
@format_option
@click.pass_context
def status(context: click.Context, form: str) -> None:
    """读到哪里、还有什么没写成、要人处理什么。

    退出码:0 一切正常,1 有要人看的,2 出错。
    """
    from collab_sync.cli.compose import offered, open_database, open_time
    from collab_sync.cli.places import with_items
    from collab_sync.daemon.lock import holder
    from collab_sync.pipeline.status import read_status, tolerated

    given: Invocation = context.obj
    settings = given.settings()
    ruling, broken = _ruling(settings)
    projects = with_items(ruling.mapping, offered(settings)) if ruling else ()
    tolerance = tolerated(timedelta(seconds=settings.poll_seconds))
    with open_time(settings) as clock, open_database(settings, existing=True) as store, store.read() as tx:
        found = read_status(tx, projects, clock.now(), tolerance)
        budget = _budget(tx, ruling, found.now) if ruling else None
    running = holder(settings.database)
    on_disk = ruling.rules.version if ruling else ""
    if form == "json":
        told: dict[str, Json] = {"running": running, "rules_on_disk": on_disk, "rules_error": broken}
        as_json(as_values(found) | told | {"mentions": budget._asdict() if budget else None})
    else:
        _print(found, running, on_disk, ruling.office.calendar.zone if ruling else ZoneInfo("Asia/Shanghai"))
        if budget:
            line(f"提醒  今天 {budget.people} 人,最多的一人 {budget.most} 次(上限 {budget.limit})")
        if broken:
            line(f"\n磁盘上的规则有错,仍按上一版执行;运行 collab-sync rules check 查看:\n{broken}")
    context.exit(1 if found.attention or broken else 0)


class _Budget(NamedTuple):
    """Immediate mentions today: people mentioned, how often whoever was mentioned most, how often anybody may be."""

    people: int
    most: int
    limit: int


def _budget(tx: Transaction, ruling: Ruling, now: datetime) -> _Budget:
    from collab_sync.pipeline.decide import start_of_day

    today = tx.mentions_since(start_of_day(ruling, now))
    limit = ruling.rules.organisation.budget.mentions_per_person_per_day
    return _Budget(len(today), max(today.values(), default=0), limit)


def _ruling(settings: Settings) -> tuple[Ruling | None, str]:
    """The rules on disk, or what is wrong with them: that must not hide how things stand."""
    from collab_sync.cli.compose import load_ruling
    from collab_sync.errors import ConfigurationError

    try:
        return load_ruling(settings.rules, settings), ""
    except ConfigurationError as error:
        return None, str(error)


def as_values(found: Status) -> dict[str, Json]:
    """The state as JSON values; durations in seconds."""
    return {
        "now": found.now.isoformat(),
        "shards": [_shard_values(shard) for shard in found.shards],
        "oldest_due": {"subject": found.oldest.subject, "at": found.oldest.at.isoformat()} if found.oldest else None,
        "outbox": {str(state): count for state, count in found.outbox.items()},
        "outbox_oldest_seconds": {state: age.total_seconds() for state, age in found.oldest_waiting().items()},
        "dead": [_dead_values(row) for row in found.dead],
        "withheld": [{"at": note.at.isoformat(), "text": note.text} for note in found.withheld],
        "gone": [{"at": note.at.isoformat(), "text": note.text} for note in found.gone],
        "notices": [{"at": note.at.isoformat(), "text": note.text} for note in found.notices],
        "last_tick": found.last_tick.isoformat() if found.last_tick else None,
        "rules_version": found.version,
        "heartbeat": found.heartbeat.isoformat() if found.heartbeat else None,
        "complaints": [{"since": note.at.isoformat(), "text": note.text} for note in found.complaints],
        "attention": found.attention,
    }


def _shard_values(shard: ShardStatus) -> dict[str, Json]:
    return {
        "project": shard.project,
        "read_until": shard.read_until.isoformat() if shard.read_until else None,
        "age_seconds": shard.age.total_seconds() if shard.age is not None else None,
        "lag_seconds": shard.lag.total_seconds() if shard.lag is not None else None,
        "stale": shard.stale,
        "error": shard.error,
        "counted_at": shard.counted.isoformat() if shard.counted else None,
        "census_error": shard.doubt,
    }


def _dead_values(row: OutboxRow) -> dict[str, Json]:
    return {"id": row.id, "key": row.planned.key, "reason": row.planned.reason, "error": row.last_error}


def _print(found: Status, running: str | None, on_disk: str, zone: ZoneInfo) -> None:
    line(f"守护进程  {'运行中(进程 ' + running + ')' if running else '没有运行'}")
    line(f"上次判断  {local(found.last_tick, zone)},规则版本 {found.version or '—'}")
    if on_disk and found.version and on_disk != found.version:
        line(f"          磁盘上的规则是 {on_disk},下一轮生效")
    _print_audit(found, zone)
    if found.oldest:
        late = found.now - found.oldest.at
        told = f",已过 {span(late)}" if late >= timedelta(minutes=1) else ""
        line(f"下次到期  {local(found.oldest.at, zone)} {found.oldest.subject}{told}")
    line()
    table("项目", ("项目", "读到", "距上次尝试", "落后", "普查", "状态"), [_row(shard, zone) for shard in found.shards])
    line()
    ages = found.oldest_waiting()
    counts = "、".join(_counted(state, count, ages.get(state)) for state, count in found.outbox.items())
    line(f"写回  {counts or '还没有任何内容'}")
    _print_dead(found.dead)
    for note in found.withheld:
        line(f"\n停下  {local(note.at, zone)}  {note.text}")
    for shard in found.shards:
        if shard.doubt:
            line(f"\n普查  {shard.project}  {shard.doubt}")
    for note in found.gone[:NEWEST]:
        line(f"\n不在了  {local(note.at, zone)}  {note.text}")
    for note in found.notices[:NEWEST]:
        line(f"\n注意  {local(note.at, zone)}  {note.text}")


def _print_audit(found: Status, zone: ZoneInfo) -> None:
    """The daemon's last word on whether all is well; nothing where it has never looked."""
    if found.heartbeat:
        line(f"上次心跳  {local(found.heartbeat, zone)},距今 {span(found.now - found.heartbeat)}")
    elif found.complaints:
        line("上次心跳  还没有过")
    for note in found.complaints:
        line(f"巡查      {note.text}")


def _counted(state: OutboxState, count: int, age: timedelta | None) -> str:
    return f"{STATE_NAMES[state]} {count}" + (f"(最早 {span(age)})" if age is not None else "")


def _row(shard: ShardStatus, zone: ZoneInfo) -> tuple[str, ...]:
    state = shard.error or ("太久没有读完" if shard.stale else "正常")
    if shard.read_until is None and not shard.error:
        state = "还没有读过"
    counted = local(shard.counted, zone)
    return shard.project, local(shard.read_until, zone), span(shard.age), span(shard.lag), counted, state


def _print_dead(dead: tuple[OutboxRow, ...]) -> None:
    if not dead:
        return
    line(f"\n停下的 {len(dead)} 条(collab-sync outbox list --state dead)")
    for row in dead[-NEWEST:]:
        line(f"  {row.id}  {row.planned.reason}\n      {why_dead(row)}")


def why_dead(row: OutboxRow) -> str:
    """Why a row stopped: the tracker's words, the limit, or what a person said."""
    from collab_sync.pipeline.status import never_sent

    return f"等人放行:{row.last_error or '超出上限'}" if never_sent(row) else row.last_error or "—"
