"""Drives the story: moves the clock to the next minute at which something happens or falls due; the daemon beats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from collab_sync.daemon.loop import Daemon
from collab_sync.pipeline.tick import TickReport
from collab_sync.ports.store import ON_THE_WAY
from collab_sync.sandbox.story.player import Player
from collab_sync.sandbox.story.telling import ZONE

MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Day:
    """What happened on one day of the story."""

    day: date
    events: int = 0
    ticks: int = 0
    writes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Drive:
    """A telling under way. ``until``: the last instant to play; ``on_day``: called when a day is over."""

    player: Player
    daemon: Daemon
    until: datetime
    on_day: Callable[[Day], None]
    on_tick: Callable[[TickReport], None] = lambda _report: None

    def run(self) -> None:
        """Plays to the end; a telling that was interrupted goes on where the sandbox's clock stands."""
        self.player.open()
        now = self.daemon.runtime.clock.now().astimezone(ZONE)
        day = Day(now.date())
        while now <= self.until:
            if now.date() != day.day:
                self._close(day)
                day = Day(now.date())
            day.events += self.player.play_until(now)
            self.on_tick(self.daemon.beat())
            day.ticks += 1
            following = self._following(now)
            if following is None or following > self.until:
                break
            now = following
            self.player.stage.set_clock(now)
        self._close(day)

    def _following(self, now: datetime) -> datetime | None:
        """The next minute at which people act, something falls due, or a write is tried again."""
        store = self.daemon.runtime.store
        with store.read() as tx:
            due = tx.next_due()
            retries = [row.next_attempt or now for row in tx.outbox(ON_THE_WAY)]
        candidates = [at for at in (self.player.next_time(), due, *retries) if at is not None]
        if not candidates:
            return None
        return max(_whole_minute(min(candidates)), now.astimezone(ZONE) + MINUTE)

    def _close(self, day: Day) -> None:
        start = datetime.combine(day.day, datetime.min.time(), ZONE)
        with self.daemon.runtime.store.read() as tx:
            for line in tx.log_lines():
                if start <= line.at < start + timedelta(days=1):
                    day.writes[_kind(line.action)] += 1
        self.on_day(day)


def _whole_minute(at: datetime) -> datetime:
    """The first whole minute not before ``at``, in the story's zone."""
    local = at.astimezone(ZONE)
    floor = local.replace(second=0, microsecond=0)
    return floor if floor == local else floor + MINUTE


KINDS = {
    "label+": "加标签",
    "label-": "去标签",
    "comment": "评论",
    "create": "新建事项",
    "link": "关联",
    "digest": "摘要",
    "page": "页面",
    "view": "视图",
    "program": "项目",
    "checklist": "清单",
    "transition": "流转",
}


def _kind(action: str) -> str:
    head = action.partition(":")[0]
    return KINDS.get(head, head)
