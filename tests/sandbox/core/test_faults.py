"""Faults: what was ordered happens, to the requests it was ordered for, and never more often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from collab_sync.sandbox.faults import FaultBook
from collab_sync.sandbox.wire import BadBody, Request

if TYPE_CHECKING:
    from tests.sandbox.core.conftest import Sandbox

COMMENTS = "/jira/rest/api/3/issue/NPX-1/comment"
MYSELF = "/jira/rest/api/3/myself"


def comment(text: str) -> dict[str, object]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"body": {"type": "doc", "version": 1, "content": [paragraph]}}


def order(sandbox: Sandbox, effect: dict[str, object], **match: object) -> None:
    answer = sandbox("POST", "/__sandbox/faults", {"match": match, "effect": effect})
    assert answer.status_code == 201


def test_提交之后断线_写入已经发生(sandbox: Sandbox) -> None:
    """The connection closes without an answer, but the comment is there."""
    order(sandbox, {"drop": "after"}, method="POST", path="/comment$", count=1)
    with pytest.raises(requests.ConnectionError):
        sandbox("POST", COMMENTS, comment("到底写进去没有"))
    assert sandbox.comments() == ["到底写进去没有"]
    assert sandbox("POST", COMMENTS, comment("第二条")).status_code == 201


def test_提交之前断线_什么都没发生(sandbox: Sandbox) -> None:
    """The connection closes and nothing was executed."""
    order(sandbox, {"drop": "before"}, method="POST", count=1)
    with pytest.raises(requests.ConnectionError):
        sandbox("POST", COMMENTS, comment("没有写进去"))
    assert sandbox.comments() == []


def test_答到一半断线_写入已经发生(sandbox: Sandbox) -> None:
    """Half of the answer comes, then nothing."""
    order(sandbox, {"drop": "during"}, method="POST", count=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        sandbox("POST", COMMENTS, comment("只听到一半"))
    assert sandbox.comments() == ["只听到一半"]


def test_发到一半断线_什么都没发生(sandbox: Sandbox) -> None:
    order(sandbox, {"drop": "reset"}, method="POST", count=1)
    with pytest.raises(requests.ConnectionError):
        sandbox("POST", COMMENTS, comment("没有送到"))
    assert sandbox.comments() == []


@pytest.mark.parametrize("effect", [{"status": 502}, {"html200": True}])
def test_执行了却答错(sandbox: Sandbox, effect: dict[str, object]) -> None:
    """Committed, then a proxy speaks."""
    order(sandbox, {**effect, "after": True}, method="POST", count=1)
    answer = sandbox("POST", COMMENTS, comment("写进去了"))
    assert answer.status_code == effect.get("status", 200)
    assert "html" in answer.headers["Content-Type"]
    assert sandbox.comments() == ["写进去了"]


def test_断线之后重发只执行一次的请求(sandbox: Sandbox) -> None:
    """Dropped after commit, repeated under its key: the answer comes, the effect does not come twice."""
    order(sandbox, {"drop": "after"}, method="POST", count=1)
    once = {"X-Sandbox-Once": "story-3"}
    with pytest.raises(requests.ConnectionError):
        sandbox("POST", COMMENTS, comment("一次"), once)
    assert sandbox("POST", COMMENTS, comment("一次"), once).status_code == 201
    assert sandbox.comments() == ["一次"]


@pytest.mark.parametrize("retry_after", ["1847", "1.5", "Mon, 15 Sep 2025 01:00:30 GMT"])
def test_限流带着各种写法的等待时间(sandbox: Sandbox, retry_after: str) -> None:
    """Seconds, decimals and dates, with Jira's reason when given; nothing is executed."""
    headers = {"Retry-After": retry_after, "RateLimit-Reason": "jira-burst-based"}
    order(sandbox, {"status": 429, "headers": headers}, method="POST", count=1)
    answer = sandbox("POST", COMMENTS, comment("太快了"))
    assert answer.status_code == 429
    assert {name: answer.headers[name] for name in headers} == headers
    assert answer.json()["errorMessages"] == ["Rate limit exceeded."]
    assert sandbox.comments() == []


def test_每个事项各自的写入限额(sandbox: Sandbox) -> None:
    """Only writes to one issue, only so often, with every header by which the tracker says why and until when."""
    headers = {
        "Retry-After": "2",
        "RateLimit-Reason": "jira-per-issue-on-write",
        "X-RateLimit-Limit": "20",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": "2025-09-15T01:00:02Z",
    }
    order(sandbox, {"status": 429, "headers": headers}, method="POST", path="/issue/NPX-1(/|$)", count=1)
    refused = sandbox("POST", COMMENTS, comment("太密"))
    assert (refused.status_code, {name: refused.headers[name] for name in headers}) == (429, headers)
    assert sandbox("GET", COMMENTS).status_code == 200
    assert sandbox("POST", COMMENTS, comment("再来")).status_code == 201


def test_成功的回答也可以带限额(sandbox: Sandbox) -> None:
    """The request is executed all the same; the header warns."""
    order(sandbox, {"headers": {"X-RateLimit-NearLimit": "true"}}, path="/myself", count=1)
    answer = sandbox("GET", MYSELF)
    assert (answer.json()["displayName"], answer.headers["X-RateLimit-NearLimit"]) == ("协同", "true")
    assert "X-RateLimit-NearLimit" not in sandbox("GET", MYSELF).headers


def test_各家限流的正文不同() -> None:
    """Without a body of its own a 429 says what that tracker says."""
    book = FaultBook()
    book.add({"effect": {"status": 429}})
    for path, body in (("/gitlab/api/v4/user", b"Retry later\n"), ("/jira/rest/api/3/myself", b'{"errorMessages"')):
        answer = book.effect_on(Request("GET", path)).instead(path)
        assert answer is not None
        assert answer.body.startswith(body)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_网关错误不执行请求(sandbox: Sandbox, status: int) -> None:
    """A gateway's error page instead of an answer."""
    order(sandbox, {"status": status}, path=COMMENTS, count=1)
    assert sandbox("POST", COMMENTS, comment("网关")).status_code == status
    assert sandbox.comments() == []


def test_登录页冒充正常答复(sandbox: Sandbox) -> None:
    """200 with HTML where JSON belongs."""
    order(sandbox, {"html200": True}, path="/myself", nth=2)
    assert sandbox("GET", MYSELF).json()["displayName"] == "协同"
    answer = sandbox("GET", MYSELF)
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (200, "text/html")
    assert "Log in" in answer.text
    assert sandbox("GET", MYSELF).json()["displayName"] == "协同"


def test_迟到和拖延(sandbox: Sandbox) -> None:
    """A late answer and one that drips are complete all the same; a client with less patience gives up."""
    order(sandbox, {"latency_ms": 30, "slow_body_ms": 30}, path="/myself")
    assert sandbox("GET", MYSELF).json()["displayName"] == "协同"
    order(sandbox, {"latency_ms": 400}, path="/field$")
    with pytest.raises(requests.Timeout):
        sandbox.session.get(f"{sandbox.server.url}/jira/rest/api/3/field", timeout=0.05)


def test_清除以后恢复正常_控制接口从不受影响(sandbox: Sandbox) -> None:
    """DELETE ends all faults; a fault that matches everything spares the control API."""
    order(sandbox, {"drop": "before"})
    with pytest.raises(requests.ConnectionError):
        sandbox("GET", MYSELF)
    assert sandbox("DELETE", "/__sandbox/faults").status_code == 204
    assert sandbox("GET", MYSELF).status_code == 200


def test_日志写明受了什么故障(sandbox: Sandbox) -> None:
    """A dropped request has status 0 and says why."""
    order(sandbox, {"drop": "after"}, path="/myself")
    with pytest.raises(requests.ConnectionError):
        sandbox("GET", MYSELF)
    last = sandbox("GET", "/__sandbox/requests").json()["requests"][-1]
    assert (last["status"], '"drop": "after"' in last["fault"]) == (0, True)


def test_概率由种子决定() -> None:
    """The same seed strikes the same requests; about a third of them at 0.3."""

    def strikes(seed: int) -> list[bool]:
        book = FaultBook()
        book.add({"match": {"probability": 0.3, "seed": seed}, "effect": {"status": 503}})
        return [book.effect_on(Request("GET", "/x")).status == 503 for _ in range(300)]

    assert strikes(7) == strikes(7) != strikes(8)
    assert 60 < sum(strikes(7)) < 120


@pytest.mark.parametrize(
    "fault",
    [{}, {"effect": {"drop": "perhaps"}}, {"effect": {}, "match": {"path": "("}}, {"effect": {"stauts": 500}}, []],
)
def test_写错的故障被拒绝(fault: object) -> None:
    """A fault that would silently do nothing is refused with a sentence."""
    with pytest.raises(BadBody, match="故障写法不对"):
        FaultBook().add(fault)


def test_几种方法可以合起来数(sandbox: Sandbox) -> None:
    """The second writing request, whether it creates or changes; reading does not count."""
    order(sandbox, {"drop": "before"}, method="POST|PUT", nth=2)
    assert sandbox("POST", COMMENTS, comment("第一条")).status_code == 201
    assert sandbox("GET", MYSELF).status_code == 200
    with pytest.raises(requests.ConnectionError):
        sandbox("PUT", "/jira/rest/api/3/issue/NPX-1", {"fields": {"summary": "没有改成"}})
    assert sandbox("POST", COMMENTS, comment("第三条")).status_code == 201
