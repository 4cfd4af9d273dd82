"""Searching over HTTP: bounded queries, pages by token, fields, and what the site says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.jira.conftest import Client, Site


@pytest.fixture
def seven(site: Site) -> list[str]:
    """Keys of seven issues, one a minute from 09:00 on."""
    keys = []
    for number in range(1, 8):
        site.at(f"2025-09-15T09:0{number}:30+08:00")
        fields = {"summary": f"任务{number}", "issuetype": {"name": "任务"}}
        body = {"as": "林珊", "key": f"NPX-{number}", "fields": fields}
        keys.append(site.control("POST", "/jira/issues", body).json()["key"])
    return keys


def pages(client: Client, body: dict[str, object]) -> list[list[str]]:
    """Keys page by page, until no token is left; at most twenty pages."""
    found: list[list[str]] = []
    token: dict[str, object] = {}
    for _ in range(20):
        answer = client("POST", "/search/jql", {**body, **token}).json()
        found.append([each["key"] for each in answer["issues"]])
        assert answer["isLast"] == ("nextPageToken" not in answer)
        if answer["isLast"]:
            break
        token = {"nextPageToken": answer["nextPageToken"]}
    return found


def test_翻页不漏不重(bot: Client, seven: list[str]) -> None:
    """Seven rows in pages of three; the last page has no token, no page has a total."""
    body = {"jql": "project = NPX ORDER BY updated ASC, id ASC", "fields": ["key"], "maxResults": 3}
    assert pages(bot, body) == [seven[:3], seven[3:6], seven[6:]]
    assert "total" not in bot("POST", "/search/jql", body).json()


def test_令牌只认自己的查询(bot: Client, seven: list[str]) -> None:
    """A token of another query or of nobody is refused."""
    body = {"jql": "project = NPX", "maxResults": 3}
    token = bot("POST", "/search/jql", body).json()["nextPageToken"]
    other = bot("POST", "/search/jql", {"jql": "project = NPX AND labels is EMPTY", "nextPageToken": token})
    assert other.status_code == 400
    broken = bot("GET", "/search/jql", jql="project = NPX", nextPageToken="不是令牌")
    assert broken.json()["errorMessages"] == ["Invalid format of nextPageToken"]


def test_故障可以让页变短甚至变空(site: Site, bot: Client, seven: list[str]) -> None:
    """A short page is no last page: only a missing token is."""
    for limit in (0, 2):
        fault = {"match": {"path": "/search/jql", "nth": 1}, "effect": {"page_limit": limit}}
        site.control("DELETE", "/faults")
        site.control("POST", "/faults", fault)
        found = pages(bot, {"jql": "project = NPX ORDER BY key", "fields": ["key"], "maxResults": 5})
        assert len(found[0]) == limit
        assert [key for page in found for key in page] == seven


def test_默认只给编号(bot: Client, seven: list[str]) -> None:
    """Without ``fields`` a row is its id and nothing else; *all gives everything, -name takes away."""
    (row,) = bot("GET", "/search/jql", jql="key = NPX-1").json()["issues"]
    assert set(row) == {"id"}
    (row,) = bot("GET", "/search/jql", jql="key = NPX-1", fields="*all,-comment").json()["issues"]
    assert "summary" in row["fields"]
    assert "comment" not in row["fields"]
    (row,) = bot("GET", "/search/jql", jql="key = NPX-1", fields="summary,updated").json()["issues"]
    assert set(row["fields"]) == {"summary", "updated"}


@pytest.mark.parametrize("jql", ["", "ORDER BY created DESC"])
def test_没有边界的查询被拒绝(bot: Client, jql: str) -> None:
    """An ordering alone restricts nothing."""
    answer = bot("GET", "/search/jql", jql=jql)
    assert answer.status_code == 400
    assert answer.json()["errorMessages"][0].startswith("Unbounded JQL queries are not allowed here.")


def test_旧的搜索接口已经没有了(bot: Client) -> None:
    """/search is gone and says where to go."""
    answer = bot("GET", "/search", jql="project = NPX")
    assert answer.status_code == 410
    assert "/rest/api/3/search/jql" in answer.json()["errorMessages"][0]


def test_计数(bot: Client, seven: list[str]) -> None:
    """approximate-count takes the same bounded queries."""
    assert bot("POST", "/search/approximate-count", {"jql": "project = NPX"}).json() == {"count": 7}
    assert bot("POST", "/search/approximate-count", {"jql": ""}).status_code == 400


def test_各账号按自己的时区提问(site: Site, bot: Client, seven: list[str]) -> None:
    """李明 lives in UTC: his 01:05 is Shanghai's 09:05."""
    liming = site.as_("liming@example.com", "t02")
    jql = 'project = NPX AND updated >= "2025-09-15 {0}:05" ORDER BY key'
    expected = ["NPX-5", "NPX-6", "NPX-7"]
    for client, hour in ((bot, "09"), (liming, "01")):
        rows = client("GET", "/search/jql", jql=jql.format(hour), fields="key").json()["issues"]
        assert [each["key"] for each in rows] == expected
    assert liming("GET", "/myself").json()["timeZone"] == "UTC"


def test_站点自述(site: Site, bot: Client) -> None:
    """Server, account, project, statuses, permissions, link types."""
    info = bot("GET", "/serverInfo").json()
    assert (info["deploymentType"], info["baseUrl"]) == ("Cloud", f"{site.url}/jira")
    assert bot("GET", "/myself").json()["emailAddress"] == "bot@example.com"
    project = bot("GET", "/project/NPX").json()
    assert [each["name"] for each in project["issueTypes"]] == ["任务", "风险"]
    statuses = bot("GET", "/project/NPX/statuses").json()[0]["statuses"]
    assert [each["name"] for each in statuses] == ["待办", "处理中", "待验收", "完成", "已结项", "已取消"]
    names = [each["name"] for each in bot("GET", "/issueLinkType").json()["issueLinkTypes"]]
    assert {"Blocks", "Relates"} <= set(names)
    assert bot("GET", "/project/ABC").status_code == 404


def test_权限按账号回答(site: Site, bot: Client) -> None:
    """What is denied in the seed is what mypermissions says."""
    guest = site.as_("guest@example.com", "t99")
    asked = "BROWSE_PROJECTS,ADD_COMMENTS,ADMINISTER"
    for client, comments in ((bot, True), (guest, False)):
        given = client("GET", "/mypermissions", permissions=asked, projectKey="NPX").json()["permissions"]
        have = {name: each["havePermission"] for name, each in given.items()}
        assert have == {"BROWSE_PROJECTS": True, "ADD_COMMENTS": comments, "ADMINISTER": False}
    assert bot("GET", "/mypermissions", permissions="没有的").status_code == 400


def test_按名字找人(bot: Client) -> None:
    """A part of the name finds people; their e-mail addresses stay hidden."""
    (found,) = bot("GET", "/user/search", query="吴").json()
    assert found["accountId"] == "557058:u13"
    assert "emailAddress" not in found
