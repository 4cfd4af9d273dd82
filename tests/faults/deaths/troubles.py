"""Troubles of one tick, inside the process: a full disk, a broken one, a locked database, a clock that jumps."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import Pipe
from multiprocessing.connection import Connection as Channel
from pathlib import Path

from tests.faults.deaths.boundaries import UNLIMITED
from tests.faults.deaths.lives import Body


@dataclass(frozen=True)
class Full:
    """The database may have only ``pages`` more, as on a full disk: SQLITE_FULL from some statement on."""

    pages: int

    @contextmanager
    def over(self, body: Body) -> Iterator[None]:
        with closing(sqlite3.Connection(body.file)) as raw:
            there = raw.execute("PRAGMA page_count").fetchone()[0]
        body.boundaries.pages = max(1, there) + self.pages
        try:
            yield
        finally:
            body.boundaries.pages = UNLIMITED


@dataclass(frozen=True)
class Broken:
    """Files cannot become longer than ``more`` bytes beyond what the database has now: the system refuses the write
    in its middle."""

    more: int

    @contextmanager
    def over(self, body: Body) -> Iterator[None]:
        longest = max((path.stat().st_size for path in body.file.parent.glob(f"{body.file.name}*")), default=0)
        resource.setrlimit(resource.RLIMIT_FSIZE, (longest + self.more, resource.RLIM_INFINITY))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@dataclass(frozen=True)
class Locked:
    """From the ``after``-th place of the tick on another process writes, or as soon as it can, and does not end."""

    after: int

    @contextmanager
    def over(self, body: Body) -> Iterator[None]:
        locker, begin = body.doom.locker, body.boundaries.count + self.after
        assert locker is not None
        held = False

        def ask(place: int) -> None:
            nonlocal held
            if place >= begin and not held:
                locker.send(True)
                held = locker.recv()

        body.boundaries.at = ask
        try:
            yield
        finally:
            body.boundaries.at = lambda _place: None
            locker.send(False)
            locker.recv()


@dataclass(frozen=True)
class Jump:
    """At the ``after``-th place of the tick the clock jumps so far, and stays there until it is set again."""

    after: int
    far: timedelta

    @contextmanager
    def over(self, body: Body) -> Iterator[None]:
        at = body.boundaries.count + self.after

        def jump(place: int) -> None:
            if place == at:
                body.clock.set(body.clock.now() + self.far)

        body.boundaries.at = jump
        try:
            yield
        finally:
            body.boundaries.at = lambda _place: None


@contextmanager
def open_locker(file: Path) -> Iterator[Channel]:
    """Another process, which locks the database when told True and lets go when told False; it answers whether it
    holds the lock now."""
    ours, theirs = Pipe()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _lock(theirs, file)
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        os.waitpid(pid, 0)


def _lock(channel: Channel, file: Path) -> None:
    try:
        connection = sqlite3.connect(file, isolation_level=None, timeout=0)
        while True:
            wanted = channel.recv()
            try:
                connection.execute("BEGIN IMMEDIATE" if wanted else "ROLLBACK")
                channel.send(wanted)
            except sqlite3.OperationalError:
                channel.send(False)
    finally:
        os._exit(0)
