"""P9: the outbox over a slow tracker, and over one that allows so many requests a second."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from time import process_time

from benchmarks.measure import Sample, alone, interleaved, ratio, wall
from benchmarks.measures.p9_writing.floor import post
from benchmarks.measures.p9_writing.office import office
from benchmarks.measures.p9_writing.server import slow_jira, stats
from benchmarks.result import Figure, Measure, Result, Size
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.write_back import deliver

LIMIT = 50
"""Requests a second that the second server allows."""


MANY, USUAL = 16, 8
"""Requests at once: of the target, and as the product has it where nobody says otherwise."""


@dataclass
class _Outbox:
    """Empties outboxes; remembers what that cost."""

    url: str
    actions: int
    cpu: list[float] = field(default_factory=list)

    def seconds(self, at_once: int) -> float:
        """Seconds that passed until everything was written."""
        with tempfile.TemporaryDirectory() as folder, office(self.url, Path(folder), self.actions, at_once) as runtime:
            began = process_time()
            passed = wall(lambda: self._deliver(runtime))
            self.cpu.append((process_time() - began) / self.actions * 1000)
        return passed

    def _deliver(self, runtime: Runtime) -> None:
        """As ticks would: what a refusal has put off is sent with one of the next deliveries."""
        done = 0
        while done < self.actions:
            delivery = deliver(runtime, runtime.clock.now())
            done += delivery.done
            if delivery.dead:
                raise RuntimeError(delivery.errors[0])
            if done < self.actions:
                runtime.clock.sleep(0.2)


def _speed(size: Size) -> Result:
    actions = size.of(400, 10_000)
    with slow_jira() as url:
        ours = _Outbox(url, actions)
        sides: dict[str, Callable[[], float]] = {
            "outbox, 16 at once": lambda: ours.seconds(MANY),
            "POST and GET, 16 threads": lambda: wall(lambda: post(url, actions, MANY, read_back=True)),
            "POST alone, 16 threads": lambda: wall(lambda: post(url, actions, MANY, read_back=False)),
            "outbox, 8 at once": lambda: ours.seconds(USUAL),
            "POST and GET, 8 threads": lambda: wall(lambda: post(url, actions, USUAL, read_back=True)),
        }
        costs = interleaved(sides, rounds=3)
    many, usual = (costs[f"outbox, {at_once} at once"] for at_once in (MANY, USUAL))
    against = ratio(costs["POST and GET, 16 threads"], many)
    figures = (
        Figure("writes a second against the same POST and GET alone", against, sense="at least", passes=0.9, goal=0.98),
        Figure("the same with 8 at once, as it is set", ratio(costs["POST and GET, 8 threads"], usual)),
        Figure("against POST alone, which reads nothing back", ratio(costs["POST alone, 16 threads"], many)),
        Figure("writes a second", Sample(tuple(actions / cost for cost in many.costs)), unit="/s"),
        Figure("CPU of a write", Sample(tuple(ours.cpu)), unit=" ms"),
    )
    notes = (f"{actions} comments on as many issues, 20 ms a request, synchronous=FULL; time is the wall's",)
    return Result(figures, costs, notes=notes)


def _limited(size: Size) -> Result:
    actions = size.of(300, 3000)
    with slow_jira(LIMIT) as url:
        _Outbox(url, actions).seconds(MANY)
        refused, seconds = stats(url)
    whole = seconds[1:-1]  # it begins and ends in the middle of a second
    used = alone([mean(whole) / LIMIT])
    figures = (
        Figure("requests a second, as a part of what is allowed", used, sense="at least", passes=0.95, goal=0.99),
        Figure("answers 429", alone([refused]), unit="", passes=0, goal=0),
    )
    return Result(figures, notes=(f"{actions} comments, each read back, {LIMIT} requests a second allowed",))


MEASURES = (
    Measure("P9", "Write-back at 20 ms a request", _speed),
    Measure("P9b", "Write-back under a limit", _limited),
)
