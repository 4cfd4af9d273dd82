"""One tracker in trouble: the other is read and written as always, and status says what is wrong where."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.cli.conftest import TOKEN, Office

from collab_sync.cli.compose import load_ruling, open_runtime
from collab_sync.config import load_settings
from collab_sync.daemon.loop import Daemon


@pytest.fixture
def daemon(office: Office) -> Iterator[Daemon]:
    """Beats over the office; both tasks are overdue by a day."""
    settings = load_settings(office.settings)
    environment = {name: value for name, value in office.env.items() if value}
    with open_runtime(settings, environment) as runtime:
        daemon = Daemon(runtime, settings.rules, lambda: load_ruling(settings.rules, settings))
        daemon.beat()
        office.tasks()
        office.at("2025-09-17T17:00:00+08:00")
        daemon.beat()
        office.at("2025-09-18T10:00:00+08:00")
        yield daemon


def asked(office: Office, tracker: str) -> int:
    """Requests that a tracker has had from us since the last look."""
    log = office.control("GET", "requests")["requests"]
    office.control("DELETE", "requests")
    return sum(one["path"].startswith(f"/{tracker}/") for one in log)


def late(office: Office) -> dict[str, bool]:
    """Whose task carries the label of being late."""
    dump = office.dump()
    return {name: '"延期"' in json.dumps(dump[name], ensure_ascii=False) for name in ("jira", "gitlab")}


def test_一个系统限流一小时_另一个照常_期间不再打扰它(office: Office, daemon: Daemon) -> None:
    office.control("POST", "faults", {"match": {"path": "^/jira/"}, "effect": {
        "status": 429, "headers": {"Retry-After": "3600", "RateLimit-Reason": "jira-quota-global-based"}}})  # fmt: skip
    asked(office, "jira")
    daemon.beat()
    assert late(office) == {"jira": False, "gitlab": True}
    assert asked(office, "jira") <= 2, "问过一次就知道了"
    office.at("2025-09-18T10:30:00+08:00")
    daemon.beat()
    assert asked(office, "jira") == 0
    office.control("DELETE", "faults")
    office.at("2025-09-18T11:01:00+08:00")
    daemon.beat()
    assert late(office) == {"jira": True, "gitlab": True}
    comments = office.dump()["jira"]["NPX·采购模具"]["comments"]
    assert len(comments) == 1


def test_令牌被吊销_status_说出来_另一个照常(office: Office, daemon: Daemon) -> None:
    office.control("POST", "gitlab/acts", {"act": "revoke", "user": "collab-bot"})
    daemon.beat()
    assert late(office) == {"jira": True, "gitlab": False}
    shards = {shard["project"]: shard for shard in office.json("status")["shards"]}
    assert shards["jira-npx"]["error"] == ""
    assert "令牌已被撤销" in shards["gl-firmware"]["error"]
    assert TOKEN not in str(shards)
