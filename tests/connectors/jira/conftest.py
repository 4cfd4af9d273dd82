"""A Jira site that is never asked, and helpers to look at what the connector makes of recorded bodies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.identity import item_id
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.tracker import Payload
from collab_sync_jira import connector
from collab_sync_jira.normalize import normalize
from collab_sync_jira.payloads import Context, facts_of
from collab_sync_jira.site import JiraSite

SITE = "https://jira.example.cn"
ME = "bot-account"


class SteppingClock:
    """Stands still but for its own waits."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(datetime(2025, 9, 22, 2, 0, tzinfo=UTC))


@pytest.fixture
def settings() -> ConnectionSettings:
    return ConnectionSettings(
        name="jira-npx", kind="jira", url=SITE, user="bot@example.cn", token=Secret("token-123456"), page_size=50
    )


@pytest.fixture
def mapping() -> ProjectMapping:
    return connector.default_mapping(ProjectMapping(name="新品", connection="jira-npx", project="NPX"))


@pytest.fixture
def fixtures() -> Path:
    return Path(__file__).parents[1] / "fixtures" / "jira"


@pytest.fixture
def read(settings: ConnectionSettings, clock: SteppingClock, mapping: ProjectMapping) -> Callable[..., WorkItem]:
    """``read(issue, mapping=…, context=…, comments=…)``: the work item of an issue as the search would send it."""
    site = JiraSite(settings, clock)

    def _read(
        issue: dict[str, object],
        *,
        mapping: ProjectMapping = mapping,
        context: Context | None = None,
        **parts: object,
    ) -> WorkItem:
        content = [("issue", msgspec.json.encode(issue))]
        content.append(("context", msgspec.json.encode(context or Context(me=ME))))
        content += [(name, msgspec.json.encode(part)) for name, part in parts.items()]
        payload = Payload(item_id(site.name, str(issue["id"])), tuple(content), b"")
        return normalize(facts_of(payload), site, mapping)

    return _read
