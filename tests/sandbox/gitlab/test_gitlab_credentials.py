"""The credentials a client may hold: personal, project, group and OAuth tokens, and what each is good for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
import requests

Ask = Callable[..., requests.Response]
Configure = Callable[..., None]


@pytest.fixture
def get(url: str) -> Callable[..., requests.Response]:
    """``get("/user", private="…")`` or ``get("/user", bearer="…")``."""

    def send(path: str, *, private: str = "", bearer: str = "") -> requests.Response:
        headers = {"PRIVATE-TOKEN": private} if private else {"Authorization": f"Bearer {bearer}"}
        return requests.get(f"{url}/gitlab/api/v4{path}", headers=headers, timeout=10)

    return send


@pytest.fixture
def add(url: str) -> Callable[..., None]:
    """Adds a user 应用 with the token ``t-app``; the rest as in a seed."""

    def seed(**more: object) -> None:
        part = {"username": "app", "token": "t-app", **more}
        body = {"users": [{"name": "应用", "gitlab": part}]}
        requests.post(f"{url}/__sandbox/seed", data=json.dumps(body), timeout=10).raise_for_status()

    return seed


Get = Callable[..., requests.Response]
Add = Callable[..., None]


def test_授权令牌只能放在授权头里(get: Get, add: Add) -> None:
    add(oauth=True)
    assert get("/user", bearer="t-app").json()["username"] == "app"
    assert (get("/user", private="t-app").status_code, get("/user", private="t-app").json()) == (
        401,
        {"message": "401 Unauthorized"},
    )


def test_个人令牌两种头都行(get: Get, add: Add) -> None:
    add()
    assert get("/user", bearer="t-app").json() == get("/user", private="t-app").json()


def test_令牌说得出自己的期限与权限范围不论权限多小(get: Get, add: Add, configure: Configure) -> None:
    configure(version="15.5.0")
    add(scopes=["read_user"], expires_at="2025-12-31")
    told = get("/personal_access_tokens/self", private="t-app").json()
    assert (told["scopes"], told["expires_at"], told["revoked"], told["active"]) == (
        ["read_user"],
        "2025-12-31",
        False,
        True,
    )
    assert list(told) == [
        "id",
        "name",
        "revoked",
        "created_at",
        "scopes",
        "user_id",
        "active",
        "expires_at",
        "last_used_at",
    ]
    assert get("/projects/1/issues", private="t-app").json()["error"] == "insufficient_scope"


def test_授权令牌没有个人令牌的说明(get: Get, add: Add, configure: Configure) -> None:
    configure(version="18.3.0")
    add(oauth=True)
    assert get("/personal_access_tokens/self", bearer="t-app").status_code == 404


def test_过期的令牌不再有效(get: Get, add: Add) -> None:
    add(expires_at="2025-09-15")
    assert get("/user", private="t-app").json()["error"] == "invalid_token"


@pytest.mark.parametrize(
    ("path", "first"), [("/projects/1/access_tokens", "project_1_bot"), ("/groups/rd/access_tokens", "group_1_bot")]
)
def test_新版本的项目与群组令牌背后是名字带随机串的机器人(
    path: str, first: str, get: Get, ask: Ask, configure: Configure
) -> None:
    configure(version="18.3.0")
    wanted = {"name": "协同", "scopes": ["api"], "access_level": 20, "expires_at": "2026-09-01"}
    made = ask("POST", path, as_="root", json=wanted).json()
    user = get("/user", private=made["token"]).json()
    assert re.fullmatch(first + "_[0-9a-f]{16}", user["username"])
    assert (user["bot"], user["id"], made["expires_at"]) == (True, made["user_id"], "2026-09-01")
    assert get("/personal_access_tokens/self", bearer=made["token"]).json()["name"] == "协同"


def test_群组令牌进得了群组里的项目进不了别的(get: Get, ask: Ask, configure: Configure) -> None:
    configure(version="14.7.0")
    made = ask("POST", "/groups/rd/access_tokens", as_="root", json={"name": "协同", "scopes": ["api"]}).json()
    assert get("/user", private=made["token"]).json()["username"] == "group_1_bot"
    assert get("/projects/1", private=made["token"]).json()["permissions"] == {
        "project_access": None,
        "group_access": {"access_level": 40, "notification_level": 3},
    }
    assert get("/projects/2", private=made["token"]).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("li.ming", 403), ("wang.qiang", 403), ("nobody", 401)])
def test_群组令牌只有所有者能建(who: str, status: int, ask: Ask, configure: Configure) -> None:
    configure(version="14.7.0")
    wanted = {"name": "协同", "scopes": ["api"]}
    assert ask("POST", "/groups/rd/access_tokens", as_=who, json=wanted).status_code == status


def test_旧版本没有群组令牌(ask: Ask) -> None:
    wanted = {"name": "协同", "scopes": ["api"]}
    refused = ask("POST", "/groups/rd/access_tokens", as_="root", json=wanted)
    assert (refused.status_code, refused.json()) == (404, {"error": "404 Not Found"})


def test_播种时可以按群组给权限单个项目优先(get: Get, add: Add) -> None:
    add(access={"rd": "reporter", "growth": "developer", "growth/x1-launch-site": "guest"})
    levels = [get(f"/projects/{number}", private="t-app").json()["permissions"] for number in (1, 2)]
    assert levels[0]["group_access"]["access_level"] == 20
    assert levels[1]["project_access"]["access_level"] == 10
