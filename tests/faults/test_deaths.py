"""A small sample of the deaths and storms that ``make faults`` has thousands of."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.faults.deaths.storms import STORMS, lines, sample
from tests.faults.deaths.toll import die
from tests.faults.deaths.toll import lines as toll_lines


def test_死在任何一处都和没死过一样() -> None:
    """Killed at places between a statement and the next, once, twice, three times, in the middle of a write: the
    trackers, the log and the store end as in the undisturbed run."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as worker:
        toll = worker.submit(die, 12, 4).result()
    assert toll.wrong == []
    assert toll.missed == 0
    assert toll.deaths >= 12 + 2 + 3 + 1 + 1
    assert toll.by_kind["in the middle of a write"] >= 1
    assert {
        "SELECT",
        "INSERT",
        "COMMIT",
        "before the request",
        "request sent",
        "answer there",
    } <= toll.calm.kinds.keys()
    assert sum(toll.calm.places) > 2000
    assert any(line.startswith("total: ") for line in toll_lines([toll]))


def test_各种风暴过去之后一切照旧() -> None:
    """A full disk, a lock that never ends, outages, tokens, clocks: one storm of each kind leaves no trace."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as worker:
        logs = worker.submit(sample, 3).result()
    assert [sentence for log in logs for sentence in log.wrong] == []
    assert {log.name for log in logs} == set(STORMS)
    assert len(list(lines(logs))) == len(STORMS) + 1
