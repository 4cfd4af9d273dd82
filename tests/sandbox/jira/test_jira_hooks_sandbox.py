"""Web hooks of the Jira sandbox: who may register them, what they would send, how it proves itself."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from tests.sandbox.jira.conftest import Client, Site

EVERY = [f"{what}_{how}" for what in ("jira:issue", "comment") for how in ("created", "updated", "deleted")]
SECRET = "hook-secret-4711"
URL = "https://collab.example/hooks/jira"
JQL = "issue-related-events-section"


def hook(**changes: object) -> dict[str, object]:
    return {
        "name": "我们的",
        "url": URL,
        "events": EVERY,
        "filters": {JQL: 'project in ("NPX")'},
        "secret": SECRET,
        **changes,
    }


@pytest.fixture
def admin(site: Site) -> Iterator[Client]:
    """林珊 administers the site; her paths are those of web hooks."""
    jira = {"accountId": "557058:u18", "email": "linshan@example.com", "token": "t18", "admin": True}
    site.control("POST", "/seed", {"users": [{"name": "林珊", "jira": jira}]})
    client = site.as_("linshan@example.com", "t18")
    with client.session:
        yield Client(client.session, f"{site.url}/jira/rest/webhooks/1.0")


def calls(site: Site) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.control("POST", "/jira/acts", {"act": "calls"}).json()["calls"]
    return found


def events(site: Site) -> list[str]:
    return [json.loads(call["body"])["webhookEvent"] for call in calls(site)]


def comment(text: str) -> dict[str, object]:
    words = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"body": {"type": "doc", "version": 1, "content": [words]}}


# --- registering -----------------------------------------------------------------------------------------------------
def test_登记_读_改_删_密钥不给人看(admin: Client) -> None:
    made = admin("POST", "/webhook", hook())
    assert (made.status_code, made.json()["isSigned"], "secret" in made.json()) == (201, True, False)
    path = "/webhook/" + made.json()["self"].rpartition("/")[2]
    changed = admin("PUT", path, {**hook(enabled=False), "secret": None})
    assert (changed.status_code, changed.json()["enabled"], changed.json()["isSigned"]) == (200, False, True)
    assert admin("GET", "/webhook").json() == [admin("GET", path).json()]
    assert SECRET not in admin("GET", "/webhook").text
    assert admin("DELETE", path).status_code == 204
    assert (admin("GET", "/webhook").json(), admin("GET", path).status_code) == ([], 404)


def test_不是管理员不能看也不能登记(site: Site, bot: Client, admin: Client) -> None:
    mine = Client(bot.session, admin.base)
    assert {mine("GET", "/webhook").status_code, mine("POST", "/webhook", hook()).status_code} == {403}
    assert admin("GET", "/webhook").json() == []


WRONG = [{"url": "ftp://x"}, {"name": ""}, {"events": ["别的"]}, {"filters": {JQL: "project in ("}}]


@pytest.mark.parametrize("change", WRONG)
def test_不像样的不收(admin: Client, change: dict[str, object]) -> None:
    assert admin("POST", "/webhook", hook(**change)).status_code == 400
    assert admin("GET", "/webhook").json() == []


# --- what is sent ----------------------------------------------------------------------------------------------------
def test_建_改_评论_删_各说一次(site: Site, bot: Client, admin: Client) -> None:
    admin("POST", "/webhook", hook())
    fields = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "采购模具"}
    key = bot("POST", "/issue", {"fields": fields}).json()["key"]
    assert events(site) == ["jira:issue_created"]
    bot("PUT", f"/issue/{key}", {"fields": {"summary": "采购模具两套"}})
    assert events(site) == ["jira:issue_updated"]
    id_ = bot("POST", f"/issue/{key}/comment", comment("在办")).json()["id"]
    bot("PUT", f"/issue/{key}/comment/{id_}", comment("办完了"))
    bot("DELETE", f"/issue/{key}/comment/{id_}")
    assert events(site) == ["comment_created", "comment_updated", "comment_deleted"]
    site.control("POST", "/jira/acts", {"act": "delete", "issue": key})
    assert events(site) == ["jira:issue_deleted"]


def test_没有变化_读一读_什么也不说(site: Site, bot: Client, admin: Client, task: str) -> None:
    admin("POST", "/webhook", hook())
    bot("GET", f"/issue/{task}")
    bot("PUT", f"/issue/{task}", {"fields": {"summary": "供应商准入流程精简"}})
    assert events(site) == []


def test_签名是正文的_每次的编号不同(site: Site, bot: Client, admin: Client, task: str) -> None:
    admin("POST", "/webhook", hook())
    for text in ("一", "二"):
        bot("POST", f"/issue/{task}/comment", comment(text))
    first, second = calls(site)
    for call in (first, second):
        digest = hmac.new(SECRET.encode(), call["body"].encode(), sha256).hexdigest()
        assert (call["url"], call["headers"]["X-Hub-Signature"]) == (URL, f"sha256={digest}")
        assert SECRET not in json.dumps(call)
        assert json.loads(call["body"])["issue"]["key"] == task
    numbers = {call["headers"]["X-Atlassian-Webhook-Identifier"] for call in (first, second)}
    assert len(numbers) == 2


@pytest.mark.parametrize(
    "change", [{"enabled": False}, {"events": ["jira:issue_deleted"]}, {"filters": {JQL: "labels = 别的"}}]
)
def test_停用的_没订阅的_不在范围里的_不说(
    site: Site, bot: Client, admin: Client, task: str, change: dict[str, object]
) -> None:
    admin("POST", "/webhook", hook(**change))
    bot("POST", f"/issue/{task}/comment", comment("在办"))
    assert calls(site) == []


def test_没有密钥的不签名(site: Site, bot: Client, admin: Client, task: str) -> None:
    admin("POST", "/webhook", hook(secret=None))
    bot("POST", f"/issue/{task}/comment", comment("在办"))
    (call,) = calls(site)
    assert "X-Hub-Signature" not in call["headers"]


def test_快照里有登记的和还没取走的(site: Site, bot: Client, admin: Client, task: str) -> None:
    admin("POST", "/webhook", hook())
    bot("POST", f"/issue/{task}/comment", comment("在办"))
    full = site.control("GET", "/dump?full=1").json()["jira"]
    assert (len(full["hooks"]), len(full["calls"])) == (1, 1)
