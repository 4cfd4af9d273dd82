"""Issues of the sandbox's Jira: what may be written, what it leaves in the history, what is refused and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.jira.conftest import Client, Site


def adf(text: str) -> dict[str, object]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def new(summary: str, **fields: object) -> dict[str, object]:
    return {"fields": {"project": {"key": "NPX"}, "issuetype": {"name": "任务"}, "summary": summary, **fields}}


def fields_of(client: Client, key: str) -> Any:
    return client("GET", f"/issue/{key}").json()["fields"]


def test_机器人建的事务从101号起(bot: Client, task: str) -> None:
    """Numbers below belong to people."""
    keys = [bot("POST", "/issue", new(title)).json()["key"] for title in ("周会", "复盘")]
    assert keys == ["NPX-101", "NPX-102"]


def test_人建的事务接着人的编号(wumin: Client, bot: Client, task: str) -> None:
    """A person's next issue follows the highest number people have, whatever the bot made meanwhile."""
    bot("POST", "/issue", new("周会"))
    assert wumin("POST", "/issue", new("准入表单合并")).json()["key"] == "NPX-31"


def test_删掉的编号不再使用(bot: Client) -> None:
    """A deleted issue is gone for good, and so is its key."""
    assert bot("POST", "/issue", new("一次")).json()["key"] == "NPX-101"
    assert bot("DELETE", "/issue/NPX-101").status_code == 204
    assert bot("GET", "/issue/NPX-101").status_code == 404
    assert bot("POST", "/issue", new("又一次")).json()["key"] == "NPX-102"


def test_时间按站点时区书写(bot: Client, task: str) -> None:
    """Jira's own format: milliseconds, an offset without a colon."""
    assert fields_of(bot, task)["created"] == "2025-09-15T09:00:00.000+0800"


def test_纯文本描述被拒绝(bot: Client) -> None:
    """API v3 takes Atlassian documents only, and says so under the field's name."""
    answer = bot("POST", "/issue", new("周会", description="纯文本"))
    assert answer.status_code == 400
    message = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
    assert answer.json() == {"errorMessages": [], "errors": {"description": message}}


def test_文档原样保存(bot: Client) -> None:
    """A document comes back as it was given, attributes and all."""
    document = adf("会议目标")
    document["content"] = [{"type": "rule"}, *document["content"]]  # type: ignore[misc]  # a list, as built above
    key = bot("POST", "/issue", new("周会", description=document)).json()["key"]
    assert fields_of(bot, key)["description"] == document


def test_几处错误一次说完而且什么都没建(bot: Client) -> None:
    """One answer names every bad field; nothing is half done."""
    wrong = new("", labels=["有 空格"], duedate="2025-13-01", nonsense=1)
    answer = bot("POST", "/issue", wrong)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"summary", "labels", "duedate", "nonsense"}
    assert bot("GET", "/search/jql", jql="project = NPX").json()["issues"] == []


def test_带空格的标签被拒绝(bot: Client, task: str) -> None:
    """Word for word what Jira answers."""
    answer = bot("PUT", f"/issue/{task}", {"update": {"labels": [{"add": "两 字"}]}})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"labels": "The label '两 字' contains spaces which is invalid."}


def test_标签增减只动说到的标签(bot: Client, task: str) -> None:
    """Adding and removing in one request; an absent label to remove is no error."""
    update = {"labels": [{"add": "灯::红"}, {"remove": "没有的"}, {"add": "延期"}]}
    answer = bot("PUT", f"/issue/{task}", {"update": update})
    assert (answer.status_code, answer.content) == (204, b"")
    assert set(fields_of(bot, task)["labels"]) == {"部门::采购部", "灯::红", "延期"}


def test_一次修改留一条历史(site: Site, wumin: Client, task: str) -> None:
    """Field, ids and texts before and after, author and time; ``updated`` moves along."""
    site.at("2025-09-16T10:30:00+08:00")
    wumin("PUT", f"/issue/{task}", {"fields": {"duedate": "2025-10-20", "assignee": None}})
    issue = wumin("GET", f"/issue/{task}", expand="changelog").json()
    (entry,) = issue["changelog"]["histories"]
    assert issue["fields"]["updated"] == entry["created"] == "2025-09-16T10:30:00.000+0800"
    assert entry["author"]["displayName"] == "吴敏"
    due, assignee = entry["items"]
    assert (due["from"], due["to"], due["fieldId"]) == ("2025-10-14", "2025-10-20", "duedate")
    assert (assignee["from"], assignee["fromString"], assignee["to"]) == ("557058:u13", "吴敏", None)


def test_什么都没改就不动更新时间(site: Site, wumin: Client, task: str) -> None:
    """Setting what is already so leaves neither history nor a new ``updated``."""
    site.at("2025-09-16T10:30:00+08:00")
    assert wumin("PUT", f"/issue/{task}", {"update": {"labels": [{"add": "部门::采购部"}]}}).status_code == 204
    issue = wumin("GET", f"/issue/{task}", expand="changelog").json()
    assert issue["changelog"]["total"] == 0
    assert issue["fields"]["updated"] == "2025-09-15T09:00:00.000+0800"


def test_同一字段不能两处都写(wumin: Client, task: str) -> None:
    """``fields`` and ``update`` must not both name a field."""
    body = {"fields": {"labels": ["甲"]}, "update": {"labels": [{"add": "乙"}]}}
    assert "labels" in wumin("PUT", f"/issue/{task}", body).json()["errors"]
    assert fields_of(wumin, task)["labels"] == ["部门::采购部"]


def test_进入完成类状态就有解决时间_离开就没有(site: Site, wumin: Client, task: str) -> None:
    """``resolutiondate`` follows the status category; both leave a history."""
    ids = {each["to"]["name"]: each["id"] for each in wumin("GET", f"/issue/{task}/transitions").json()["transitions"]}
    site.at("2025-09-17T10:00:00+08:00")
    assert wumin("POST", f"/issue/{task}/transitions", {"transition": {"id": ids["完成"]}}).status_code == 204
    done = fields_of(wumin, task)
    assert (done["status"]["name"], done["resolutiondate"]) == ("完成", "2025-09-17T10:00:00.000+0800")
    assert done["status"]["statusCategory"]["key"] == "done"
    wumin("POST", f"/issue/{task}/transitions", {"transition": {"id": ids["处理中"]}})
    assert fields_of(wumin, task)["resolutiondate"] is None
    histories = wumin("GET", f"/issue/{task}/changelog").json()["values"]
    assert [item["field"] for entry in histories for item in entry["items"]] == ["resolution", "status"] * 2


def test_工作流没有的转换被拒绝(site: Site, wumin: Client) -> None:
    """With arrows of its own a project allows only those."""
    workflow = {
        "key": "LINE",
        "statuses": [{"name": "排队", "category": "new"}, {"name": "生产"}, {"name": "入库", "category": "done"}],
        "transitions": [
            {"name": "开工", "from": ["排队"], "to": "生产"},
            {"name": "收工", "from": ["生产"], "to": "入库"},
        ],
    }
    site.control("POST", "/seed", {"jira": {"projects": [workflow]}})
    body = new("生产线A调试", project={"key": "LINE"})
    key = wumin("POST", "/issue", body).json()["key"]
    (only,) = wumin("GET", f"/issue/{key}/transitions").json()["transitions"]
    assert (only["name"], only["to"]["name"]) == ("开工", "生产")
    refused = wumin("POST", f"/issue/{key}/transitions", {"transition": {"id": str(int(only["id"]) + 1)}})
    assert refused.status_code == 400
    assert fields_of(wumin, key)["status"]["name"] == "排队"


def test_人员自定义字段(site: Site, wumin: Client, task: str) -> None:
    """User pickers take and give accounts; unknown accounts are refused."""
    ids = {each["name"]: each["id"] for each in wumin("GET", "/field").json() if each["custom"]}
    people = [{"accountId": "557058:u18"}, {"accountId": "557058:u02"}]
    values = {ids["审批人"]: {"accountId": "557058:u18"}, ids["协助人"]: people, ids["完成标准"]: "评分 90 以上"}
    assert wumin("PUT", f"/issue/{task}", {"fields": values}).status_code == 204
    fields = fields_of(wumin, task)
    assert fields[ids["审批人"]]["displayName"] == "林珊"
    assert [each["displayName"] for each in fields[ids["协助人"]]] == ["林珊", "李明"]
    assert fields[ids["完成标准"]] == "评分 90 以上"
    nobody = {"fields": {ids["审批人"]: {"accountId": "没有这个人"}}}
    assert wumin("PUT", f"/issue/{task}", nobody).status_code == 400


def test_没有登录就是401而且不是JSON(site: Site, task: str) -> None:
    """A wrong token gets Jira's plain sentence."""
    stranger = site.as_("wumin@example.com", "错的令牌".encode().hex())
    answer = stranger("GET", f"/issue/{task}")
    assert (answer.status_code, answer.text) == (401, "Client must be authenticated to access this resource.")


def test_看不见就是404_没有编辑权就是403(site: Site, task: str) -> None:
    """Missing and invisible look the same; what may be seen but not changed is 403."""
    outsider, guest = site.as_("outsider@example.com", "t98"), site.as_("guest@example.com", "t99")
    message = "Issue does not exist or you do not have permission to see it."
    for answer in (outsider("GET", f"/issue/{task}"), guest("GET", "/issue/NPX-9999")):
        assert (answer.status_code, answer.json()["errorMessages"]) == (404, [message])
    assert guest("GET", f"/issue/{task}").status_code == 200
    assert guest("PUT", f"/issue/{task}", {"fields": {"summary": "改名"}}).status_code == 403
    assert guest("POST", "/issue", new("新建")).status_code == 403


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/没有", 404), ("PATCH", "/issue/NPX-30", 405)])
def test_没有的资源和方法(wumin: Client, task: str, method: str, path: str, status: int) -> None:
    """Unknown paths are 404, known paths with another method 405."""
    assert wumin(method, path).status_code == status


def test_变更历史分页(site: Site, wumin: Client, task: str) -> None:
    """Oldest first in the resource, latest first and at most 40 in expand=changelog."""
    for number in range(45):
        wumin("PUT", f"/issue/{task}", {"fields": {"summary": f"第{number}次改名"}})
    page = wumin("GET", f"/issue/{task}/changelog", startAt="40", maxResults="3").json()
    assert (page["total"], page["isLast"], len(page["values"])) == (45, False, 3)
    assert page["values"][0]["items"][0]["toString"] == "第40次改名"
    assert "startAt=43" in page["nextPage"]
    expanded = wumin("GET", f"/issue/{task}", expand="changelog").json()["changelog"]
    assert (expanded["total"], len(expanded["histories"])) == (45, 40)
    assert expanded["histories"][0]["items"][0]["toString"] == "第44次改名"


def test_批量读取按编号并列出读不到的(wumin: Client, task: str) -> None:
    """bulkfetch gives ascending ids whatever the order asked, and an error for what is not there."""
    second = wumin("POST", "/issue", new("表单合并")).json()["key"]
    body = {"issueIdsOrKeys": [second, task, "NPX-9999"], "fields": ["summary"]}
    answer = wumin("POST", "/issue/bulkfetch", body).json()
    assert [each["key"] for each in answer["issues"]] == [task, second]
    assert [each["id"] for each in answer["issueErrors"]] == ["NPX-9999"]
    assert set(answer["issues"][0]["fields"]) == {"summary"}


def test_批量读历史按字段过滤并翻页(wumin: Client, task: str) -> None:
    """changelog/bulkfetch keeps only the wanted fields and goes on by token."""
    for day in ("2025-10-15", "2025-10-16"):
        wumin("PUT", f"/issue/{task}", {"fields": {"duedate": day, "summary": f"改到 {day}"}})
    body = {"issueIdsOrKeys": [task], "fieldIds": ["duedate"], "maxResults": 1}
    first = wumin("POST", "/changelog/bulkfetch", body).json()
    second = wumin("POST", "/changelog/bulkfetch", {**body, "nextPageToken": first["nextPageToken"]}).json()
    items = [page["issueChangeLogs"][0]["changeHistories"][0]["items"] for page in (first, second)]
    assert [[each["to"] for each in entry] for entry in items] == [["2025-10-15"], ["2025-10-16"]]
    assert "nextPageToken" not in second


def test_不认识的经办人被拒绝(wumin: Client, task: str) -> None:
    """The issue keeps the one it has."""
    answer = wumin("PUT", f"/issue/{task}", {"fields": {"assignee": {"accountId": "没有这人"}}})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"assignee": "User '没有这人' cannot be assigned issues."}
    assert fields_of(wumin, task)["assignee"]["displayName"] == "吴敏"
