"""Runs by the dozen: one stage for many, two processes for very many."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.faults.editions import sites_of
from tests.faults.reading import MODES, ZONES, Reading, race
from tests.faults.scene import Scene, Stage
from tests.faults.writing import Outcome, Run

EVERY_KILL = 20
"""In every so-manieth run real processes are killed."""
SOME, MANY = 300, 3000
"""Items of a reading before people begin to work on them."""
PORTION = 50
"""Runs that are played in one process on one stage."""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def played_in_portions(seeds: range, *, verbose: bool) -> Iterator[list[Outcome]]:
    """Many runs go side by side in two processes, each with a stage of its own."""
    if verbose or len(seeds) <= PORTION:
        yield play(seeds, verbose=verbose)
        return
    portions = [seeds[start : start + PORTION] for start in range(0, len(seeds), PORTION)]
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as workers:
        yield from workers.map(play, portions)


def raced_side_by_side(races: int, seed: int) -> Iterator[list[Reading]]:
    """``races`` readings of some hundred items for every way of paging and every zone, and a large one for each."""
    errands = [(mode.name, zone, seed + n, SOME) for mode in MODES for zone in ZONES for n in range(races)]
    errands += [(mode.name, "Asia/Shanghai", seed, MANY) for mode in MODES]
    portions = [errands[start : start + 12] for start in range(0, len(errands), 12)]
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as workers:
        yield from workers.map(race_all, portions)


def race_all(errands: Sequence[tuple[str, str, int, int]]) -> list[Reading]:
    """These readings one after the other: way of paging, zone, seed, items at the beginning."""
    modes = {mode.name: mode for mode in MODES}
    return [race(modes[name], zone, seed, size) for name, zone, seed, size in errands]


def play(seeds: Sequence[int], *, verbose: bool = False) -> list[Outcome]:
    """These runs one after the other."""
    with tempfile.TemporaryDirectory() as folder, Stage(Path(folder)) as stage:
        stage.world.weather.told = say if verbose else stage.world.weather.told
        return [_played(stage.scene(sites_of(seed)), Path(folder) / str(seed), seed) for seed in seeds]


def _played(scene: Scene, folder: Path, seed: int) -> Outcome:
    return Run(scene, folder, seed, kill=seed % EVERY_KILL == 0).play()
