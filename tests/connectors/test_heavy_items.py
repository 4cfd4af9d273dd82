"""One giant item must not stop the others: it is read in smaller pages, or without its texts, and said to be so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random

import pytest
from tests.faults.people import GitlabPeople, JiraPeople, People
from tests.faults.reading import MODES, Busy, Mode, _seed

from collab_sync import discovery
from collab_sync.errors import TransientError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import ENTRIES, WorkItem
from collab_sync.ports import WorkItemReader
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.server import Delivery, SandboxServer
from collab_sync.sandbox.wire import Request, Response
from collab_sync.testing import HandClock
from collab_sync.testing.items import reader_of

LIMIT = 60_000
"""Bytes of an answer that this server manages in time."""
BY_NAME = {mode.name: mode for mode in MODES}
JIRA = ("Jira Cloud, seek", "Jira Cloud, chain", "Jira Data Center")
GITLAB = ("GitLab 14.2, seek", "GitLab 18.3, keyset")


class Narrow(Busy):
    """Gives up on answers that are too long."""

    limit: int = LIMIT

    def answer(self, request: Request) -> Delivery:
        delivery = super().answer(request)
        if delivery.response is not None and len(delivery.response.body) > self.limit:
            return Delivery(Response(504, b"<html>504 Gateway Time-out</html>", (("Content-Type", "text/html"),)))
        return delivery


@contextmanager
def scene(mode: Mode, limit: int = LIMIT) -> Iterator[tuple[People, WorkItemReader]]:
    hand = HandClock(datetime(2025, 9, 22, 2, 0, tzinfo=UTC))
    clock = SandboxClock(hand.now)
    world = Narrow(clock, mode.tracker(clock), hand, Random(1))  # repeatable, not secret
    world.limit = limit
    world.people = mode.people(world.ask, Random(1))  # repeatable, not secret
    _seed(world, mode, "UTC")
    connector = discovery.connector_for(mode.kind, discovery.find_connectors())
    mapping = connector.default_mapping(ProjectMapping(name="项目", connection="site", project=mode.project))
    with SandboxServer(world) as server:
        settings = ConnectionSettings(name="site", kind=mode.kind, url=f"{server.url}/{mode.kind}",
                                      token=Secret("bot-token"), **mode.settings)  # fmt: skip
        connection = connector.connect(settings, hand)
        try:
            yield world.people, reader_of(connection, mapping)
        finally:
            connection.close()


def read(reader: WorkItemReader) -> list[WorkItem]:
    """Everything, over as many attempts as it takes; each goes on where the one before stood."""
    cursor, found = None, dict[str, WorkItem]()
    for _ in range(10):
        try:
            for page in reader.pull(cursor):
                found |= {payload.id: reader.normalize(payload) for payload in page.payloads}
                cursor = page.cursor
        except TransientError:
            continue
        return list(found.values())
    raise AssertionError("读不完")


def filled(people: People, count: int, size: int) -> None:
    """So many items whose comments are of this size."""
    for number in range(count):
        people.create()
        which = list(people.ledger)[-1]
        comment: Callable[[str, str], None] = people._commented
        comment(which, f"【周更新】\n本周进展:{number}\n" + "长" * size)


@pytest.mark.parametrize("name", [*JIRA, *GITLAB])
def test_一页太重就读小一点的页(name: str) -> None:
    """Together they are too much, each alone is not: all of them come, nothing of them is left out."""
    with scene(BY_NAME[name]) as (people, reader):
        filled(people, 12, 3_000)
        items = read(reader)
    assert len(items) == 12
    assert {len(item.entries) for item in items} == {1}
    assert {item.unreadable for item in items} == {frozenset()}


@pytest.mark.parametrize("name", ["Jira Cloud, seek", "Jira Data Center", "GitLab 14.2, seek"])
def test_十五兆的议题_服务器给得出就全读下来(name: str) -> None:
    """Far more comments than a search brings along, each as long as it may be."""
    with scene(BY_NAME[name], limit=100_000_000) as (people, reader):
        filled(people, 2, 10)
        heavy = list(people.ledger)[-1]
        for number in range(160):
            people._commented(heavy, f"【周更新】\n本周进展:{number}\n" + "长" * 32_000)
        items = sorted(read(reader), key=lambda item: int(item.source.native_id))
    assert [len(item.entries) for item in items] == [1, 161]
    assert not items[1].unreadable


@pytest.mark.parametrize("name", JIRA)
def test_独自也太重的议题_少读文字_不误判没有(name: str) -> None:
    """Its title and status are there, its silence proves nothing; its neighbours are whole."""
    with scene(BY_NAME[name]) as (people, reader):
        filled(people, 3, 10)
        assert isinstance(people, JiraPeople)
        filled(people, 1, 30_000)
        filled(people, 3, 10)
        items = sorted(read(reader), key=lambda item: int(item.source.native_id))
    assert [len(item.entries) for item in items] == [1, 1, 1, 0, 1, 1, 1]
    heavy = items[3]
    assert heavy.title.startswith("事项")
    assert ENTRIES in heavy.unreadable
    assert all(not item.unreadable for item in items if item is not heavy)


@pytest.mark.parametrize("name", GITLAB)
def test_评论读不下来的议题_其余照读_不误判没有(name: str) -> None:
    """GitLab gives comments apart from issues: only they are left out."""
    with scene(BY_NAME[name]) as (people, reader):
        filled(people, 2, 10)
        assert isinstance(people, GitlabPeople)
        filled(people, 1, 30_000)
        filled(people, 2, 10)
        items = sorted(read(reader), key=lambda item: int(item.source.native_id))
    assert [len(item.entries) for item in items] == [1, 1, 0, 1, 1]
    assert [ENTRIES in item.unreadable for item in items] == [False, False, True, False, False]
