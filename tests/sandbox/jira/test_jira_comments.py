"""Comments, properties and links of the sandbox's Jira."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.jira.conftest import Client, Site


def adf(text: str) -> dict[str, object]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def test_评论连同隐藏标记一次写入(bot: Client, task: str) -> None:
    """Properties go in with the comment and come back only when asked for."""
    marker = {"key": "collab-sync", "value": {"rule": "esc-overdue", "key": "第1次"}}
    written = bot("POST", f"/issue/{task}/comment", {"body": adf("请今天更新进展"), "properties": [marker]})
    assert written.status_code == 201
    own = written.json()["id"]
    (plain,) = bot("GET", f"/issue/{task}/comment").json()["comments"]
    assert "properties" not in plain
    (listed,) = bot("POST", "/comment/list", {"ids": [int(own)]}, expand="properties").json()["values"]
    assert listed["properties"] == [marker]
    assert bot("GET", f"/comment/{own}/properties/collab-sync").json() == marker


def test_评论让更新时间前进而不留历史(site: Site, bot: Client, task: str) -> None:
    """Jira's changelog knows no comments; ``updated`` does."""
    site.at("2025-09-16T11:00:00+08:00")
    bot("POST", f"/issue/{task}/comment", {"body": adf("收到")})
    issue = bot("GET", f"/issue/{task}", expand="changelog").json()
    assert issue["fields"]["updated"] == "2025-09-16T11:00:00.000+0800"
    assert issue["changelog"]["total"] == 0


def test_属性不动更新时间(site: Site, bot: Client, task: str) -> None:
    """Entity properties are invisible to ``updated``."""
    site.at("2025-09-16T11:00:00+08:00")
    assert bot("PUT", f"/issue/{task}/properties/collab-sync", {"v": 1}).status_code == 201
    assert bot("PUT", f"/issue/{task}/properties/collab-sync", {"v": 2}).status_code == 200
    issue = bot("GET", f"/issue/{task}", properties="collab-sync,没有的").json()
    assert issue["properties"] == {"collab-sync": {"v": 2}}
    assert issue["fields"]["updated"] == "2025-09-15T09:00:00.000+0800"
    assert bot("DELETE", f"/issue/{task}/properties/collab-sync").status_code == 204
    assert bot("GET", f"/issue/{task}/properties/collab-sync").status_code == 404


def test_纯文本评论被拒绝(bot: Client, task: str) -> None:
    """Word for word what Jira answers to a plain string."""
    answer = bot("POST", f"/issue/{task}/comment", {"body": "纯文本"})
    assert answer.status_code == 400
    assert answer.json() == {"errorMessages": [], "errors": {"comment": "Comment body is not valid!"}}


def test_评论最多三万两千七百六十七字(bot: Client, task: str) -> None:
    """The limit counts characters, not bytes, and is exact."""
    assert bot("POST", f"/issue/{task}/comment", {"body": adf("长" * 32_767)}).status_code == 201
    answer = bot("POST", f"/issue/{task}/comment", {"body": adf("长" * 32_768)})
    assert answer.status_code == 400
    assert "32,767" in answer.json()["errors"]["comment"]
    assert bot("GET", f"/issue/{task}/comment").json()["total"] == 1


def test_评论翻页和倒序(site: Site, bot: Client, task: str) -> None:
    """startAt and maxResults cut the list, orderBy=-created turns it round."""
    for hour in range(10, 14):
        site.at(f"2025-09-15T{hour}:00:00+08:00")
        bot("POST", f"/issue/{task}/comment", {"body": adf(f"{hour} 点")})
    page = bot("GET", f"/issue/{task}/comment", startAt="1", maxResults="2").json()
    assert (page["startAt"], page["maxResults"], page["total"]) == (1, 2, 4)
    assert [each["created"][11:13] for each in page["comments"]] == ["11", "12"]
    latest = bot("GET", f"/issue/{task}/comment", orderBy="-created", maxResults="1").json()["comments"]
    assert latest[0]["created"][11:13] == "13"


def test_只有作者能改自己的评论(site: Site, bot: Client, wumin: Client, task: str) -> None:
    """Somebody else's comment stays as it is; the author's change shows who and when."""
    own = bot("POST", f"/issue/{task}/comment", {"body": adf("第一版")}).json()["id"]
    assert wumin("PUT", f"/issue/{task}/comment/{own}", {"body": adf("别人改的")}).status_code == 400
    assert wumin("DELETE", f"/issue/{task}/comment/{own}").status_code == 400
    site.at("2025-09-15T12:00:00+08:00")
    changed = bot("PUT", f"/issue/{task}/comment/{own}", {"body": adf("第二版")}).json()
    assert changed["body"] == adf("第二版")
    assert (changed["created"], changed["updated"]) == (
        "2025-09-15T09:00:00.000+0800",
        "2025-09-15T12:00:00.000+0800",
    )


def test_没有评论权限(site: Site, task: str) -> None:
    """Jira answers 400 with a sentence, not 403."""
    guest = site.as_("guest@example.com", "t99")
    answer = guest("POST", f"/issue/{task}/comment", {"body": adf("我也说两句")})
    assert answer.status_code == 400
    assert answer.json()["errorMessages"] == ["访客, you do not have the permission to comment on this issue."]


def test_搜索结果里最多二十条评论(bot: Client, task: str) -> None:
    """A search is no place to read all comments; its total tells that there are more."""
    for number in range(23):
        bot("POST", f"/issue/{task}/comment", {"body": adf(f"第{number}条")})
    (row,) = bot("GET", "/search/jql", jql=f"key = {task}", fields="comment").json()["issues"]
    comments = row["fields"]["comment"]
    assert (len(comments["comments"]), comments["total"]) == (20, 23)
    assert len(bot("GET", f"/issue/{task}").json()["fields"]["comment"]["comments"]) == 23


def test_事务链接两边都看得到也都有历史(site: Site, bot: Client, task: str) -> None:
    """inwardIssue —blocks→ outwardIssue; each end shows the other, and says what changed."""
    body = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "合同评审"}
    other = bot("POST", "/issue", {"fields": body}).json()["key"]
    link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": task}, "outwardIssue": {"key": other}}
    answer = bot("POST", "/issueLink", link)
    assert (answer.status_code, answer.content) == (201, b"")
    assert bot("POST", "/issueLink", link).status_code == 201
    (seen,) = bot("GET", f"/issue/{task}").json()["fields"]["issuelinks"]
    assert seen["outwardIssue"]["key"] == other
    (back,) = bot("GET", f"/issue/{other}").json()["fields"]["issuelinks"]
    assert back["inwardIssue"]["key"] == task
    (entry,) = bot("GET", f"/issue/{other}/changelog").json()["values"]
    assert entry["items"][0]["toString"] == f"This issue is blocked by {task}"
    assert bot("DELETE", f"/issueLink/{seen['id']}").status_code == 204
    assert bot("GET", f"/issue/{task}").json()["fields"]["issuelinks"] == []


def test_外部链接按全局编号更新(bot: Client, task: str) -> None:
    """The same globalId is replaced (200), another one is new (201)."""

    def put(url: str, title: str) -> int:
        body = {"globalId": "gitlab=fw#5", "object": {"url": url, "title": title}, "relationship": "镜像"}
        return bot("POST", f"/issue/{task}/remotelink", body).status_code

    assert put("https://gitlab.example.com/rd/x1/-/issues/5", "旧标题") == 201
    assert put("https://gitlab.example.com/rd/x1/-/issues/5", "新标题") == 200
    (link,) = bot("GET", f"/issue/{task}/remotelink").json()
    assert (link["object"]["title"], link["relationship"]) == ("新标题", "镜像")
    missing = bot("POST", f"/issue/{task}/remotelink", {"object": {"url": "https://x.example.com"}})
    assert (missing.status_code, missing.json()["errors"]) == (400, {"title": "'title' is required."})
    assert bot("DELETE", f"/issue/{task}/remotelink", globalId="gitlab=fw#5").status_code == 204
    assert bot("GET", f"/issue/{task}/remotelink").json() == []


def test_评论满了就是413_什么也没写(site: Site, bot: Client, task: str) -> None:
    """``commentLimit``: retrying will never help; deleting one makes room."""
    assert site.control("POST", "/seed", {"jira": {"commentLimit": 2}}).status_code == 204
    first = bot("POST", f"/issue/{task}/comment", {"body": adf("一")}).json()["id"]
    assert bot("POST", f"/issue/{task}/comment", {"body": adf("二")}).status_code == 201
    full = bot("POST", f"/issue/{task}/comment", {"body": adf("三")})
    assert full.status_code == 413
    assert full.json()["errorMessages"] == ["The issue has reached the per-issue limit for comments."]
    assert bot("GET", f"/issue/{task}/comment").json()["total"] == 2
    assert bot("PUT", f"/issue/{task}/comment/{first}", {"body": adf("一改")}).status_code == 200
    bot("DELETE", f"/issue/{task}/comment/{first}")
    assert bot("POST", f"/issue/{task}/comment", {"body": adf("三")}).status_code == 201


def test_评论可以只给某个角色或组看(bot: Client, task: str) -> None:
    """Stored and shown as given; changing the text keeps it, null lifts it, another kind is refused."""
    role = {"type": "role", "value": "Administrators"}
    body = {"body": adf("内部"), "visibility": role}
    own = bot("POST", f"/issue/{task}/comment", body).json()["id"]
    path = f"/issue/{task}/comment/{own}"
    assert bot("GET", path).json()["visibility"] == role
    assert bot("PUT", path, {"body": adf("内部二")}).json()["visibility"] == role
    assert "visibility" not in bot("PUT", path, {"body": adf("公开"), "visibility": None}).json()
    for wrong in ({"type": "user", "value": "x"}, {"type": "group"}, "Administrators"):
        assert bot("POST", f"/issue/{task}/comment", {"body": adf("内部"), "visibility": wrong}).status_code == 400


def test_服务台的内部评论是一个属性(bot: Client, task: str) -> None:
    """``sd.public.comment`` is taken like any property, and makes the comment internal."""
    internal = {"key": "sd.public.comment", "value": {"internal": True}}
    own = bot("POST", f"/issue/{task}/comment", {"body": adf("内部"), "properties": [internal]}).json()["id"]
    plain = bot("POST", f"/issue/{task}/comment", {"body": adf("公开")}).json()["id"]
    shown = {each["id"]: each["jsdPublic"] for each in bot("GET", f"/issue/{task}/comment").json()["comments"]}
    assert shown == {own: False, plain: True}


def test_属性至多三万两千七百六十八字(bot: Client, task: str) -> None:
    """Counted in characters of the JSON text, quotes included; the refused value is not kept."""
    path = f"/issue/{task}/properties/collab-sync"
    assert bot("PUT", path, "长" * 32_766).status_code == 201
    assert bot("PUT", path, "长" * 32_767).status_code == 400
    assert len(bot("GET", path).json()["value"]) == 32_766
    marker = {"key": "collab-sync", "value": "长" * 32_767}
    assert bot("POST", f"/issue/{task}/comment", {"body": adf("一"), "properties": [marker]}).status_code == 400
    assert bot("GET", f"/issue/{task}/comment").json()["total"] == 0
