"""``python -m tests.faults``: writing in every weather, a thousand seeded runs; reading while people work; processes
that die at every statement, and other storms; the figures.

``--seed 17 --runs 1 --verbose`` plays the seventeenth run again and tells what happened in it. ``--part deaths --count
200 --seed 4`` dies at two hundred places only. Exit code 1 on any deviation.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from time import perf_counter

from tests.faults.deaths.portions import died_side_by_side, passed_over_side_by_side
from tests.faults.deaths.storms import lines as storm_lines
from tests.faults.deaths.toll import EVERY
from tests.faults.deaths.toll import lines as toll_lines
from tests.faults.figures import by_edition, table, total
from tests.faults.portions import played_in_portions, raced_side_by_side, say
from tests.faults.reading import Reading, lines
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
    say("\n".join([*table(outcomes), *by_edition(outcomes)]))
    say(total(outcomes, perf_counter() - began))
    return not any(outcome.wrong for outcome in outcomes)


def read(wanted: argparse.Namespace) -> bool:
    """Reading: nothing is missed and nothing kept that is gone, on every way of paging, in every zone."""
    began, found = perf_counter(), []
    for races in raced_side_by_side(wanted.races, wanted.seed):
        found += races
        for one in races:
            _tell(one)
    say("\n".join(lines(found)))
    say(f"{perf_counter() - began:.0f} s")
    return not any(one.wrong for one in found)


def die(wanted: argparse.Namespace) -> bool:
    """Death: SIGKILL at every statement and around every request, and the same end as without."""
    began, tolls = perf_counter(), []
    for toll in died_side_by_side(wanted.count, wanted.seed):
        tolls.append(toll)
        say("\n".join([f"{sum(one.deaths for one in tolls)} deaths, {perf_counter() - began:.0f} s", *toll.wrong]))
    say("\n".join(toll_lines(tolls)))
    say(f"{perf_counter() - began:.0f} s")
    return not any(toll.wrong for toll in tolls)


def weather(wanted: argparse.Namespace) -> bool:
    """Other storms: the disk, the lock, the clock, outages, tokens; the same end as without, or what is said of it."""
    began, logs = perf_counter(), []
    for log in passed_over_side_by_side(wanted.storms, wanted.seed):
        logs.append(log)
        say("\n".join([f"{log.name}: {log.runs} runs, {perf_counter() - began:.0f} s", *log.wrong]))
    say("\n".join(storm_lines(logs)))
    say(f"{perf_counter() - began:.0f} s")
    return not any(log.wrong for log in logs)


def _tell(one: Reading) -> None:
    for sentence in (*one.missed, *one.kept, *one.errors):
        say(f"{one.mode}, {one.zone}, seed {one.seed}: {sentence}")


def _complain(outcome: Outcome) -> None:
    for sentence in outcome.wrong:
        say(f"seed {outcome.seed}: {sentence}")


PARTS: tuple[tuple[str, Callable[[argparse.Namespace], bool]], ...] = (
    ("reading", read),
    ("writing", write),
    ("deaths", die),
    ("storms", weather),
)
"""Each prints its figures and says whether all is well."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Every part after the other; 0 if all is well in all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Bad weather, and what is left of it.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--races", type=int, default=3, help="readings per way of paging and zone")
    parser.add_argument("--count", type=int, default=EVERY, help="places to die at (default: every one)")
    parser.add_argument("--storms", type=int, default=40, help="storms of each kind")
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
