"""The status for people: the answer first, then what it rests on, at most 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from collab_sync.cli.status.seen import Mentions, Seen
from collab_sync.cli.status.words import STATE_NAMES, why_dead
from collab_sync.cli.terminal.paper import columns, folded, line, local, padded, span, table
from collab_sync.pipeline.logbook.budgets import BudgetNote
from collab_sync.pipeline.logbook.runs import RunNote
from collab_sync.pipeline.status import Note, ShardStatus, Status, given_up
from collab_sync.ports.store import OutboxState

NEWEST = 10
"""Notices and dead letters shown to people; JSON has them all."""
NEWEST_RUNS = 5
MOST_RULES = 2
MOST_PEOPLE = 6

_BY = {"daemon": "守护进程", "once": "run --once"}
_HEAD = 10
"""Columns before what a line says."""


def print_status(seen: Seen) -> None:
    """All of it; the first line is the answer."""
    _print_promise(seen)
    line()
    _print_watch(seen)
    _print_projects(seen.found, seen.zone)
    line()
    _print_outbox(seen.found)
    _print_budgets(seen)
    _print_notes(seen.found, seen.zone)
    _print_runs(seen.found.runs[:NEWEST_RUNS], seen.zone)
    if seen.broken:
        folded("磁盘上的规则有错,仍按上一版执行;此时重启会起不来。运行 collab-sync rules check 查看:")
        folded(seen.broken, 2)


def _print_promise(seen: Seen) -> None:
    if not seen.breaches:
        more = ";另有要看的,在下面" if seen.attention else ""
        folded(f"✓ 承诺成立:{_held(seen)}{more}", hang=2)
    head = "承诺不成立"
    for remedy, alike in groupby(seen.breaches, key=lambda breach: breach.remedy):
        for breach in alike:
            folded(f"✗ {head}:{breach.text}", hang=2)
            head = "还有"
        folded(f"→ {remedy}", 2, hang=2)


def _held(seen: Seen) -> str:
    last = seen.found.last_run
    if seen.running is None and last is not None:
        return f"截至 {local(last.ended, seen.zone)} 那一轮,没有过了时刻而没有人知道的事"
    return "此刻没有过了时刻而没有人知道的事"


def _print_watch(seen: Seen) -> None:
    found, zone = seen.found, seen.zone
    beat = f",上次心跳 {_since(found.heartbeat, found.now, zone)}" if found.heartbeat else ""
    _said("守护进程", _running(seen) + beat)
    last = found.last_run
    if last:
        told = f"{_since(last.ended, found.now, zone)},用时 {_took(last.seconds)},{_BY[last.by]}"
        _said("最近一轮", told + (f",{len(last.unread)} 个项目没有读到" if last.unread else ""))
    newer = f";磁盘上的是 {seen.on_disk},下一轮生效" if seen.on_disk and found.version != seen.on_disk else ""
    _said("上次判断", f"{local(found.last_tick, zone)},规则版本 {found.version or '—'}{newer if found.version else ''}")
    if found.oldest:
        late = found.now - found.oldest.at
        past = f",已过 {span(late)}" if late >= timedelta(minutes=1) else ""
        _said("最早到期", f"{local(found.oldest.at, zone)} {found.oldest.subject}{past}{_because(seen.behind)}")
    line()


def _running(seen: Seen) -> str:
    if seen.running:
        return f"运行中(进程 {seen.running})"
    last = seen.found.last_run
    return "没有运行;靠定时的 run --once" if last and last.by == "once" else "没有运行"


def _because(rules: Sequence[str]) -> str:
    if not rules:
        return ""
    named = "、".join(rules[:MOST_RULES])
    return f"(规则 {named}{f' 等 {len(rules)} 条' if len(rules) > MOST_RULES else ''})"


def _print_projects(found: Status, zone: ZoneInfo) -> None:
    table("项目", ("名称", "读到", "落后", "尝试", "普查", "状态"), [_row(one, zone) for one in found.shards])
    for shard in found.shards:
        for told in (shard.error, shard.doubt):
            if told:
                folded(f"{shard.project}  {told}", 2, hang=2)


def _row(shard: ShardStatus, zone: ZoneInfo) -> tuple[str, ...]:
    state = "没有读完" if shard.error else "太久没读完" if shard.stale else "普查存疑" if shard.doubt else "正常"
    if shard.read_until is None and not shard.error:
        state = "还没有读过"
    counted = f"{shard.counted.astimezone(zone):%m-%d %H:%M}" if shard.counted else "—"
    return shard.project, local(shard.read_until, zone), span(shard.lag), span(shard.age), counted, state


def _print_outbox(found: Status) -> None:
    ages = found.oldest_waiting()
    counts = "、".join(_counted(state, count, ages.get(state)) for state, count in found.outbox.items())
    _said("写回", counts or "还没有任何内容")
    unseen = [row for row in found.dead if not given_up(row)]
    if unseen:
        _said("停下", f"{len(unseen)} 条等人处理(collab-sync outbox list --state dead)")
    for row in unseen[-NEWEST:]:
        folded(f"{row.id}  {row.planned.reason}", _HEAD, hang=2)
        folded(why_dead(row), _HEAD + 2)


def _counted(state: OutboxState, count: int, age: timedelta | None) -> str:
    return f"{STATE_NAMES[state]} {count}" + (f"(最早 {span(age)})" if age is not None else "")


def _print_budgets(seen: Seen) -> None:
    width = max((columns(name) for name in seen.connections), default=0)
    for number, name in enumerate(seen.connections):
        told = _left(seen.found.budgets.get(name), seen.found.now, seen.zone)
        _said("" if number else "接口额度", f"{padded(name, width)}  {told}")
    if seen.mentions:
        _said("提醒", _mentioned(seen.mentions))


def _left(note: BudgetNote | None, now: datetime, zone: ZoneInfo) -> str:
    if note is None or (note.budget is None and note.paused_until is None):
        return "对方没有说过限额"
    told = []
    if note.budget:
        over = note.budget.resets <= now
        until = f"{note.budget.resets.astimezone(zone):%H:%M:%S}"
        told.append(f"剩 {note.budget.left}/{note.budget.limit},{until} {'已' if over else ''}重新算起")
    if note.paused_until and note.paused_until > now:
        told.append(f"限流或连不上,停到 {note.paused_until.astimezone(zone):%H:%M:%S}")
    return ";".join(told) or "没有限流"


def _mentioned(mentions: Mentions) -> str:
    counts = sorted(mentions.counts.items(), key=lambda one: (-one[1], one[0]))
    if not counts:
        return f"今天还没有提醒过谁(每人上限 {mentions.limit})"
    named = "、".join(f"{person} {count}" for person, count in counts[:MOST_PEOPLE])
    more = " …" if len(counts) > MOST_PEOPLE else ""
    return f"今天 {len(counts)} 人,最多的一人 {counts[0][1]} 次(上限 {mentions.limit}):{named}{more}"


def _print_notes(found: Status, zone: ZoneInfo) -> None:
    for head, notes in (("超限", found.withheld), ("不在了", found.gone[:NEWEST]), ("注意", found.notices[:NEWEST])):
        for note in notes:
            _noted(head, note, zone)


def _noted(head: str, note: Note, zone: ZoneInfo) -> None:
    _said(head, f"{local(note.at, zone)}  {note.text}")


def _print_runs(runs: Sequence[RunNote], zone: ZoneInfo) -> None:
    if not runs:
        return
    numbers = ("用时", "变化", "判断", "计划", "写成", "停下", "等待")
    line()
    table("最近做过事的运行", ("时刻", *numbers, "由谁"), [tuple(_ran(run, zone)) for run in runs], numbers=numbers)
    for run in runs:
        if run.failure:
            times = f",连续 {run.times} 次" if run.times > 1 else ""
            folded(f"{local(run.ended, zone)}  {run.failure}{times};日志里的 tick failed 说为什么", 2, hang=2)


def _ran(run: RunNote, zone: ZoneInfo) -> Iterator[str]:
    yield local(run.ended if run.failure else run.began, zone)
    if run.failure:
        yield from ("没有做完", *["—"] * 6)
    else:
        counts = (run.changed, run.evaluated, run.planned, run.done, run.dead, run.waiting)
        yield from (_took(run.seconds), *(str(count) for count in counts))
    yield _BY[run.by]


def _took(seconds: float) -> str:
    return f"{seconds:.1f} 秒" if seconds < 60 else f"{seconds / 60:.1f} 分钟"


def _since(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    ago = span(now - at)
    return f"{local(at, zone)}({ago if ago == '刚刚' else f'{ago}前'})"


def _said(head: str, text: str) -> None:
    folded(text, _HEAD, head=head)
