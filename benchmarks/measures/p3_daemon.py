"""P3b: what a daemon needs that watches over many items: the most it ever held, after ticks with and without news."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Sample, alone
from benchmarks.population import populate
from benchmarks.population.template import ITEMS
from benchmarks.result import Figure, Measure, Result, Size

FEW = 100_000
ROUNDS = 3
_DAEMON = """
import sys
from pathlib import Path
from benchmarks.measure import peak_megabytes
from benchmarks.measures.p5_busy_tick import office
from benchmarks.population import Population
with office(Population(Path(sys.argv[1]), range(int(sys.argv[2])))) as here:
    for _ in range(10):
        here.round()
    print(peak_megabytes())
"""


def _run(size: Size) -> Result:
    many = size.of(200_000, 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        offices = {count: populate(Path(folder), count).path for count in (FEW, many)}
        held = {count: Sample(tuple(_held(path, count) for _ in range(ROUNDS))) for count, path in offices.items()}
    times = alone([large / small for large, small in zip(held[many].costs, held[FEW].costs, strict=True)])
    figures = (
        Figure(f"most memory of a daemon over {many:,} items", held[many], " MB", passes=200, goal=120),
        Figure(f"against {FEW:,} items", times, passes=1.8, goal=1.2),
    )
    return Result(figures, {f"{count:,} items": one for count, one in held.items()}, unit="MB")


def _held(path: Path, count: int) -> float:
    """MB of a process of its own, from its start through ten busy ticks and the choosing of what changes in them. It
    works on a copy: time goes on in it, and must not go back for the next one."""
    copy = Path(shutil.copy(path, path.with_suffix(".copy")))
    command = [sys.executable, "-c", _DAEMON, str(copy), str(count // ITEMS)]
    held = float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    for file in path.parent.glob(f"{copy.name}*"):
        file.unlink()
    return held


MEASURES = (Measure("P3b", "Memory of a daemon at work", _run),)
