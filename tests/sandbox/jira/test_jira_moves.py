"""Issues that go elsewhere, out of sight or away: what the site then says by id, by key and in searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.jira.conftest import Client, Site

MISSING = "Issue does not exist or you do not have permission to see it."


@pytest.fixture
def ops(site: Site) -> None:
    """A second project, without risks and with a workflow of its own."""
    project = {
        "key": "OPS",
        "name": "运维",
        "types": ["任务"],
        "statuses": [{"name": "排队", "category": "new"}, {"name": "完成", "category": "done"}],
    }
    assert site.control("POST", "/seed", {"jira": {"projects": [project]}}).status_code == 204


def act(site: Site, act: str, **wanted: object) -> Any:
    answer = site.control("POST", "/jira/acts", {"act": act, **wanted})
    assert answer.status_code == 200, answer.text
    return answer.json()


def keys(client: Client, jql: str) -> list[str]:
    return [each["key"] for each in client("GET", "/search/jql", jql=jql, fields="key").json()["issues"]]


@pytest.mark.usefixtures("ops")
def test_移走后编号还是那个_键是新的(site: Site, bot: Client, task: str) -> None:
    """Id and history stay; the old key goes on leading to the issue, which answers with its new one."""
    own = bot("GET", f"/issue/{task}").json()["id"]
    site.at("2025-09-16T10:00:00+08:00")
    moved = act(site, "move", issue=task, project="OPS", **{"as": "吴敏"})
    assert moved == {"id": own, "key": "OPS-1"}
    for name in (own, task, "OPS-1"):
        there = bot("GET", f"/issue/{name}").json()
        assert (there["id"], there["key"], there["fields"]["project"]["key"]) == (own, "OPS-1", "OPS")
    assert there["fields"]["updated"] == "2025-09-16T10:00:00.000+0800"
    assert keys(bot, "project = NPX") == []
    assert keys(bot, f"key = {task}") == keys(bot, "project = OPS") == ["OPS-1"]


@pytest.mark.usefixtures("ops")
def test_移动写进历史(site: Site, bot: Client, task: str) -> None:
    """One entry: project by id and name, the key, and the status that the new project does not know."""
    act(site, "move", issue=task, project="OPS", **{"as": "吴敏"})
    (entry,) = bot("GET", f"/issue/{task}/changelog").json()["values"]
    assert entry["author"]["displayName"] == "吴敏"
    shown = [(each["field"], each["fromString"], each["toString"]) for each in entry["items"]]
    assert shown == [("project", "新品X1", "运维"), ("Key", "NPX-30", "OPS-1"), ("status", "待办", "排队")]
    assert "fieldId" not in entry["items"][1]


@pytest.mark.usefixtures("ops")
def test_移走的键不再给别人(site: Site, bot: Client, wumin: Client, task: str) -> None:
    """Not even when the issue comes back, under a third key."""
    act(site, "move", issue=task, project="OPS", **{"as": "吴敏"})
    fields = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "表单合并"}
    assert wumin("POST", "/issue", {"fields": fields}).json()["key"] == "NPX-31"
    assert act(site, "move", issue="OPS-1", project="NPX", **{"as": "吴敏"})["key"] == "NPX-32"
    assert bot("GET", "/issue/OPS-1").json()["key"] == bot("GET", f"/issue/{task}").json()["key"] == "NPX-32"


def test_设了安全级别就从搜索里消失_按编号是404(site: Site, bot: Client, wumin: Client, task: str) -> None:
    """Only the level's members see it; to the others it is as if it had never been."""
    own = bot("GET", f"/issue/{task}").json()["id"]
    comment = {"type": "doc", "version": 1, "content": [{"type": "rule"}]}
    written = bot("POST", f"/issue/{task}/comment", {"body": comment}).json()["id"]
    act(site, "hide", issue=task, level="人事", members=["吴敏"])
    assert wumin("GET", f"/issue/{task}").json()["fields"]["security"]["name"] == "人事"
    assert keys(wumin, "project = NPX") == [task]
    for path in (f"/issue/{task}", f"/issue/{own}", f"/issue/{task}/comment", f"/issue/{own}/properties/x"):
        answer = bot("GET", path)
        assert (answer.status_code, answer.json()["errorMessages"]) == (404, [MISSING])
    assert keys(bot, "project = NPX") == []
    assert bot("POST", "/comment/list", {"ids": [int(written)]}).json()["values"] == []
    assert bot("POST", "/issue/bulkfetch", {"issueIdsOrKeys": [own]}).json()["issues"] == []
    assert bot("PUT", f"/issue/{task}", {"fields": {"summary": "改名"}}).status_code == 404
    refused = bot("GET", "/search/jql", jql=f"key = {task}")
    assert refused.json()["errorMessages"] == [f"An issue with key '{task}' does not exist for field 'key'."]


def test_放开以后又看得见_历史里有两次(site: Site, bot: Client, task: str) -> None:
    """The level came and went, and ``updated`` moved."""
    act(site, "hide", issue=task)
    site.at("2025-09-17T10:00:00+08:00")
    act(site, "show", issue=task)
    issue = bot("GET", f"/issue/{task}", expand="changelog").json()
    assert "security" not in issue["fields"]
    assert issue["fields"]["updated"] == "2025-09-17T10:00:00.000+0800"
    levels = [
        (item["fromString"], item["toString"]) for each in issue["changelog"]["histories"] for item in each["items"]
    ]
    assert levels == [("受限", None), (None, "受限")]


def test_看不见的一端不在链接里(site: Site, bot: Client, wumin: Client, task: str) -> None:
    """Links and parents do not betray hidden issues."""
    fields = {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": "合同", "parent": {"key": task}}
    other = wumin("POST", "/issue", {"fields": fields}).json()["key"]
    ends = {"type": {"name": "Blocks"}, "inwardIssue": {"key": task}, "outwardIssue": {"key": other}}
    assert bot("POST", "/issueLink", ends).status_code == 201
    act(site, "hide", issue=task, members=["吴敏"])
    seen, hidden = (client("GET", f"/issue/{other}").json()["fields"] for client in (wumin, bot))
    assert (len(seen["issuelinks"]), seen["parent"]["key"]) == (1, task)
    assert (hidden["issuelinks"], "parent" in hidden) == ([], False)


def test_删除的按编号和键都是404(site: Site, bot: Client, task: str) -> None:
    """Gone for searches, too; the key is never given again."""
    own = bot("GET", f"/issue/{task}").json()["id"]
    assert act(site, "delete", issue=task) == {"id": own, "key": task}
    for name in (own, task):
        answer = bot("GET", f"/issue/{name}")
        assert (answer.status_code, answer.json()["errorMessages"]) == (404, [MISSING])
    assert keys(bot, "project = NPX") == []


def test_收回浏览权限_项目就不存在了(site: Site, bot: Client, wumin: Client, task: str) -> None:
    """404 for the project, 400 in Jira's words for searching it; others see it still, and granting brings it back."""
    act(site, "revoke", account="协同", project="NPX")
    assert bot("GET", "/project/NPX").status_code == 404
    assert bot("GET", f"/issue/{task}").status_code == 404
    refused = bot("GET", "/search/jql", jql="project = NPX")
    assert refused.status_code == 400
    assert refused.json()["errorMessages"] == ["The value 'NPX' does not exist for the field 'project'."]
    assert wumin("GET", f"/issue/{task}").status_code == 200
    act(site, "grant", account="协同", project="NPX")
    assert bot("GET", "/project/NPX").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        {"act": "fly", "issue": "NPX-30"},
        {"act": "move", "issue": "NPX-99", "project": "NPX"},
        {"act": "move", "issue": "NPX-30", "project": "没有"},
        {"act": "move", "issue": "NPX-30", "project": "NPX"},
        {"act": "hide", "issue": "NPX-30", "members": ["没有这人"]},
        {"act": "delete", "issue": "NPX-30", "as": "没有这人"},
        {"act": "revoke", "account": "没有这人", "project": "NPX"},
        {},
    ],
)
def test_做不到的事一概拒绝_什么也不变(site: Site, bot: Client, task: str, wanted: dict[str, object]) -> None:
    """A sentence says what is not there."""
    answer = site.control("POST", "/jira/acts", wanted)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    issue = bot("GET", f"/issue/{task}", expand="changelog").json()
    assert (issue["key"], issue["changelog"]["total"]) == (task, 0)


def test_没有的系统没有这扇门(site: Site) -> None:
    """404 of the control API, not a defect."""
    assert site.control("POST", "/nowhere/acts", {"act": "move"}).status_code == 404
