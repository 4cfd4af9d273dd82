"""Filters and dashboards over HTTP: whose they are, who sees them, what is refused and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from collab_sync.sandbox.jira import JiraTracker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sandbox.jira.conftest import Client, Site

ALL = [{"type": "authenticated"}]
LIST = "rest/gadgets/1.0/g/com.atlassian.jira.gadgets:filter-results-gadget/gadgets/filter-results-gadget.xml"


def saved(client: Client, name: str = "升级", jql: str = 'labels = "升级::L1"', **more: object) -> str:
    answer = client("POST", "/filter", {"name": name, "jql": jql, **more})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def board(client: Client, name: str = "领导小组", shares: object = ALL) -> str:
    answer = client("POST", "/dashboard", {"name": name, "sharePermissions": shares, "editPermissions": []})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def gadget(client: Client, own: str, **body: object) -> str:
    answer = client("POST", f"/dashboard/{own}/gadget", {"uri": LIST, "title": "升级", **body})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def test_没有共享的筛选器别人看不到(bot: Client, wumin: Client) -> None:
    """400, as real sites say, not 404."""
    own = saved(bot)
    assert bot("GET", f"/filter/{own}").json()["name"] == "升级"
    answer = wumin("GET", f"/filter/{own}")
    assert answer.status_code == 400
    assert "not available to you" in answer.text


def test_共享的筛选器人人看得到_只有主人能改(bot: Client, wumin: Client) -> None:
    own = saved(bot, sharePermissions=ALL)
    seen = wumin("GET", f"/filter/{own}").json()
    assert [share["type"] for share in seen["sharePermissions"]] == ["loggedin"]
    assert seen["owner"]["accountId"] == "712020:bot"
    assert wumin("PUT", f"/filter/{own}", {"name": "我的"}).status_code == 400
    assert wumin("DELETE", f"/filter/{own}").status_code == 400
    assert bot("PUT", f"/filter/{own}", {"name": "升级", "description": "说明"}).json()["jql"] == 'labels = "升级::L1"'


def test_名字只在一个主人那里唯一(bot: Client, wumin: Client) -> None:
    saved(bot)
    saved(wumin)
    again = bot("POST", "/filter", {"name": "升级", "jql": ""})
    assert again.status_code == 400
    assert again.json()["errors"] == {"filterName": "Filter with same name already exists."}
    board(bot)
    board(wumin)
    body = {"name": "领导小组", "sharePermissions": [], "editPermissions": []}
    assert bot("POST", "/dashboard", body).status_code == 400


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("labels in (", "Expecting either a value, list or function"),
        ("color = 红", "Field 'color' does not exist"),
        ('project = "GONE"', "The value 'GONE' does not exist for the field 'project'."),
        ('labels = "\x01"', "reserved JQL character"),
    ],
)
def test_查询不对的筛选器不收(bot: Client, jql: str, words: str) -> None:
    answer = bot("POST", "/filter", {"name": "坏", "jql": jql})
    assert answer.status_code == 400
    assert words in answer.text
    assert bot("GET", "/filter/my").json() == []


def test_我的与收藏是两张单子(bot: Client, wumin: Client) -> None:
    """A favourite may be anybody's; mine are mine alone."""
    saved(bot, "一", favourite=True, sharePermissions=ALL)
    saved(bot, "二")
    saved(wumin, "三", sharePermissions=ALL)
    assert [one["name"] for one in bot("GET", "/filter/my").json()] == ["一", "二"]
    assert [one["name"] for one in bot("GET", "/filter/favourite").json()] == ["一"]
    assert wumin("GET", "/filter/favourite").json() == []


@pytest.fixture
def closed(site: Site) -> Iterator[Client]:
    """Somebody who may not share."""
    part = {"accountId": "c", "email": "closed@example.com", "token": "tc", "denied": ["CREATE_SHARED_OBJECTS"]}
    assert site.control("POST", "/seed", {"users": [{"name": "封", "jira": part}]}).status_code == 204
    client = site.as_("closed@example.com", "tc")
    with client.session:
        yield client


def test_没有共享权限的只能建私有的(closed: Client) -> None:
    """And is told so by the permissions."""
    held = closed("GET", "/mypermissions", permissions="CREATE_SHARED_OBJECTS").json()["permissions"]
    assert held["CREATE_SHARED_OBJECTS"]["havePermission"] is False
    refused = closed("POST", "/filter", {"name": "共", "jql": "", "sharePermissions": ALL})
    assert refused.status_code == 400
    assert refused.json()["errors"] == {"shares": "You do not have permission to share. All shares are invalid."}
    assert saved(closed, "私")
    body = {"name": "共", "sharePermissions": ALL, "editPermissions": []}
    assert closed("POST", "/dashboard", body).status_code == 400


def test_共享给项目_项目外的人看不到(site: Site, bot: Client, wumin: Client) -> None:
    project = bot("GET", "/project/NPX").json()["id"]
    own = saved(bot, sharePermissions=[{"type": "project", "project": {"id": project}}])
    assert wumin("GET", f"/filter/{own}").json()["sharePermissions"][0]["project"]["key"] == "NPX"
    outsider = site.as_("outsider@example.com", "t98")
    with outsider.session:
        assert outsider("GET", f"/filter/{own}").status_code == 400
    strange = [{"type": "project", "project": {"id": "99"}}]
    assert bot("POST", "/filter", {"name": "x", "jql": "", "sharePermissions": strange}).status_code == 400
    assert bot("POST", "/filter", {"name": "x", "jql": "", "sharePermissions": [{"type": "moon"}]}).status_code == 400


def test_仪表板按主人列出_一页一页(bot: Client, wumin: Client) -> None:
    for number in range(3):
        board(bot, f"板{number}")
    board(wumin, "别人的")
    page = bot("GET", "/dashboard", filter="my", maxResults="2").json()
    assert [one["name"] for one in page["dashboards"]] == ["板0", "板1"]
    assert (page["total"], "next" in page) == (3, True)
    rest = bot("GET", "/dashboard", filter="my", startAt="2").json()
    assert [one["name"] for one in rest["dashboards"]] == ["板2"]
    assert len(bot("GET", "/dashboard").json()["dashboards"]) == 4
    assert bot("GET", "/dashboard", filter="theirs").status_code == 400


def test_不是自己的仪表板不能动(bot: Client, wumin: Client) -> None:
    own = board(bot)
    item = gadget(bot, own)
    assert wumin("GET", f"/dashboard/{own}").json()["isWritable"] is False
    path = f"/dashboard/{own}/gadget"
    assert wumin("POST", path, {"uri": LIST}).status_code == 404
    assert wumin("DELETE", f"{path}/{item}").status_code == 404
    assert wumin("PUT", f"/dashboard/{own}/items/{item}/properties/config", {"num": "1"}).status_code == 403
    assert wumin("DELETE", f"/dashboard/{own}").status_code == 404
    hidden = board(bot, "私", [])
    assert wumin("GET", f"/dashboard/{hidden}").status_code == 404
    assert bot("DELETE", f"/dashboard/{hidden}").status_code == 204


def test_小工具按位置排_挤开后面的(bot: Client) -> None:
    """A row is there, or right below the last; a gadget put into a taken row pushes the others down."""
    own = board(bot)
    path = f"/dashboard/{own}/gadget"
    gadget(bot, own, title="甲", position={"row": 0, "column": 0})
    gadget(bot, own, title="乙", position={"row": 0, "column": 0})
    gadget(bot, own, title="丙")
    rows = {one["title"]: one["position"]["row"] for one in bot("GET", path).json()["gadgets"]}
    assert rows == {"甲": 1, "乙": 0, "丙": 2}
    far = bot("POST", path, {"uri": LIST, "position": {"row": 9, "column": 1}})
    assert far.status_code == 400
    assert "selected row does not exist" in far.text


def test_小工具要在目录里_颜色要认识_至多二十个(bot: Client) -> None:
    own = board(bot)
    path = f"/dashboard/{own}/gadget"
    assert "not present in the directory" in bot("POST", path, {"uri": "made-up.xml"}).text
    assert bot("POST", path, {"uri": LIST, "color": "pink"}).status_code == 400
    for _ in range(20):
        gadget(bot, own)
    assert "maximum number of gadgets" in bot("POST", path, {"uri": LIST}).text
    assert LIST in [one["uri"] for one in bot("GET", "/dashboard/gadgets").json()["gadgets"]]


def test_小工具的配置只收文字(bot: Client) -> None:
    """Without a configuration there is none to read; another property may be any JSON."""
    own = board(bot)
    items = f"/dashboard/{own}/items/{gadget(bot, own)}/properties"
    assert bot("GET", f"{items}/config").status_code == 404
    deep = bot("PUT", f"{items}/config", {"filterId": 1})
    assert deep.status_code == 400
    assert "all keys and values as strings" in deep.text
    assert bot("PUT", f"{items}/config", {"filterId": "1"}).status_code == 201
    assert bot("PUT", f"{items}/config", {"filterId": "2"}).status_code == 200
    assert bot("GET", f"{items}/config").json() == {"key": "config", "value": {"filterId": "2"}}
    assert bot("PUT", f"{items}/别的", {"层": {"深": 1}}).status_code == 201
    assert [one["key"] for one in bot("GET", items).json()["keys"]] == ["config", "别的"]
    assert bot("DELETE", f"{items}/config").status_code == 204
    assert bot("GET", f"/dashboard/{own}/items/1/properties").status_code == 404


def test_改名换色_读回来是新的(bot: Client) -> None:
    own = board(bot)
    item = gadget(bot, own)
    assert bot("PUT", f"/dashboard/{own}/gadget/{item}", {"title": "新", "color": "red"}).status_code == 204
    (seen,) = bot("GET", f"/dashboard/{own}/gadget").json()["gadgets"]
    assert (seen["title"], seen["color"]) == ("新", "red")
    changed = {"name": "改名", "sharePermissions": [], "editPermissions": []}
    assert bot("PUT", f"/dashboard/{own}", changed).json()["sharePermissions"] == []


def test_快照带着筛选器和仪表板(site: Site, bot: Client) -> None:
    saved(bot, sharePermissions=ALL)
    own = board(bot)
    gadget(bot, own)
    before = site.control("GET", "/dump?full=1").json()["jira"]
    assert before["dashboards"][own]["gadgets"][0]["title"] == "升级"
    assert [one["name"] for one in before["filters"].values()] == ["升级"]
    other = JiraTracker(site.clock)
    other.load(before)
    assert other.snapshot() == before


WRONG: dict[str, dict[str, str]] = {
    "尚未配置": {"filterId": "10001"},
    "筛选器没了": {"isConfigured": "true", "filterId": "99999"},
    "饼图用错了键": {"isConfigured": "true", "filterId": "filter-10001", "statType": "statuses"},
    "字段写成单数": {"isConfigured": "true", "projectOrFilterId": "filter-10001", "statType": "status"},
    "行数不是数": {"isConfigured": "true", "filterId": "10001", "columnNames": "summary", "num": "很多"},
}


def test_配置错的小工具在网页上说出哪里错(site: Site, bot: Client, task: str) -> None:
    """As on real sites nothing was refused when the configuration was put."""
    assert saved(bot, jql="project = NPX", sharePermissions=ALL) == "10001"
    own = board(bot)
    for title, config in WRONG.items():
        kind = LIST.replace("filter-results-gadget/gadgets/filter-results", "pie-chart-gadget/gadgets/piechart")
        item = gadget(bot, own, title=title, uri=kind if "statType" in config else LIST)
        assert bot("PUT", f"/dashboard/{own}/items/{item}/properties/config", config).status_code == 201
    said = view(site, f"dashboard-{own}")
    shown = dict(zip(WRONG, [part.partition("</h2>")[2] for part in said.split("<h2>")[1:]], strict=True))
    assert shown["尚未配置"] == "<p>这个小工具还没有配置好。</p>"
    assert shown["筛选器没了"] == shown["饼图用错了键"] == "<p>它的筛选器已不存在,或没有共享。</p>"
    assert shown["字段写成单数"] == "<p>统计字段 status 不认识。</p>"
    assert "供应商准入流程精简" in shown["行数不是数"]


def test_查询后来不成立的筛选器说明原因(site: Site, bot: Client) -> None:
    """A field that somebody has deleted since."""
    own = saved(bot, jql='project = NPX AND "完成标准" ~ 协议')
    with_field = site.control("GET", "/dump?full=1").json()["jira"]
    assert "没有符合条件" in view(site, f"filter-{own}", with_field)
    assert "does not exist" in view(site, f"filter-{own}", {**with_field, "custom_fields": {}})


def view(site: Site, slug: str, state: object = None) -> str:
    """What people see of a view in the first project."""
    tracker = JiraTracker(site.clock)
    tracker.load(state or site.control("GET", "/dump?full=1").json()["jira"])
    return next(one.html for one in tracker.browse()[0].views if one.slug == slug)
