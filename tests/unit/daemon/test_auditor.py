"""The auditor: complains of what is overdue, stuck, silent or unseen; of nothing else, and in words that stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calendar.calendar_samples import SHANGHAI, local

from collab_sync.daemon.auditor import LATE, LONGEST_WAY, STUCK, Complaint, audit
from collab_sync.model.action import LabelWrite, PlannedWrite, Target
from collab_sync.pipeline.status import DROPPED, LAG_TOLERATED, ShardStatus, Status, Waiting
from collab_sync.ports.store import OutboxRow

NOW = local("09-18 10:00")
POLL = timedelta(minutes=1)
MOMENT = timedelta(seconds=1)
WELL = Status(
    now=NOW,
    shards=(ShardStatus("jira-npx", NOW - POLL, POLL, POLL, stale=False, error=""),),
    oldest=Waiting("NPX-1", NOW + timedelta(hours=1)),
    outbox={},
    dead=(),
    withheld=(),
    notices=(),
    last_tick=NOW,
    version="v1",
)
WRITE = PlannedWrite(
    key="k",
    project="jira-npx",
    write=LabelWrite(target=Target(), add=("延期",)),
    lines=(),
    reason="逾期提醒 NPX-1 秘密标题",
)


def row(ago: timedelta, **said: object) -> OutboxRow:
    return msgspec.structs.replace(OutboxRow(id=7, planned=WRITE, state="pending", enqueued_at=NOW - ago), **said)


def complaints(found: Status, poll: timedelta = POLL) -> tuple[Complaint, ...]:
    return audit(found, poll, SHANGHAI)


def kinds(found: Status, poll: timedelta = POLL) -> list[str]:
    return [complaint.kind for complaint in complaints(found, poll)]


def test_一切正常就没有话说() -> None:
    assert complaints(WELL) == ()
    assert complaints(replace(WELL, oldest=None)) == ()


# --- overdue ---------------------------------------------------------------------------------------------------
def test_过了时刻没有判断的对象() -> None:
    at = NOW - LATE - MOMENT
    (complaint,) = complaints(replace(WELL, oldest=Waiting("NPX-1", at)))
    assert complaint == Complaint("overdue", "NPX-1 应在 2025-09-18 09:54 判断,至今没有")
    assert complaints(replace(WELL, oldest=Waiting("NPX-1", NOW - LATE))) == ()


def test_间隔长的循环_允许晚两轮() -> None:
    poll = timedelta(minutes=20)
    assert kinds(replace(WELL, oldest=Waiting("NPX-1", NOW - 2 * poll)), poll) == []
    assert kinds(replace(WELL, oldest=Waiting("NPX-1", NOW - 2 * poll - MOMENT)), poll) == ["overdue"]


# --- silent ----------------------------------------------------------------------------------------------------
def lagging(lag: timedelta) -> Status:
    return replace(WELL, shards=(replace(WELL.shards[0], read_until=NOW - lag, lag=lag),))


def test_太久没有读完的项目() -> None:
    assert complaints(lagging(LAG_TOLERATED)) == ()
    (complaint,) = complaints(lagging(LAG_TOLERATED + MOMENT))
    assert complaint == Complaint("silent", "项目 jira-npx 自 2025-09-18 09:29 起没有读完(容许 30 分钟)")


def test_从未读完的项目() -> None:
    never = replace(WELL.shards[0], read_until=None, age=None, lag=None, stale=True)
    (complaint,) = complaints(replace(WELL, shards=(never,)))
    assert complaint == Complaint("silent", "项目 jira-npx 还没有完整读过一次")


# --- stuck -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["pending", "sending", "unknown"])
def test_没有理由还在路上的写回(state: str) -> None:
    assert kinds(replace(WELL, waiting=(row(STUCK, state=state),))) == []
    assert kinds(replace(WELL, waiting=(row(STUCK + MOMENT, state=state),))) == ["stuck"]


def test_等下一次尝试的不算卡住_等过了头才算() -> None:
    waits = row(timedelta(hours=1), next_attempt=NOW + timedelta(minutes=5))
    assert kinds(replace(WELL, waiting=(waits,))) == []
    assert kinds(replace(WELL, waiting=(msgspec.structs.replace(waits, next_attempt=NOW - STUCK - MOMENT),))) == [
        "stuck"
    ]


def test_排在后面的跟着前面的等_等事项的等那个事项() -> None:
    first = row(timedelta(hours=1), next_attempt=NOW + timedelta(minutes=5))
    behind = row(timedelta(hours=1), id=8)
    assert kinds(replace(WELL, waiting=(first, behind))) == []
    elsewhere = row(timedelta(hours=1), id=9, planned=msgspec.structs.replace(WRITE, project="gl-pmo"))
    assert [one.text for one in complaints(replace(WELL, waiting=(first, behind, elsewhere)))] == [
        "项目 gl-pmo 有 1 条写回卡住(最早 2025-09-18 09:00 排入,第 9 条)"
    ]
    waiting = row(timedelta(hours=1), planned=msgspec.structs.replace(WRITE, waits_for=("会议",)))
    assert kinds(replace(WELL, waiting=(waiting,))) == []


def test_一直重试也总有一天要说() -> None:
    retried = row(LONGEST_WAY + MOMENT, next_attempt=NOW + timedelta(minutes=20))
    assert kinds(replace(WELL, waiting=(retried,))) == ["stuck"]


# --- dead ------------------------------------------------------------------------------------------------------
def test_停下的要人看_放弃了的不用() -> None:
    dead = row(POLL, state="dead", last_error="评论太长")
    (complaint,) = complaints(replace(WELL, dead=(dead,)))
    assert complaint == Complaint("dead", "1 条停下的写回等人处理(最近是第 7 条)")
    assert complaints(replace(WELL, dead=(msgspec.structs.replace(dead, last_error=DROPPED + ":不要了"),))) == ()


# --- words -----------------------------------------------------------------------------------------------------
TROUBLE = replace(
    lagging(timedelta(hours=2)),
    oldest=Waiting("NPX-1", NOW - timedelta(hours=1)),
    waiting=(row(timedelta(hours=1), last_error="对方说了秘密标题"),),
    dead=(row(POLL, id=9, state="dead", last_error="对方说了秘密标题"),),
)


@given(st.integers(0, 10_000))
def test_只要事情没变_话就不变(seconds: int) -> None:
    """Otherwise the same complaint would be news in every tick."""
    assert complaints(replace(TROUBLE, now=NOW + timedelta(seconds=seconds))) == complaints(TROUBLE)
    assert [complaint.kind for complaint in complaints(TROUBLE)] == ["overdue", "silent", "stuck", "dead"]


def test_话里没有标题_也没有对方的原话() -> None:
    assert not any("秘密" in complaint.text for complaint in complaints(TROUBLE))
    assert all("\n" not in complaint.text for complaint in complaints(TROUBLE))
