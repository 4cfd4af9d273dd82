"""What a refusal stops and what it leaves alone; how long a lost host is left in peace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from collab_sync.errors import TransientError, UnknownOutcomeError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync_http import limits
from collab_sync_http.adapter import RetryPolicy
from collab_sync_http.budget import Allowance
from collab_sync_http.errors import guarded, raise_for_response
from collab_sync_http.limits import Errand
from collab_sync_http.session import mount

SITE = "https://tracker.example.cn"
NOW = datetime(2025, 9, 22, 1, 0, tzinfo=UTC)
DATE = {"Date": "Mon, 22 Sep 2025 03:00:00 GMT"}
TOO_OFTEN = {"message": {"error": "This endpoint has been requested too many times. Try again later."}}


class Clock:
    """Stands still but for waits and for what a test lets pass."""

    def __init__(self) -> None:
        self.at = NOW
        self.slept = 0.0

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.at += timedelta(seconds=seconds)

    def let(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Wire:
    """A session under the adapter; ``ask`` gives the status, or the error as the connectors raise it."""

    def __init__(self, clock: Clock) -> None:
        self.session = requests.Session()
        settings = ConnectionSettings(name="站点", kind="jira", url=SITE, token=Secret("token-123456"))
        self.pace = mount(self.session, settings, clock, RetryPolicy(jitter=lambda: 1.0))

    def ask(self, method: str, path: str) -> int | Exception:
        writing = method != "GET"
        try:
            with guarded("站点", writing):
                response = self.session.request(method, f"{SITE}{path}")
            raise_for_response(response, "站点", writing=writing)
        except (TransientError, UnknownOutcomeError) as error:
            return error
        return response.status_code


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wire(clock: Clock) -> Wire:
    return Wire(clock)


@pytest.fixture
def web() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def put(web: Any, method: str, path: str, status: int = 200, **more: Any) -> None:
    web.upsert(method, f"{SITE}{path}", **{"json": {}, "status": status, **more})


def waits(outcome: int | Exception) -> float | None:
    """The wait a refusal carries, in seconds."""
    if not isinstance(outcome, TransientError):
        return None
    return outcome.retry_after.total_seconds() if outcome.retry_after is not None else None


REFUSED, SAME, SIBLING, OTHER = (
    "/rest/api/3/issue/1/comment",
    "/rest/api/3/issue/1",
    "/rest/api/3/issue/2/comment",
    "/x",
)


@pytest.mark.parametrize(
    ("reason", "stopped"),
    [
        ("jira-quota-global-based", {REFUSED, SAME, SIBLING, OTHER}),
        ("jira-quota-tenant-based", {REFUSED, SAME, SIBLING, OTHER}),
        ("jira-burst-based", {REFUSED, SIBLING}),
        ("jira-per-issue-on-write", {REFUSED, SAME}),
        ("", {REFUSED, SAME, SIBLING, OTHER}),
    ],
)
def test_Jira_的三种限流各停各的(web: Any, wire: Wire, clock: Clock, reason: str, stopped: set[str]) -> None:
    """Quota: the connection. Burst: method and kind of path. Per issue: writes to that issue. Others go on."""
    for path in (REFUSED, SAME, SIBLING, OTHER):
        put(web, "POST", path)
    put(web, "POST", REFUSED, 429, headers={"Retry-After": "30", "RateLimit-Reason": reason})
    assert waits(wire.ask("POST", REFUSED)) == 30
    sent = len(web.calls)
    clock.let(10)
    outcome = {path: wire.ask("POST", path) for path in (REFUSED, SAME, SIBLING, OTHER)}
    assert {path for path, one in outcome.items() if waits(one) == 20} == stopped
    assert len(web.calls) - sent == 4 - len(stopped)
    put(web, "POST", REFUSED)
    clock.let(20)
    assert [wire.ask("POST", path) for path in (REFUSED, SAME, SIBLING, OTHER)] == [200] * 4


def test_限流按方法和路径算_读不受写的牵连(web: Any, wire: Wire) -> None:
    put(web, "POST", REFUSED, 429, headers={"Retry-After": "30", "RateLimit-Reason": "jira-burst-based"})
    put(web, "GET", REFUSED)
    wire.ask("POST", REFUSED)
    assert wire.ask("GET", REFUSED) == 200


NOTES, NOTES_2, ISSUES = "/api/v4/projects/a%2Fb/issues/1/notes", "/api/v4/projects/7/issues/2/notes", "/api/v4/issues"


def test_GitLab_的动作限流没有等待时间_自己加倍退避_只停这类请求(web: Any, wire: Wire, clock: Clock) -> None:
    """Its window is a minute; each further refusal doubles the pause, the first success ends it."""
    put(web, "POST", NOTES, 429, json=TOO_OFTEN)
    put(web, "POST", ISSUES)
    pauses = []
    for _ in range(6):
        pauses.append(waits(wire.ask("POST", NOTES)))
        clock.let(pauses[-1] or 0)
    assert pauses == [60, 120, 240, 480, 900, 900]
    put(web, "POST", NOTES, 201)
    assert wire.ask("POST", NOTES) == 201
    put(web, "POST", NOTES, 429, json=TOO_OFTEN)
    assert waits(wire.ask("POST", NOTES)) == 60
    assert waits(wire.ask("POST", NOTES_2)) == 60
    assert wire.ask("POST", ISSUES) == 200
    assert clock.slept == 0


def test_GitLab_说稍后再来时整个连接停下(web: Any, wire: Wire) -> None:
    """Plain text, and only the moment at which the limit resets, by the server's own clock."""
    reset = str(int((NOW + timedelta(hours=2, seconds=45)).timestamp()))
    put(web, "GET", ISSUES, 429, json=None, body="Retry later", headers={"RateLimit-Reset": reset, **DATE})
    put(web, "POST", NOTES)
    assert waits(wire.ask("GET", ISSUES)) == 45
    refused = wire.ask("POST", NOTES)
    assert waits(refused) == 45
    assert "限流" in str(refused)
    assert [call.request.url for call in web.calls] == [f"{SITE}{ISSUES}"]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "5", "RateLimit-Reset": "99"}, 5),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "Mon, 22 Sep 2025 03:00:20 GMT", **DATE}, 20),
        ({"X-RateLimit-Reset": "2025-09-22T03:05Z", **DATE}, 300),
        ({"X-RateLimit-Reset": "2025-09-22T03:05:00", **DATE}, 300),
        ({"X-RateLimit-Reset": "2025-09-22T02:00Z", **DATE}, None),
        ({"RateLimit-Reset": "90"}, 90),
        ({"RateLimit-Reset": "1758503102", "Date": "Mon, 22 Sep 2025 01:05:00 GMT"}, 2),
        ({"RateLimit-Reset": "不久"}, None),
        ({"RateLimit-Reset": "9" * 40}, None),
        ({}, None),
    ],
)
def test_等待时间的来处(headers: dict[str, str], seconds: float | None) -> None:
    """Retry-After before Reset; a moment in the past (Jira cuts to minutes) says nothing."""
    response = requests.Response()
    response._content = b""
    response.headers.update(headers)
    asked = limits.refusal(response, Errand("GET", "/x"), NOW).asked
    assert (None if asked is None else asked.total_seconds()) == seconds


@given(st.text(max_size=30), st.text(max_size=30))
def test_读不懂的限流头不出错(reset: str, left: str) -> None:
    """Nor do they silence a connection for long."""
    headers = {"RateLimit-Reset": reset, "RateLimit-Remaining": left, "X-RateLimit-NearLimit": left}
    told = limits.allowance(headers, NOW)
    assert told is None or NOW < told.until <= NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"RateLimit-Remaining": "3", "RateLimit-Limit": "60", "RateLimit-Reset": "30"}, (3, 60, 30)),
        ({"X-RateLimit-Remaining": "3", "X-RateLimit-Limit": "9", "X-RateLimit-Interval-Seconds": "4"}, (3, 9, 4)),
        ({"X-RateLimit-NearLimit": "true", "X-RateLimit-Reset": "2025-09-22T01:01Z"}, (20, 100, 60)),
        ({"X-RateLimit-Remaining": "0"}, (0, 0, 10)),
        ({"X-RateLimit-NearLimit": "false"}, None),
        ({"RateLimit-Remaining": "-1"}, None),
        ({"RateLimit-Remaining": "0", "RateLimit-Limit": "60", "RateLimit-Reset": f"{NOW.timestamp():.0f}"}, None),
    ],
)
def test_从响应头得知还剩多少(headers: dict[str, str], told: tuple[int, int, int] | None) -> None:
    """GitLab's and Jira Cloud's words, Data Center's interval, Cloud's mere warning. What was left of a window that has
    ended by now says nothing of the next one."""
    wanted = Allowance(told[0], told[1], NOW + timedelta(seconds=told[2])) if told else None
    assert limits.allowance(headers, NOW) == wanted


def test_快到上限时自己先停_写入照常(web: Any, wire: Wire, clock: Clock) -> None:
    """Before the server refuses: reads are handed back, unsent, until the limit resets."""
    headers = {"RateLimit-Remaining": "6", "RateLimit-Limit": "100", "RateLimit-Reset": "50"}
    put(web, "GET", "/x", headers=headers)
    put(web, "POST", "/x")
    assert wire.ask("GET", "/x") == 200
    assert waits(wire.ask("GET", "/x")) == 50
    assert [wire.ask("POST", "/x") for _ in range(6)] == [200] * 6
    assert waits(wire.ask("POST", "/x")) == 50
    assert len(web.calls) == 7
    clock.let(50)
    assert wire.ask("GET", "/x") == 200


def test_短暂的不足稍等即可(web: Any, wire: Wire, clock: Clock) -> None:
    """Less than our patience: not worth handing back."""
    put(web, "GET", "/x", headers={"RateLimit-Remaining": "0", "RateLimit-Limit": "100", "RateLimit-Reset": "1"})
    assert [wire.ask("GET", "/x") for _ in range(3)] == [200, 200, 200]
    assert clock.slept == 2


@pytest.mark.parametrize("lost", [requests.ConnectTimeout("慢"), requests.ReadTimeout("慢")])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_等不到回答的服务器不在同一次请求里再问_并且歇一会(
    web: Any, wire: Wire, clock: Clock, lost: Exception, method: str
) -> None:
    """Half a minute each would be minutes for every other connection. The pause doubles up to five minutes."""
    put(web, method, "/x", body=lost, json=None)
    put(web, "GET", "/y")
    pauses = []
    for _ in range(7):
        assert isinstance(wire.ask(method, "/x"), TransientError | UnknownOutcomeError)
        pauses.append(waits(wire.ask("GET", "/y")))
        clock.let(pauses[-1] or 0)
    assert pauses == [15, 30, 60, 120, 240, 300, 300]
    assert len(web.calls) == 7
    assert clock.slept == 0


def test_连不上的服务器_读取先小试几次再歇_第一次成功即恢复(web: Any, wire: Wire, clock: Clock) -> None:
    """Reads are tried again within the patience. Then one answer, whatever it says, ends the pause."""
    put(web, "GET", "/x", body=requests.ConnectionError("连不上"), json=None)
    wire.ask("GET", "/x")
    assert len(web.calls) == 4
    assert clock.slept <= 2
    assert waits(wire.ask("POST", "/x")) == 15
    clock.let(15)
    put(web, "GET", "/x", 500)
    wire.ask("GET", "/x")
    put(web, "GET", "/x")
    assert wire.ask("GET", "/x") == 200
    put(web, "GET", "/x", body=requests.ConnectionError("连不上"), json=None)
    wire.ask("GET", "/x")
    assert waits(wire.ask("GET", "/x")) == 15


def test_写入断线不算连不上_可以马上查它的下落(web: Any, wire: Wire) -> None:
    """The host was there a moment ago, and the pipeline wants to look for the write."""
    put(web, "POST", "/x", body=requests.ConnectionError("断了"), json=None)
    put(web, "GET", "/x")
    assert isinstance(wire.ask("POST", "/x"), UnknownOutcomeError)
    assert wire.ask("GET", "/x") == 200


def test_维护中的服务器说了多久就停多久(web: Any, wire: Wire, clock: Clock) -> None:
    """503 with a time: asking meanwhile is useless."""
    put(web, "GET", "/x", 503, headers={"Retry-After": "600"})
    assert waits(wire.ask("GET", "/x")) == 600
    clock.let(100)
    assert waits(wire.ask("GET", "/y")) == 500
    assert len(web.calls) == 1


@pytest.mark.parametrize(
    ("method", "path", "endpoint"),
    [
        ("GET", "/api/v4/projects/rd%2Fx1/issues/12/notes/7", "GET /api/*/projects/*/issues/*/notes/*"),
        ("GET", "/rest/api/3/issue/NPX-12/comment", "GET /rest/api/*/issue/*/comment"),
        ("PUT", "/rest/api/3/issue/10001", "PUT /rest/api/*/issue/*"),
        ("GET", "/rest/api/3/search/jql", "GET /rest/api/*/search/jql"),
        ("POST", "/rest/api/3/issueLink", "POST /rest/api/*/issueLink"),
        ("GET", "/rest/api/3/project/NPX/statuses", "GET /rest/api/*/project/*/statuses"),
        ("GET", "/api/v4/projects/1/wikis/%E5%91%A8%E6%8A%A5", "GET /api/*/projects/*/wikis/*"),
    ],
)
def test_同类请求的编号换成星号(method: str, path: str, endpoint: str) -> None:
    assert Errand(method, path).endpoint == endpoint
