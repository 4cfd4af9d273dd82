"""Who may do what, the limits an administrator can set, and what the instance says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import requests

Ask = Callable[..., requests.Response]
Later = Callable[[float], None]


def test_没有令牌时读是找不到写是未登录(ask: Ask) -> None:
    assert ask("GET", "/projects/1/issues", as_=None).status_code == 404
    assert ask("POST", "/projects/1/issues", as_=None, json={"title": "x"}).status_code == 401
    assert ask("GET", "/user", as_=None).json() == {"message": "401 Unauthorized"}


def test_令牌可以放在两种头里也可以放在查询里(ask: Ask, url: str) -> None:
    api = f"{url}/gitlab/api/v4/user"
    bearer = requests.get(api, headers={"Authorization": "Bearer t-li.ming"}, timeout=10)
    query = requests.get(api, params={"private_token": "t-li.ming"}, timeout=10)
    assert bearer.json()["username"] == query.json()["username"] == "li.ming"
    listed = requests.get(f"{url}/gitlab/api/v4/projects", params={"private_token": "t-li.ming"}, timeout=10)
    assert "t-li.ming" not in listed.headers["Link"]


def test_项目按编号或编码后的路径都找得到并说出访问级别(ask: Ask) -> None:
    by_path = ask("GET", "/projects/rd%2Fx1-firmware", as_="wang.qiang").json()
    assert by_path["id"] == 1
    assert by_path["permissions"]["project_access"]["access_level"] == 20
    assert ask("GET", "/projects/rd%2F没有", as_="wang.qiang").status_code == 404


@pytest.mark.parametrize(
    ("who", "path", "body", "status"),
    [
        ("guest", "/projects/1/issues", {"title": "x"}, 201),
        ("guest", "/projects/1/labels", {"name": "x", "color": "#123456"}, 403),
        ("wang.qiang", "/projects/1/labels", {"name": "x", "color": "#123456"}, 201),
        ("wang.qiang", "/projects/1/milestones", {"title": "x"}, 403),
        ("wang.qiang", "/projects/1/boards", {"name": "x"}, 201),
        ("wang.qiang", "/projects/1/wikis", {"title": "x", "content": "x"}, 403),
        ("li.ming", "/projects/1/wikis", {"title": "x", "content": "x"}, 201),
        ("li.ming", "/projects/1/hooks", {"url": "http://127.0.0.1:9/"}, 403),
        ("collab-bot", "/projects/1/hooks", {"url": "http://127.0.0.1:9/", "issues_events": True}, 201),
        ("collab-bot", "/projects/1/hooks", {"url": "file:///etc/passwd"}, 422),
        ("wang.qiang", "/projects/2/issues", {"title": "x"}, 404),
    ],
)
def test_访问级别决定能写什么(who: str, path: str, body: dict[str, str], status: int, ask: Ask) -> None:
    assert ask("POST", path, as_=who, json=body).status_code == status


def test_用户名精确查找不分大小写(ask: Ask) -> None:
    assert [user["name"] for user in ask("GET", "/users", params={"username": "Li.Ming"}).json()] == ["李明"]
    assert ask("GET", "/users", params={"username": "li"}).json() == []
    members = ask("GET", "/projects/1/members/all", params={"per_page": 100}).json()
    assert {member["username"]: member["access_level"] for member in members}["wang.qiang"] == 20


def test_社区版项目令牌背后是一个机器人用户(ask: Ask, url: str) -> None:
    made = ask("POST", "/projects/1/access_tokens", as_="root", json={"name": "协同", "scopes": ["api"]}).json()
    headers = {"PRIVATE-TOKEN": made["token"]}
    user = requests.get(f"{url}/gitlab/api/v4/user", headers=headers, timeout=10).json()
    assert (user["username"], user["bot"]) == ("project_1_bot", True)
    note = requests.post(f"{url}/gitlab/api/v4/projects/1/issues", headers=headers, json={"title": "x"}, timeout=10)
    assert note.json()["iid"] == 101


def test_评论太密时应用自己的限制没有任何头可看(
    ask: Ask, issue: int, configure: Callable[..., None], later: Later
) -> None:
    configure(notes_create_limit=2)
    path = f"/projects/1/issues/{issue}/notes"
    answers = [ask("POST", path, json={"body": f"第 {number} 条"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    words = "This endpoint has been requested too many times. Try again later."
    assert answers[-1].json() == {"message": {"error": words}}
    assert "Retry-After" not in answers[-1].headers
    assert ask("POST", path, as_="wang.qiang", json={"body": "别人不受影响"}).status_code == 201
    later(60)
    assert ask("POST", path, json={"body": "下一分钟"}).status_code == 201


def test_请求太密时实例的限制说出何时再来(ask: Ask, configure: Callable[..., None], later: Later) -> None:
    configure(requests_per_minute=1)
    later(20)
    assert ask("GET", "/user").status_code == 200
    refused = ask("GET", "/user")
    assert (refused.status_code, refused.text) == (429, "Retry later\n")
    told = {name: value for name, value in refused.headers.items() if name.startswith(("RateLimit", "Retry"))}
    assert told == {
        "RateLimit-Name": "throttle_authenticated_api",
        "RateLimit-Limit": "1",
        "RateLimit-Observed": "2",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "1757898060",
        "RateLimit-ResetTime": "Mon, 15 Sep 2025 01:01:00 GMT",
        "Retry-After": "40",
    }


def test_新的实例可以在每个回答上说出还剩多少次(ask: Ask, configure: Callable[..., None]) -> None:
    configure(requests_per_minute=5, rate_limit_headers=True)
    first, missing = ask("GET", "/user"), ask("GET", "/projects/999")
    assert (first.headers["RateLimit-Remaining"], missing.headers["RateLimit-Remaining"]) == ("4", "3")
    assert (missing.status_code, "Retry-After" in missing.headers) == (404, False)
    configure(rate_limit_headers=False)
    assert "RateLimit-Limit" not in ask("GET", "/user").headers


def test_没有点名的设置保持原样(ask: Ask, configure: Callable[..., None]) -> None:
    configure(version="18.3.0-ee", edition="premium")
    configure(notes_create_limit=7)
    assert ask("GET", "/metadata").json()["enterprise"] is True


@pytest.mark.parametrize(
    "effect",
    [
        {
            "status": 429,
            "body": '{"message":{"error":"This endpoint has been requested too many times. Try again later."}}',
            "headers": {},
        },
        {
            "status": 429,
            "body": "Retry later\n",
            "headers": {"Retry-After": "17", "RateLimit-Limit": "600", "RateLimit-Remaining": "0"},
        },
        {"status": 409, "body": '{"message":"409 Conflict: Resource lock"}', "headers": {}},
    ],
    ids=["应用的限制", "实例的限制", "锁"],
)
def test_各种临时的拒绝都能点播(effect: dict[str, object], url: str, ask: Ask, issue: int) -> None:
    fault = {"match": {"method": "POST", "path": "/notes$", "count": 1}, "effect": effect}
    requests.post(f"{url}/__sandbox/faults", data=json.dumps(fault), timeout=10).raise_for_status()
    path = f"/projects/1/issues/{issue}/notes"
    refused = ask("POST", path, json={"body": "评论"})
    assert (refused.status_code, refused.text) == (effect["status"], effect["body"])
    limits = ("RateLimit", "Retry")
    assert {k: v for k, v in refused.headers.items() if k.startswith(limits)} == effect["headers"]
    assert ask("POST", path, json={"body": "评论"}).status_code == 201


def test_写错的设置和级别说得清楚(url: str) -> None:
    wrong = {"gitlab": {"settings": {"verison": "18"}}}
    answer = requests.post(f"{url}/__sandbox/seed", json=wrong, timeout=10)
    assert (answer.status_code, "verison" in answer.json()["error"]) == (400, True)
    user = '{"users": [{"name": "甲", "gitlab": {"username": "jia", "access": "boss"}}]}'
    answer = requests.post(f"{url}/__sandbox/seed", data=user.encode(), timeout=10)
    assert (answer.status_code, "boss" in answer.json()["error"]) == (400, True)
