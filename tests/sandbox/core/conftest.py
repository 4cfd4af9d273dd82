"""A sandbox with one Jira project, a person and a bot; its clock stands at 2025-09-15 09:00 in Shanghai."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld

SEED = {
    "users": [
        {"name": "林珊", "jira": {"accountId": "u18", "email": "linshan@example.com", "token": "t18"}},
        {"name": "协同", "bot": True, "jira": {"accountId": "bot", "email": "bot@example.com", "token": "tb"}},
    ],
    "jira": {"projects": [{"key": "NPX", "name": "新品X1"}]},
}


def new_world() -> SandboxWorld:
    clock = SandboxClock(lambda: datetime(2025, 9, 1, tzinfo=UTC))
    return SandboxWorld(clock, [JiraTracker(clock)])


class Sandbox:
    """A running server; call it with method, path and body, as the bot."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.auth = ("bot@example.com", "tb")

    def __call__(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        data = None if body is None else json.dumps(body).encode()
        return self.session.request(method, self.server.url + path, data=data, headers=headers, timeout=10)

    def comments(self) -> list[str]:
        """Texts of the comments on NPX-1."""
        found = self("GET", "/jira/rest/api/3/issue/NPX-1/comment").json()["comments"]
        return [each["body"]["content"][0]["content"][0]["text"] for each in found]


def comment(text: str) -> dict[str, object]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"body": {"type": "doc", "version": 1, "content": [paragraph]}}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with SandboxServer(new_world()) as server:
        running = Sandbox(server)
        with running.session:
            assert running("PUT", "/__sandbox/clock", {"now": "2025-09-15T09:00:00+08:00"}).status_code == 200
            assert running("POST", "/__sandbox/seed", SEED).status_code == 204
            fields = {"summary": "立项:新品X1上市", "issuetype": {"name": "任务"}}
            issue = {"as": "林珊", "key": "NPX-1", "fields": fields}
            assert running("POST", "/__sandbox/jira/issues", issue).status_code == 201
            yield running
