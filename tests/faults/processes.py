"""Processes that die: one inside this one that raises ``Crash`` at its boundaries, and real ones that get SIGKILL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from queue import SimpleQueue
from random import Random

from tests.faults.editions import Sites
from tests.faults.scene import Scene, connections, opened, runtime

from collab_sync.model.action import Receipt, Write
from collab_sync.model.mapping import ProjectMapping
from collab_sync.pipeline.write_back import deliver
from collab_sync.ports import Connection, WorkItemReader
from collab_sync.testing.items import reader_of, writer_of
from collab_sync.workbench.fakes.hand_clock import HandClock

LONGEST = 60.0
"""Seconds after which a child that neither ends nor dies is a defect."""


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Fate:
    """Before and after every commit and request the process dies with this chance, ``left`` times at most."""

    chance: Random
    likely: float
    left: int = 3
    deaths: int = 0

    def pass_by(self) -> None:
        if self.deaths < self.left and self.chance.random() < self.likely:
            self.deaths += 1
            raise Crash


@dataclass
class MortalConnection:
    """A connection whose process may die just before a request leaves and just after its answer came."""

    inner: Connection
    fate: Fate

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def reader(self, project: ProjectMapping) -> WorkItemReader:
        return reader_of(self.inner, project)

    def writer(self, project: ProjectMapping) -> MortalWriter:
        writer = writer_of(self.inner, project)
        return MortalWriter(self.fate, writer.perform, writer.find)

    def pages(self, project: ProjectMapping) -> MortalWriter | None:
        pages = self.inner.pages(project)
        return MortalWriter(self.fate, pages.publish, pages.find) if pages else None


@dataclass
class MortalWriter:
    """A writer or a publisher."""

    fate: Fate
    inner: Callable[..., Receipt]
    found: Callable[..., Receipt | None]

    def perform(self, write: Write) -> Receipt:
        self.fate.pass_by()
        receipt = self.inner(write)
        self.fate.pass_by()
        return receipt

    publish = perform

    def find(self, write: Write) -> Receipt | None:
        self.fate.pass_by()
        return self.found(write)


# --- real ones -------------------------------------------------------------------------------------------------
def deliver_elsewhere(scene: Scene, file: Path) -> int:
    """One delivery in a process of its own, which the weather may kill; its exit code (-9: killed)."""
    weather, now = scene.world.weather, scene.clock.now()
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.processes"])
    child = context.Process(target=_deliver, args=(str(file), scene.url, scene.sites, now), daemon=True)
    known: SimpleQueue[int] = SimpleQueue()
    weather.victim = lambda: known.get(timeout=LONGEST)
    child.start()
    for _ in range(2):  # once for the kill, which comes at most once
        known.put(child.pid or 0)
    child.join(LONGEST)
    weather.victim = None
    if child.exitcode is None:
        child.kill()
        raise AssertionError("the child neither ended nor died")
    return child.exitcode


def _deliver(file: str, url: str, sites: Sites, now: datetime) -> None:
    clock = HandClock(now)
    connected: Mapping[str, Connection] = connections(url, sites, clock)
    deliver(runtime(opened(Path(file)), connected, clock), now)
