"""The one promise that people rely on: nothing is overdue unnoticed. Does it hold right now, and if not, why not?

Pure, and asked from outside: it judges by what the store says at this moment, whether or not a daemon is there to
complain. A breach has a sentence that says what is wrong and one that says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from collab_sync.daemon.auditor import Kind, audit
from collab_sync.pipeline.logbook.runs import RunNote
from collab_sync.pipeline.status import POLLS, Status, patience, tolerated

Breaking: TypeAlias = Literal["clock", "down", "hung"] | Kind

REMEDIES: Mapping[Breaking, str] = {
    "clock": "现在的时间错了就校准(NTP);上一轮的时间错了,见运行与照看里的“时钟不对”",
    "down": "启动它(systemctl start collab-sync,或 collab-sync run);停着时到期的会补上",
    "hung": "看它的日志最后几行和 tick failed;重启不丢、不重。刚启动的,等第一轮做完",
    "overdue": "日志里有 tick failed 就按它说的做;没有,是一轮太慢,等它做完",
    "silent": "看下面那个项目的原话,再运行 collab-sync doctor;刚接上的,等它读完",
    "stuck": "collab-sync outbox list 看对方的原话和下次尝试的时刻",
    "dead": "collab-sync outbox list --state dead;改好后 retry,不要了就 drop",
}


CLOCKS_DIFFER = timedelta(minutes=5)
"""A clock that went back further is not believed, and nothing is decided by it."""
BY_TIMER = "collab-sync run --once 看它说什么;靠定时的,再看 systemctl list-timers"
"""What to do where there is no daemon on purpose."""


@dataclass(frozen=True, slots=True)
class Breach:
    """Why the promise does not hold, and what to do about it; one sentence each."""

    kind: Breaking
    text: str
    remedy: str


def breaches(found: Status, running: str | None, poll: timedelta, zone: ZoneInfo) -> tuple[Breach, ...]:
    """What breaks the promise at ``found.now``, the worst first; nothing if it holds. ``running``: the number of the
    process that writes, None if nobody does; ``poll``: how often the settings let a daemon look."""
    unwatched = _unwatched(found, running, poll)
    told = audit(found, _pace(found, running, poll), zone)
    return (*unwatched, *(Breach(one.kind, one.text, REMEDIES[one.kind]) for one in told))


def _unwatched(found: Status, running: str | None, poll: timedelta) -> tuple[Breach, ...]:
    """Nobody looks, or whoever should does not get to it."""
    last = found.last_run
    if last is not None and last.ended - found.now > CLOCKS_DIFFER:
        return (_breach("clock", "时钟比上一轮做完的时候还早,不再判断"),)
    if running is None:
        return _down(last, found.now, poll)
    who = f"守护进程(进程 {running})在运行"
    if last is None:
        return (_breach("hung", f"{who},第一轮还没有做完"),)
    silence = found.now - last.ended
    return (_breach("hung", f"{who},却已有 {_told(silence)}没有做完一轮"),) if silence > patience(poll) else ()


def _down(last: RunNote | None, now: datetime, poll: timedelta) -> tuple[Breach, ...]:
    """No process is there; where single rounds are run by a timer that is as it should be, for a while."""
    if last is None:
        return (_breach("down", "还没有运行过,没有人在看"),)
    if last.by == "daemon":
        return (_breach("down", "守护进程没有运行,没有人在看"),)
    silence = now - last.ended
    late = f"已有 {_told(silence)}没有人做完一轮"
    return (Breach("down", late, BY_TIMER),) if silence > tolerated(poll) else ()


def _pace(found: Status, running: str | None, poll: timedelta) -> timedelta:
    """How often somebody really looks: who runs single rounds by a timer does so less often than a daemon would."""
    single = running is None and found.last_run is not None and found.last_run.by == "once"
    return max(poll, tolerated(poll) / POLLS) if single else poll


def _told(silence: timedelta) -> str:
    minutes = int(silence.total_seconds() // 60)
    return f"{minutes} 分钟" if minutes < 2 * 60 else f"{minutes // 60} 小时"


def _breach(kind: Breaking, text: str) -> Breach:
    return Breach(kind, text, REMEDIES[kind])
