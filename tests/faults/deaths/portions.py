"""Thousands of deaths and hundreds of storms in two processes, each with a sandbox of its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context

from tests.faults.deaths.storms import STORMS, Log, pass_over
from tests.faults.deaths.toll import Toll, die

PARTS = 8
"""Into how many portions a large toll is divided."""
FEW = 60


def died_side_by_side(count: int, seed: int) -> Iterator[Toll]:
    """All deaths of a toll, portion by portion."""
    parts = 1 if 0 < count <= FEW else PARTS
    with _workers() as workers:
        done = [workers.submit(die, count, seed, (part, parts)) for part in range(parts)]
        yield from (one.result() for one in as_completed(done))


def passed_over_side_by_side(each: int, seed: int) -> Iterator[Log]:
    """So many storms of every kind."""
    with _workers() as workers:
        yield from workers.map(partial(pass_over, seeds=range(seed, seed + each)), STORMS)


def _workers() -> ProcessPoolExecutor:
    """Fresh processes, which have one thread: those that fork must not have more."""
    return ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn"))
