"""The pages: what is on them, how one gets around, and that nothing people wrote gets out of hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from collab_sync.sandbox.browse.model import (
    BrowsedBoard,
    BrowsedComment,
    BrowsedEvent,
    BrowsedItem,
    BrowsedLink,
    BrowsedPage,
    BrowsedProject,
    BrowsedView,
)
from collab_sync.sandbox.browse.view import BrowserView
from collab_sync.sandbox.wire import Request, Response

NOW = datetime(2025, 9, 26, 1, 0, tzinfo=UTC)
NASTY = '<script>alert("标题")</script>'


def item(key: str, *, is_open: bool = True, labels: tuple[str, ...] = (), title: str = "样机联调") -> BrowsedItem:
    return BrowsedItem(
        key=key,
        title=title,
        type="任务",
        status="处理中" if is_open else "完成",
        open=is_open,
        labels=labels,
        assignee="李明",
        due=date(2025, 9, 30),
        author="林珊",
        created_at=NOW,
        updated_at=NOW,
        description_html="<p>说明</p>",
        comments=(
            BrowsedComment("协同", NOW, True, "<p>提醒</p>", True),
            BrowsedComment("李明", NOW, False, "<p>收到</p>", False),
        ),
        links=(
            BrowsedLink("relates_to", "fw#5", "/browse/gitlab/rd%2Fx1/5"),
            BrowsedLink("外部", "坏链接", "javascript:alert(1)"),
        ),
        history=(BrowsedEvent(NOW, "李明", f"改了标题 {NASTY}"),),
    )


PROJECTS = (
    BrowsedProject(
        "NPX",
        "新品X1",
        "jira",
        "NPX",
        (item("NPX-1", labels=("灯::红", "需补齐:R")), item("NPX-2", is_open=False), item("NPX-3", title=NASTY)),
    ),
    BrowsedProject(
        "rd/x1",
        "固件",
        "gitlab",
        "rd/x1",
        (item("rd/x1#4", labels=("灯::红",)),),
        (BrowsedPage("周报/2026-W47", "2026 W47", "<p>本周</p>"),),
    ),
)


def get(target: str) -> Response:
    return BrowserView().respond(Request.parse("GET", target), PROJECTS, NOW)


def page(target: str) -> str:
    answer = get(target)
    assert answer.status == 200
    return answer.body.decode()


def test_首页有两边的项目和没关闭的数目() -> None:
    html = page("/")
    assert html.index("<h2>Jira</h2>") < html.index("<h2>GitLab</h2>")
    assert "未关闭 2 · 全部 3" in html
    assert "未关闭 1 · 全部 1" in html
    assert 'href="/browse/jira/NPX?label=%E7%81%AF%3A%3A%E7%BA%A2&amp;state=open">灯::红 1</a>' in html


@pytest.mark.parametrize("target", ["/", "/browse", "/browse/jira/NPX", "/browse/jira/NPX/NPX-1", "/没有"])
def test_每一页都有沙盒时间和中文声明而且不许运行任何脚本(target: str) -> None:
    answer = get(target)
    html = answer.body.decode()
    assert "沙盒时间" in html
    assert "2025-09-26 09:00" in html
    assert '<html lang="zh-CN">' in html
    assert "<script" not in html
    headers = dict(answer.headers)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Content-Type"].startswith("text/html")


def test_列表可以按标签和状态筛选() -> None:
    assert "NPX-2" in page("/browse/jira/NPX")
    labelled = page("/browse/jira/NPX?label=%E7%81%AF%3A%3A%E7%BA%A2")
    assert "NPX-1</span>" in labelled
    assert "NPX-2</span>" not in labelled
    opened = page("/browse/jira/NPX?state=open")
    assert "NPX-1</span>" in opened
    assert "NPX-2</span>" not in opened
    assert "没有符合条件的事项" in page("/browse/jira/NPX?label=没有")


def test_事项页有它的一切() -> None:
    html = page("/browse/gitlab/rd%2Fx1/4")
    for text in ("rd/x1#4", "样机联调", "李明", "2025-09-30", "<p>说明</p>", "机器人", "已编辑", "<p>收到</p>", "历史"):
        assert text in html
    assert '<a class="chip red"' in html
    assert html.count("机器人") == 1


def test_标题和历史里的脚本只是文字() -> None:
    html = page("/browse/jira/NPX/NPX-3")
    assert "&lt;script&gt;alert(&#34;标题&#34;)&lt;/script&gt;" in html
    assert html.count("&lt;script&gt;") == 3


def test_会执行的链接不成为链接() -> None:
    html = page("/browse/jira/NPX/NPX-1")
    assert 'href="/browse/gitlab/rd%2Fx1/5"' in html
    assert "javascript:" not in html


def test_页面有列表也有内容() -> None:
    assert 'href="/browse/gitlab/rd%2Fx1/-/wiki/%E5%91%A8%E6%8A%A5%2F2026-W47"' in page("/browse/gitlab/rd%2Fx1/-/wiki")
    assert "<p>本周</p>" in page("/browse/gitlab/rd%2Fx1/-/wiki/%E5%91%A8%E6%8A%A5%2F2026-W47")


@pytest.mark.parametrize(
    "target", ["/x", "/browse/jira/没有", "/browse/jira/NPX/NPX-99", "/browse/gitlab/rd%2Fx1/-/wiki/x"]
)
def test_不存在的地址说清楚并给出回去的路(target: str) -> None:
    answer = get(target)
    assert answer.status == 404
    assert '<a href="/">首页</a>' in answer.body.decode()


def test_同样的状态和时间给出同样的字节() -> None:
    assert get("/browse/jira/NPX/NPX-1") == get("/browse/jira/NPX/NPX-1")


def test_空沙盒的首页也能看() -> None:
    answer = BrowserView().respond(Request.parse("GET", "/"), (), NOW)
    assert "还没有任何项目" in answer.body.decode()


WIKI = (
    BrowsedPage("协同/周报/X1/2025-10-03", "2025 10 03", "<p>旧</p>"),
    BrowsedPage("协同/周报/X1/2025-10-10", "2025 10 10", "<p>新</p>", lambda: "<figure><svg></svg></figure>"),
    BrowsedPage("协同/周报", "周报", "<p>全部</p>"),
    BrowsedPage("首页", "首页", "<p>欢迎</p>"),
)
OFFICE = BrowsedProject(
    "pmo/collab",
    "协同",
    "gitlab",
    "pmo/collab",
    (item("pmo/collab#1", labels=("升级::L1",)),),
    WIKI,
    (BrowsedBoard("升级", (("升级::L1", (item("pmo/collab#1", title=NASTY),)), ("升级::L2", ()))),),
)
SPACE = BrowsedProject("XT", "协同空间", "confluence", "XT", (), WIKI)


def inside(target: str, *projects: BrowsedProject) -> str:
    answer = BrowserView().respond(Request.parse("GET", target), projects or (OFFICE,), NOW)
    assert answer.status == 200
    return answer.body.decode()


def test_页面按目录排成树_各期从新到旧() -> None:
    html = inside("/browse/gitlab/pmo%2Fcollab/-/wiki")
    places = [html.index(text) for text in (">协同 <", ">周报</a>", ">X1 <", ">2025-10-10<", ">2025-10-03<", ">首页<")]
    assert places == sorted(places)
    assert html.count("<details open>") == 3


def test_看一页时旁边的树只打开它所在的目录() -> None:
    home = inside("/browse/gitlab/pmo%2Fcollab/-/wiki/%E9%A6%96%E9%A1%B5")
    assert "<details open>" not in home
    edition = "%E5%8D%8F%E5%90%8C%2F%E5%91%A8%E6%8A%A5%2FX1%2F2025-10-10"
    html = inside(f"/browse/gitlab/pmo%2Fcollab/-/wiki/{edition}")
    assert f'wiki/{edition}" aria-current="page">2025-10-10</a>' in html
    assert html.count("<details open>") == 3
    assert "/ 协同 / 周报 / X1" in html


def test_打开的那一页才画图() -> None:
    edition = "%E5%8D%8F%E5%90%8C%2F%E5%91%A8%E6%8A%A5%2FX1%2F2025-10-"
    assert "<figure><svg></svg></figure>" in inside(f"/browse/gitlab/pmo%2Fcollab/-/wiki/{edition}10")
    assert "<p>旧</p>" in inside(f"/browse/gitlab/pmo%2Fcollab/-/wiki/{edition}03")
    assert "<svg" not in inside("/browse/gitlab/pmo%2Fcollab/-/wiki")


def test_看板把事项按列排开_空列也在() -> None:
    html = inside("/browse/gitlab/pmo%2Fcollab/-/boards")
    assert html.index("升级::L1") < html.index("&lt;script&gt;") < html.index("升级::L2") < html.index("没有事项")
    assert 'href="/browse/gitlab/pmo%2Fcollab/1"' in html


def test_首页和每一处都有去看板与页面的路() -> None:
    for target in ("/", "/browse/gitlab/pmo%2Fcollab", "/browse/gitlab/pmo%2Fcollab/1"):
        html = inside(target)
        assert 'href="/browse/gitlab/pmo%2Fcollab/-/boards"' in html
        assert 'href="/browse/gitlab/pmo%2Fcollab/-/wiki"' in html
    assert "/-/boards" not in page("/browse/jira/NPX")


def test_保存的视图有列表也有内容() -> None:
    views = (BrowsedView("dashboard-1", "仪表板", "协同总览", "3 个小工具", "<p>里面</p>"),)
    site = BrowsedProject("NPX", "新品", "jira", "NPX", (item("NPX-1"),), views=views)
    assert 'href="/browse/jira/NPX/-/views">视图' in inside("/", site)
    assert 'href="/browse/jira/NPX/-/views/dashboard-1"' in inside("/browse/jira/NPX/-/views", site)
    assert "<p>里面</p>" in inside("/browse/jira/NPX/-/views/dashboard-1", site)
    missing = BrowserView().respond(Request.parse("GET", "/browse/jira/NPX/-/views/x"), (site,), NOW)
    assert missing.status == 404


def test_只有页面的空间从页面进去() -> None:
    html = inside("/", SPACE)
    assert '<h3><a href="/browse/confluence/XT/-/wiki">协同空间</a></h3>' in html
    assert ">事项<" not in html
