"""Tells the story in this process: a sandbox on loopback, real connectors, the real daemon.

A telling can be bookmarked: the sandbox's snapshot and the demo's folder, from which others go on without telling the
beginning again.
"""

from __future__ import annotations

import csv
import http.client
import io
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from click.testing import CliRunner

from collab_sync.cli.compose import load_ruling, open_runtime
from collab_sync.cli.demo.play import Drive
from collab_sync.cli.demo.scenery import Scenery
from collab_sync.cli.main import cli
from collab_sync.daemon.loop import Daemon
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import TickReport
from collab_sync.pipeline.write_log import as_tsv, sorted_lines
from collab_sync.sandbox.house import open_house
from collab_sync.sandbox.server import SandboxServer
from collab_sync.sandbox.story.cast import read_cast
from collab_sync.sandbox.story.office_acts import OfficeActs
from collab_sync.sandbox.story.player import Player
from collab_sync.sandbox.story.stage import Stage
from collab_sync.sandbox.story.telling import YEAR, ZONE, read_story

Row: TypeAlias = dict[str, str]


@dataclass(frozen=True)
class Telling:
    """A story that was told: where its sandbox answers, its folder, its log as rows."""

    url: str
    folder: Path

    @property
    def log(self) -> tuple[Row, ...]:
        """The write-back log, a row per line."""
        return rows_of((self.folder / "log.tsv").read_text(encoding="utf-8"))

    def ask(self, path: str) -> Any:
        """A GET to the sandbox's control API."""
        return ask(self.url, path)


@dataclass(frozen=True)
class Bookmark:
    """A place in a telling: the sandbox's snapshot, and a copy of the demo's folder."""

    at: datetime
    url: str
    world: bytes
    folder: Path

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Telling]:
        """The story from here on, in a sandbox and an (empty) folder of its own. Addresses in texts and links move with
        the sandbox, so that what was written before is still what would be written now."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        with open_house() as house:
            house.world.load(self.world.replace(self.url.encode(), house.url.encode()))
            Scenery(folder / "state").build(house.url)
            yield Telling(house.url, folder)


@dataclass(frozen=True)
class WholeStory:
    """The story to its end, its sandbox still open; ``places``: bookmarks by their minute."""

    end: Telling
    places: Mapping[str, Bookmark]


def day(text: str) -> datetime:
    """``"09-26 12:00"`` of the story."""
    return datetime.strptime(f"{YEAR}-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def rows_of(tsv: str) -> tuple[Row, ...]:
    return tuple(csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE))


@contextmanager
def tell(folder: Path, until: str) -> Iterator[Telling]:
    """The story from its beginning to the end of the day ``until``; the sandbox stays open inside."""
    with open_house() as house:
        tell_on(house.url, folder, until)
        yield Telling(house.url, folder)


def tell_on(url: str, folder: Path, until: str) -> None:
    """Tells the story in a running sandbox, from wherever it was left."""
    log = str(folder / "log.tsv")
    arguments = ["demo", "--exit", "--sandbox", url, "--state", str(folder / "state"), "--until", until, "--log", log]
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output


@dataclass(frozen=True)
class Company:
    """Everybody who takes part: the daemon over its runtime, and the people of the story."""

    daemon: Daemon
    player: Player

    @property
    def runtime(self) -> Runtime:
        return self.daemon.runtime

    def tell(self, until: datetime, on_tick: Callable[[TickReport], None] = lambda _report: None) -> None:
        """Goes on with the story up to and including ``until``."""
        Drive(self.player, self.daemon, until, lambda _day: None, on_tick).run()


@contextmanager
def company(telling: Telling) -> Iterator[Company]:
    """The daemon and the people, as the demo sets them up."""
    scenery = Scenery(telling.folder / "state")
    settings = scenery.build(telling.url)
    with ExitStack() as stack:
        runtime = stack.enter_context(open_runtime(settings, scenery.environment))
        stage = Stage(telling.url)
        stack.callback(stage.close)
        cast = read_cast(runtime.ruling.rules.organisation)
        player = Player(stage, read_story(), cast, OfficeActs(scenery.rules))
        yield Company(Daemon(runtime, settings.rules, lambda: load_ruling(settings.rules, settings)), player)


def bookmark(house: SandboxServer, folder: Path, until: str, kept: Path) -> Bookmark:
    """Tells on to the minute ``until``, writes the log, and keeps the place under ``kept``."""
    telling = Telling(house.url, folder)
    with company(telling) as present:
        present.tell(day(until))
        write_log(present.runtime, folder)
    shutil.copytree(folder, kept)
    return Bookmark(day(until), house.url, house.world.snapshot(), kept)


def write_log(runtime: Runtime, folder: Path) -> None:
    """The log of everything that was written, as ``--log`` would give it."""
    with runtime.store.read() as tx:
        lines = sorted_lines(tx.log_lines(), runtime.ruling.mapping)
    (folder / "log.tsv").write_text(as_tsv(lines, ZONE), encoding="utf-8")


def ask(url: str, path: str) -> Any:
    """A GET to the control API of the sandbox at ``url``."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=30)
    try:
        connection.request("GET", f"/__sandbox/{path}")
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
