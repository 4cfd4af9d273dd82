"""The toll: which deaths are died, dying them, and the figures.

Every place of every step has its death once; besides, seeded: second and third deaths in the lives that follow,
deaths with a request on its way, deaths of processes that had been at work for a while, and deaths in the middle of
writing the database file.
"""

from __future__ import annotations

import resource
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from tests.faults.deaths.course import LAST, Calm, Ending, Fate, open_course
from tests.faults.deaths.lives import TORN, Body, Doom

EVERY = 0
"""As a count: every place once, and the rest in proportion."""
_SHARES = (("twice", 20), ("thrice", 40), ("at work", 25), ("torn", 25), ("late", 10))
"""One in so many of the deaths is of this kind besides."""
_SPAN = 120_000
"""Bytes by which the log of the database grows in a step, about."""


@dataclass
class Toll:
    """What came of many fates. ``deaths`` by kind of place; ``missed``: fates that nobody met."""

    calm: Calm
    runs: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_lives: Counter[int] = field(default_factory=Counter)
    ticks: int = 0
    missed: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, ending: Ending) -> None:
        self.runs += 1
        self.by_kind.update(ending.died)
        self.by_lives[len(ending.died)] += 1
        self.ticks += ending.ticks
        self.missed += max(0, len(ending.fate.dooms) - len(ending.died))
        self.wrong += [f"{told(ending.fate)}: {sentence}" for sentence in ending.wrong]

    @property
    def deaths(self) -> int:
        return self.by_kind.total()


def told(fate: Fate) -> str:
    """How a fate is called in figures, so that it can be played again."""
    return f"step {fate.begin}–{fate.end}, places {[doom.at or 'torn' for doom in fate.dooms]}, seed {fate.seed}"


def fates(places: Sequence[int], count: int, seed: int) -> list[Fate]:
    """The fates of a run in which each step has so many places. ``count``: how many singles, EVERY for all."""
    chance = Random(seed)
    singles = [(step, place) for step, those in enumerate(places) for place in range(1, those + 1)]
    if count != EVERY:
        singles = sorted(chance.sample(singles, min(count, len(singles))))
    found = [_fate(chance, step, (Doom(place),)) for step, place in singles]
    for kind, share in _SHARES:
        found += [_MORE[kind](chance, places) for _ in range(max(1, len(singles) // share))]
    return found


def _fate(chance: Random, begin: int, dooms: tuple[Doom, ...], further: int = 0) -> Fate:
    """Most are looked at when their step is over, some days later, a few at the very end."""
    further += chance.choice((0,) * 16 + (1,) * 2 + (2,) * 2 + (LAST,))
    return Fate(begin, min(LAST, begin + further), dooms, chance.randrange(10**6))


def _again(chance: Random, places: Sequence[int], deaths: int) -> Fate:
    step = chance.randrange(len(places))
    later = [Doom(chance.randint(1, max(60, places[step] // 2))) for _ in range(deaths - 1)]
    return _fate(chance, step, (Doom(chance.randint(1, places[step])), *later))


def _at_work(chance: Random, places: Sequence[int]) -> Fate:
    """Dies in the step after the one it began with."""
    step = chance.randrange(len(places) - 1)
    return _fate(chance, step, (Doom(places[step] + chance.randint(1, places[step + 1])),), 1)


def _torn(chance: Random, places: Sequence[int]) -> Fate:
    step = chance.randrange(len(places))
    return _fate(chance, step, (Doom(first=partial(stop_writing, chance.randrange(_SPAN))),))


def _late(chance: Random, places: Sequence[int]) -> Fate:
    """Dies with a request on its way, which arrives when the next process is at work already."""
    step = chance.choice([step for step, those in enumerate(places) if those > 200])
    return _fate(chance, step, (Doom(chance.randint(1, places[step] * 3 // 4), late=True),))


_MORE: Mapping[str, Callable[[Random, Sequence[int]], Fate]] = {
    "twice": partial(_again, deaths=2),
    "thrice": partial(_again, deaths=3),
    "at work": _at_work,
    "torn": _torn,
    "late": _late,
}


def stop_writing(after: int, body: Body) -> None:
    """The process dies inside the write that would make the log of its database longer by so many bytes."""
    longest = max((path.stat().st_size for path in body.file.parent.glob(f"{body.file.name}*")), default=0)
    body.boundaries.last_words((TORN, "in the middle of a write"))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest + after, resource.RLIM_INFINITY))


def die(count: int, seed: int, part: tuple[int, int] = (0, 1)) -> Toll:
    """These deaths, or every so-manieth of them, in a sandbox of their own."""
    with tempfile.TemporaryDirectory() as folder, open_course(Path(folder)) as course:
        calm = course.undisturbed()
        toll = Toll(calm)
        for fate in fates(calm.places, count, seed)[part[0] :: part[1]]:
            toll.add(course.play(calm, fate))
        return toll


def lines(tolls: Sequence[Toll]) -> Iterator[str]:
    """The figures: deaths by kind of place, then a line that says it all."""
    kinds = sum((toll.by_kind for toll in tolls), Counter[str]())
    lives = sum((toll.by_lives for toll in tolls), Counter[int]())
    there = tolls[0].calm.kinds
    yield f"{'place':<26} {'places':>7} {'deaths':>7}"
    for kind, deaths in sorted(kinds.items(), key=lambda pair: -pair[1]):
        yield f"{kind:<26} {there.get(kind, 0) or '':>7} {deaths:>7}"
    yield (
        f"total: {sum(tolls[0].calm.places)} places in "
        f"{len(tolls[0].calm.places)} steps; {sum(toll.runs for toll in tolls)} runs, {kinds.total()} deaths "
        f"({lives[2]} runs with two, {sum(lives[n] for n in lives if n > 2)} with three), "
        f"{sum(toll.ticks for toll in tolls)} ticks, {sum(toll.missed for toll in tolls)} fates not met, "
        f"{sum(len(toll.wrong) for toll in tolls)} deviations"
    )
