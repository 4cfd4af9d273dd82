"""Storms other than death: each befalls some ticks, passes, and must leave no trace.

A storm is told by its name and a seed. While it lasts ticks may fail, with words for people and never as a defect; when
it is over the same days go on, and in the end everything is judged as after a death. What a clock that was wrong
legitimately changes is said where it is left out.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.deaths.course import LAST, Calm, Course, Ending, Fate, open_course
from tests.faults.deaths.days import STEPS
from tests.faults.deaths.lives import UNDISTURBED, Beat, Doom, Life, Trouble
from tests.faults.deaths.office import BOT, FIRMWARE, JIRA
from tests.faults.deaths.troubles import Broken, Full, Jump, Locked, open_locker
from tests.faults.deaths.verdicts import caught_up, once, same, unrepeated

from collab_sync.pipeline.tick import CLOCK_SLIPS

DAY = timedelta(days=1)
TRACKERS = ("jira", "gitlab")
CALLED = (6, LAST)
"""Steps in which people answer to what they must have got by then: no outage goes on into them."""
IMPATIENT = 0.15
"""Seconds a client waits for an answer that will not come in time."""


@dataclass
class Storm:
    """One storm on its way over one course. ``met``: it did something; ``decided``: something was
    decided by a wrong clock; ``words``: what the product said of it."""

    course: Course
    calm: Calm
    seed: int
    begin: int
    end: int
    ending: Ending = field(init=False)
    met: bool = False
    decided: bool = False
    words: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.ending = Ending(Fate(self.begin, self.end, (), self.seed))

    def bad(self, life: Life, number: int, wait: float = 0, trouble: Trouble | None = None, **clock: Any) -> Beat:
        """A tick in the storm, so many minutes after its step: errors are its own, defects are not."""
        at = STEPS[number].at + timedelta(minutes=wait)
        self.course.trackers.set_clock(at)
        beat = life.tick(at + timedelta(**clock), trouble)
        self.ending.ticks += 1
        self.ending.wrong += [f"defect: {words}" for words in beat.defects]
        said = [*beat.errors, *([beat.failed] if beat.failed else [])]
        self.met = self.met or bool(said) or bool(clock)
        self.decided = self.decided or (bool(clock) and not beat.failed)
        self.words.update(_first_line(words) for words in said)
        return beat

    def good(self, life: Life, first: int, *, late: float = 0) -> None:
        """The weather is fair again from some minutes after step ``first`` on; the days go on to their end."""
        self.course.until_quiet(life, first, self.ending, timedelta(minutes=late))
        for number in range(first + 1, self.end + 1):
            self.course.act(number)
            self.course.until_quiet(life, number, self.ending)


def _first_line(words: str) -> str:
    line = words.partition("\n")[0]
    return line if not line.startswith("/") else line.partition(": ")[2]


# --- the store ---------------------------------------------------------------------------------------------------
def full(storm: Storm) -> None:
    """The disk is full for one to three ticks, then there is room again; the process lives on."""
    _in_the_store(storm, lambda: Full(storm.chance.choice((0, 0, 1, 2, 3, 4, 6))))


def broken(storm: Storm) -> None:
    """The system refuses to write, in the middle of some write; the process lives on."""
    _in_the_store(storm, lambda: Broken(storm.chance.randrange(90_000)))


def locked(storm: Storm) -> None:
    """Another process holds the database for longer than we wait, from some statement of a tick to its end."""
    places = storm.calm.places[storm.begin]
    with open_locker(storm.course.file) as locker:
        _in_the_store(storm, lambda: Locked(storm.chance.randint(1, places)), Doom(busy=0.02, locker=locker))


def _in_the_store(storm: Storm, trouble: Callable[[], Trouble], doom: Doom = UNDISTURBED) -> None:
    with storm.course.born(doom) as life:
        storm.course.act(storm.begin)
        ticks = storm.chance.randint(1, 3)
        for number in range(ticks):
            storm.bad(life, storm.begin, 3 * number, trouble())
        storm.good(life, storm.begin, late=3 * ticks)


# --- the trackers ------------------------------------------------------------------------------------------------
def silent(storm: Storm) -> None:
    """Nobody listens at one tracker's address from this step on for a day; then we are started anew."""
    _down(storm, "", Doom(closed=storm.chance.choice(TRACKERS)))


def unavailable(storm: Storm) -> None:
    """503 from one tracker, for as long, in the middle of a tick at first."""
    _down(storm, '{"status": 503}', Doom())


def hanging(storm: Storm) -> None:
    """One tracker takes requests, executes them, and answers too late."""
    _down(storm, "hang", Doom(patience=IMPATIENT))


def _down(storm: Storm, how: str, doom: Doom) -> None:
    effects: Mapping[str, dict[str, object]] = {
        '{"status": 503}': {"status": 503},
        "hang": {"latency_ms": 1000 * IMPATIENT + 100},
    }
    tracker = doom.closed or storm.chance.choice(TRACKERS)
    last = storm.begin
    while last + 1 not in CALLED and STEPS[last].at - STEPS[storm.begin].at < DAY:
        last += 1
    with storm.course.born(doom) as life:
        for number in range(storm.begin, last + 1):
            storm.course.act(number)
            if how:
                _fault(storm, f"^/{tracker}/", effects[how], storm.chance.randrange(12) if number == storm.begin else 0)
            for wait in (0, 3, 10):
                storm.bad(life, number, wait)
            storm.course.trackers.control("DELETE", "faults")
    storm.course.trackers.settle()
    with storm.course.born() as life:
        storm.good(life, last, late=15)


def _fault(storm: Storm, path: str, effect: Mapping[str, object], after: int) -> None:
    """From the ``after``-th request on this happens to all."""
    if after:
        passed = {"match": {"path": path, "count": after}, "effect": {}}
        storm.course.trackers.control("POST", "faults", passed)
    storm.course.trackers.control("POST", "faults", {"match": {"path": path}, "effect": effect})


def revoked(storm: Storm) -> None:
    """A token is revoked in the middle of a tick, and given back some ticks later."""
    tracker, after = storm.chance.choice(TRACKERS), storm.chance.randrange(30)
    with storm.course.born() as life:
        storm.course.act(storm.begin)
        _fault(storm, f"^/{tracker}/", {"status": 401}, after)
        for number in range(storm.chance.randint(1, 4)):
            storm.bad(life, storm.begin, 3 * number)
        storm.course.trackers.control("DELETE", "faults")
        storm.good(life, storm.begin, late=35)


def withdrawn(storm: Storm) -> None:
    """One project is taken from our account for some ticks."""
    take, give = _ACCESS[storm.chance.choice(TRACKERS)]
    with storm.course.born() as life:
        storm.course.act(storm.begin)
        _do(storm, take)
        for number in range(storm.chance.randint(1, 4)):
            storm.bad(life, storm.begin, 3 * number)
        _do(storm, give)
        storm.good(life, storm.begin, late=35)


def _do(storm: Storm, act: tuple[str, Mapping[str, object]]) -> None:
    storm.course.trackers.control("POST", f"{act[0]}/acts", act[1])


_ACCESS: Mapping[str, Sequence[tuple[str, Mapping[str, object]]]] = {
    "jira": [("jira", {"act": act, "account": BOT.name, "project": JIRA}) for act in ("revoke", "grant")],
    "gitlab": [
        ("gitlab", {"act": "access", "project": FIRMWARE, "user": BOT.username, "level": level})
        for level in ("none", "developer")
    ],
}


# --- the clock ---------------------------------------------------------------------------------------------------
def slow_clock(storm: Storm) -> None:
    """Our clock is an hour or a day late for some ticks, from the middle of one perhaps, then right again."""
    with storm.course.born() as life:
        _wrong(storm, life, -storm.chance.choice((timedelta(hours=1), DAY)))
        storm.good(life, storm.begin, late=12)


def fast_clock(storm: Storm) -> None:
    """Our clock is a day early for some ticks, then right again: nothing is done until the time has come once more."""
    storm.begin = min(storm.begin, LAST - 2)
    with storm.course.born() as life:
        back = _wrong(storm, life, DAY) - CLOCK_SLIPS
        waiting = [number for number in range(storm.begin + 1, LAST) if STEPS[number].at < back]
        for number in waiting:
            storm.course.act(number)
            beat = storm.bad(life, number)
            if storm.decided and "时钟" not in beat.failed:
                storm.ending.wrong.append(f"step {number} was not refused: {beat}")
        first = max([storm.begin, *waiting]) + 1
        storm.course.act(first)
        storm.good(life, first)


def far_clock(storm: Storm) -> None:
    """Our clock is a month early for some ticks; then it is right, and the database is the one from before."""
    with storm.course.born() as life:
        _wrong(storm, life, 30 * DAY)
    storm.course.restore(storm.begin)
    with storm.course.born() as life:
        storm.good(life, storm.begin, late=12)


def _wrong(storm: Storm, life: Life, far: timedelta) -> datetime:
    """Some ticks by a clock that is so far off; the time it showed last."""
    storm.course.act(storm.begin)
    if storm.chance.random() < 0.5:
        storm.bad(life, storm.begin, 0, Jump(storm.chance.randint(1, storm.calm.places[storm.begin]), far))
        storm.met = True
    ticks = storm.chance.randint(1, 3)
    for number in range(ticks):
        storm.bad(life, storm.begin, 3 * number, seconds=far.total_seconds())
    return STEPS[storm.begin].at + timedelta(minutes=3 * (ticks - 1)) + far


Verdict = Callable[[Course, Calm, Ending], None]
STORMS: Mapping[str, tuple[Callable[[Storm], None], Verdict]] = {
    "disk full": (full, same),
    "disk broken": (broken, same),
    "database locked": (locked, same),
    "token revoked": (revoked, same),
    "project withdrawn": (withdrawn, same),
    "tracker silent": (silent, caught_up),
    "tracker unavailable": (unavailable, caught_up),
    "tracker hanging": (hanging, caught_up),
    "clock slow": (slow_clock, once),
    "clock fast by a day": (fast_clock, once),
    "clock fast by a month": (far_clock, unrepeated),
}


@dataclass
class Log:
    """What became of the storms of one name."""

    name: str
    runs: int = 0
    met: int = 0
    ticks: int = 0
    words: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def pass_over(name: str, seeds: Sequence[int]) -> Log:
    """Storms of one name, one after the other, in a sandbox of their own."""
    with tempfile.TemporaryDirectory() as folder, open_course(Path(folder)) as course:
        return _passed(course, course.undisturbed(), name, seeds)


def sample(seed: int) -> list[Log]:
    """One storm of each name, all in one sandbox."""
    with tempfile.TemporaryDirectory() as folder, open_course(Path(folder)) as course:
        calm = course.undisturbed()
        return [_passed(course, calm, name, [seed]) for name in STORMS]


def _passed(course: Course, calm: Calm, name: str, seeds: Sequence[int]) -> Log:
    log = Log(name)
    for seed in seeds:
        begin = seed % LAST
        storm = Storm(course, calm, seed, begin, LAST)
        course.go_back(begin)
        befall, judge = STORMS[name]
        befall(storm)
        judge(course, calm, storm.ending)
        log.runs += 1
        log.met += storm.met
        log.ticks += storm.ending.ticks
        log.words += storm.words
        log.wrong += [f"{name}, seed {seed}: {sentence}" for sentence in storm.ending.wrong]
    return log


def lines(logs: Sequence[Log]) -> Iterator[str]:
    """A line for each kind of storm, and one that says it all."""
    yield f"{'storm':<22} {'runs':>6} {'met':>6} {'ticks':>7} {'deviations':>11}"
    for log in logs:
        yield f"{log.name:<22} {log.runs:>6} {log.met:>6} {log.ticks:>7} {len(log.wrong):>11}"
