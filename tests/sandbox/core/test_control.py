"""The sandbox's own API: clock, seed, given keys, dump, request log, memory, repeated requests, snapshots."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.sandbox.server import SandboxServer, SandboxWorld
from collab_sync.sandbox.wire import BadBody, Headers, Request, Response, Router, json_response, text_response

if TYPE_CHECKING:
    from tests.sandbox.core.conftest import Sandbox

COMMENTS = "/jira/rest/api/3/issue/NPX-1/comment"


def comment(text: str) -> dict[str, object]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"body": {"type": "doc", "version": 1, "content": [paragraph]}}


def test_没设过的时钟跟着机器走_设过就停住() -> None:
    """Until it is set it follows the machine; then it stands, and never goes back."""
    times = iter([datetime(2025, 9, 1, 0, 0, second, tzinfo=UTC) for second in (1, 3, 2)])
    clock = SandboxClock(lambda: next(times))
    assert [clock.now().second for _ in range(3)] == [1, 3, 3]
    clock.set(datetime(2025, 9, 15, tzinfo=UTC))
    assert clock.now() == clock.now() == datetime(2025, 9, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="不能倒退"):
        clock.set(datetime(2025, 9, 14, tzinfo=UTC))
    with pytest.raises(ValueError, match="时区"):
        clock.set(datetime(2025, 9, 16))  # noqa: DTZ001 — a naive time is what is refused here


def test_时钟经接口读写而且写在响应头里(sandbox: Sandbox) -> None:
    """The Date header tells the sandbox's time, so that a clock check of a client works."""
    answer = sandbox("GET", "/__sandbox/clock")
    assert answer.json() == {"now": "2025-09-15T01:00:00+00:00", "set": True}
    assert answer.headers["Date"] == "Mon, 15 Sep 2025 01:00:00 GMT"
    wrongs: tuple[object, ...] = ({"now": "2025-09-14T09:00:00+08:00"}, {"now": "明天"}, {"now": 1}, [])
    for wrong in wrongs:
        refused = sandbox("PUT", "/__sandbox/clock", wrong)
        assert (refused.status_code, bool(refused.json()["error"])) == (400, True)


def test_种子和指定编号的事务重复也不变(sandbox: Sandbox) -> None:
    """Seeding and creating again answer alike and change nothing."""
    before = sandbox("GET", "/__sandbox/dump?full=1").json()
    again = {"as": "林珊", "key": "NPX-1", "fields": {"summary": "另一个标题", "issuetype": {"name": "任务"}}}
    assert sandbox("POST", "/__sandbox/jira/issues", again).status_code == 200
    assert sandbox("POST", "/__sandbox/seed", {"jira": {"projects": [{"key": "NPX"}]}}).status_code == 204
    assert sandbox("GET", "/__sandbox/dump?full=1").json() == before


@pytest.mark.parametrize(
    "issue",
    [
        {"as": "没有这人", "key": "NPX-2", "fields": {}},
        {"as": "林珊", "key": "ABC-2", "fields": {}},
        {"as": "林珊", "key": "NPX-2", "fields": {"summary": "没有类型"}},
        {"as": "林珊", "key": "NPX-2"},
    ],
)
def test_写错的事务不会建出来(sandbox: Sandbox, issue: dict[str, object]) -> None:
    """Unknown people and projects, missing fields: 400, and nothing is there."""
    assert sandbox("POST", "/__sandbox/jira/issues", issue).status_code == 400
    assert list(sandbox("GET", "/__sandbox/dump").json()["jira"]) == ["NPX-1"]


def test_种子写错时什么都不建(sandbox: Sandbox) -> None:
    """A misspelled word is refused instead of being passed over."""
    wrongs: tuple[object, ...] = (
        {"jira": {"projcets": []}},
        {"jira": {"projects": [{"name": "没有键"}]}},
        {"users": {}},
    )
    for wrong in wrongs:
        assert sandbox("POST", "/__sandbox/seed", wrong).status_code == 400


def test_转储不含站点给的编号时间和地址(sandbox: Sandbox) -> None:
    """An issue that the site numbered goes by its title, also where comments speak of it by key or URL."""
    fields = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "启动会"}
    key = sandbox("POST", "/jira/rest/api/3/issue", {"fields": fields}).json()["key"]
    sandbox("POST", COMMENTS, comment(f"见 {sandbox.server.url}/jira/browse/{key} 和 NPX-1"))
    dumped = sandbox("GET", "/__sandbox/dump").json()["jira"]
    assert list(dumped) == ["NPX-1", "NPX·启动会"]
    assert dumped["NPX-1"]["comments"][0]["text"] == "见 /jira/browse/NPX·启动会 和 NPX-1"
    assert "2025" not in str(dumped)


def test_请求日志记下谁做了什么(sandbox: Sandbox) -> None:
    """Method, path, status, account; counters; control requests are not in it."""
    sandbox("DELETE", "/__sandbox/requests")
    sandbox("GET", "/jira/rest/api/3/myself")
    sandbox("GET", "/jira/rest/api/3/issue/NPX-9")
    log = sandbox("GET", "/__sandbox/requests").json()
    assert [(each["path"], each["status"], each["account"]) for each in log["requests"]] == [
        ("/jira/rest/api/3/myself", 200, "bot"),
        ("/jira/rest/api/3/issue/NPX-9", 404, "bot"),
    ]
    assert log["counters"] == {"GET 200": 1, "GET 404": 1, "total": 2}


def test_备忘存取任意JSON(sandbox: Sandbox) -> None:
    """A story player keeps its place here."""
    assert sandbox("GET", "/__sandbox/memo/第几步").status_code == 404
    assert sandbox("PUT", "/__sandbox/memo/第几步", {"行": 17}).status_code == 204
    assert sandbox("GET", "/__sandbox/memo/第几步").json() == {"行": 17}


def test_同一个键只执行一次(sandbox: Sandbox) -> None:
    """The repetition gets the remembered answer, whichever it was; another request under the key is refused."""
    once = {"X-Sandbox-Once": "story-17"}
    first = sandbox("POST", COMMENTS, comment("只说一次"), once)
    second = sandbox("POST", COMMENTS, comment("只说一次"), once)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert sandbox.comments() == ["只说一次"]
    assert sandbox("POST", COMMENTS, comment("另一句"), once).status_code == 409
    assert sandbox.comments() == ["只说一次"]


def test_快照接着走(sandbox: Sandbox, tmp_path: Path) -> None:
    """State, clock, memory and remembered answers survive; the next issue gets the next number."""
    once = {"X-Sandbox-Once": "story-1"}
    sandbox("POST", COMMENTS, comment("存下来"), once)
    sandbox("PUT", "/__sandbox/memo/story", [1, 2])
    before = sandbox("GET", "/__sandbox/dump?full=1").json()
    path = tmp_path / "沙盒.json"
    path.write_bytes(sandbox.server.world.snapshot())
    clock = SandboxClock(lambda: datetime(2025, 9, 1, tzinfo=UTC))
    later = SandboxServer(SandboxWorld(clock, [JiraTracker(clock)]), snapshot_path=path)
    sandbox.server.stop()
    with later:
        sandbox.server = later
        assert sandbox("GET", "/__sandbox/dump?full=1").json() == before
        assert sandbox("GET", "/__sandbox/memo/story").json() == [1, 2]
        assert sandbox("POST", COMMENTS, comment("存下来"), once).status_code == 201
        assert sandbox.comments() == ["存下来"]
        assert later.world.clock.now() == datetime(2025, 9, 15, 1, tzinfo=UTC)
        later.save()
        assert path.read_bytes() == later.world.snapshot()


def test_不是快照的文件被拒绝(tmp_path: Path) -> None:
    """A file that is something else stops the start with a sentence."""
    path = tmp_path / "沙盒.json"
    path.write_text("{}")
    clock = SandboxClock(lambda: datetime(2025, 9, 1, tzinfo=UTC))
    with pytest.raises(BadBody, match="快照"):
        SandboxServer(SandboxWorld(clock), snapshot_path=path).start()


def test_没启动没有地址_停下就连不上(sandbox: Sandbox) -> None:
    """The URL is known while it runs; after stop nobody answers."""
    url = sandbox.server.url
    sandbox.server.stop()
    sandbox.server.stop()
    with pytest.raises(RuntimeError, match="start"):
        _ = sandbox.server.url
    with pytest.raises(OSError, match=r"."):
        sandbox.session.get(url, timeout=2)


def test_路由取编码的一段_字面量优先() -> None:
    """``rd%2Fx1`` is one segment and arrives decoded; a literal wins over a parameter; methods make 405."""
    router = Router(lambda _request, allowed: text_response(",".join(allowed), 405 if allowed else 404))
    router.add("GET", "/projects/{id}/issues", lambda _request, id: text_response(id))  # noqa: A006 — a route's name
    router.add("GET", "/issue/{key}", lambda _request, key: text_response(key))
    router.add("POST", "/issue/bulkfetch", lambda _request: json_response([]))

    def ask(method: str, target: str) -> Response:
        return router.respond(Request.parse(method, target))

    assert ask("GET", "/projects/rd%2Fx1-%E5%9B%BA%E4%BB%B6/issues?page=1").body.decode() == "rd/x1-固件"
    assert ask("POST", "/issue/bulkfetch").body == b"[]"
    assert ask("GET", "/issue/bulkfetch").body == b"bulkfetch"
    assert (ask("DELETE", "/issue/bulkfetch").status, ask("DELETE", "/issue/bulkfetch").body) == (405, b"GET,POST")
    assert ask("GET", "/projects//issues").status == 404


def test_请求读得出参数和头() -> None:
    """Repeated parameters keep their order, the last one counts; header names have no case."""
    request = Request.parse(
        "get", "/x?iids[]=1&iids[]=2&q=%E7%81%AF%3A%3A%E7%BA%A2&empty=", [("Private-Token", "秘密")]
    )
    assert request.args("iids[]") == ("1", "2")
    assert (request.arg("q"), request.arg("empty"), request.arg("absent", "–")) == ("灯::红", "", "–")
    assert request.headers["PRIVATE-TOKEN"] == "秘密"
    assert "private-token" in Headers([("Private-Token", "秘密")])
    with pytest.raises(BadBody):
        Request("POST", "/x", body="{坏".encode()).json()
