"""``python -m tests.faults``: every kind of fault at every kind of request, a thousand seeded runs, and the figures.

``--seed 17 --runs 1 --verbose`` plays the seventeenth run again and tells what happened in it. Exit code 1 on any
deviation.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from time import perf_counter

from tests.faults.figures import table, total
from tests.faults.portions import played_in_portions, say
from tests.faults.writing import Outcome


def write(wanted: argparse.Namespace) -> bool:
    """Writing: exactly one effect of every write, whatever happens to its requests."""
    began, outcomes = perf_counter(), []
    seeds = range(wanted.seed, wanted.seed + wanted.runs)
    for portion in played_in_portions(seeds, verbose=wanted.verbose):
        outcomes += portion
        for outcome in portion:
            _complain(outcome)
    outcomes.sort(key=lambda outcome: outcome.seed)
    say("\n".join(table(outcomes)))
    say(total(outcomes, perf_counter() - began))
    return not any(outcome.wrong for outcome in outcomes)


def _complain(outcome: Outcome) -> None:
    for sentence in outcome.wrong:
        say(f"seed {outcome.seed}: {sentence}")


PARTS: tuple[tuple[str, Callable[[argparse.Namespace], bool]], ...] = (("writing", write),)
"""Each prints its figures and says whether all is well."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Every part after the other; 0 if all is well in all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Bad weather, and what is left of it.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=[name for name, _ in PARTS], help="only this part")
    parser.add_argument("--verbose", action="store_true", help="tell every fault")
    wanted = parser.parse_args(arguments)
    results = []
    for name, part in PARTS:
        if wanted.part in (None, name):
            say(f"== {name} ==")
            results.append(part(wanted))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
