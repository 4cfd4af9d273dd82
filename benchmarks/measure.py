"""Measuring: every side of a comparison runs in turn, in one process group on one machine, and only ratios count.

A side is a function that does its work once and says what it cost. Sides are interleaved (A B, B A, A B …), so that a
machine that slows down slows all of them down; the ratio of a comparison is the median of the rounds' ratios.
"""

from __future__ import annotations

import gc
import resource
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

Side = Callable[[], float]
"""Does the work of one round; the answer is its cost (seconds of CPU or of the wall, bytes, …)."""

ROUNDS = 5


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that this process spent on ``work``, all its threads together."""
    gc.collect()
    began = process_time()
    work()
    return process_time() - began


def wall(work: Callable[[], object]) -> float:
    """Seconds that passed during ``work``."""
    gc.collect()
    began = perf_counter()
    work()
    return perf_counter() - began


def peak_megabytes() -> float:
    """The most memory that this process has ever held, in MB. Where the system tells it of the program alone: what
    ``getrusage`` gives begins with what the process held that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """The costs of one side, round by round."""

    costs: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.costs)

    @property
    def low(self) -> float:
        return min(self.costs)

    @property
    def high(self) -> float:
        return max(self.costs)


def interleaved(sides: Mapping[str, Side], rounds: int = ROUNDS) -> dict[str, Sample]:
    """Runs all sides ``rounds`` times, each round in the opposite order of the one before."""
    costs: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        order = list(sides) if number % 2 == 0 else list(reversed(list(sides)))
        for name in order:
            costs[name].append(sides[name]())
    return {name: Sample(tuple(found)) for name, found in costs.items()}


def ratio(above: Sample, below: Sample) -> Sample:
    """``above`` as a multiple of ``below``, round by round."""
    return Sample(tuple(a / b for a, b in zip(above.costs, below.costs, strict=True)))


def alone(costs: Sequence[float]) -> Sample:
    """A figure that is compared with nothing (bytes, counts, megabytes)."""
    return Sample(tuple(costs))
