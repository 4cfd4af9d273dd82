"""``python -m tests.soak --minutes 60``: the figures of a long run; exit code 1 if anything was wrong.

Memory and handles must be flat: the last third may not be above the second by more than a twentieth. The database grows
with what people do and with what is written for it, and says by how much.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic

from tests.soak.run import Reading, Soak, soak, thirds

from collab_sync.sandbox.story.telling import ZONE

END = datetime(2026, 12, 24, tzinfo=ZONE)
"""The shipped calendar is confirmed to the end of that year."""
FLAT = 1.05


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Months of work at high speed.")
    parser.add_argument("--minutes", type=float, default=60, help="of real time")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(arguments)
    end, told = monotonic() + 60 * wanted.minutes, [0]

    def goes_on(found: Soak, now: datetime) -> bool:
        for reading in found.readings[told[0] :]:
            say(_line(reading))
        told[0] = len(found.readings)
        return monotonic() < end and now < END

    with tempfile.TemporaryDirectory() as folder:
        found = soak(Path(folder), wanted.seed, goes_on)
    for line in account(found):
        say(line)
    return 1 if found.wrong or _risen(found) else 0


def account(found: Soak) -> Iterator[str]:
    """The figures at the end, and everything that was wrong."""
    yield f"{len(found.memory)} beats, {found.failed} failed, {found.written} writes, {found.looks} weeks looked at"
    yield f"{found.released} writes held back by a safety stop and let go by the office"
    yield f"weather: {', '.join(f'{kind} {count}' for kind, count in sorted(found.weather.items()))}"
    for name, values in (("memory MB", found.memory), ("handles", found.handles), ("threads", found.threads)):
        first, second, last = thirds(values)
        yield f"{name}: median of the thirds {first:.1f} / {second:.1f} / {last:.1f}, highest {max(values):.1f}"
    yield from _growth(found.readings)
    yield from _risen(found)
    yield from found.wrong or ("nothing was wrong",)


def _growth(readings: Sequence[Reading]) -> Iterator[str]:
    """What a thing that people do, and what is written for it, costs in the database: early and late."""
    if len(readings) < 3:
        return
    first, middle, last = readings[0], readings[len(readings) // 2], readings[-1]
    yield _grown("first half", first, middle)
    yield _grown("second half", middle, last)
    sizes = last.stock.bytes
    for table in sorted(sizes, key=sizes.__getitem__, reverse=True)[:8]:
        yield f"  {table}: {last.stock.rows[table]} rows, {sizes[table] / 2**20:.2f} MB"


def _grown(when: str, early: Reading, late: Reading) -> str:
    events = late.acts + late.written - early.acts - early.written
    grown = late.stock.total - early.stock.total
    each = grown / max(1, events)
    return f"database, {when}: {grown / 2**20:.1f} MB for {events} acts and writes, {each:.0f} bytes each"


def _risen(found: Soak) -> list[str]:
    lines = []
    for name, values in (("memory", found.memory), ("handles", found.handles), ("threads", found.threads)):
        _, second, last = thirds(values)
        if last > second * FLAT:
            lines.append(f"{name} rises: {second:.1f} in the second third, {last:.1f} in the last")
    return lines


def _line(reading: Reading) -> str:
    beat = reading.beat
    return (
        f"{reading.at:%Y-%m-%d}  {reading.beats:>6} beats  {reading.acts:>5} acts  {reading.written:>6} writes  "
        f"{beat.memory:6.1f} MB  {beat.handles} handles  {beat.threads} threads  "
        f"database {reading.stock.total / 2**20:.1f} MB, {reading.stock.rows['work_item']} items"
    )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
