"""A realistic office of any size in a store of its own, the same every time, made in a minute or two per million items.

A thousand items are lived through by the engine itself (``template``); the rows that this leaves are then written again
and again with other names (``multiply``). So whatever the engine keeps for an item is there: links, episodes, labels,
due instants, numbers, writes long done. Programmes and resources grow with the items; departments, people and the four
projects are those of the shipped rules. A tenth of the items is open.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from benchmarks.population.multiply import multiply
from benchmarks.population.template import ITEMS, MARK, NOW, office_ruling, settled
from benchmarks.population.trackers import AnsweringTracker
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.planner.context import DESK_KEY
from collab_sync.ports.store import Store
from collab_sync.store.sqlite import open_store
from collab_sync.workbench.fakes.hand_clock import HandClock

TEMPLATE = "template.sqlite"


@dataclass(frozen=True)
class Population:
    """``size`` items in the database at ``path``, settled at ``now``: nothing is dirty, nothing due, nothing waits."""

    path: Path
    copies: range
    now: datetime = NOW

    @property
    def size(self) -> int:
        return ITEMS * len(self.copies)

    @cached_property
    def ruling(self) -> Ruling:
        """The shipped rules with this office's resources; they are the rules in force in its store."""
        return office_ruling(self.copies)

    def runtime(self, store: Store) -> tuple[Runtime, dict[str, AnsweringTracker]]:
        """A runtime a minute after ``now``, and its trackers in memory, which have nothing new to tell."""
        clock = HandClock(self.now + timedelta(minutes=1))
        names = dict.fromkeys(project.connection for project in self.ruling.mapping.projects)
        trackers = {name: AnsweringTracker(name, clock) for name in names}
        return Runtime(store, trackers, self.ruling, clock), trackers


def populate(folder: Path, size: int) -> Population:
    """Makes ``office-‹size›.sqlite`` in ``folder``; ``size`` is a multiple of 1,000. The template stays beside it for
    the next one."""
    template = folder / TEMPLATE
    if not template.exists():
        _make_template(template)
    path = folder / f"office-{size}.sqlite"
    copies = range(size // ITEMS)
    open_store(path).close()
    multiply(template, path, MARK, copies, single=DESK_KEY)
    return Population(path, copies)


def _make_template(path: Path) -> None:
    store = open_store(":memory:")
    try:
        settled(store)
        with closing(sqlite3.connect(str(store.engine.url.database))) as connection:
            connection.execute("VACUUM INTO ?", (str(path),))
    finally:
        store.close()
