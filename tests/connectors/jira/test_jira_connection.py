"""Connecting and diagnosing: what is asked, what is said, what never leaks."""

from __future__ import annotations

import inspect
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import jira
import pytest
import responses
from jira.resilientsession import ResilientSession

from collab_sync.errors import AccessError, ConfigurationError
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.mapping import FieldSources, ProjectMapping
from collab_sync.ports.tracker import Connector, Diagnosis
from collab_sync_jira import connector
from collab_sync_jira.connection import JiraConnection
from collab_sync_jira.site import JiraSite, edition_of, quoted


class Clock:
    def now(self) -> datetime:
        return datetime(2025, 9, 22, 2, 0, tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing here waits ({seconds} s)")


def of(found: tuple[Diagnosis, ...], state: str) -> list[str]:
    return [one.message for one in found if one.state == state]


def test_连接器是端口要的样子() -> None:
    offered: Connector = connector
    assert offered.kind == "jira"


def test_导入连接器不导入客户端库() -> None:
    """``collab-sync --help`` must not pay for it."""
    code = "import sys, collab_sync_jira; sys.exit(bool({'jira', 'requests'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_连接时不发请求(site: Any, mapping: ProjectMapping) -> None:
    connection = site.connect()
    connection.reader(mapping)
    connection.writer(mapping)
    connection.close()
    assert site.requests() == []


def test_我们是谁只问一次(site: Any, connection: JiraConnection) -> None:
    assert connection.whoami().id == connection.whoami().id == "bot-account"
    assert connection.whoami().display == "协同助手"
    assert [path for _method, path, _status in site.requests()] == ["myself"]


@pytest.mark.parametrize(
    ("url", "user", "edition", "meant"),
    [
        ("https://npx.atlassian.net", "bot@example.cn", "auto", "cloud"),
        ("https://api.atlassian.com/ex/jira/1", "", "auto", "cloud"),
        ("https://jira.example.cn", "", "auto", "datacenter"),
        ("http://127.0.0.1:8080/jira", "bot@example.cn", "auto", "cloud"),
        ("https://jira.example.cn", "bot", "datacenter", "datacenter"),
    ],
)
def test_版本由地址和凭据认出_也可写明(url: str, user: str, edition: Any, meant: str) -> None:
    settings = ConnectionSettings(name="j", kind="jira", url=url, user=user, token=Secret("x"), edition=edition)
    assert edition_of(settings) == meant


def test_不可能的设置在连接时就说明白() -> None:
    wrong = ConnectionSettings(name="j", kind="jira", url="https://j", token=Secret("x"), edition="premium")
    empty = ConnectionSettings(name="j", kind="jira", url="https://j.atlassian.net", user="b", token=Secret(""))
    with pytest.raises(ConfigurationError, match="edition"):
        connector.connect(wrong, Clock())
    with pytest.raises(ConfigurationError, match="令牌"):
        connector.connect(empty, Clock())


def test_私有名字还在() -> None:
    """The client library's names that ``site`` relies on; this fails before a user's daemon does."""
    assert {"get_server_info", "max_retries", "timeout", "token_auth", "logging"} <= set(
        inspect.signature(jira.JIRA).parameters
    )
    assert inspect.isfunction(jira.JIRA._get_url)
    settings = ConnectionSettings(name="j", kind="jira", url="https://j.atlassian.net", user="b", token=Secret("x"))
    session = JiraSite(settings, Clock())._client._session
    assert isinstance(session, ResilientSession)
    assert session.max_retries == 0


def test_项目键里的引号不会改变查询() -> None:
    assert quoted('NPX" OR project = "OPS') == '"NPX\\" OR project = \\"OPS"'


def test_一切正常时没有要做的事(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    found = connection.diagnose([mapping])
    assert {one.state for one in found} == {"ok"}
    assert not any(one.remedy for one in found)
    assert any("协同助手" in one.message for one in found)


def test_缺的权限逐条列出(site: Any, mapping: ProjectMapping) -> None:
    """What we would write and may not; what can be done without is a warning."""
    account = {"accountId": "half", "email": "half@example.cn", "token": "half-token"}
    denied = ["ADD_COMMENTS", "TRANSITION_ISSUES"]
    site.control("POST", "seed", {"users": [{"name": "半权", "jira": {**account, "denied": denied}}]})
    connection = site.connect(user="half@example.cn", token=Secret("half-token"))
    found = connection.diagnose([mapping])
    connection.close()
    assert of(found, "error") == ["缺少权限:添加评论(ADD_COMMENTS)。"]
    assert of(found, "warning") == ["缺少权限:流转议题(TRANSITION_ISSUES)。"]


def test_令牌无效时只说这一件事(site: Any, mapping: ProjectMapping) -> None:
    connection = site.connect(token=Secret("wrong-token"))
    found = connection.diagnose([mapping])
    connection.close()
    assert [one.subject for one in found if one.state == "error"] == ["账号"]
    assert "wrong-token" not in str(found)


def test_服务器连不上也不抛错(mapping: ProjectMapping, site: Any) -> None:
    connection = site.connect(url="http://127.0.0.1:1/jira")
    found = connection.diagnose([mapping])
    connection.close()
    assert {one.state for one in found} == {"error"}


def test_时钟相差太多会提醒(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """The server's Date header against ours."""
    site.control("PUT", "clock", {"now": (site.clock.at + timedelta(minutes=30)).isoformat()})
    assert of(connection.diagnose([mapping]), "warning") == ["我们的时钟与服务器相差约 30 分钟。"]


def test_映射没有提到的状态会提醒(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    odd = {"key": "ODD", "statuses": [{"name": "待办", "category": "new"}, {"name": "联调"}]}
    site.control("POST", "seed", {"jira": {"projects": [odd]}})
    found = connection.diagnose([mapping.model_copy(update={"project": "ODD"})])
    assert of(found, "warning") == ["映射没有提到这些状态,按它们的类别理解:联调。"]


def test_默认映射不盖过写明的() -> None:
    own = ProjectMapping(
        name="新品",
        connection="jira-npx",
        project="NPX",
        fields={"dept": FieldSources(sources=("const:研发部",))},
        status={"联调": "待验收"},
    )
    filled = connector.default_mapping(own)
    assert filled.fields["dept"].sources == ("const:研发部",)
    assert filled.fields["R"].sources == ("assignee", "cf:负责人", "sec:负责人")
    assert (filled.status["联调"], filled.status["To Do"]) == ("待验收", "未开始")


@responses.activate
def test_数据中心按编号续读_不用偏移() -> None:
    """REST v2: each page asks for what stands behind the last issue, and the empty one is believed once that issue has
    been found in its place; the token is a bearer."""
    api = "https://jira.example.cn/rest/api/2"
    fields = {"summary": "甲", "created": "2025-09-15T09:30:00.000+0800", "updated": "2025-09-15T09:30:00.000+0800"}
    issues = [{"id": str(number), "key": f"NPX-{number}", "fields": fields} for number in (7, 9)]
    responses.add("GET", f"{api}/myself", json={"name": "collab", "displayName": "协同助手"})
    responses.add("GET", f"{api}/field", json=[])
    responses.add("GET", f"{api}/project/NPX/statuses", json=[])
    responses.add("GET", f"{api}/search", json={"issues": issues, "total": 2})
    responses.add("GET", f"{api}/search", json={"issues": [], "total": 0})
    responses.add("GET", f"{api}/search", json={"issues": issues[1:], "total": 1})
    settings = ConnectionSettings(name="j", kind="jira", url="https://jira.example.cn", token=Secret("pat"))
    mapping = connector.default_mapping(ProjectMapping(name="新品", connection="j", project="NPX"))
    connection = connector.connect(settings, Clock())
    pages = list(connection.reader(mapping).pull(None))
    connection.close()
    assert [len(page.payloads) for page in pages] == [2, 0]
    asked = [call.request.params["jql"] for call in responses.calls if "/search" in str(call.request.url)]  # type: ignore[attr-defined]  # set by responses
    assert asked == [
        'project = "NPX" ORDER BY id ASC',
        'project = "NPX" AND id > 9 ORDER BY id ASC',
        'project = "NPX" AND id >= 9 ORDER BY id ASC',
    ]
    assert responses.calls[0].request.headers["Authorization"] == "Bearer pat"


GATEWAY = "https://api.atlassian.com/ex/jira/11-22"


def behind_the_gateway(**more: str) -> JiraSite:
    wanted: dict[str, Any] = {"name": "j", "kind": "jira", "url": GATEWAY, "token": Secret("oauth-token"), **more}
    return JiraSite(ConnectionSettings(auth="oauth", **wanted), Clock())


@responses.activate
def test_OAuth_经网关时_议题地址是站点自己的() -> None:
    """The gateway's address is nothing a person could open. Asked once, and before anything else."""
    server = {"baseUrl": "https://npx.atlassian.net/", "deploymentType": "Cloud"}
    responses.add(responses.GET, f"{GATEWAY}/rest/api/3/serverInfo", json=server)
    responses.add(responses.PUT, f"{GATEWAY}/rest/api/3/issue/1", status=204)
    site = behind_the_gateway()
    site.put("issue/1", {})
    site.put("issue/1", {})
    assert site.browse("NPX-1") == "https://npx.atlassian.net/browse/NPX-1"
    assert [call.request.method for call in responses.calls] == ["GET", "PUT", "PUT"]
    assert {call.request.headers["Authorization"] for call in responses.calls} == {"Bearer oauth-token"}


@responses.activate
def test_几个线程同时要_地址也只问一次_别的请求等它的回答() -> None:
    """Otherwise an item that is read meanwhile would bear the gateway's address for good."""
    learned, together = threading.Event(), threading.Barrier(6)

    def server(_request: object) -> tuple[int, dict[str, str], str]:
        learned.set()
        return 200, {}, '{"baseUrl": "https://npx.atlassian.net/"}'

    def issue(_request: object) -> tuple[int, dict[str, str], str]:
        return (200 if learned.is_set() else 409), {}, "{}"

    responses.add_callback(responses.GET, f"{GATEWAY}/rest/api/3/serverInfo", server)
    responses.add_callback(responses.GET, f"{GATEWAY}/rest/api/3/issue/1", issue)
    site = behind_the_gateway()

    def ask(_number: int) -> str:
        together.wait(30)
        site.get("issue/1")
        return site.browse("NPX-1")

    with ThreadPoolExecutor(6) as several:
        assert set(several.map(ask, range(6))) == {"https://npx.atlassian.net/browse/NPX-1"}
    assert len(responses.calls) == 7


@responses.activate
def test_问不到站点地址时_什么也不写() -> None:
    """Otherwise an issue would be created whose address nobody knows."""
    responses.add(responses.GET, f"{GATEWAY}/rest/api/3/serverInfo", status=403, json={})
    site = behind_the_gateway()
    for _ in range(2):
        with pytest.raises(AccessError):
            site.post("issue", {})
    assert [call.request.method for call in responses.calls] == ["GET", "GET"]


@responses.activate
def test_写明了_web_url_就不问() -> None:
    responses.add(responses.GET, f"{GATEWAY}/rest/api/3/myself", json={})
    site = behind_the_gateway(web_url="https://jira.example.cn")
    site.get("myself")
    assert site.browse("NPX-1") == "https://jira.example.cn/browse/NPX-1"
    assert len(responses.calls) == 1
