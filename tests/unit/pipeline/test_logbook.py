"""What runs leave behind for people: the last one, the last few that did something, what trackers still allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from tests.unit.calendar.calendar_samples import local

from collab_sync.pipeline.logbook.budgets import BUDGET, budgets, note_budgets, traffic_of
from collab_sync.pipeline.logbook.runs import KEPT, LAST, RUNS, RunNote, last_run, notable_runs, note_of, note_run
from collab_sync.pipeline.pull import PullReport
from collab_sync.pipeline.tick import TickReport
from collab_sync.ports import ApiBudget, Traffic
from collab_sync.ports.store import Store
from collab_sync.workbench.fakes.fake_tracker import FakeTracker
from collab_sync.workbench.fakes.hand_clock import HandClock
from collab_sync.workbench.fakes.memory_store import MemoryStore

NOW = local("09-18 10:00")


@pytest.fixture
def store() -> Store:
    return MemoryStore()


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def note(minutes: int, **said: object) -> RunNote:
    return msgspec.structs.replace(RunNote(by="daemon", began=at(minutes), ended=at(minutes), seconds=1.5), **said)


def remember(store: Store, *notes: RunNote) -> None:
    for one in notes:
        with store.write() as tx:
            note_run(tx, one)


def told(store: Store) -> tuple[RunNote | None, tuple[RunNote, ...]]:
    with store.read() as tx:
        return last_run(tx), notable_runs(tx)


def test_一轮做了什么() -> None:
    report = TickReport(
        at=NOW,
        pulls=(PullReport("甲", read=12, changed=3), PullReport("乙", read=1, error="连不上")),
        planned=4, done=3, dead=1, waiting=2, withheld=5, evaluated=40,
    )  # fmt: skip
    found = note_of(report, "once", at(1), 12.34)
    assert found == RunNote(
        by="once", began=NOW, ended=at(1), seconds=12.3, read=13, changed=3, evaluated=40, planned=4, withheld=5,
        done=3, dead=1, waiting=2, unread=("乙",),
    )  # fmt: skip


def test_没做什么的只留最后一轮_做过事的都留着_新的在前(store: Store) -> None:
    remember(store, note(0), note(1, done=2), note(2), note(3, planned=1), note(4, read=9, changed=2))
    last, notable = told(store)
    assert last == note(4, read=9, changed=2)
    assert notable == (note(3, planned=1), note(1, done=2))


def test_留下的有限_旧的让位(store: Store) -> None:
    remember(store, *(note(minute, done=minute + 1) for minute in range(3 * KEPT)))
    _, notable = told(store)
    assert [one.done for one in notable] == list(range(3 * KEPT, 2 * KEPT, -1))
    with store.read() as tx:
        assert len(tx.recorded(RUNS)) == KEPT + 1


def test_没有做完的不算做完的一轮_一样的接连几次是一条(store: Store) -> None:
    failed = [note(minute, failure="数据库读写失败(StoreError)") for minute in (1, 2, 3)]
    remember(store, note(0), *failed)
    last, notable = told(store)
    assert last == note(0)
    assert notable == (msgspec.structs.replace(failed[2], began=at(1), times=3),)
    remember(store, note(4, failure="上一轮没有做完(ValueError)"), note(5, done=1), failed[0])
    assert [one.times for one in told(store)[1]] == [1, 1, 3, 1]


def test_别的版本写的看不懂就当没有_下一轮盖过去(store: Store) -> None:
    with store.write() as tx:
        tx.record(LAST, NOW, "{}")
        tx.record(f"{RUNS}00", NOW, "以前的写法")
        tx.record(f"{BUDGET}jira", NOW, "[]")
    with store.read() as tx:
        assert (last_run(tx), notable_runs(tx), budgets(tx)) == (None, (), {})
    remember(store, note(1, done=1))
    assert told(store) == (note(1, done=1), (note(1, done=1),))


# --- budgets ---------------------------------------------------------------------------------------------------------
TOLD = Traffic(budget=ApiBudget(2000, 1499, at(1)))


def test_额度按连接记下来_没有说的也记下没有说(store: Store) -> None:
    with store.write() as tx:
        note_budgets(tx, {"jira": TOLD, "gitlab": Traffic()}, NOW)
    with store.read() as tx:
        found = budgets(tx)
    assert found["jira"].budget == ApiBudget(2000, 1499, at(1))
    assert (found["gitlab"].budget, found["gitlab"].paused_until) == (None, None)


def test_还停着的才说停到什么时候(store: Store) -> None:
    with store.write() as tx:
        note_budgets(tx, {"过去的": replace(TOLD, paused_until=NOW), "还停着": replace(TOLD, paused_until=at(2))}, NOW)
    with store.read() as tx:
        found = budgets(tx)
    assert (found["过去的"].paused_until, found["还停着"].paused_until) == (None, at(2))


def test_不数请求的连接不在其中() -> None:
    silent, telling = FakeTracker("fake", HandClock(NOW)), FakeTracker("jira", HandClock(NOW))
    telling.traffic = TOLD
    assert traffic_of({"fake": silent, "jira": telling}) == {"jira": TOLD}
