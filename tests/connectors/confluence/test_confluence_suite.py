"""The connector keeps the port's promises about pages, over the sandbox's Confluence."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NoReturn

import pytest
from tests.connectors.confluence.conftest import EDITIONS, SEED, SPACE, Site
from tests.connectors.sandbox_stage import StandingClock, open_world, shown

from collab_sync.model.identity import Account
from collab_sync.sandbox.confluence import ConfluenceTracker
from collab_sync.sandbox.server import SandboxServer
from collab_sync.sandbox.wire import SandboxTracker
from collab_sync.testing.connector_suite import Abilities, Draft, Play, Seen, Stage
from collab_sync.testing.connector_suite.pages import PagePromises
from collab_sync_confluence import connector
from collab_sync_confluence.titles import title_of


@dataclass(kw_only=True)
class WikiStage(Stage):
    """林珊 in her browser. Where there are only pages, nothing is ever asked of items."""

    server: SandboxServer
    tracker: SandboxTracker

    def page(self, path: str) -> str | None:
        spaces = {space.key: space.pages for space in self.tracker.browse()}
        return next((shown(one.html) for one in spaces["COLLAB"] if one.title == title_of(path)), None)

    def put_page(self, path: str, text: str) -> None:
        Site(self.server).act("write", title_of(path), text=text)

    def put(self, draft: Draft) -> NoReturn:
        raise AssertionError(draft)

    def edit(self, key: str, *, title: str = "", text: str = "") -> NoReturn:
        raise AssertionError(key)

    def label(self, key: str, label: str) -> NoReturn:
        raise AssertionError(key)

    def comment(self, key: str, text: str) -> NoReturn:
        raise AssertionError(key)

    def delete(self, key: str) -> NoReturn:
        raise AssertionError(key)

    def seen(self, key: str) -> Seen:
        raise AssertionError(key)

    def keys(self) -> Collection[str]:
        return ()

    def later(self, minutes: float) -> NoReturn:
        raise AssertionError(minutes)


class TestConfluence(PagePromises):
    @pytest.fixture(params=EDITIONS)
    def play(self, request: pytest.FixtureRequest) -> Iterator[Play]:
        server, clock, tracker = open_world(lambda clock: ConfluenceTracker(clock, request.param), SEED)
        stage = WikiStage(
            connector=connector,
            settings=Site(server, request.param).settings(),
            clock=StandingClock(clock),
            project=SPACE,
            person=Account("wiki", "557058:lin", "林珊"),
            server=server,
            tracker=tracker,
        )
        stage.can = Abilities(page=stage.page, put_page=stage.put_page)
        connection = connector.connect(stage.settings, stage.clock)
        yield Play(stage, connection, SPACE)
        connection.close()
        server.stop()
