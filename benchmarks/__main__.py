"""``python -m benchmarks [--full] [P1 P4 …]``: runs the measures and writes build/bench/report.md and report.json.

Exit code 0 whatever the figures say: they are for reading. A measure that breaks ends the run with its traceback.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter

from benchmarks.catalogue import catalogue
from benchmarks.machine import machine
from benchmarks.report import document, markdown
from benchmarks.result import Measure, Result, Size

OUT = Path("build/bench")


def main() -> None:
    """Runs what was asked for, measure by measure."""
    asked = _asked()
    about = machine() | {"form": "full" if asked.full else "short"}
    found: dict[Measure, Result] = {}
    for measure in catalogue():
        if asked.only and measure.id not in asked.only:
            continue
        began = perf_counter()
        print(f"{measure.id} {measure.title} …", flush=True)  # noqa: T201 - the progress of a long run
        found[measure] = measure.run(Size(full=asked.full))
        print(f"   {perf_counter() - began:.0f} s", flush=True)  # noqa: T201 - the progress of a long run
        _keep(found, about)
    print(f"\n{markdown(found, about)}")  # noqa: T201 - the report


def _keep(found: dict[Measure, Result], about: dict[str, str]) -> None:
    """The report so far: hours of measuring must not be lost because the next measure breaks."""
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "report.md").write_text(markdown(found, about), encoding="utf-8")
    (OUT / "report.json").write_bytes(document(found, about))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="P1", help="these measures (default: all)")
    parser.add_argument("--full", action="store_true", help="a million items; an hour or more")
    return parser.parse_args()


if __name__ == "__main__":
    main()
