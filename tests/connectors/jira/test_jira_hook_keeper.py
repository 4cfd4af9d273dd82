"""Registering Jira's web hook: by an administrator's account, or by people who are told what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import responses
from tests.connectors.jira.conftest import SITE, SteppingClock

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports import HookFinding, Subscription
from collab_sync_jira import connector
from collab_sync_jira.hooks.keeper import EVENTS

ADMIN = f"{SITE}/rest/webhooks/1.0/webhook"
URL = "https://collab.example/hooks/jira-npx"
SECRET = Secret("jira-hook-secret-1")
JQL = 'project in ("NPX", "MKT")'
WANTED = Subscription(
    url=URL,
    secret=SECRET,
    variable="COLLAB_JIRA_NPX_WEBHOOK_SECRET",
    projects=[ProjectMapping(name=key.lower(), connection="jira-npx", project=key) for key in ("NPX", "MKT")],
)

Ensure = Callable[..., HookFinding]


def registered(**fields: object) -> dict[str, object]:
    return {
        "self": f"{ADMIN}/72",
        "url": URL,
        "events": list(EVENTS),
        "filters": {"issue-related-events-section": JQL},
        "enabled": True,
        "excludeBody": False,
        "isSigned": True,
        **fields,
    }


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def ensure(settings: ConnectionSettings, clock: SteppingClock) -> Ensure:
    """``ensure(dry_run=True, wanted=…, edition="datacenter")``."""

    def look(*, dry_run: bool = False, wanted: Subscription = WANTED, **changes: Any) -> HookFinding:
        connection = connector.connect(replace(settings, **changes), clock)
        (found,) = connection.hooks.ensure(wanted, dry_run=dry_run)
        connection.close()
        return found

    return look


def sent(web: responses.RequestsMock) -> Any:
    body = web.calls[-1].request.body
    assert isinstance(body, bytes)
    return json.loads(body)


def test_没有就登记一个_覆盖所有项目_带密钥(ensure: Ensure, web: responses.RequestsMock) -> None:
    web.add(responses.GET, ADMIN, json=[registered(url="https://elsewhere.example/")])
    assert ensure(dry_run=True).state == "make"
    assert len(web.calls) == 1
    web.add(responses.POST, ADMIN, status=201, json=registered())
    assert ensure().state == "make"
    body = sent(web)
    assert (body["url"], body["secret"], body["filters"]) == (
        URL, SECRET.reveal(), {"issue-related-events-section": JQL}
    )  # fmt: skip
    assert (set(body["events"]), body["excludeBody"]) == (set(EVENTS), False)


def test_有了就什么也不做(ensure: Ensure, web: responses.RequestsMock) -> None:
    web.add(responses.GET, ADMIN, json=[registered()])
    assert ensure().state == "well"
    web.replace(
        responses.GET, ADMIN, json=[{name: value for name, value in registered().items() if name != "isSigned"}]
    )
    assert ensure().state == "well"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"enabled": False}, "已停用"),
        ({"events": ["jira:issue_created"]}, "少订阅"),
        ({"filters": {}}, "项目范围"),
        ({"excludeBody": True}, "不带正文"),
        ({"isSigned": False}, "没有密钥"),
    ],
)
def test_不对就整个改过来(ensure: Ensure, web: responses.RequestsMock, change: dict[str, object], word: str) -> None:
    web.add(responses.GET, ADMIN, json=[registered(**change)])
    put = web.add(responses.PUT, f"{ADMIN}/72", json=registered())
    assert word in ensure(dry_run=True).message
    assert put.call_count == 0
    assert ensure().state == "mend"
    assert sent(web)["secret"] == SECRET.reveal()


def test_换了密钥就重写一遍(ensure: Ensure, web: responses.RequestsMock) -> None:
    web.add(responses.GET, ADMIN, json=[registered()])
    put = web.add(responses.PUT, f"{ADMIN}/72", json=registered())
    assert ensure(wanted=replace(WANTED, renew=True)).state == "mend"
    assert put.call_count == 1


@pytest.mark.parametrize("status", [401, 403, 404])
def test_不是管理员_说清请谁填什么_不含密钥(ensure: Ensure, web: responses.RequestsMock, status: int) -> None:
    web.add(responses.GET, ADMIN, status=status, json={"messages": [{"key": "You do not have permission"}]})
    found = ensure()
    assert found.state == "manual"
    assert all(word in found.remedy for word in (URL, JQL, "COLLAB_JIRA_NPX_WEBHOOK_SECRET", "Jira 管理员"))
    assert SECRET.reveal() not in str(found)


def test_Data_Center不问_只说怎么做(ensure: Ensure, web: responses.RequestsMock) -> None:
    found = ensure(edition="datacenter", user="")
    assert (found.state, len(web.calls)) == ("manual", 0)
    assert "没有地方填密钥就不要登记" in found.remedy


def test_一时连不上是错误_不是别人的事(ensure: Ensure, web: responses.RequestsMock) -> None:
    web.add(responses.GET, ADMIN, status=400, json={})
    assert ensure().state == "error"
