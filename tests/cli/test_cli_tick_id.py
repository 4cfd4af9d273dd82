"""From the pull to the receipt every log line of a tick bears its id, over HTTP, with trackers that make trouble."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from collab_sync.cli.compose import connect_one, load_ruling, open_database, open_runtime
from collab_sync.config import load_settings
from collab_sync.daemon.loop import Daemon
from collab_sync.daemon.witness import Witness
from collab_sync.log import configure_logging
from collab_sync.pipeline.runtime import Runtime
from collab_sync.workbench.fakes.hand_clock import HandClock

if TYPE_CHECKING:
    from tests.cli.conftest import Office


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the daemon says; logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield io.StringIO()
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_一轮里每一行都有同一个编号_从读到写成(office: Office, log: io.StringIO) -> None:
    """Whatever thread says it."""
    office.overdue()
    environment = {name: value for name, value in office.env.items() if value}
    settings = load_settings(office.settings)
    configure_logging("json", verbose=True, stream=log)
    with open_runtime(settings, environment) as runtime:
        witness = Witness()
        daemon = Daemon(runtime, settings.rules, lambda: load_ruling(settings.rules, settings), witness)
        too_long = {"status": 400, "body": '{"errorMessages": ["太长"]}'}
        match = {"method": "POST", "path": "^/jira/.*comment"}
        office.control("POST", "faults", {"match": match, "effect": too_long})
        daemon._safely()
        first = lines(log)
        office.control("POST", "faults", {"match": {"path": "^/gitlab/"}, "effect": {"status": 503}})
        office.at("2025-09-18T11:00:00+08:00")
        daemon._safely()
        second = lines(log)[len(first) :]
    assert {"pulled", "row", "tick", "write refused", "complaint"} <= {one["event"] for one in first}
    assert {"pull failed", "complaint"} <= {one["event"] for one in second}
    ids = [{one.get("tick") for one in some} for some in (first, second)]
    assert [len(one) for one in ids] == [1, 1], [one for one in (*first, *second) if "tick" not in one]
    assert ids[0] != ids[1]
    assert None not in ids[0] | ids[1]


class Threads(logging.Handler):
    """Which threads have said something."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.names.add(str(record.threadName).partition("_")[0])


def test_几个线程一起读和写_每一行照样有(office: Office, log: io.StringIO) -> None:
    """Reading and writing at once; every request says a line, in the thread that sends it."""
    office.overdue()
    environment = {name: value for name, value in office.env.items() if value}
    settings = load_settings(office.settings)
    configure_logging("json", verbose=True, stream=log)
    threads = Threads()
    logging.getLogger().addHandler(threads)
    library = logging.getLogger("urllib3")
    library.setLevel(logging.DEBUG)
    clock = HandClock(datetime.fromisoformat("2025-09-18T10:00:00+08:00"))
    try:
        with ExitStack() as stack:
            connections = {one.name: connect_one(one, clock, environment) for one in settings.connections}
            for connection in connections.values():
                stack.callback(connection.close)
            store = stack.enter_context(open_database(settings))
            ruling = load_ruling(settings.rules, settings)
            runtime = Runtime(store=store, connections=connections, ruling=ruling, clock=clock)
            Daemon(runtime, settings.rules, lambda: ruling, Witness())._safely()
    finally:
        library.setLevel(logging.WARNING)
    assert threads.names >= {"MainThread", "read-jira", "read-gitlab", "write-jira", "write-gitlab"}
    assert {"row", "tick"} <= {one["event"] for one in lines(log)}
    (tick,) = {one.get("tick") for one in lines(log)}
    assert tick
