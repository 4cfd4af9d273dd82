"""Reading a project over HTTP: nothing lost, nothing taken for the whole that is a part, few requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from collab_sync.errors import AccessError, MissingItemError, TransientError
from collab_sync.model.connection import Secret
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.tracker import PulledPage
from collab_sync_jira.connection import JiraConnection


def keys(connection: JiraConnection, mapping: ProjectMapping, pages: list[PulledPage]) -> list[str]:
    return [item.source.key for item in items(connection, mapping, pages)]


def items(connection: JiraConnection, mapping: ProjectMapping, pages: list[PulledPage]) -> list[WorkItem]:
    reader = connection.reader(mapping)
    return [reader.normalize(payload) for page in pages for payload in page.payloads]


def note(text: str) -> dict[str, object]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    return {"body": {"type": "doc", "version": 1, "content": [paragraph]}}


def test_首次读取得到整个项目_只此项目(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """All issues of NPX in the order of their ids, one search besides the two that try whether seeking works."""
    for number in (3, 1, 2):
        site.issue(f"NPX-{number}")
        site.clock.at += timedelta(minutes=1)
    site.issue("OPS-1", project={"key": "OPS"})
    pages = list(connection.reader(mapping).pull(None))
    assert keys(connection, mapping, pages) == ["NPX-1", "NPX-2", "NPX-3"]
    assert [page.complete for page in pages] == [True]
    assert [path for _method, path, _status in site.requests() if path.startswith("search")] == ["search/jql"] * 3
    site.forget_requests()
    list(connection.reader(mapping).pull(None))
    assert [path for _method, path, _status in site.requests() if path.startswith("search")] == ["search/jql"]


def test_增量只读改过的(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """Behind the overlap nothing is read again; a comment or a label is a change."""
    for number in (1, 2, 3):
        site.issue(f"NPX-{number}")
    site.clock.at += timedelta(minutes=10)
    cursor = list(connection.reader(mapping).pull(None))[-1].cursor
    site.clock.at += timedelta(hours=3)
    site.lin("POST", "issue/NPX-2/comment", note("【响应】\n内容:收到"))
    site.clock.at += timedelta(minutes=30)
    pages = list(connection.reader(mapping).pull(cursor))
    assert keys(connection, mapping, pages) == ["NPX-2"]
    site.clock.at += timedelta(hours=3)
    assert keys(connection, mapping, list(connection.reader(mapping).pull(pages[-1].cursor))) == []


def test_重叠的几分钟会再读一遍_摘要不变(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """Search lags and counts in minutes, so a pull looks back; the digest tells that nothing changed."""
    site.issue("NPX-1")
    site.clock.at += timedelta(minutes=3)
    first = list(connection.reader(mapping).pull(None))
    site.clock.at += timedelta(minutes=2)
    again = list(connection.reader(mapping).pull(first[-1].cursor))
    assert [payload.digest for payload in again[0].payloads] == [payload.digest for payload in first[0].payloads]


def test_短页和空页都不是结束(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """Jira may send fewer issues than asked, even none, as long as it names a next page."""
    for number in range(1, 6):
        site.issue(f"NPX-{number}")
    site.fault({"path": "search/jql.*expand", "nth": 1}, {"page_limit": 0})
    site.fault({"path": "search/jql.*expand"}, {"page_limit": 2})
    pages = list(connection.reader(mapping).pull(None))
    assert [(len(page.payloads), page.complete) for page in pages] == [(0, False), (2, False), (2, False), (1, True)]


def test_分页标记重复时停止_不算读完(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """A server that goes in circles must not look like the end."""
    for number in range(1, 4):
        site.issue(f"NPX-{number}")
    site.fault({"path": "search/jql"}, {"page_limit": 0})
    with pytest.raises(TransientError, match="分页标记"):
        list(connection.reader(mapping).pull(None))


def test_中断后从下一页继续(site: Any, mapping: ProjectMapping) -> None:
    """The cursor of a page is enough to go on; the pull's beginning counts, not that of the restart."""
    for number in range(1, 6):
        site.issue(f"NPX-{number}")
    connection = site.connect(page_size=2)
    pages = connection.reader(mapping).pull(None)
    first = next(pages)
    began = site.clock.at
    site.clock.at += timedelta(minutes=30)
    site.forget_requests()
    rest = list(connection.reader(mapping).pull(first.cursor))
    assert keys(connection, mapping, [first, *rest]) == [f"NPX-{number}" for number in range(1, 6)]
    assert [len(page.payloads) for page in rest] == [2, 1]
    assert began.strftime("%Y-%m-%dT%H:%M") in rest[-1].cursor
    connection.close()


def test_过期的分页标记从头再读(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """Tokens die after a week; the issues must not."""
    site.issue("NPX-1")
    stale = (
        '{"query":"project = \\"NPX\\"","order":"created ASC, id ASC","token":"过期","began":"2025-09-01T00:00:00Z"}'
    )
    pages = list(connection.reader(mapping).pull(stale))
    assert keys(connection, mapping, pages) == ["NPX-1"]
    assert pages[-1].complete


def test_读不懂的游标等于从头(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    site.issue("NPX-1")
    assert keys(connection, mapping, list(connection.reader(mapping).pull("不是 JSON"))) == ["NPX-1"]


def test_评论和历史超出部分另取_别的议题不多花请求(
    site: Any, connection: JiraConnection, mapping: ProjectMapping
) -> None:
    """Only the issue that has more than a search shows costs further requests."""
    site.issue("NPX-1")
    site.issue("NPX-2")
    for number in range(45):
        site.lin("PUT", "issue/NPX-2", {"update": {"labels": [{"add": f"标签{number}"}]}})
    for number in range(30):
        site.lin("POST", "issue/NPX-2/comment", note(f"【进度更新】\n说明:第 {number} 条"))
    site.forget_requests()
    found = items(connection, mapping, list(connection.reader(mapping).pull(None)))
    assert [(len(item.entries), len(item.changes)) for item in found] == [(0, 0), (30, 45)]
    extra = [path for _method, path, _status in site.requests() if path.startswith("issue/")]
    assert all(path.endswith(("/comment", "/changelog")) for path in extra)
    assert len({path.split("/")[1] for path in extra}) == 1


def test_普查给出全部编号(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """Ids only; a deleted issue is not among them."""
    made = [site.issue(f"NPX-{number}") for number in (1, 2, 3)]
    site.lin("DELETE", "issue/NPX-2")
    site.fault({"path": "search/jql", "nth": 1}, {"page_limit": 1})
    found = [identifier for page in connection.reader(mapping).census() for identifier in page]
    assert found == [f"jira-npx:{made[0]}", f"jira-npx:{made[2]}"]


def test_读一个议题与搜索所得相同(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """The same item in the same words, whichever way it was read."""
    site.issue("NPX-1", labels=["项目::X1"])
    reader = connection.reader(mapping)
    payload = next(iter(reader.pull(None))).payloads[0]
    item = reader.normalize(payload)
    assert reader.normalize(reader.read(item.source)) == item
    site.lin("DELETE", "issue/NPX-1")
    with pytest.raises(MissingItemError):
        reader.read(item.source)


def test_自定义字段按名字查一次(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """The list of fields is asked for once per connection, not once per pull."""
    (field,) = [one["id"] for one in site.lin("GET", "field") if one["name"] == "审批人"]
    site.issue("NPX-1", **{field: {"accountId": "u-lin"}})
    reader = connection.reader(mapping)
    found = items(connection, mapping, [*reader.pull(None), *reader.pull(None)])
    assert [item.roles["A"][0].id for item in found] == ["u-lin", "u-lin"]  # type: ignore[union-attr]  # an account
    assert sum(path == "field" for _method, path, _status in site.requests()) == 1


def test_一时的错误读取自己熬过去(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """A 429 with a decimal wait and a dropped connection in one pull."""
    site.issue("NPX-1")
    site.fault({"path": "search/jql", "nth": 1}, {"status": 429, "headers": {"Retry-After": "1.5"}})
    site.fault({"path": "search/jql", "nth": 2}, {"drop": "before"})
    assert keys(connection, mapping, list(connection.reader(mapping).pull(None))) == ["NPX-1"]


def test_登录页不是空项目(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    site.issue("NPX-1")
    site.fault({"path": "search/jql"}, {"html200": True})
    with pytest.raises(AccessError, match="网页"):
        list(connection.reader(mapping).pull(None))


def test_令牌无效说得明白(site: Any, mapping: ProjectMapping) -> None:
    connection = site.connect(token=Secret("wrong-token"))
    with pytest.raises(AccessError, match="凭据") as error:
        list(connection.reader(mapping).pull(None))
    assert "wrong-token" not in str(error.value)
    connection.close()


def test_看不到的项目不是空项目(connection: JiraConnection, mapping: ProjectMapping) -> None:
    """A project that is gone or hidden stops the shard; it must not read as one without issues."""
    gone = mapping.model_copy(update={"project": "GONE"})
    with pytest.raises(AccessError):
        list(connection.reader(gone).pull(None))


def test_查不到的议题说出去向和根据(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """Two requests: is the project to be seen, and what is under the number. Deleted and hidden look alike."""
    site.issue("NPX-1")
    reader = connection.reader(mapping)
    (item,) = items(connection, mapping, list(reader.pull(None)))
    site.forget_requests()
    assert reader.whereabouts(item).state == "here"
    assert [path.partition("?")[0] for _method, path, _status in site.requests()] == [
        "project/NPX",
        f"issue/{item.source.native_id}",
    ]
    site.lin("DELETE", "issue/NPX-1")
    gone = reader.whereabouts(item)
    assert gone.state == "deleted"
    assert "NPX-1" in gone.evidence
    hidden = reader.whereabouts(msgspec.structs.replace(item, confidential=True))
    assert (hidden.state, "安全级别" in hidden.evidence) == ("hidden", True)


def test_不让看的议题不算删除(site: Any, connection: JiraConnection, mapping: ProjectMapping) -> None:
    """Only a 404 says that it is not there; a 403 (Data Center's word) that it is there and not for us."""
    site.issue("NPX-1")
    reader = connection.reader(mapping)
    (item,) = items(connection, mapping, list(reader.pull(None)))
    site.fault({"path": "/issue/", "nth": 1}, {"status": 403})
    site.fault({"path": "/issue/", "nth": 2}, {"status": 401})
    hidden = reader.whereabouts(item)
    assert (hidden.state, "403" in hidden.evidence) == ("hidden", True)
    with pytest.raises(AccessError):
        reader.whereabouts(item)
