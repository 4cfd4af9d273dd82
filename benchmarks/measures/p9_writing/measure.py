"""P9: the outbox over a slow tracker, and over one that allows so many requests a second."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import mean

from benchmarks.measure import Sample, alone, interleaved, ratio, wall
from benchmarks.measures.p9_writing.floor import post
from benchmarks.measures.p9_writing.office import THREADS, office
from benchmarks.measures.p9_writing.server import slow_jira, stats
from benchmarks.result import Figure, Measure, Result, Size
from collab_sync.pipeline.write_back import deliver

LIMIT = 50
"""Requests a second that the second server allows."""


def _ours(url: str, actions: int) -> float:
    """Seconds in which the outbox was emptied."""
    with tempfile.TemporaryDirectory() as folder, office(url, Path(folder), actions) as runtime:
        return wall(lambda: _all(deliver(runtime, runtime.clock.now()).done, actions))


def _all(done: int, actions: int) -> None:
    assert done == actions, f"{done} of {actions} written"


def _speed(size: Size) -> Result:
    actions = size.of(600, 10_000)
    with slow_jira() as url:
        sides: dict[str, Callable[[], float]] = {
            "outbox": lambda: _ours(url, actions),
            "POST and GET": lambda: wall(lambda: post(url, actions, read_back=True)),
            "POST alone": lambda: wall(lambda: post(url, actions, read_back=False)),
        }
        costs = interleaved(sides, rounds=size.of(3, 3))
    figures = (
        Figure(
            "actions a second, against the same POST and GET alone",
            ratio(costs["POST and GET"], costs["outbox"]),
            sense="at least",
            passes=0.9,
            goal=0.98,
        ),
        Figure("against POST alone, without reading back", ratio(costs["POST alone"], costs["outbox"])),
        Figure("actions a second", Sample(tuple(actions / cost for cost in costs["outbox"].costs)), unit="/s"),
    )
    notes = (f"{actions} comments on as many issues, {THREADS} threads, 20 ms a request, synchronous=FULL",)
    return Result(figures, costs, notes=notes)


def _limited(size: Size) -> Result:
    actions = size.of(300, 3000)
    with slow_jira(LIMIT) as url:
        _ours(url, actions)
        refused, seconds = stats(url)
    used = alone([mean(seconds) / LIMIT])
    figures = (
        Figure("requests a second, as a part of what is allowed", used, sense="at least", passes=0.95, goal=0.99),
        Figure("answers 429", alone([refused]), unit="", passes=0, goal=0),
    )
    return Result(figures, notes=(f"{actions} comments, each read back, {LIMIT} requests a second allowed",))


MEASURES = (
    Measure("P9", "Write-back at 20 ms a request", _speed),
    Measure("P9b", "Write-back under a limit", _limited),
)
