"""The promise «nothing is overdue unnoticed»: whether it holds, why not, and what to do; asked from outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from tests.unit.calendar.calendar_samples import SHANGHAI
from tests.unit.daemon.test_auditor import NOW, POLL, TROUBLE, WELL, lagging, row

from collab_sync.daemon.auditor import KINDS, LATE
from collab_sync.daemon.promise import BY_TIMER, CLOCKS_DIFFER, REMEDIES, Breach, Breaking, breaches
from collab_sync.pipeline.logbook.runs import By, RunNote
from collab_sync.pipeline.status import LAG_TOLERATED, Status, Waiting, patience

MOMENT = timedelta(seconds=1)


def ran(by: By, ago: timedelta, found: Status = WELL) -> Status:
    return replace(found, last_run=RunNote(by=by, began=NOW - ago, ended=NOW - ago))


def broken(found: Status, running: str | None = "17", poll: timedelta = POLL) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in breaches(found, running, poll, SHANGHAI)]


def test_守护进程在看_刚做完一轮_什么也不缺_就成立() -> None:
    assert broken(ran("daemon", POLL)) == []


# --- nobody looks ----------------------------------------------------------------------------------------------------
def test_守护进程不在了_马上就说_哪怕上一轮刚刚做完() -> None:
    assert broken(ran("daemon", MOMENT), running=None) == [("down", "守护进程没有运行,没有人在看")]


def test_从来没有运行过() -> None:
    assert broken(WELL, running=None) == [("down", "还没有运行过,没有人在看")]


def test_靠定时的单轮_容许半小时没有人() -> None:
    assert broken(ran("once", LAG_TOLERATED), running=None) == []
    (breach,) = breaches(ran("once", LAG_TOLERATED + MOMENT), None, POLL, SHANGHAI)
    assert breach == Breach("down", "已有 30 分钟没有人做完一轮", BY_TIMER)
    assert broken(ran("once", timedelta(hours=5)), running=None) == [("down", "已有 5 小时没有人做完一轮")]


def test_靠定时的单轮_比守护进程看得疏_到期的容许晚两轮() -> None:
    due = replace(WELL, oldest=Waiting("NPX-1", NOW - LATE - MOMENT))
    assert broken(ran("once", POLL, due), running=None) == []
    assert [kind for kind, _ in broken(ran("daemon", POLL, due))] == ["overdue"]
    late = replace(WELL, oldest=Waiting("NPX-1", NOW - timedelta(minutes=20) - MOMENT))
    assert [kind for kind, _ in broken(ran("once", POLL, late), running=None)] == ["overdue"]


@pytest.mark.parametrize("running", [None, "17"])
def test_时钟倒退了五分钟以上_什么也不再判断(running: str | None) -> None:
    assert broken(ran("daemon", -CLOCKS_DIFFER), running="17") == []
    assert broken(ran("daemon", -CLOCKS_DIFFER - MOMENT), running) == [("clock", "时钟比上一轮做完的时候还早,不再判断")]


# --- whoever looks does not get to it --------------------------------------------------------------------------------
def test_在运行却一轮也没有做完() -> None:
    assert broken(WELL) == [("hung", "守护进程(进程 17)在运行,第一轮还没有做完")]


@pytest.mark.parametrize("poll", [POLL, timedelta(minutes=10)])
def test_在运行却太久没有做完一轮(poll: timedelta) -> None:
    assert broken(ran("daemon", patience(poll)), poll=poll) == []
    (found,) = broken(ran("daemon", patience(poll) + MOMENT), poll=poll)
    minutes = int(patience(poll).total_seconds() // 60)
    assert found == ("hung", f"守护进程(进程 17)在运行,却已有 {minutes} 分钟没有做完一轮")


# --- what the auditor says -------------------------------------------------------------------------------------------
def test_巡查会说的每一种都是不成立_说的话一样_都有办法() -> None:
    found = breaches(ran("daemon", POLL, TROUBLE), "17", POLL, SHANGHAI)
    assert [one.kind for one in found] == ["overdue", "silent", "stuck", "dead"]
    assert {one.kind for one in found} == set(KINDS)
    assert found[0].text == "NPX-1 应在 2025-09-18 09:00 判断,至今没有"
    assert all(one.remedy == REMEDIES[one.kind] for one in found)


def test_不必等守护进程来说_库里的样子就够() -> None:
    """Whoever was killed complains no more; the rows, the shards and the due index still tell."""
    silent = ran("daemon", POLL, lagging(timedelta(hours=2)))
    assert [kind for kind, _ in broken(silent, running=None)] == ["down", "silent"]
    stuck = ran("daemon", POLL, replace(WELL, waiting=(row(timedelta(hours=1)),)))
    assert [kind for kind, _ in broken(stuck, running=None)] == ["down", "stuck"]


def test_每一种都写好了办法() -> None:
    kinds = {one for each in get_args(Breaking) for one in (get_args(each) or (each,))}
    assert set(REMEDIES) == kinds
