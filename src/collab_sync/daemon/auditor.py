"""The auditor: is anything overdue, stuck, silent or unseen? Pure: how things stand in, complaints out.

A complaint names instants, not ages, and stays the same text for as long as it says the same; so a changed list of
complaints is news, and the same list is not. It quotes neither titles nor trackers: it is shown without a login.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from collab_sync.pipeline.status import POLLS, ShardStatus, Status, given_up, tolerated
from collab_sync.ports.store import OutboxRow

Kind: TypeAlias = Literal["overdue", "stuck", "silent", "dead"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LATE = timedelta(minutes=5)
"""A subject may be judged so much later than its instant, or two ticks where they are longer."""

STUCK = timedelta(minutes=10)
"""A row may lie so long beyond what it waits for, or three ticks where they are longer."""

LONGEST_WAY = timedelta(hours=4)
"""Whatever it waits for, after so long a person should know."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that must not stay unnoticed; ``text`` is one line for people."""

    kind: Kind
    text: str


def audit(found: Status, poll: timedelta, zone: ZoneInfo) -> tuple[Complaint, ...]:
    """What is wrong at ``found.now`` where there is a tick every ``poll``; nothing means that all is well."""
    return (
        *_overdue(found, max(LATE, 2 * poll), zone),
        *_silent(found.shards, tolerated(poll), zone),
        *_stuck(found, max(STUCK, POLLS * poll), zone),
        *_dead(found.dead),
    )


def _overdue(found: Status, late: timedelta, zone: ZoneInfo) -> Iterable[Complaint]:
    oldest = found.oldest
    if oldest is not None and found.now - oldest.at > late:
        yield Complaint("overdue", f"{oldest.subject} 应在 {_told(oldest.at, zone)} 判断,至今没有")


def _silent(shards: Iterable[ShardStatus], tolerance: timedelta, zone: ZoneInfo) -> Iterable[Complaint]:
    for shard in shards:
        if shard.read_until is None:
            yield Complaint("silent", f"项目 {shard.project} 还没有完整读过一次")
        elif shard.lag is not None and shard.lag > tolerance:
            minutes = int(tolerance.total_seconds() // 60)
            since = _told(shard.read_until, zone)
            yield Complaint("silent", f"项目 {shard.project} 自 {since} 起没有读完(容许 {minutes} 分钟)")


def _stuck(found: Status, patience: timedelta, zone: ZoneInfo) -> Iterable[Complaint]:
    waits = _longest_wait(found.waiting)
    stuck: dict[str, list[OutboxRow]] = {}
    for row in found.waiting:
        if _lies(row, waits, patience, found.now):
            stuck.setdefault(row.planned.project, []).append(row)
    for project, rows in sorted(stuck.items()):
        oldest = min(row.enqueued_at for row in rows)
        first = rows[0].id
        yield Complaint(
            "stuck", f"项目 {project} 有 {len(rows)} 条写回卡住(最早 {_told(oldest, zone)} 排入,第 {first} 条)"
        )


def _longest_wait(rows: Iterable[OutboxRow]) -> Mapping[str, datetime]:
    """Until when the rows of each project may have to wait: order is kept, and one may stand behind another."""
    waits: dict[str, datetime] = {}
    for row in rows:
        if row.next_attempt is not None:
            waits[row.planned.project] = max(row.next_attempt, waits.get(row.planned.project, row.next_attempt))
    return waits


def _lies(row: OutboxRow, waits: Mapping[str, datetime], patience: timedelta, now: datetime) -> bool:
    """Whether nothing explains any more that a row is still on its way. What waits for an issue waits for a row."""
    if now - row.enqueued_at > LONGEST_WAY:
        return True
    allowed = max(row.enqueued_at, waits.get(row.planned.project, row.enqueued_at))
    return not row.planned.waits_for and now - allowed > patience


def _dead(rows: Iterable[OutboxRow]) -> Iterable[Complaint]:
    unseen = [row for row in rows if not given_up(row)]
    if unseen:
        yield Complaint("dead", f"{len(unseen)} 条停下的写回等人处理(最近是第 {unseen[-1].id} 条)")


def _told(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
