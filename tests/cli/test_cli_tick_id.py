"""From the pull to the receipt every log line of a tick bears its id, over HTTP, with trackers that make trouble."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from collab_sync.cli.compose import load_ruling, open_runtime
from collab_sync.config import load_settings
from collab_sync.daemon.loop import Daemon
from collab_sync.daemon.witness import Witness
from collab_sync.log import configure_logging

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
