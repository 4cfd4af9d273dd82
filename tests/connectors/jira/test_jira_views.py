"""Filters and dashboards: what is asked, who sees it, whose it is, and what is said where Jira refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from collab_sync.errors import AccessError, RejectedActionError, UnknownOutcomeError
from collab_sync.model.connection import Secret
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Panel, Question, View
from collab_sync.ports.tracker import ViewEnsurer
from collab_sync.sandbox.jira.jql.parse import Clause, Condition, Group, Order, Value, parse
from collab_sync.sandbox.jira.views.gadgets import PIE, RESULTS, TABLE
from collab_sync_jira.connection import JiraConnection
from collab_sync_jira.views.jql import jql_of

ESCALATED = View(
    key="filter:升级",
    kind="filter",
    name="协同·升级",
    note="由 collab-sync 建立",
    question=Question(projects=("NPX",), any_of=("升级::L1", "升级::L2")),
)
OFFICE = View(
    key="dashboard:领导小组",
    kind="dashboard",
    name="协同·领导小组",
    note="由 collab-sync 建立",
    question=ESCALATED.question,
    panels=(
        Panel(title="正在升级", filter=ESCALATED.key),
        Panel(title="升级按状态", filter=ESCALATED.key, shows="pie", by=("status",)),
        Panel(title="升级按负责人与状态", filter=ESCALATED.key, shows="table", by=("assignee", "status")),
    ),
    filters=(ESCALATED,),
)

words = st.text(min_size=1)
names = st.lists(words, max_size=3).map(tuple)
questions = st.builds(Question, projects=names, any_of=names, all_of=names, open_only=st.booleans())


@given(question=questions)
@example(
    question=Question(
        projects=('NPX" OR project = "OPS',), any_of=("a\\", '") OR (labels = "'), all_of=("'", "\\u0022")
    )
)
@example(question=Question(projects=("NPX",), any_of=("EMPTY", "currentUser()"), all_of=("\n", "\x00", "\ufffe", "𠮷")))
def test_问的是什么_读出来就是什么(question: Question) -> None:
    """No label and no project changes the question, whatever it is called."""
    read = parse(jql_of(question))
    assert conditions(read.clause) == wanted(question)
    assert read.order == (Order("duedate", False), Order("priority", True), Order("key", False))


def conditions(clause: Clause | None) -> list[Clause]:
    if clause is None:
        return []
    return list(clause.clauses) if isinstance(clause, Group) and clause.all_of else [clause]


def wanted(question: Question) -> list[Clause]:
    def values(texts: tuple[str, ...]) -> tuple[Value, ...]:
        return tuple(Value(text, quoted=True) for text in texts)

    found: list[Clause] = [Condition("project", "IN", values(question.projects))] if question.projects else []
    found += [Condition("labels", "IN", values(question.any_of))] if question.any_of else []
    found += [Condition("labels", "=", values((label,))) for label in question.all_of]
    return found + ([Condition("statusCategory", "!=", (Value("Done"),))] if question.open_only else [])


@pytest.fixture
def views(connection: JiraConnection, mapping: ProjectMapping) -> ViewEnsurer:
    return connection.views(mapping)


def state(site: Any) -> Any:
    return site.control("GET", "dump?full=1")["jira"]


def gadgets(site: Any) -> list[Any]:
    (board,) = state(site)["dashboards"].values()
    return list(board["gadgets"])


def stuff(site: Any) -> None:
    """Two issues that escalate, one of which is done, and one that does not."""
    site.issue("NPX-1", summary="样机 <b>联调</b>", labels=["升级::L1"])
    site.issue("NPX-2", summary="测试报告", labels=["升级::L2"], assignee={"accountId": "u-lin"})
    site.issue("NPX-3", summary="别的事", labels=["灯::红"])


def shown(site: Any, slug: str) -> str:
    """The page of a view in the sandbox's browser."""
    answer = requests.get(f"{site.url.removesuffix('/jira')}/browse/jira/NPX/-/views{slug}", timeout=10)
    assert answer.ok
    return answer.text


def test_筛选器共享给所有登录的人_是我们的收藏(site: Any, views: ViewEnsurer) -> None:
    """One request makes and shares it; where it opens is told."""
    receipt = views.ensure(ESCALATED)
    (saved,) = state(site)["filters"].values()
    assert (saved["name"], saved["description"], saved["owner"]) == ("协同·升级", "由 collab-sync 建立", "bot-account")
    assert [share["kind"] for share in saved["shares"]] == ["loggedin"]
    assert saved["favourites"] == ["bot-account"]
    assert receipt.url == f"{site.url}/issues/?filter={receipt.remote_id}"
    assert site.lin("GET", f"filter/{receipt.remote_id}")["jql"] == saved["jql"]
    assert [one[:2] for one in site.writes()] == [("POST", "filter")]


def test_别人的同名筛选器不算我们的(site: Any, views: ViewEnsurer) -> None:
    """Names are unique per owner; theirs is shared with us, and is still not ours, nor touched."""
    shares = [{"type": "authenticated"}]
    theirs = site.lin("POST", "filter", {"name": "协同·升级", "jql": "project = OPS", "sharePermissions": shares})
    assert views.find(ESCALATED) is None
    assert views.ensure(ESCALATED).remote_id != theirs["id"]
    assert site.lin("GET", f"filter/{theirs['id']}")["jql"] == "project = OPS"


def test_别人的同名仪表板不算我们的(site: Any, views: ViewEnsurer) -> None:
    body = {"name": "协同·领导小组", "sharePermissions": [{"type": "authenticated"}], "editPermissions": []}
    theirs = site.lin("POST", "dashboard", body)
    assert views.find(OFFICE) is None
    assert views.ensure(OFFICE).remote_id != theirs["id"]
    assert site.lin("GET", f"dashboard/{theirs['id']}/gadget")["gadgets"] == []


def test_仪表板连同它的筛选器一起建好(site: Any, views: ViewEnsurer) -> None:
    """Gadgets in reading order in two columns, each of its kind, over the filter that was made with it."""
    receipt = views.ensure(OFFICE)
    (own,) = state(site)["filters"]
    placed = [(one["title"], one["uri"], one["row"], one["column"]) for one in gadgets(site)]
    assert placed == [
        ("正在升级", RESULTS, 0, 0),
        ("升级按状态", PIE, 0, 1),
        ("升级按负责人与状态", TABLE, 1, 0),
    ]
    listed, pie, table = (one["properties"]["config"] for one in gadgets(site))
    assert (listed["filterId"], listed["isConfigured"]) == (own, "true")
    assert (pie["projectOrFilterId"], pie["statType"]) == (f"filter-{own}", "statuses")
    assert (table["filterId"], table["ystattype"], table["xstattype"]) == (f"filter-{own}", "assignees", "statuses")
    assert receipt.url == f"{site.url}/secure/Dashboard.jspa?selectPageId={receipt.remote_id}"


def test_人在浏览器里看到每个小工具的数(site: Any, views: ViewEnsurer) -> None:
    """As everybody sees it who is logged in: lists and counts, and nothing that people wrote becomes markup."""
    stuff(site)
    views.ensure(OFFICE)
    overview = shown(site, "")
    assert "协同·领导小组" in overview
    assert "2 项 · project in (&#34;NPX&#34;) AND labels in" in overview
    (board,) = state(site)["dashboards"]
    page = shown(site, f"/dashboard-{board}")
    assert "样机 &lt;b&gt;联调&lt;/b&gt;" in page
    assert "<tr><td>待办</td><td>2</td><td>100%</td></tr>" in page
    assert "<tr><td>林珊</td><td>1</td><td>1</td></tr>" in page
    assert "别的事" not in page
    assert "所有者 协同助手 · 共享给所有登录的人" in page


def test_没配好的小工具说自己没配好(site: Any, views: ViewEnsurer) -> None:
    """A gadget without its configuration shows nothing, on real sites as here."""
    views.ensure(OFFICE)
    (board,), (_, pie, _) = state(site)["dashboards"], gadgets(site)
    _ours(site, "PUT", f"dashboard/{board}/items/{pie['id']}/properties/config", {"statType": "statuses"})
    assert "这个小工具还没有配置好。" in shown(site, f"/dashboard-{board}")


def test_做到一半的接着做完_没有重复(site: Any, views: ViewEnsurer) -> None:
    """Its maker died after the second gadget, before any was configured."""
    views.ensure(ESCALATED)
    half = _ours(site, "POST", "dashboard", {"name": OFFICE.name, "sharePermissions": [], "editPermissions": []})
    for panel, uri in zip(OFFICE.panels[:2], (RESULTS, PIE), strict=True):
        _ours(site, "POST", f"dashboard/{half['id']}/gadget", {"uri": uri, "title": panel.title})
    assert views.find(OFFICE) is None
    assert views.ensure(OFFICE).remote_id == half["id"]
    assert [one["title"] for one in gadgets(site)] == [panel.title for panel in OFFICE.panels]
    assert all(one["properties"]["config"]["isConfigured"] == "true" for one in gadgets(site))
    assert views.find(OFFICE) is not None


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_配置到一半断线_下次全部配好(site: Any, views: ViewEnsurer, when: str, lost: int) -> None:
    """All three stand there already; a dashboard with a blank one among them never counts as whole."""
    site.fault({"method": "PUT", "path": "/config$", "nth": lost, "count": 1}, {"drop": when})
    with pytest.raises(UnknownOutcomeError):
        views.ensure(OFFICE)
    assert (views.find(OFFICE) is not None) == all(one["properties"] for one in gadgets(site))
    views.ensure(OFFICE)
    assert all(one["properties"]["config"]["isConfigured"] == "true" for one in gadgets(site))
    assert [one["title"] for one in gadgets(site)] == [panel.title for panel in OFFICE.panels]


REARRANGED: dict[str, Callable[[list[Any]], None]] = {
    "拿走最后一个": lambda standing: standing.pop(),
    "拿走第一个": lambda standing: standing.pop(0),
    "改了题目": lambda standing: standing[1].update(title="换个说法"),
    "多了一个": lambda standing: standing.append({**standing[0], "id": 99999, "title": "我加的"}),
    "配置清空、题目也改了": lambda standing: standing[0].update(properties={}, title="别的"),
}


@pytest.mark.parametrize("how", REARRANGED)
def test_人重新摆过的仪表板不动(site: Any, views: ViewEnsurer, how: str) -> None:
    """Nothing is written any more; it counts as being there."""
    views.ensure(OFFICE)
    (board,) = state(site)["dashboards"].values()
    standing = board["gadgets"]
    kept = [one["id"] for one in standing]
    REARRANGED[how](standing)
    left = [one["id"] for one in standing]
    for gone in set(kept) - set(left):
        _ours(site, "DELETE", f"dashboard/{board['id']}/gadget/{gone}")
    for one in standing:
        _restore(site, board["id"], one, kept)
    site.forget_requests()
    before = gadgets(site)
    assert views.find(OFFICE) is not None
    views.ensure(OFFICE)
    assert site.writes() == []
    assert gadgets(site) == before


def _restore(site: Any, board: str, one: Any, kept: list[int]) -> None:
    path = f"dashboard/{board}/gadget"
    if one["id"] not in kept:
        _ours(site, "POST", path, {"uri": one["uri"], "title": one["title"]})
        return
    _ours(site, "PUT", f"{path}/{one['id']}", {"title": one["title"]})
    if not one["properties"]:
        _ours(site, "DELETE", f"dashboard/{board}/items/{one['id']}/properties/config")


def test_已有的筛选器问别的也不改(site: Any, views: ViewEnsurer) -> None:
    first = views.ensure(ESCALATED)
    path = f"filter/{first.remote_id}"
    _ours(site, "PUT", path, {"name": ESCALATED.name, "jql": "labels = 我改过的"})
    assert views.ensure(ESCALATED).remote_id == first.remote_id
    assert site.lin("GET", path)["jql"] == "labels = 我改过的"


def test_没有共享权限时说缺哪一项(site: Any, mapping: ProjectMapping) -> None:
    """A filter that nobody sees is not made, and no half of a dashboard either. ``doctor`` says the same before."""
    account = {"accountId": "lonely", "email": "lonely@example.cn", "token": "lonely-token"}
    denied = ["CREATE_SHARED_OBJECTS"]
    site.control("POST", "seed", {"users": [{"name": "独行", "jira": {**account, "denied": denied}}]})
    connection = site.connect(user="lonely@example.cn", token=Secret("lonely-token"))
    for view in (ESCALATED, OFFICE):
        with pytest.raises(RejectedActionError, match=r"共享仪表板和筛选器.*You do not have permission to share"):
            connection.views(mapping).ensure(view)
    assert (state(site)["filters"], state(site)["dashboards"]) == ({}, {})
    (told,) = [one for one in connection.diagnose([mapping]) if one.state != "ok"]
    assert (told.subject, told.state) == ("视图", "warning")
    assert "CREATE_SHARED_OBJECTS" in told.message
    assert "全局权限" in told.remedy
    connection.close()


def test_不许共享给所有人时共享给项目的人(site: Any, views: ViewEnsurer) -> None:
    """A site that refuses the one and allows the other."""
    refusal = '{"errors": {"shares": "不允许共享给所有登录的人"}}'
    site.fault({"method": "POST", "path": "/filter$", "count": 1}, {"status": 400, "body": refusal})
    views.ensure(ESCALATED)
    (saved,) = state(site)["filters"].values()
    assert [(share["kind"], share["project"]) for share in saved["shares"]] == [("project", "NPX")]


def test_项目看不到是权限问题_还回来就建(site: Any, views: ViewEnsurer) -> None:
    """Jira refuses a filter over a project that is not there or is taken from us in the same words as any bad query;
    a project may be given back, so this is no refusal for good."""
    view = View(key="f", kind="filter", name="查无此项", question=Question(projects=("GONE",)))
    with pytest.raises(AccessError, match="项目 GONE 不存在,或我们的账号看不到") as told:
        views.ensure(view)
    assert told.value.status == 404
    assert state(site)["filters"] == {}


def test_问法被拒绝时带着Jira的原话(site: Any, views: ViewEnsurer) -> None:
    site.fault({"method": "POST", "path": "/filter$"}, {"status": 400, "body": '{"errorMessages": ["问法不对"]}'})
    with pytest.raises(RejectedActionError, match=r"问法不对.*核对映射"):
        views.ensure(ESCALATED)
    assert state(site)["filters"] == {}


def test_面板缺筛选器时什么也不建(site: Any, views: ViewEnsurer) -> None:
    view = View(key="d", kind="dashboard", name="缺", question=ESCALATED.question, panels=OFFICE.panels)
    with pytest.raises(RejectedActionError, match="正在升级"):
        views.ensure(view)
    assert site.requests() == []


def test_令牌少了范围是权限问题(site: Any, views: ViewEnsurer) -> None:
    """A scope that is missing concerns the connection, not this view."""
    site.fault({"method": "POST", "path": "/filter$"}, {"status": 403, "body": '{"message": "scope does not match"}'})
    with pytest.raises(AccessError, match="scope does not match"):
        views.ensure(ESCALATED)


def test_看板不归Jira管(site: Any, views: ViewEnsurer) -> None:
    board = View(key="b", kind="board", name="升级", question=ESCALATED.question)
    assert views.ensure(board).remote_id == ""
    assert views.find(board) is None
    assert site.requests() == []


def test_第二页的仪表板也找得到(site: Any, views: ViewEnsurer) -> None:
    first = views.ensure(OFFICE)
    for number in range(3):
        body = {"name": f"别的{number}", "sharePermissions": [], "editPermissions": []}
        _ours(site, "POST", "dashboard", body)
    site.fault({"path": r"/dashboard\?", "method": "GET"}, {"page_limit": 1})
    found = views.find(View(key="x", kind="dashboard", name="别的2", question=ESCALATED.question))
    assert found is not None
    assert views.ensure(OFFICE).remote_id == first.remote_id


def _ours(site: Any, method: str, path: str, body: Any = None) -> Any:
    """Something that is done with our account's rights, not by the connector."""
    answer = requests.request(
        method, f"{site.url}/rest/api/3/{path}", json=body, auth=("bot@example.cn", "bot-token"), timeout=10
    )
    assert answer.ok, answer.text
    return answer.json() if answer.content else None
