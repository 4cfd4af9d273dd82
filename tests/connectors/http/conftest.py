"""Connections of every kind of credential, as people would configure them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collab_sync.model.action import LabelWrite, Target
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.identity import SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.tracker import Connection
from collab_sync_gitlab import connector as gitlab
from collab_sync_jira import connector as jira

TOKEN = "Xk29vQpLm84tRzWb7"  # of no known shape, so that no pattern masks it
USER = "bot@example.cn"
BASIC = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()


@dataclass(frozen=True)
class Kind:
    """A kind of credential: settings, and the header (in small letters) in which it goes."""

    name: str
    settings: dict[str, Any]
    header: tuple[str, str]


KINDS = (
    Kind("Jira Cloud 的 API 令牌", {"kind": "jira", "user": USER}, ("authorization", f"Basic {BASIC}")),
    Kind("Jira Data Center 的个人令牌", {"kind": "jira"}, ("authorization", f"Bearer {TOKEN}")),
    Kind("Jira 的 OAuth", {"kind": "jira", "user": USER, "auth": "oauth"}, ("authorization", f"Bearer {TOKEN}")),
    Kind("GitLab 的访问令牌", {"kind": "gitlab"}, ("private-token", TOKEN)),
    Kind("GitLab 的 OAuth", {"kind": "gitlab", "auth": "oauth"}, ("authorization", f"Bearer {TOKEN}")),
)

PROJECT = {"jira": "NPX", "gitlab": "rd/x1"}


class LeapingClock:
    """Waits are over at once; every look takes an hour, so that no pause outlasts the next request."""

    def __init__(self) -> None:
        self.at = datetime(2025, 9, 22, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(hours=1)
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def connected() -> Iterator[Callable[..., Connection]]:
    """``connected(kind, url, **settings)``; closed at the end."""
    made: list[Connection] = []

    def build(kind: Kind, url: str, **more: Any) -> Connection:
        known = {"name": "站点", "url": url, "token": Secret(TOKEN), "read_timeout": 10.0}
        settings = ConnectionSettings(**{**known, **kind.settings, **more})
        connector = jira if settings.kind == "jira" else gitlab
        made.append(connector.connect(settings, LeapingClock()))
        return made[-1]

    yield build
    for connection in made:
        connection.close()


def project_of(kind: Kind) -> ProjectMapping:
    connector = jira if kind.settings["kind"] == "jira" else gitlab
    plain = ProjectMapping(name="新品", connection="站点", project=PROJECT[kind.settings["kind"]])
    return connector.default_mapping(plain)


def label_on(kind: Kind) -> LabelWrite:
    """A write that takes one request to both trackers."""
    ref = SourceRef(
        connection="站点",
        project="新品",
        path=PROJECT[kind.settings["kind"]],
        native_id="1",
        key="NPX-4",
        iid="4",
        url="https://example.cn/4",
    )
    return LabelWrite(target=Target(ref=ref), add=("L1",))
