"""JQL in the sandbox: a right query finds the right rows in the right order, a wrong one gets Jira's complaint."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab_sync.sandbox.jira.jql.evaluate import find
from collab_sync.sandbox.jira.jql.fields import Asking
from collab_sync.sandbox.jira.jql.parse import parse
from collab_sync.sandbox.jira.refusal import Refusal
from collab_sync.sandbox.jira.seeding import new_site, seed
from collab_sync.sandbox.jira.state import Issue, SiteState

NOW = datetime(2025, 9, 15, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
MORNING = datetime(2025, 9, 15, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
SEED = {
    "users": [
        {"name": "林珊", "accountId": "u18", "email": "a@example.com", "token": "t"},
        {"name": "吴敏", "accountId": "u13", "email": "b@example.com", "token": "t"},
    ],
    "projects": [{"key": "NPX", "name": "新品X1", "types": ["任务", "风险"]}, {"key": "OPS", "types": ["任务"]}],
    "fields": [{"name": "审批人", "kind": "user"}],
}


def issue(site: SiteState, number: int, summary: str, **more: object) -> None:
    known = {each.name: each.id for each in site.types.values()}
    values: dict[str, object] = {
        "id": 10_000 + len(site.issues),
        "project": "NPX",
        "number": number,
        "type": known["任务"],
        "summary": summary,
        "status": site.projects["NPX"].statuses[0],
        "priority": "3",
        "reporter": "u18",
        "creator": "u18",
        "numbered_by_site": False,
        "created": MORNING,
        "updated": MORNING,
    }
    site.add_issue(Issue(**{**values, **more}))  # type: ignore[arg-type]  # plain values by name


@pytest.fixture(scope="module")
def site() -> SiteState:
    made = new_site()
    seed(made, SEED)
    risk = next(each.id for each in made.types.values() if each.name == "风险")
    done = next(each.id for each in made.statuses.values() if each.name == "完成")
    field = next(iter(made.custom_fields))
    issue(made, 1, "立项:新品X1上市", labels=["部门::研发部"], assignee="u13", due=date(2025, 9, 26))
    issue(made, 2, "用户调研 (500 份)", labels=["部门::市场部", "灯::红"], updated=NOW - timedelta(minutes=5))
    issue(made, 3, "物流中断", type=risk, priority="1", custom={field: "u18"}, updated=NOW - timedelta(minutes=90))
    issue(made, 10, "准入表单合并", status=done, resolved=NOW, parent=10_000, due=date(2025, 10, 14))
    issue(made, 1, "机房搬迁", project="OPS", assignee="u18")
    return made


def keys(
    site: SiteState, jql: str, zone: str = "Asia/Shanghai", visible: tuple[str, ...] = ("NPX", "OPS")
) -> list[str]:
    asking = Asking(site, site.accounts["u18"], NOW, ZoneInfo(zone), frozenset(visible))
    return [each.key for each in find(parse(jql), asking)]


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ("project = NPX AND status = 待办 ORDER BY key", ["NPX-1", "NPX-2", "NPX-3"]),
        ('project = "新品X1" AND statusCategory = Done', ["NPX-10"]),
        ("project in (NPX, OPS) AND assignee = currentUser()", ["OPS-1"]),
        ("project = NPX AND assignee is EMPTY ORDER BY key", ["NPX-2", "NPX-3", "NPX-10"]),
        ("project = NPX AND assignee != 林珊", ["NPX-1"]),
        ("labels = 部门::研发部", ["NPX-1"]),
        ('labels in ("灯::红", "灯::黄")', ["NPX-2"]),
        ('project = NPX AND labels != "灯::红"', ["NPX-1"]),
        ('project = NPX AND (labels is empty OR labels not in ("灯::红")) ORDER BY key', ["NPX-1", "NPX-3", "NPX-10"]),
        ("project = NPX AND NOT labels = 灯::红 AND type = 任务 ORDER BY key DESC", ["NPX-10", "NPX-1"]),
        ("issuetype = 风险 OR key = npx-10 ORDER BY key", ["NPX-3", "NPX-10"]),
        ("priority = Highest", ["NPX-3"]),
        ("id in (10000, 10004) ORDER BY id", ["NPX-1", "OPS-1"]),
        ("parent = NPX-1", ["NPX-10"]),
        ("审批人 = currentUser()", ["NPX-3"]),
        ("summary ~ 表单", ["NPX-10"]),
        ('summary !~ "表单" AND project = NPX AND duedate is not EMPTY', ["NPX-1"]),
        ("due <= 2025-09-26", ["NPX-1"]),
        ("duedate > 2025/09/26 AND project = NPX", ["NPX-10"]),
        ("project = NPX AND updated >= -5m", ["NPX-2"]),
        ("project = NPX AND updated >= -2h ORDER BY updated ASC, id ASC", ["NPX-3", "NPX-2"]),
        ("updated >= startOfDay() AND project = OPS", ["OPS-1"]),
        ("resolved is not EMPTY", ["NPX-10"]),
        ("project = OPS or project = NPX and priority = Highest ORDER BY project DESC", ["OPS-1", "NPX-3"]),
    ],
)
def test_查询找到该找的(site: SiteState, jql: str, found: list[str]) -> None:
    """Fields, operators, lists, functions, precedence of AND over OR, Chinese with and without quotes."""
    assert keys(site, jql) == found


def test_时间按账号时区读到分钟(site: SiteState) -> None:
    """09:00 in Shanghai is 01:00 in UTC: the same words mean another instant to another account."""
    assert keys(site, 'project = OPS AND updated >= "2025-09-15 09:00"') == ["OPS-1"]
    assert keys(site, 'project = OPS AND updated >= "2025-09-15 09:01"') == []
    assert keys(site, 'project = OPS AND updated >= "2025-09-15 01:00"', zone="UTC") == ["OPS-1"]
    assert keys(site, 'project = OPS AND updated >= "2025-09-15 09:00"', zone="UTC") == []


def test_没有排序就是最新的编号在前(site: SiteState) -> None:
    """NPX-10 comes before NPX-3: numbers compare as numbers."""
    assert keys(site, "project = NPX") == ["NPX-10", "NPX-3", "NPX-2", "NPX-1"]


def test_看不见的项目里没有结果(site: SiteState) -> None:
    """Naming it is an error, not naming it simply leaves it out."""
    assert keys(site, "assignee is not EMPTY", visible=("NPX",)) == ["NPX-1"]
    with pytest.raises(Refusal, match="'OPS' does not exist for the field 'project'"):
        keys(site, "project = OPS", visible=("NPX",))


@pytest.mark.parametrize(
    ("jql", "complaint"),
    [
        ("foo = 1", "Field 'foo' does not exist or you do not have permission to view it."),
        ("project = ABC", "The value 'ABC' does not exist for the field 'project'."),
        ("status = 没有", "The value '没有' does not exist for the field 'status'."),
        ("key = NPX-999", "An issue with key 'NPX-999' does not exist for field 'key'."),
        ("assignee = 没有这人", "The value '没有这人' does not exist for the field 'assignee'."),
        ("updated >= 昨天", "Date value '昨天' for field 'updated' is invalid."),
        ("updated >= 2025-02-30", "Date value '2025-02-30' for field 'updated' is invalid."),
        ("status ~ 待办", "The operator '~' is not supported by the 'status' field."),
        ("summary = 表单", "The operator '=' is not supported by the 'summary' field."),
        ("assignee = membersOf(x)", "Unable to find JQL function 'membersOf(x)'."),
        ("project = NPX AND", "Expecting a field name at the end of the query."),
        ("project =", "Expecting either a value, list or function before the end of the query."),
        ("project NPX", "Expecting operator but got 'NPX'."),
        ("(project = NPX", "Expecting ')' before the end of the query."),
        ("project = NPX status = 待办", "Expecting either 'OR' or 'AND' but got 'status'. (line 1, character 15)"),
        ('summary ~ "没有收尾', "has not been completed"),
        ("labels in 灯::红", "Expecting '(' but got '灯::红'."),
        ("assignee is 林珊", "can only be used with EMPTY or NULL"),
        ("and = 1", "is a reserved JQL word"),
        ("project = NPX ORDER updated", "Expecting 'BY' but got 'updated'."),
        ("project = NPX ORDER BY foo", "Field 'foo' does not exist"),
        ("project = NPX ORDER BY " + ", ".join(["key"] * 8), "The maximum number of fields to sort by is 7."),
    ],
)
def test_写错的查询得到原话(site: SiteState, jql: str, complaint: str) -> None:
    """A wrong query never becomes all rows."""
    with pytest.raises(Refusal) as refused:
        keys(site, jql)
    assert refused.value.status == 400
    assert complaint in refused.value.messages[0]


def test_错在没有行的分支里也照样拒绝(site: SiteState) -> None:
    """Everything is checked before any issue is looked at."""
    with pytest.raises(Refusal, match="没有"):
        keys(site, "key = NPX-1 OR (key = NPX-2 AND status = 没有)")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='"\\abc 灯::红(),=!~<>\n\t', max_size=12))
def test_任何标签写进引号都找得回来(label: str) -> None:
    """Quoting with backslashes is lossless: what was put in quotes is what is compared."""
    made = new_site()
    seed(made, SEED)
    issue(made, 1, "甲", labels=[label])
    quoted = label.replace("\\", "\\\\").replace('"', '\\"')
    assert keys(made, f'labels = "{quoted}"') == ["NPX-1"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="project=NPX ANDORnot()\"',!~<>灯红", max_size=25))
def test_乱写的查询只会被拒绝(jql: str) -> None:
    """Whatever the text, there are rows or a refusal, never a crash; an unrestricted one is no condition."""
    try:
        clause = parse(jql).clause
    except Refusal:
        return
    assert (clause is None) == (not jql.strip())
