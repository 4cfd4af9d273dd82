"""P3: the most memory that the first load of a large project takes, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Sample, alone, ratio
from benchmarks.result import Figure, Measure, Result, Size
from benchmarks.source.site import Site, running


def _peak(site: Site, count: int, folder: Path) -> float:
    command = [sys.executable, "-m", "benchmarks.source.first_load", str(site.port), str(count), str(folder)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _run(size: Size) -> Result:
    many, few = size.of(20_000, 1_000_000), size.of(2_000, 100_000)
    peaks: dict[int, Sample] = {}
    with running() as site:
        for count in (few, many):
            with tempfile.TemporaryDirectory() as folder:
                peaks[count] = alone([_peak(site, count, Path(folder))])
    figures = (
        Figure(f"peak memory of the first load of {many:,}", peaks[many], " MB", passes=300, goal=220),
        Figure(f"peak memory, {many:,} against {few:,}", ratio(peaks[many], peaks[few]), passes=1.8, goal=1.2),
    )
    return Result(figures, {f"{count:,} issues": peak for count, peak in peaks.items()}, "MB")


MEASURES = (Measure("P3", "Memory of the first load", _run),)
