"""Who may read our comments on Jira: everybody, a role, a group, the agents; and what is not done is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses

from collab_sync.errors import RejectedActionError, UnknownOutcomeError
from collab_sync.model.action import CommentWrite, CreateWrite, Target
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.identity import Account, SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.marker import Marker, dumps
from collab_sync.ports.tracker import ActionWriter
from collab_sync_jira import connector

ONE = Target(
    ref=SourceRef(connection="jira-npx", project="新品", path="NPX", native_id="10001", key="NPX-1", url="u/NPX-1")
)
WritersOf = Callable[..., ActionWriter]


def comment(comment_id: str = "") -> CommentWrite:
    text = Document((Paragraph((Text("已逾期"),)),))
    return CommentWrite(target=ONE, document=text, marker=dumps(Marker(key="升级")), comment_id=comment_id)


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture(params=["cloud", "datacenter"])
def api(request: pytest.FixtureRequest) -> str:
    return "https://jira.example.cn/rest/api/" + {"cloud": "3", "datacenter": "2"}[request.param]


@pytest.fixture
def writer_for(settings: ConnectionSettings, mapping: ProjectMapping, clock: Any, api: str) -> Iterator[WritersOf]:
    """``writer_for(comments)`` on Cloud and on Data Center."""
    data_center = {"user": "", "edition": "datacenter"} if api.endswith("2") else {}
    known = {
        "name": settings.name,
        "kind": "jira",
        "url": settings.url,
        "user": settings.user,
        "token": Secret("t-123"),
    }
    connection = connector.connect(ConnectionSettings(**{**known, **data_center}), clock)  # type: ignore[arg-type]  # by name
    yield lambda comments: connection.writer(mapping.model_copy(update={"comments": comments}))
    connection.close()


def sent(web: responses.RequestsMock) -> list[dict[str, Any]]:
    return [json.loads(str(call.request.body, "utf-8")) for call in web.calls if call.request.method != "GET"]  # type: ignore[arg-type]  # bytes


@pytest.mark.parametrize("comments", ["role:Developers", "group:产品 委员会"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_限定读者的评论_新发和改写都带着限制(
    writer_for: WritersOf, web: responses.RequestsMock, api: str, comments: str, method: str
) -> None:
    """Jira takes a replaced comment without visibility for public."""
    kind, _, name = comments.partition(":")
    wanted = {"type": kind, "value": name}
    number = "71" if method == "PUT" else ""
    path = f"{api}/issue/10001/comment{'/71' if number else ''}"
    web.add(method, path, status=201, json={"id": "71", "visibility": {**wanted, "identifier": name}})
    assert writer_for(comments).perform(comment(number)).remote_id == "71"
    [body] = sent(web)
    assert body["visibility"] == wanted
    assert len(body["properties"]) == 1


def test_公开的评论不带限制(writer_for: WritersOf, web: responses.RequestsMock, api: str) -> None:
    web.add("POST", f"{api}/issue/10001/comment", status=201, json={"id": "71"})
    writer_for("public").perform(comment())
    assert "visibility" not in sent(web)[0]


def test_没有按要求限制的评论要人去看(writer_for: WritersOf, web: responses.RequestsMock, api: str) -> None:
    """It is there, and everybody reads it."""
    web.add("POST", f"{api}/issue/10001/comment", status=201, json={"id": "71"})
    with pytest.raises(RejectedActionError, match=r"评论 71 已写入.*现在是公开的"):
        writer_for("role:Developers").perform(comment())


@pytest.mark.parametrize("number", ["", "71"])
def test_服务管理项目的内部评论(writer_for: WritersOf, web: responses.RequestsMock, api: str, number: str) -> None:
    """By the property that Jira Service Management looks at, beside our marker; the kind of project is asked once."""
    web.add("GET", f"{api}/project/NPX", json={"id": "1", "key": "NPX", "projectTypeKey": "service_desk"})
    path = f"{api}/issue/10001/comment{'/71' if number else ''}"
    web.add("PUT" if number else "POST", path, status=201, json={"id": "71"})
    writer = writer_for("internal")
    writer.perform(comment(number))
    writer.perform(comment(number))
    assert {"key": "sd.public.comment", "value": {"internal": True}} in sent(web)[0]["properties"]
    assert len(sent(web)[0]["properties"]) == 2
    assert sum(call.request.method == "GET" for call in web.calls) == 1


def test_别的项目没有内部评论_不写而说明(writer_for: WritersOf, web: responses.RequestsMock, api: str) -> None:
    """Jira would take the property, and everybody would read the comment."""
    web.add("GET", f"{api}/project/NPX", json={"id": "1", "key": "NPX", "projectTypeKey": "software"})
    with pytest.raises(RejectedActionError, match=r"mapping.yaml 的 comments 写作 internal.*没有写入"):
        writer_for("internal").perform(comment())
    assert sent(web) == []


def test_诊断指出不能用的内部评论(site: Any, mapping: ProjectMapping) -> None:
    connection = site.connect()
    found = connection.diagnose([mapping.model_copy(update={"comments": "internal"})])
    connection.close()
    [error] = [one for one in found if one.state == "error"]
    assert "mapping.yaml 的 comments 写作 internal" in error.message
    assert "role:" in error.remedy


@pytest.mark.parametrize("assignee", [None, {"name": "someone"}])
def test_数据中心建了却没有指派_要说出来(
    writer_for: WritersOf, web: responses.RequestsMock, api: str, assignee: dict[str, str] | None
) -> None:
    """Some servers lose the assignee of a new issue in silence; Jira Cloud refuses instead, and is not asked."""
    cloud = api.endswith("3")
    write = CreateWrite(
        project="新品", type="任务", title="会", document=Document(()), marker="", assignee=Account("jira-npx", "lin")
    )
    web.add("GET", f"{api}/project/NPX/statuses", json=[{"id": "3", "name": "任务", "statuses": []}])
    web.add("POST", f"{api}/issue", status=201, json={"id": "10009", "key": "NPX-9"})
    web.add("GET", f"{api}/issue/10009", json={"id": "10009", "key": "NPX-9", "fields": {"assignee": assignee}})
    if cloud:
        assert writer_for("public").perform(write).remote_id == ""
        assert len(web.calls) == 2
        return
    with pytest.raises(RejectedActionError, match="NPX-9 已建,但没有指派给 lin"):
        writer_for("public").perform(write)


def test_建成之后查不到指派_不当作没有建(writer_for: WritersOf, web: responses.RequestsMock, api: str) -> None:
    """The issue is there; an error while looking must not make it come twice."""
    write = CreateWrite(
        project="新品", type="任务", title="会", document=Document(()), marker="", assignee=Account("jira-npx", "lin")
    )
    web.add("GET", f"{api}/project/NPX/statuses", json=[{"id": "3", "name": "任务", "statuses": []}])
    web.add("POST", f"{api}/issue", status=201, json={"id": "10009", "key": "NPX-9"})
    web.add("GET", f"{api}/issue/10009", status=403, json={"errorMessages": ["no"]})
    made = writer_for("public").perform(write)
    assert made.ref is not None
    assert made.ref.key == "NPX-9"


@pytest.mark.parametrize("body", ["", "{}", '{"id":', "[]"])
def test_回答成功却读不懂的写入是结果不明(
    writer_for: WritersOf, web: responses.RequestsMock, api: str, body: str
) -> None:
    web.add("POST", f"{api}/issue/10001/comment", status=201, body=body, content_type="application/json")
    with pytest.raises(UnknownOutcomeError):
        writer_for("public").perform(comment())


def test_网关的错误格式不会绊倒客户端库(writer_for: WritersOf, web: responses.RequestsMock, api: str) -> None:
    """The library joins messages it takes for texts."""
    web.add("PUT", f"{api}/issue/10001/comment/71", status=502, json={"message": {"error": "upstream"}})
    with pytest.raises(UnknownOutcomeError, match="upstream"):
        writer_for("public").perform(comment("71"))
