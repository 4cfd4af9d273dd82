"""Months of work at high speed: colleagues, weather, the daemon in its own process, and somebody who keeps looking."""

from __future__ import annotations

import http.client
import shutil
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from tests.soak.engine import LOG, Beat, Stock, serve
from tests.soak.invariants import of_beat, of_stock, of_trackers
from tests.soak.people import Colleagues
from tests.soak.weather import Weather

from collab_sync.cli.compose import load_ruling
from collab_sync.cli.demo.scenery import Scenery
from collab_sync.sandbox.house import open_house
from collab_sync.sandbox.story.cast import read_cast, seed
from collab_sync.sandbox.story.jira_acts import JiraActs
from collab_sync.sandbox.story.stage import Stage
from collab_sync.sandbox.story.telling import OPENING, PROGRAMS, ZONE

MINUTE = timedelta(minutes=1)
ACTS_A_DAY = 14
PATIENCE = timedelta(minutes=15)
"""Between two beats in bad weather, when there is always something to be tried again."""
QUIET = timedelta(hours=6)
"""The longest time without a beat: the nights and the weekends."""


@dataclass(frozen=True)
class Reading:
    """How things stood at ``at``: the beat, the database, what had been done until then."""

    at: datetime
    beat: Beat
    stock: Stock
    beats: int
    acts: int
    written: int


@dataclass
class Soak:
    """``readings``: one per look; ``wrong``: sentences, empty if all is well; ``beats``: every one;
    ``released``: writes that a safety stop had held back."""

    readings: list[Reading] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    failed: int = 0
    looks: int = 0
    written: int = 0
    released: int = 0
    weather: Counter[str] = field(default_factory=Counter)


@dataclass
class _Play:
    stage: Stage
    line: Connection
    address: str
    people: Colleagues
    weather: Weather
    rules: Path
    soak: Soak
    now: datetime = OPENING
    dead: int = 0


def soak(
    folder: Path, number: int, goes_on: Callable[[Soak, datetime], bool], *, look: timedelta = timedelta(days=7)
) -> Soak:
    """Plays from the story's opening as long as it ``goes_on``; ``number`` seeds people and weather. ``look``: how
    often the whole state of trackers and database is looked at, beside every beat."""
    found = Soak()
    with open_house() as house, _company(folder, house.url, number, found) as play:
        acts = _next_act(play.now, play.people.random)
        looked = play.now
        while goes_on(found, play.now):
            while acts <= play.now:
                play.people.work(play.now)
                acts = _next_act(play.now, play.people.random)
            beat = _beat(play)
            if play.now - looked >= look:
                looked = play.now
                _office_edits(play)
                _look(play, beat)
            play.now = _following(play.now, beat, acts, MINUTE if play.weather.kind == "fair" else PATIENCE)
            play.stage.set_clock(play.now)
        found.weather = play.weather.met
        log = (folder / LOG).read_text(encoding="utf-8").splitlines()
        found.wrong += [line for line in log if "unexpectedly" in line]
    return found


@contextmanager
def _company(folder: Path, url: str, number: int, found: Soak) -> Iterator[_Play]:
    scenery = Scenery(folder)
    settings = scenery.build(url)
    cast = read_cast(load_ruling(settings.rules, settings).rules.organisation)
    stage, random = Stage(url), Random(number)
    stage.control("POST", "seed", seed(cast.values()))
    stage.set_clock(OPENING)
    for program in PROGRAMS:
        JiraActs(stage, cast).create_program(program)
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=serve, args=(theirs, url, folder), daemon=True)
    process.start()
    try:
        address = ours.recv()
        people = Colleagues(stage, cast, Random(random.random()))
        yield _Play(stage, ours, address, people, Weather(stage, random), scenery.rules, found)
        ours.send("end")
        process.join(30)
    finally:
        process.kill()
        stage.close()


def _beat(play: _Play) -> Beat:
    play.weather.turn(play.now)
    play.weather.begin()
    play.line.send("beat")
    beat = play.line.recv()
    play.weather.pause()
    assert isinstance(beat, Beat)
    if any(complaint.startswith("dead") for complaint in beat.complaints) and not beat.dead:
        play.line.send("release")
        play.soak.released += play.line.recv()
        return _beat(play)
    soak = play.soak
    soak.memory.append(beat.memory)
    soak.handles.append(beat.handles)
    soak.threads.append(beat.threads)
    soak.written += beat.done
    soak.failed += bool(beat.failure)
    wrong = list(of_beat(beat)) if play.weather.settled(play.now) else []
    if beat.dead:
        wrong.append(f"{beat.dead} writes were given up")
    soak.wrong += [f"{play.now:%Y-%m-%d %H:%M} {sentence}" for sentence in wrong]
    return beat


def _look(play: _Play, beat: Beat) -> None:
    """At everything, from outside as well: whoever asks over HTTP gets an answer."""
    play.line.send("stock")
    stock = play.line.recv()
    assert isinstance(stock, Stock)
    wrong = [*of_stock(stock), *of_trackers(play.stage.control("GET", "dump?full=1")), *_answers(play.address)]
    play.soak.wrong += [f"{play.now:%Y-%m-%d %H:%M} {sentence}" for sentence in wrong]
    play.soak.looks += 1
    acts = sum(play.people.acts.values())
    play.soak.readings.append(Reading(play.now, beat, stock, len(play.soak.memory), acts, play.soak.written))
    play.stage.control("DELETE", "requests")


def _answers(address: str) -> Iterator[str]:
    for path in ("/healthz", "/metrics"):
        connection = http.client.HTTPConnection(address, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                yield f"{path} answers {answer.status}"
        finally:
            connection.close()


def _office_edits(play: _Play) -> None:
    """Once a week the office touches a file: it is read anew. Every other time it is broken for one beat."""
    file = play.rules / "escalation" / "rules.yaml"
    good = file.read_text(encoding="utf-8")
    if play.soak.looks % 2:
        broken = file.with_suffix(".tmp")
        broken.write_text(f"{good}\n  - 这不是规则: [\n", encoding="utf-8")
        shutil.move(broken, file)
        play.line.send("beat")
        play.line.recv()
    file.write_text(f"{good.rstrip()}\n# 第 {play.soak.looks + 1} 周看过\n", encoding="utf-8")


def _next_act(now: datetime, random: Random) -> datetime:
    """People work on weekdays from nine to half past five; the rest is a little life at odd hours."""
    at = now + timedelta(hours=8.5 / ACTS_A_DAY * random.uniform(0.1, 1.9))
    local = at.astimezone(ZONE)
    if random.random() < 0.03:
        return at
    if local.hour >= 18 or local.weekday() >= 5:
        days = 1 if local.weekday() < 4 else 7 - local.weekday()
        local = (local + timedelta(days=days)).replace(hour=9, minute=random.randrange(1, 60))
    return local if local.hour >= 9 else local.replace(hour=9, minute=random.randrange(1, 60))


def _following(now: datetime, beat: Beat, acts: datetime, pause: timedelta) -> datetime:
    """The next whole minute at which there is something to do, after a pause."""
    wanted = min(at for at in (beat.next_at, acts, now + QUIET) if at is not None).astimezone(ZONE)
    floor = wanted.replace(second=0, microsecond=0)
    return max(floor if floor == wanted else floor + MINUTE, now + pause)


def thirds(values: Sequence[float]) -> tuple[float, float, float]:
    """The medians of the first, the second and the last third."""
    third = max(1, len(values) // 3)
    return (
        statistics.median(values[:third]),
        statistics.median(values[third : 2 * third]),
        statistics.median(values[-third:]),
    )
