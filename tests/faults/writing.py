"""One run: a plan is delivered again and again in bad weather, then in good, and the trackers are looked at."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

import requests
from structlog.testing import capture_logs
from tests.faults.editions import Sites
from tests.faults.plans import Lane, drawn, seen
from tests.faults.processes import Crash, Fate, MortalConnection, deliver_elsewhere
from tests.faults.scene import START, Scene, connections, opened, runtime
from tests.faults.weather import Sky, Strike
from tests.unit.mortal_store import MortalStore

from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.write_back import deliver
from collab_sync.ports import Connection
from collab_sync.ports.store import OutboxRow, OutboxState
from collab_sync.store.sqlite import SqliteStore

BAD_ROUNDS, GOOD_ROUNDS = 12, 60
EVERY: tuple[OutboxState, ...] = ("pending", "sending", "unknown", "done", "dead")


@dataclass
class Outcome:
    """What became of one run. ``promised`` and ``found``: facts by lane; ``wrong``: sentences, empty if all is well."""

    seed: int
    sites: Sites
    promised: Mapping[Lane, list[str]]
    found: Mapping[Lane, list[str]] = field(default_factory=dict)
    strikes: list[Strike] = field(default_factory=list)
    deaths: int = 0
    kills: int = 0
    requests: int = 0
    wrong: list[str] = field(default_factory=list)

    def lost(self, tracker: str = "", kind: str = "") -> int:
        """Facts that were promised and are not there."""
        return sum((self._of(self.promised, tracker, kind) - self._of(self.found, tracker, kind)).values())

    def duplicates(self, tracker: str = "", kind: str = "") -> int:
        """Facts that nobody promised, or not so often."""
        return sum((self._of(self.found, tracker, kind) - self._of(self.promised, tracker, kind)).values())

    def effects(self, tracker: str = "", kind: str = "") -> int:
        return sum(self._of(self.found, tracker, kind).values())

    def _of(self, lanes: Mapping[Lane, list[str]], tracker: str, kind: str) -> Counter[tuple[Lane, str]]:
        fitting = (
            lane for lane in lanes if (not tracker or lane.tracker == tracker) and (not kind or lane.kind == kind)
        )
        return Counter((lane, fact) for lane in fitting for fact in lanes[lane])


class Run:
    """``kill``: real processes are killed in it."""

    def __init__(self, scene: Scene, folder: Path, seed: int, *, kill: bool = False) -> None:
        self._scene = scene
        self._chance = Random(seed)
        random.seed(seed)  # the jitter of retries
        self._clock = scene.clock
        self._file = scene.copy(folder)
        self._kill = kill
        self._done = False
        plan, promised = drawn(scene, self._chance)
        self._outcome = Outcome(seed, scene.sites, promised)
        fate = 0.0 if kill else self._chance.choice((0.0, 0.02, 0.06))
        self._fate = Fate(Random(seed + 1), fate)
        kills = frozenset(self._chance.sample(range(1, 9), 2)) if kill else frozenset()
        sky = Sky(
            Random(seed + 2), self._chance.choice((0.25, 0.45, 0.7)), self._chance.choice((0.0, 0.1)), kills=kills
        )
        scene.world.begin(scene.snapshot, sky, timedelta(seconds=self._chance.choice((0, 5, 60, 110))))
        with self._store() as store, store.write() as tx:
            tx.enqueue(plan, at=START)

    def play(self) -> Outcome:
        """To the end of the bad weather and of the good weather after it."""
        with capture_logs() as logged:
            self._play()
        defects = [entry for entry in logged if entry["log_level"] in ("error", "critical")]
        self._outcome.wrong += [f"defect: {entry.get('exc_info', entry)!r}" for entry in defects]
        return self._outcome

    def _play(self) -> None:
        sky = self._scene.world.weather.sky
        if self._kill:
            self._in_children()
        self._in_this_process(BAD_ROUNDS, longest=150)
        sky.fair, self._fate.likely = True, 0.0
        self._in_this_process(GOOD_ROUNDS, longest=2000)
        self._look()

    def _in_children(self) -> None:
        for _ in range(3):
            code = deliver_elsewhere(self._scene, self._file)
            self._outcome.kills += code == -9
            if code not in (0, -9):
                self._outcome.wrong.append(f"the child ended with {code}")
            self._pass_time(60)

    def _in_this_process(self, rounds: int, longest: float) -> None:
        """Delivers until nothing waits and nothing is under way, at most so often; dies and begins anew as it comes."""
        left = iter(range(rounds))
        while not self._done:
            with suppress(Crash), self._alive() as process:
                for _ in left:
                    self._done = not deliver(process, self._clock.now()).waiting and not self._scene.world.under_way
                    if self._done:
                        return
                    self._pass_time(longest)
                return
            self._pass_time(longest)

    @contextmanager
    def _alive(self) -> Iterator[Runtime]:
        """A process, until it dies."""
        with self._store() as store:
            connected = connections(self._scene.url, self._scene.sites, self._clock)
            mortal = {name: cast(Connection, MortalConnection(one, self._fate)) for name, one in connected.items()}
            try:
                yield runtime(MortalStore(store, self._fate.pass_by), mortal, self._clock)
            except Crash:
                self._outcome.deaths += 1
                raise
            finally:
                for one in connected.values():
                    one.close()

    @contextmanager
    def _store(self) -> Iterator[SqliteStore]:
        store = opened(self._file)
        try:
            yield store
        finally:
            store.engine.dispose()  # closing would take the file away

    def _pass_time(self, longest: float) -> None:
        self._clock.sleep(self._chance.uniform(5, longest))
        self._scene.world.catch_up()

    def _look(self) -> None:
        control = f"{self._scene.url}/__sandbox"
        dump: Any = requests.get(f"{control}/dump?full=1", timeout=10).json()
        log: Any = requests.get(f"{control}/requests", timeout=10).json()
        requests.delete(f"{control}/requests", timeout=10)
        self._outcome.found, self._outcome.requests = seen(dump), log["counters"].get("total", 0)
        self._outcome.strikes = list(self._scene.world.weather.strikes)
        self._outcome.wrong += [*self._differences(), *self._left()]

    def _differences(self) -> Iterator[str]:
        promised, found = self._outcome.promised, self._outcome.found
        for lane in sorted({*promised, *found}):
            if promised.get(lane, []) != found.get(lane, []):
                yield f"{' '.join(lane)}: promised {promised.get(lane, [])}, found {found.get(lane, [])}"

    def _left(self) -> Iterator[str]:
        """Rows that wait or were given up, although nothing was refused for good."""
        with self._store() as store, store.read() as tx:
            rows: tuple[OutboxRow, ...] = tx.outbox(EVERY)
        for row in rows:
            if row.state != "done" or row.receipt is None:
                yield f"row {row.planned.key} {type(row.planned.write).__name__} is {row.state}: {row.last_error}"
