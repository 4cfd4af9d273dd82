"""P12: how long somebody waits for ``collab-sync --help``, against a Python that does nothing."""

from __future__ import annotations

import resource
import subprocess
import sys

from benchmarks.measure import interleaved, ratio
from benchmarks.result import Figure, Measure, Result, Size


def _child_cpu(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(size: Size) -> Result:
    sides = {
        "collab-sync --help": lambda: _child_cpu("-m", "collab_sync", "--help"),
        "python -c pass": lambda: _child_cpu("-c", "pass"),
    }
    costs = interleaved(sides, rounds=size.of(9, 25))
    found = ratio(costs["collab-sync --help"], costs["python -c pass"])
    return Result((Figure("collab-sync --help against python -c pass, CPU", found, passes=4, goal=2.5),), costs)


MEASURES = (Measure("P12", "Start of the command line", _run),)
