"""Names of runs: the instant of the tick, as people read it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.unit.calendar.calendar_samples import SHANGHAI, local

from collab_sync.errors import ConfigurationError
from collab_sync.model.action import LabelWrite, PlannedWrite, Target
from collab_sync.planner.undo.runs import Run, refuse_unfit, run_named, runs
from collab_sync.ports.store import OutboxRow, OutboxState


def row(number: int, at: datetime, state: OutboxState = "done", key: str = "") -> OutboxRow:
    planned = PlannedWrite(key=key or f"k{number}", project="p", write=LabelWrite(target=Target()), lines=(), reason="")
    return OutboxRow(id=number, planned=planned, state=state, enqueued_at=at)


SIX = local("10-10 18:00")


def test_同一轮写的都是一次运行_不管分几批() -> None:
    """All rounds of a tick bear its instant."""
    first, second = runs([row(1, SIX), row(2, SIX + timedelta(minutes=5)), row(3, SIX)])
    assert [one.id for one in first.rows] == [1, 3]
    assert [one.id for one in second.rows] == [2]


def test_名称是当地时间_整分不写秒() -> None:
    first, second = runs([row(1, SIX), row(2, SIX + timedelta(seconds=7, microseconds=9))])
    assert (first.name(SHANGHAI), second.name(SHANGHAI)) == ("2025-10-10T18:00", "2025-10-10T18:00:07")


@pytest.mark.parametrize("text", ["2025-10-10T18:00:07", " 2025-10-10 18:00:07 ", "2025-10-10T10:00:07+00:00"])
def test_写到秒时认得出(text: str) -> None:
    known = runs([row(1, SIX), row(2, SIX + timedelta(seconds=7))])
    assert run_named(text, known, SHANGHAI) == known[1]


def test_一分钟里只有一次时_写到分就够() -> None:
    known = runs([row(1, SIX + timedelta(seconds=7)), row(2, SIX + timedelta(minutes=1))])
    assert run_named("2025-10-10T18:00", known, SHANGHAI) == known[0]


def test_一分钟里有两次时_请人写到秒() -> None:
    known = runs([row(1, SIX), row(2, SIX + timedelta(seconds=7))])
    with pytest.raises(ConfigurationError, match="2025-10-10T18:00:00、2025-10-10T18:00:07"):
        run_named("2025-10-10T18:00", known, SHANGHAI)


@pytest.mark.parametrize("text", ["2025-10-10T17:59", "昨天下午", "", "17"])
def test_不是运行的_说去哪里看(text: str) -> None:
    with pytest.raises(ConfigurationError, match="collab-sync undo --list"):
        run_named(text, runs([row(1, SIX)]), SHANGHAI)


def test_撤回本身不是一次运行_只记在被撤的那次上() -> None:
    (run,) = runs([row(1, SIX), row(2, SIX)])
    known = runs([row(1, SIX), row(2, SIX), row(3, SIX + timedelta(hours=1), key=run.undo_key(run.rows[0]))])
    assert [(len(one.rows), one.undone) for one in known] == [(2, frozenset({"k1"}))]


def refusal(*states: OutboxState) -> str:
    (run,) = runs([row(number, SIX, state) for number, state in enumerate(states)])
    with pytest.raises(ConfigurationError) as caught:
        refuse_unfit(run, SHANGHAI)
    return str(caught.value)


def test_没写完的和什么都没写成的不能撤回() -> None:
    assert "还有 2 条没有写完" in refusal("done", "unknown", "pending")
    assert "没有写成任何内容" in refusal("dead", "reported")
    refuse_unfit(Run(SIX, (row(1, SIX), row(2, SIX, "dead"))), SHANGHAI)
