"""Data Center: REST v2, bearer tokens, people by name, wiki markup, pages by offset, whole histories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests
from tests.sandbox.jira.conftest import Client

from collab_sync.sandbox.jira import JiraTracker
from collab_sync.sandbox.wire import Headers, Request

if TYPE_CHECKING:
    from tests.sandbox.jira.conftest import Site

SEED = {
    "users": [
        {"name": "林珊", "jira": {"username": "linshan", "key": "JIRAUSER10100", "token": "pat18"}},
        {"name": "李明", "jira": {"username": "liming", "token": "pat02", "timeZone": "America/New_York"}},
        {"name": "协同", "bot": True, "jira": {"username": "bot", "email": "bot@dc.example.com", "token": "patb"}},
    ],
    "jira": {"edition": "datacenter", "projects": [{"key": "LINE", "types": ["任务"]}, {"key": "OPS"}]},
}


class Bearer(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@pytest.fixture
def server(site: Site) -> Site:
    """The running sandbox after a seed has made it a Data Center."""
    assert site.control("POST", "/seed", SEED).status_code == 204
    return site


def signed_in(server: Site, token: str) -> Client:
    session = requests.Session()
    session.auth = Bearer(token)
    return Client(session, f"{server.url}/jira/rest/api/2")


@pytest.fixture
def dc(server: Site) -> Iterator[Client]:
    client = signed_in(server, "patb")
    with client.session:
        yield client


def put(server: Site, key: str, **fields: object) -> str:
    wanted = {"summary": f"工单 {key}", "issuetype": {"name": "任务"}, **fields}
    made = server.control("POST", "/jira/issues", {"as": "林珊", "key": key, "fields": wanted})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def found(client: Client, jql: str, **params: str) -> list[str]:
    answer = client("GET", "/search", jql=jql, **params)
    assert answer.status_code == 200, answer.text
    return [each["key"] for each in answer.json()["issues"]]


def test_个人访问令牌登录_人员按用户名和键(server: Site, dc: Client) -> None:
    """A bearer token alone signs in, and so do user name and token; nobody has an account id."""
    me = dc("GET", "/myself").json()
    assert (me["name"], me["key"], me["emailAddress"]) == ("bot", "bot", "bot@dc.example.com")
    assert "accountId" not in me
    assert me["timeZone"] == "Asia/Shanghai"
    named = requests.get(f"{server.url}/jira/rest/api/2/myself", auth=("linshan", "pat18"), timeout=10).json()
    assert (named["name"], named["key"]) == ("linshan", "JIRAUSER10100")
    assert dc("GET", "/user", username="linshan").json()["key"] == "JIRAUSER10100"
    refused = signed_in(server, "别的".encode().hex())("GET", "/myself")
    assert (refused.status_code, refused.json()["status-code"]) == (401, 401)


def test_云上不认光秃秃的令牌(site: Site) -> None:
    """Cloud's API tokens need their e-mail address."""
    session = requests.Session()
    session.auth = Bearer("tb")
    assert Client(session, f"{site.url}/jira/rest/api/3")("GET", "/myself").status_code == 401


def test_站点自述为_Server(dc: Client) -> None:
    """deploymentType is what clients tell the editions apart by."""
    info = dc("GET", "/serverInfo").json()
    assert (info["deploymentType"], info["versionNumbers"][0]) == ("Server", 10)
    held = dc("GET", "/mypermissions", projectKey="LINE").json()["permissions"]
    assert held["ADD_COMMENTS"]["havePermission"] is True


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/search/jql", 404),
        ("POST", "/search/jql", 404),
        ("POST", "/search/approximate-count", 404),
        ("POST", "/comment/list", 404),
        ("POST", "/changelog/bulkfetch", 404),
        ("GET", "/issue/LINE-1/changelog", 404),
        ("GET", "/project/search", 404),
        ("POST", "/issue/bulkfetch", 405),
    ],
)
def test_云上才有的资源这里没有(dc: Client, method: str, path: str, status: int) -> None:
    """bulkfetch reads as an issue's key here, for which POST is not allowed."""
    assert dc(method, path, {} if method == "POST" else None).status_code == status


def test_两版互不应答(server: Site, dc: Client) -> None:
    """A Data Center has no v3, Cloud's v2 is not part of the sandbox."""
    assert Client(dc.session, f"{server.url}/jira/rest/api/3")("GET", "/myself").status_code == 404


def test_搜索按位置翻页_带总数(server: Site, dc: Client) -> None:
    """GET and POST alike; without a query everything is found; fields are *navigable unless asked for."""
    for number in range(1, 6):
        put(server, f"LINE-{number}")
    page = dc("GET", "/search", jql="project = LINE ORDER BY key", startAt="2", maxResults="2").json()
    assert (page["startAt"], page["maxResults"], page["total"]) == (2, 2, 5)
    assert [each["key"] for each in page["issues"]] == ["LINE-3", "LINE-4"]
    assert "summary" in page["issues"][0]["fields"]
    assert "comment" not in page["issues"][0]["fields"]
    assert "nextPageToken" not in page
    body = {"jql": "project = LINE ORDER BY key", "startAt": 4, "maxResults": 5000, "fields": ["comment"]}
    posted = dc("POST", "/search", body).json()
    assert (posted["maxResults"], set(posted["issues"][0]["fields"])) == (1000, {"comment"})
    assert len(found(dc, "")) == 5


def test_搜索结果里历史完整_没有属性(server: Site, dc: Client) -> None:
    """More than forty entries, oldest first, without fieldId; entity properties only with GET issue."""
    put(server, "LINE-1")
    for number in range(45):
        dc("PUT", "/issue/LINE-1", {"fields": {"summary": f"第{number}次改名"}})
    dc("PUT", "/issue/LINE-1/properties/collab-sync", {"v": 1})
    row = dc("GET", "/search", jql="key = LINE-1", expand="changelog", properties="collab-sync").json()["issues"][0]
    log = row["changelog"]
    assert (log["total"], len(log["histories"])) == (45, 45)
    assert log["histories"][0]["items"] == [
        {
            "field": "summary",
            "fieldtype": "jira",
            "from": None,
            "fromString": "工单 LINE-1",
            "to": None,
            "toString": "第0次改名",
        }
    ]
    assert "properties" not in row
    assert dc("GET", "/issue/LINE-1", properties="collab-sync").json()["properties"] == {"collab-sync": {"v": 1}}


def adf(*content: object) -> dict[str, object]:
    return {"type": "doc", "version": 1, "content": list(content)}


def test_文字进出都是_wiki_标记(dc: Client) -> None:
    """Whatever the markup, it is taken as it stands; a document is no text."""
    fields = {"project": {"key": "LINE"}, "issuetype": {"name": "任务"}, "summary": "停线"}
    made = dc("POST", "/issue", {"fields": {**fields, "description": "h2. 现象\n*停线* {noformat"}})
    assert made.status_code == 201
    key = made.json()["key"]
    assert dc("GET", f"/issue/{key}").json()["fields"]["description"] == "h2. 现象\n*停线* {noformat"
    refused = dc("POST", "/issue", {"fields": {**fields, "description": adf()}})
    assert refused.json()["errors"] == {"description": "Operation value must be a string"}
    written = dc("POST", f"/issue/{key}/comment", {"body": "已恢复 [~linshan]"})
    assert (written.status_code, written.json()["body"]) == (201, "已恢复 [~linshan]")
    assert dc("POST", f"/issue/{key}/comment", {"body": adf()}).status_code == 400
    assert dc("POST", f"/issue/{key}/comment", {"body": " "}).status_code == 400
    assert found(dc, "comment ~ 已恢复 AND description ~ 停线") == [key]


def test_同一事项两版各用各的写法(server: Site, dc: Client) -> None:
    """What was given as a document reads as wiki markup here, and as the document on Cloud."""
    text = {"type": "text", "text": "重启", "marks": [{"type": "strong"}]}
    items = [{"type": "listItem", "content": [{"type": "paragraph", "content": [text]}]}]
    document = adf(
        {"type": "heading", "attrs": {"level": 3}, "content": [{"type": "text", "text": "处置"}]},
        {"type": "bulletList", "content": items},
        {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "linshan"}}]},
    )
    put(server, "LINE-1", description=document)
    assert dc("GET", "/issue/LINE-1").json()["fields"]["description"] == "h3. 处置\n\n* *重启*\n\n[~linshan]"
    assert dc("POST", "/issue/LINE-1/comment", {"body": "一\n二\n\n三"}).status_code == 201
    assert server.control("POST", "/seed", {"jira": {"edition": "cloud"}}).status_code == 204
    fields = server.as_("bot@example.com", "tb")("GET", "/issue/LINE-1").json()["fields"]
    assert fields["description"] == document
    (comment,) = fields["comment"]["comments"]
    assert [each["type"] for each in comment["body"]["content"]] == ["paragraph", "paragraph"]
    assert [each["type"] for each in comment["body"]["content"][0]["content"]] == ["text", "hardBreak", "text"]


def test_标记随评论和事项一次写入_逐条读回(dc: Client) -> None:
    """``properties`` in the bodies of new issues and comments; lists never show them."""
    marker = {"key": "collab-sync", "value": {"rule": "esc-overdue"}}
    fields = {"project": {"key": "LINE"}, "issuetype": {"name": "任务"}, "summary": "周会"}
    key = dc("POST", "/issue", {"fields": fields, "properties": [marker]}).json()["key"]
    assert dc("GET", f"/issue/{key}/properties/collab-sync").json() == marker
    own = dc("POST", f"/issue/{key}/comment", {"body": "请更新", "properties": [marker]}).json()["id"]
    (listed,) = dc("GET", f"/issue/{key}/comment", expand="properties").json()["comments"]
    assert "properties" not in listed
    assert dc("GET", f"/comment/{own}/properties/collab-sync").json() == marker
    assert dc("PUT", f"/comment/{own}/properties/collab-sync", {"rule": "新"}).status_code == 200
    assert dc("GET", f"/comment/{own}/properties/没有").status_code == 404


def test_评论一页全给(server: Site, dc: Client) -> None:
    """No default page size; asked for, pages are cut as on Cloud."""
    put(server, "LINE-1")
    for number in range(120):
        dc("POST", "/issue/LINE-1/comment", {"body": f"第{number}条"})
    whole = dc("GET", "/issue/LINE-1/comment").json()
    assert (whole["total"], len(whole["comments"])) == (120, 120)
    assert len(dc("GET", "/issue/LINE-1/comment", startAt="100", maxResults="50").json()["comments"]) == 20


def test_经办人按用户名_不认识的被拒绝(server: Site, dc: Client) -> None:
    """The history names the user's key, people read the display name."""
    put(server, "LINE-1")
    assert dc("PUT", "/issue/LINE-1", {"fields": {"assignee": {"name": "linshan"}}}).status_code == 204
    issue = dc("GET", "/issue/LINE-1", expand="changelog").json()
    assert issue["fields"]["assignee"]["name"] == "linshan"
    (item,) = issue["changelog"]["histories"][0]["items"]
    assert (item["to"], item["toString"]) == ("JIRAUSER10100", "林珊")
    assert found(dc, "assignee = linshan") == ["LINE-1"]
    refused = dc("PUT", "/issue/LINE-1", {"fields": {"assignee": {"name": "nobody"}}})
    assert (refused.status_code, refused.json()["errors"]) == (400, {"assignee": "User 'nobody' does not exist."})
    assert dc("PUT", "/issue/LINE-1/assignee", {"name": None}).status_code == 204


def test_看不见是403_没有了是404(server: Site, dc: Client) -> None:
    """Unlike Cloud, Data Center tells a hidden issue from one that is not there."""
    own = put(server, "LINE-1")
    server.control("POST", "/jira/acts", {"act": "hide", "issue": "LINE-1"})
    hidden = dc("GET", f"/issue/{own}")
    assert hidden.status_code == 403
    assert hidden.json()["errorMessages"] == ["You do not have the permission to see the specified issue."]
    server.control("POST", "/jira/acts", {"act": "delete", "issue": "LINE-1"})
    gone = dc("GET", f"/issue/{own}")
    assert (gone.status_code, gone.json()["errorMessages"]) == (404, ["Issue Does Not Exist"])


def test_毫秒时刻与时区无关(server: Site, dc: Client) -> None:
    """A bare number is milliseconds since 1970, compared in whole seconds; in quotes it is minutes from now."""
    server.at("2025-09-15T09:05:30.700+08:00")
    put(server, "LINE-1")
    for client in (dc, signed_in(server, "pat02")):
        assert found(client, "updated >= 1757898330900") == ["LINE-1"]
        assert found(client, "updated >= 1757898331000") == []
        assert found(client, "updated <= '5'") == ["LINE-1"]
        assert found(client, "updated <= '-5'") == []
    assert dc("GET", "/search", jql="updated >= 99999999999999999999").status_code == 400


def test_关联_流转_远程链接两版相同(server: Site, dc: Client) -> None:
    """The writing that needs no text."""
    put(server, "LINE-1")
    put(server, "LINE-2")
    link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": "LINE-1"}, "outwardIssue": {"key": "LINE-2"}}
    assert dc("POST", "/issueLink", link).status_code == 201
    remote = {"globalId": "collab-sync:1", "object": {"url": "https://x.example.com/1", "title": "固件"}}
    assert dc("POST", "/issue/LINE-1/remotelink", remote).status_code == 201
    assert dc("GET", "/issue/LINE-1/remotelink", globalId="collab-sync:1").json()["object"]["title"] == "固件"
    offered = dc("GET", "/issue/LINE-1/transitions").json()["transitions"]
    done = next(each["id"] for each in offered if each["to"]["name"] == "完成")
    assert dc("POST", "/issue/LINE-1/transitions", {"transition": {"id": done}}).status_code == 204
    assert dc("PUT", "/issue/LINE-1", {"update": {"labels": [{"add": "有 空格"}]}}).status_code == 400
    assert found(dc, "statusCategory = Done") == ["LINE-1"]


def test_给人看的页面读得懂_wiki_文字(server: Site, dc: Client) -> None:
    """Paragraphs and lines as people wrote them, nothing of it markup of the page; the dump has the text."""
    put(server, "LINE-1", description="第一段\n第二行\n\n<b>第二段</b>")
    dc("POST", "/issue/LINE-1/comment", {"body": "已恢复"})
    tracker_page = JiraTracker(server.clock)
    tracker_page.load(server.control("GET", "/dump?full=1").json()["jira"])
    item = next(each for project in tracker_page.browse() for each in project.items)
    assert item.description_html == "<p>第一段<br>第二行</p><p>&lt;b&gt;第二段&lt;/b&gt;</p>"
    assert item.comments[0].html == "<p>已恢复</p>"
    assert server.control("GET", "/dump").json()["jira"]["LINE-1"]["comments"][0]["text"] == "已恢复"


def test_版本写在快照里(server: Site) -> None:
    """A snapshot brings its edition along, whatever the tracker was made as."""
    other = JiraTracker(server.clock)
    first = JiraTracker(server.clock, edition="datacenter")
    first.seed({"users": [{"name": "林珊", "username": "linshan", "token": "t18"}]}, server.clock.now())
    other.load(first.snapshot())
    request = Request("GET", "/rest/api/2/myself", (), Headers([("Authorization", "Bearer t18")]))
    answer = other.handle(request)
    assert answer.status == 200
    assert ("X-AUSERNAME", "linshan") in answer.headers


def test_接着找的那一条没了_整个查询被拒(server: Site, dc: Client) -> None:
    """Where Cloud silently finds nothing."""
    for number in (1, 2, 3):
        put(server, f"LINE-{number}")
    gone = dc("GET", "/issue/LINE-2").json()["id"]
    server.control("POST", "/jira/acts", {"act": "delete", "issue": "LINE-2"})
    refused = dc("GET", "/search", jql=f"project = LINE AND id > {gone}")
    assert refused.status_code == 400
    assert refused.json()["errorMessages"] == [f"A value with ID '{gone}' does not exist for the field 'id'."]
