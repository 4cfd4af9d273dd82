"""The whole world: both trackers and the browser view behind one port."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import requests

from collab_sync.sandbox.browse.view import BrowserView
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab import GitLabTracker
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld

SEED = {
    "users": [
        {
            "name": "林珊",
            "jira": {"accountId": "u18", "email": "linshan@example.com", "token": "t18"},
            "gitlab": {"username": "u18", "token": "g18", "access": "developer"},
        }
    ],
    "jira": {"projects": [{"key": "NPX", "name": "新品X1"}]},
    "gitlab": {"projects": [{"path": "rd/x1-firmware"}]},
}


def both() -> SandboxWorld:
    clock = SandboxClock(lambda: datetime(2025, 9, 15, 1, tzinfo=UTC))
    return SandboxWorld(clock, (JiraTracker(clock), GitLabTracker(clock)), BrowserView())


def post(url: str, body: object, auth: tuple[str, str] | None = None) -> requests.Response:
    return requests.post(url, data=json.dumps(body).encode(), auth=auth, timeout=10)


def test_一次种子两边都有人_网页上都看得到() -> None:
    """One seed makes the person an account in both; the start page shows both projects, a Jira URL leads there."""
    with SandboxServer(both()) as server:
        url = server.url
        seeded = post(f"{url}/__sandbox/seed", SEED)
        assert (seeded.status_code, seeded.text) == (204, "")
        issue = {"as": "林珊", "key": "NPX-1", "fields": {"summary": "立项:新品X1上市", "issuetype": {"name": "任务"}}}
        assert post(f"{url}/__sandbox/jira/issues", issue).status_code == 201
        start = requests.get(url, timeout=10)
        assert (start.status_code, "新品X1" in start.text, "rd/x1-firmware" in start.text) == (200, True, True)
        page = requests.get(f"{url}/jira/browse/NPX-1", timeout=10)
        assert (page.url, page.status_code) == (f"{url}/browse/jira/NPX/NPX-1", 200)
        assert "立项:新品X1上市" in page.text
        assert set(requests.get(f"{url}/__sandbox/dump", timeout=10).json()) == {"jira", "gitlab"}


def test_并发的请求一个接一个() -> None:
    """Twenty creations at once get twenty different numbers."""
    with SandboxServer(both()) as server:
        post(f"{server.url}/__sandbox/seed", SEED)
        fields = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "同时"}

        def create(_: int) -> str:
            url = f"{server.url}/jira/rest/api/3/issue"
            answer = post(url, {"fields": fields}, ("linshan@example.com", "t18"))
            return str(answer.json()["key"])

        with ThreadPoolExecutor(8) as pool:
            keys = list(pool.map(create, range(20)))
    assert sorted(keys, key=lambda key: int(key[4:])) == [f"NPX-{number}" for number in range(1, 21)]


def test_不会的事两边都用一句话拒绝() -> None:
    """One door for both trackers: what they cannot do is a 400, not a defect."""
    with SandboxServer(both()) as server:
        for tracker in ("jira", "gitlab"):
            refused = post(f"{server.url}/__sandbox/{tracker}/acts", {"act": "fly"})
            assert (refused.status_code, "fly" in refused.json()["error"]) == (400, True)
