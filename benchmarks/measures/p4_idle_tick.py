"""P4: a tick with nothing changed, at any size: requests, statements, CPU. The trackers are real connectors asking a
canned site in a process of its own, which has nothing to tell."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import event

from benchmarks.measure import Sample, Side, alone, cpu, interleaved, ratio
from benchmarks.population import Population, populate
from benchmarks.result import Figure, Measure, Result, Size
from benchmarks.source.site import Site, running
from collab_sync.model.connection import ConnectionSettings, Edition, Secret
from collab_sync.model.mapping import TrackerMapping
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import tick
from collab_sync.ports import Connection
from collab_sync.ports.tracker import Connector
from collab_sync.store.sqlite import SqliteStore, open_store
from collab_sync.workbench.fakes.hand_clock import HandClock
from collab_sync_gitlab import connector as gitlab
from collab_sync_jira import connector as jira

FEW = 10_000
TICKS = 20
"""Ticks in one round: a single one is too short to be measured."""
_CONNECTORS: dict[str, Connector] = {"jira": jira, "gitlab": gitlab}


def _run(size: Size) -> Result:
    many = size.of(100_000, 1_000_000)
    with tempfile.TemporaryDirectory() as folder, running() as site:
        small, large = (populate(Path(folder), count) for count in (FEW, many))
        with _office(small, site) as few, _office(large, site) as more:
            sides = {
                f"{FEW:,} items": _side(few.bare),
                f"{many:,} items": _side(more.bare),
                f"{many:,} items, with HTTP": _side(more.asking),
            }
            costs = interleaved(sides)
            statements, requests = _statements(more.bare), _requests(more.asking)
    per_tick = {name: Sample(tuple(cost / TICKS * 1000 for cost in one.costs)) for name, one in costs.items()}
    against = ratio(costs[f"{many:,} items"], costs[f"{FEW:,} items"])
    figures = (
        Figure("requests per project", alone([requests]), "", passes=1, goal=1),
        Figure("SQL statements", alone([statements]), "", passes=10, goal=4),
        Figure("CPU of the tick itself", per_tick[f"{many:,} items"], " ms", passes=5, goal=1),
        Figure(f"CPU against {FEW:,} items", against, passes=1.5, goal=1.1),
        Figure("CPU with four requests over HTTP", per_tick[f"{many:,} items, with HTTP"], " ms"),
    )
    return Result(figures, per_tick, unit="ms", notes=("four projects on two connections",))


@dataclass(frozen=True, slots=True)
class _Office:
    """One office, with trackers in memory (what remains is the engine) and with real connectors."""

    bare: Runtime
    asking: Runtime


def _side(runtime: Runtime) -> Side:
    return lambda: cpu(lambda: _ticks(runtime))


def _ticks(runtime: Runtime) -> None:
    for _ in range(TICKS):
        _tick(runtime)


def _tick(runtime: Runtime) -> None:
    assert isinstance(runtime.clock, HandClock), "moved by the measure"
    runtime.clock.sleep(1)
    report = tick(runtime)
    if report.evaluated or report.errors or report.failed_pulls:
        raise RuntimeError(f"this tick was not idle: {report}")


def _statements(runtime: Runtime) -> int:
    """Of one tick, BEGIN left out."""
    assert isinstance(runtime.store, SqliteStore), "a population is a file"
    seen: list[str] = []
    event.listen(runtime.store.engine, "before_cursor_execute", lambda *about: seen.append(about[2]))
    _tick(runtime)
    return sum(not sql.startswith("BEGIN") for sql in seen)


def _requests(runtime: Runtime) -> float:
    """Per project, of one tick."""
    before = _asked(runtime)
    _tick(runtime)
    return (_asked(runtime) - before) / len(runtime.projects())


def _asked(runtime: Runtime) -> int:
    told = (connection.traffic for connection in runtime.connections.values())
    return sum(sum(one.requests.values()) for one in told if one is not None)


@contextmanager
def _office(population: Population, site: Site) -> Iterator[_Office]:
    """The first ticks have learnt who we are and where each project stands."""
    store = open_store(population.path)
    bare, _ = population.runtime(store)
    connections = {name: _connected(name, site, bare.clock) for name in bare.connections}
    known = bare.ruling.mapping
    projects = tuple(_CONNECTORS[one.connection].default_mapping(one) for one in known.projects)
    ruling = Ruling(bare.ruling.rules, TrackerMapping(projects=projects, writeback=known.writeback))
    bare = replace(bare, ruling=ruling)
    asking = replace(bare, connections=connections)
    _settle(asking)
    yield _Office(bare, asking)
    for connection in connections.values():
        connection.close()
    store.close()


def _settle(runtime: Runtime) -> None:
    assert isinstance(runtime.clock, HandClock), "moved by the measure"
    for _ in range(4):
        runtime.clock.sleep(1)
        tick(runtime)


def _connected(name: str, site: Site, clock: object) -> Connection:
    """Jira as a Data Center: that it can be read by number needs no proof there, and none can be had without issues."""
    edition: Edition = "datacenter" if name == "jira" else "auto"
    settings = ConnectionSettings(name=name, kind=name, url=site.url(0), token=Secret("t"), edition=edition)
    assert isinstance(clock, HandClock), "moved by the measure"
    return _CONNECTORS[name].connect(settings, clock)


MEASURES = (Measure("P4", "A tick with nothing changed", _run),)
