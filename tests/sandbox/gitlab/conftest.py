"""A GitLab on loopback: two projects, people of every level, its clock at Monday 2025-09-15 09:00 in Shanghai."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from collab_sync.sandbox.browse.view import BrowserView
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab import GitLabTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld

START = datetime(2025, 9, 15, 1, 0, tzinfo=UTC)
FIRMWARE = "rd/x1-firmware"


def person(name: str, username: str, access: object, **more: object) -> dict[str, object]:
    """One user of the seed; the token is the user name with a prefix."""
    return {"name": name, "gitlab": {"username": username, "token": f"t-{username}", "access": access, **more}}


SEED = {
    "users": [
        person("管理员", "root", "none", admin=True),
        person("李明", "li.ming", "developer"),
        person("王强", "wang.qiang", {FIRMWARE: "reporter"}),
        person("访客", "guest", {FIRMWARE: "guest"}),
        person("只读", "readonly", "developer", scopes=["read_api"]),
        person("仅看自己", "readuser", "developer", scopes=["read_user"]),
        person("旧令牌", "revoked", "developer", revoked=True),
        person("离职", "blocked", "developer", state="blocked"),
        {**person("协同", "collab-bot", "maintainer"), "bot": True},
    ],
    "gitlab": {
        "projects": [
            {"path": FIRMWARE, "name": "X1 固件", "labels": [{"name": "灯::红", "color": "#ff0000"}]},
            {"path": "growth/x1-launch-site", "name": "上市站点"},
        ]
    },
}


@pytest.fixture
def clock() -> SandboxClock:
    clock = SandboxClock(lambda: START)
    clock.set(START)
    return clock


@pytest.fixture
def tracker(clock: SandboxClock) -> GitLabTracker:
    return GitLabTracker(clock)


@pytest.fixture
def url(clock: SandboxClock, tracker: GitLabTracker) -> Iterator[str]:
    """Address of the seeded sandbox."""
    with SandboxServer(SandboxWorld(clock, [tracker], BrowserView())) as server:
        requests.post(f"{server.url}/__sandbox/seed", data=json.dumps(SEED), timeout=10).raise_for_status()
        yield server.url


@pytest.fixture
def ask(url: str) -> Iterator[Callable[..., requests.Response]]:
    """``ask("GET", "/projects/1/issues", as_="li.ming", json=…, params=…)``; ``as_=None``: without a token."""
    with requests.Session() as session:

        def send(method: str, path: str, *, as_: str | None = "li.ming", **more: object) -> requests.Response:
            headers = {} if as_ is None else {"PRIVATE-TOKEN": f"t-{as_}"}
            target = path if path.startswith("http") else f"{url}/gitlab/api/v4{path}"
            return session.request(method, target, headers=headers, timeout=10, **more)  # type: ignore[arg-type]  # passed through

        yield send


@pytest.fixture
def later(clock: SandboxClock) -> Callable[[float], None]:
    """``later(61)`` sets the clock 61 seconds on."""

    def move(seconds: float) -> None:
        clock.set(clock.now() + timedelta(seconds=seconds))

    return move


@pytest.fixture
def issue(ask: Callable[..., requests.Response]) -> int:
    """Number of an issue that 李明 has just written in project 1."""
    created = ask("POST", "/projects/1/issues", json={"title": "样机联调", "description": "说明"})
    return int(created.json()["iid"])


@pytest.fixture
def configure(url: str) -> Callable[..., None]:
    """``configure(version="18.3.0", edition="premium")`` changes the instance's settings."""

    def apply(**settings: object) -> None:
        body = {"gitlab": {"settings": settings}}
        requests.post(f"{url}/__sandbox/seed", json=body, timeout=10).raise_for_status()  # type: ignore[arg-type]  # JSON

    return apply


@pytest.fixture
def act(url: str) -> Callable[..., requests.Response]:
    """``act("move", key="rd/x1-firmware#1", to="growth/x1-launch-site")``: what happens without a client."""

    def happen(what: str, **more: object) -> requests.Response:
        body = json.dumps({"act": what, **more})
        return requests.post(f"{url}/__sandbox/gitlab/acts", data=body, timeout=10)

    return happen
