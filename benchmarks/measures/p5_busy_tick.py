"""P5: a tick with a hundred changed items and a hundred that fall due, the whole shipped catalogue, at any size."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec

from benchmarks.measure import Sample, Side, alone, cpu, interleaved, ratio
from benchmarks.population import Population, populate
from benchmarks.population.trackers import AnsweringTracker
from benchmarks.result import Figure, Measure, Result, Size
from collab_sync.model.identity import ItemId
from collab_sync.model.work_item import WorkItem
from collab_sync.pipeline.absorb import item_subject
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import TickReport, tick
from collab_sync.store.sqlite import open_store
from collab_sync.workbench.fakes.hand_clock import HandClock

FEW = 10_000
SOME = 100
ROUNDS = 7


@dataclass
class Office:
    """One office that lives on, round after round. ``touched``: subjects judged, per round."""

    population: Population
    runtime: Runtime
    trackers: dict[str, AnsweringTracker]
    random: Random = field(default_factory=lambda: Random(5))
    touched: list[int] = field(default_factory=list)

    def round(self) -> float:
        """CPU of one tick, seconds; what is to happen in it is arranged before."""
        changed, due = self._draw()
        assert isinstance(self.runtime.clock, HandClock), "moved by the measure"
        self.runtime.clock.sleep(60)
        now = self.runtime.clock.now()
        for item in changed:
            fresh = msgspec.structs.replace(item, title=f"{item.title}。", updated_at=now)
            self.trackers[item.source.connection].tell([fresh])
        with self.runtime.store.write() as tx:
            tx.set_due({item_subject(item.id): now for item in due})
        reports: list[TickReport] = []
        spent = cpu(lambda: reports.append(tick(self.runtime)))
        self.touched.append(reports[0].evaluated)
        return spent

    def _draw(self) -> tuple[Sequence[WorkItem], Sequence[WorkItem]]:
        """Open items from all over the office."""
        codes, drawn = self.population.programmes, dict[ItemId, WorkItem]()
        with self.runtime.store.read() as tx:
            while len(drawn) < 2 * SOME:
                ids = tx.ids_where(program=self.random.choice(codes), open_only=True)
                one = self.random.choice(ids)
                drawn[one] = tx.items([one])[one].item
        items = tuple(drawn.values())
        return items[:SOME], items[SOME:]


def _run(size: Size) -> Result:
    many = size.of(100_000, 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        small, large = (populate(Path(folder), count) for count in (FEW, many))
        with office(small) as few, office(large) as more:
            sides: dict[str, Side] = {f"{FEW:,} items": few.round, f"{many:,} items": more.round}
            costs = interleaved(sides, rounds=ROUNDS)
    milliseconds = {name: Sample(tuple(cost * 1000 for cost in one.costs)) for name, one in costs.items()}
    large_name, small_name = f"{many:,} items", f"{FEW:,} items"
    figures = (
        Figure("CPU of the tick", milliseconds[large_name], " ms", passes=100, goal=40),
        Figure(f"against {FEW:,} items", ratio(costs[large_name], costs[small_name]), passes=3, goal=1.5),
        Figure("subjects judged: those that changed or fell due and what depends on them", alone(more.touched), ""),
        Figure(f"the same in {FEW:,} items", alone(few.touched), ""),
    )
    return Result(
        figures, milliseconds, unit="ms", notes=("trackers in memory: no HTTP, no decoding of their answers",)
    )


@contextmanager
def office(population: Population) -> Iterator[Office]:
    """The population with a store of its own; whatever is made only once is made."""
    store = open_store(population.path)
    here = Office(population, *population.runtime(store))
    here.round()
    here.touched.clear()
    yield here
    store.close()


MEASURES = (Measure("P5", "A tick with a hundred changed and a hundred due", _run),)
