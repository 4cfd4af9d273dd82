"""The course of these days: once undisturbed, and again from any step on with processes that die.

Before every step the undisturbed run keeps the trackers and the database file as they are, so that a death in a late
step does not cost the steps before it.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from tests.faults.deaths.days import STEPS, People
from tests.faults.deaths.lives import UNDISTURBED, Beat, Died, Doom, Life, born, rehearse
from tests.faults.deaths.looks import Kept, Picture, differences, kept, picture, twice
from tests.faults.deaths.trackers import Trackers, open_trackers

LAST = len(STEPS) - 1
AGAIN = tuple(timedelta(minutes=minutes) for minutes in (0, 3, 6, 10, 15, 21, 28, 36, 45))
"""When ticks come in a step: at once, and again until nothing new happens and nothing is on its way."""
RESTARTS = (0, 1, 20, 150, 400)
"""Seconds after which a dead process may be started again."""
LATEST = timedelta(minutes=10)
SLOWEST = 90.0
"""Seconds after which a request that was on its way has arrived: less than the product waits for it."""


@dataclass(frozen=True)
class Calm:
    """The undisturbed run. ``pictures`` and ``stores``: at the end of each step; ``places``: of each step, for a
    process that begins with it; ``kinds``: of all of them."""

    pictures: Sequence[Picture]
    stores: Sequence[Kept]
    places: Sequence[int]
    kinds: Counter[str]


@dataclass(frozen=True)
class Fate:
    """From step ``begin`` on: the n-th life meets ``dooms[n]``, whenever it comes there; looked at after ``end``."""

    begin: int
    end: int
    dooms: tuple[Doom, ...]
    seed: int = 0


@dataclass
class Ending:
    """What became of one run. ``died``: the kinds of places; ``wrong``: sentences, empty if all is well."""

    fate: Fate
    died: list[str] = field(default_factory=list)
    ticks: int = 0
    wrong: list[str] = field(default_factory=list)


class Course:
    """One sandbox, one folder, one run after the other."""

    def __init__(self, folder: Path, trackers: Trackers) -> None:
        self.folder = folder
        self.trackers = trackers
        self.people = People(trackers)
        self.file = folder / "store.sqlite"
        self._now = STEPS[0].at
        self._under_way: list[tuple[datetime, str]] = []

    def undisturbed(self) -> Calm:
        """Plays all days with one process, keeping the places; then counts the places of each step."""
        self.people.move_in()
        self.trackers.keep("before")
        rehearse(self.folder / "rehearsal.sqlite", self.trackers.url, self._acted())
        self.trackers.go_back("before")
        pictures, stores = [], []
        with self.born() as life:
            for number in range(len(STEPS)):
                self._keep(number)
                self.act(number)
                ending = Ending(Fate(number, number, ()))
                self.until_quiet(life, number, ending)
                pictures.append(picture(self.trackers))
                stores.append(kept(self.file, STEPS[number].at))
                ending.wrong += [*twice(self.trackers), *stores[-1].wrong]
                assert not ending.wrong, ending.wrong
        beats = [self._first_beat(number) for number in range(len(STEPS))]
        kinds = sum((beat.passed for beat in beats), Counter[str]())
        return Calm(pictures, stores, [beat.places for beat in beats], kinds)

    def play(self, calm: Calm, fate: Fate) -> Ending:
        """The days of a fate, with as many lives as it takes, and what was found wrong with them."""
        ending = Ending(fate)
        self.go_back(fate.begin)
        dooms, chance = [*fate.dooms], Random(fate.seed)
        life = self.born(dooms.pop(0) if dooms else Doom())
        try:
            for number in range(fate.begin, fate.end + 1):
                self.act(number)
                late = timedelta(0)
                while not self._survived(life, number, ending, late, chance):
                    late = min(late + timedelta(seconds=chance.choice(RESTARTS)), LATEST)
                    life = self.born(dooms.pop(0) if dooms else Doom())
        finally:
            life.end()
        self.judge(calm, ending)
        return ending

    def judge(self, calm: Calm, ending: Ending) -> None:
        """Everything that must be as in the undisturbed run, and what must be true in any case."""
        end = ending.fate.end
        ending.wrong += differences(calm.pictures[end], picture(self.trackers))
        ending.wrong += twice(self.trackers)
        there, wanted = kept(self.file, STEPS[end].at), calm.stores[end]
        ending.wrong += there.wrong
        ending.wrong += [f"log: {line} too often" for line in (there.log - wanted.log).elements()]
        ending.wrong += [f"log: {line} missing" for line in (wanted.log - there.log).elements()]
        if there.undigested != wanted.undigested:
            ending.wrong.append(f"{there.undigested} entries wait for a digest instead of {wanted.undigested}")

    def act(self, number: int) -> None:
        """People do what they do in this step."""
        self.trackers.set_clock(STEPS[number].at)
        STEPS[number].acts(self.people)

    def go_back(self, number: int) -> None:
        """Trackers and file as they were before the step."""
        self.trackers.settle()
        self._under_way = []
        self.trackers.go_back(f"step-{number}")
        self.restore(number)

    def restore(self, number: int) -> None:
        """Only the file as it was before the step: a backup."""
        for path in self.folder.glob("store.sqlite*"):
            path.unlink()
        for path in (self.folder / f"step-{number}").iterdir():
            shutil.copy(path, self.folder / path.name)

    def born(self, doom: Doom = UNDISTURBED) -> Life:
        """A process over the file."""
        return born(self.file, self.trackers.url, doom)

    def until_quiet(self, life: Life, number: int, ending: Ending, late: timedelta = timedelta(0)) -> None:
        """Ticks from the step's time on until nothing new happens and nothing waits. Raises Died."""
        for wait in AGAIN:
            at = STEPS[number].at + late + wait
            self._arrive(at)
            self.trackers.set_clock(at)
            beat = life.tick(at)
            ending.ticks += 1
            ending.wrong += _complaints(beat)
            if not (beat.waiting or beat.planned or beat.failed or self._under_way):
                return
        ending.wrong.append(f"step {number}: never quiet: {beat}")

    def _survived(self, life: Life, number: int, ending: Ending, late: timedelta, chance: Random) -> bool:
        try:
            self.until_quiet(life, number, ending, late)
        except Died as death:
            ending.died.append(death.place)
            self.trackers.settle()
            if death.request:
                self._under_way.append((self._now + timedelta(seconds=chance.uniform(1, SLOWEST)), death.request))
            return False
        return True

    def _arrive(self, until: datetime) -> None:
        """What dead processes had sent arrives at last."""
        self._now = until
        for at, request in sorted(one for one in self._under_way if one[0] <= until):
            self.trackers.set_clock(at)
            self.trackers.receive(request)
        self._under_way = [one for one in self._under_way if one[0] > until]

    def _acted(self) -> Iterator[datetime]:
        for number, step in enumerate(STEPS):
            self.act(number)
            yield step.at

    def _keep(self, number: int) -> None:
        self.trackers.keep(f"step-{number}")
        place = self.folder / f"step-{number}"
        place.mkdir()
        for path in self.folder.glob("store.sqlite*"):
            shutil.copy(path, place / path.name)

    def _first_beat(self, number: int) -> Beat:
        self.go_back(number)
        self.act(number)
        with self.born() as life:
            return life.tick(STEPS[number].at)


def _complaints(beat: Beat) -> Iterator[str]:
    yield from (f"defect: {words}" for words in beat.defects)
    yield from (f"error: {words}" for words in (*beat.errors, beat.failed) if words)


@contextmanager
def open_course(folder: Path) -> Iterator[Course]:
    """A sandbox of its own for the time of some runs."""
    with open_trackers(STEPS[0].at) as trackers:
        course = Course(folder, trackers)
        try:
            yield course
        finally:
            course.people.close()
