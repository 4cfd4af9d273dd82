"""Readers and writers of both connectors say what their requests are for: with little left, writes go first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.connectors.http.conftest import KINDS, Kind, label_on, project_of
from tests.connectors.http.local import Local

from collab_sync.errors import TrackerError, TransientError
from collab_sync.ports.tracker import Connection
from collab_sync.testing.items import reader_of, writer_of
from collab_sync_http.budget import Allowance
from collab_sync_http.pace import Pace

Connect = Callable[..., Connection]

NOT_FIRST = {"jira": '{"since":"2025-09-22T00:00:00Z"}', "gitlab": '{"start":"2025-09-22T00:00:00Z"}'}
INSIDE_THE_FIRST = {
    "jira": '{"began":"2025-09-22T00:00:00Z","token":"t"}',
    "gitlab": '{"began":"2025-09-22T00:00:00Z"}',
}
WAYS: dict[str, Callable[[Connection, Kind], object]] = {
    "第一次读": lambda one, kind: list(reader_of(one, project_of(kind)).pull(None)),
    "接着第一次读": lambda one, kind: list(
        reader_of(one, project_of(kind)).pull(INSIDE_THE_FIRST[kind.settings["kind"]])
    ),
    "普查": lambda one, kind: list(reader_of(one, project_of(kind)).census()),
    "读变化": lambda one, kind: list(reader_of(one, project_of(kind)).pull(NOT_FIRST[kind.settings["kind"]])),
    "写": lambda one, kind: writer_of(one, project_of(kind)).perform(label_on(kind)),
    "找写过的": lambda one, kind: writer_of(one, project_of(kind)).find(label_on(kind)),
}


def pace_of(connection: Any) -> Pace:
    pace: Pace = (connection._client if hasattr(connection, "_client") else connection._site).pace
    return pace


def leaves(connection: Connection, kind: Kind, way: str, server: Local) -> bool:
    """Whether a request left, whatever became of it; if none did, the refusal must carry the wait."""
    before = len(server.seen)
    try:
        WAYS[way](connection, kind)
    except TrackerError as error:
        sent = len(server.seen) > before
        if sent or (isinstance(error, TransientError) and error.retry_after and error.retry_after.days > 365):
            return sent
        raise
    return len(server.seen) > before


@pytest.mark.parametrize("kind", [KINDS[1], KINDS[3]], ids=["jira", "gitlab"])
@pytest.mark.parametrize(
    ("left", "way_through"),
    [
        (100, set(WAYS)),
        (20, {"读变化", "写", "找写过的"}),
        (5, {"写", "找写过的"}),
        (0, set()),
    ],
)
def test_剩得少时先停普查和首读_再停读变化_写到最后(
    connected: Connect, kind: Kind, left: int, way_through: set[str]
) -> None:
    """Also the reads that belong to a write. What is refused was not sent and carries the wait."""
    for way in WAYS:
        with Local() as server:
            connection = connected(kind, server.url)
            pace_of(connection).learn(Allowance(left, 101, datetime(2100, 1, 1, tzinfo=UTC)))
            assert leaves(connection, kind, way, server) == (way in way_through), way
