"""Charts on wiki pages: drawn where the server's Mermaid draws them, legible in any case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
import responses
from markdown_it import MarkdownIt

from collab_sync.errors import TransientError
from collab_sync.model.document import (
    Bars,
    Block,
    Curves,
    Document,
    Gantt,
    GanttTask,
    Paragraph,
    Pie,
    Quiet,
    Radar,
    Reference,
    Table,
    Text,
)
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import Locale, Page
from collab_sync.ports.tracker import Connection, PagePublisher
from collab_sync_gitlab import connector
from collab_sync_gitlab.pages import mermaid
from collab_sync_gitlab.pages.publisher import written
from collab_sync_gitlab.pages.versions import draws

PMO = connector.default_mapping(ProjectMapping(name="gl-pmo", connection="gl", project="pmo/collab"))
BARS = Bars("逾期", (("研发部", 3), ("市场部", 5.5)), unit="项")
CURVES = Curves("燃起图", ("九月", "十月", "冬月"), (("已完成", (1, 4, None)), ("范围", (None, 9, 9))), unit="项")
RADAR = Radar("部门", ("响应", "按期", "质量"), (("研发部", (80, 70, 90)), ("市场部", (60, None, 50))), 100)
OLD, MIDDLE, NEW = draws("14.2.3"), draws("18.3.1-ee"), draws("19.0.0")


def page(*blocks: Block, locale: Locale = "zh") -> Page:
    said = Document(blocks)
    return Page(key="周报", path="协同/周报", title="周报", notice=Quiet((Text("十点"),)), document=said, locale=locale)


# --- what which server draws ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("version", "xychart", "radar"),
    [
        ("14.2.3", False, False),
        ("16.9.11", False, False),
        ("16.10.0-ee", True, False),
        ("18.11.2", True, False),
        ("19.0.0-pre", True, True),
        ("20.1.0", True, True),
        ("", False, False),
        ("未知", False, False),
    ],
)
def test_服务器的版本决定画什么(version: str, xychart: bool, radar: bool) -> None:
    known = draws(version)
    assert (known.knows(BARS), known.knows(CURVES), known.knows(RADAR)) == (xychart, xychart, radar)
    assert known.knows(Pie("灯", (("红", 1),)))


def test_画不了的图是带标题的表格() -> None:
    """Never a diagram that shows a syntax error."""
    text = written(page(BARS, CURVES, RADAR), "gl", OLD)
    assert "mermaid" not in text
    assert "**逾期**\n\n| 项 | 数值(项) |" in text
    assert "| 冬月 |  | 9 |" in text
    assert "**部门**\n\n| 项 | 研发部 | 市场部 |" in text


def test_雷达图只在新的服务器上画() -> None:
    assert "radar-beta" not in written(page(RADAR), "gl", MIDDLE)
    text = written(page(RADAR), "gl", NEW)
    assert '  axis a0["响应"], a1["按期"], a2["质量"]' in text
    assert '  curve c0["研发部"]{80, 70, 90}\n  max 100' in text


def test_英文页面的表头是英文() -> None:
    text = written(page(BARS, locale="en"), "gl", OLD)
    assert "| Item | Value(项) |" in text


# --- numbers can be read -------------------------------------------------------------------------------------------
def test_图下面读得出每个数() -> None:
    """Which line is which, and what is not known says so; of subjects that are not drawn the figures are told."""
    lines = written(page(CURVES, RADAR), "gl", NEW).split("\n")
    assert "- 🟦 **已完成**(项): 九月 1 · 十月 4 · 冬月 —" in lines
    assert "- 🟧 **范围**(项): 九月 — · 十月 9 · 冬月 9" in lines
    assert "- **市场部**: 响应 60 · 按期 — · 质量 50" in lines


def test_柱子的名称带着数() -> None:
    assert 'x-axis ["研发部：3", "市场部：5.5"]' in mermaid.drawn(BARS)


def test_名称放不下时柱子横着() -> None:
    """Labels that lie over each other are read by nobody."""
    long = Bars("时长", tuple((f"第{number}事业部产品研发中心", number) for number in range(1, 9)))
    assert "xychart-beta horizontal" in mermaid.drawn(long)
    assert "horizontal" not in mermaid.drawn(BARS)


def test_同名的柱子各占一格() -> None:
    """Mermaid takes equal labels for one place."""
    (line,) = [one for one in mermaid.drawn(Bars("率", (("甲", 1), ("甲", 1)))).split("\n") if "x-axis" in one]
    first, second = line.removeprefix("  x-axis [").removesuffix("]").split(", ")
    assert first != second
    assert second.replace("\u2060", "") == first


def test_日期太多时隔几个写一个_最后一个总在() -> None:
    labels = tuple(f"2025-10-{day:02}" for day in range(1, 21))
    drawn = mermaid.drawn(Curves("燃起", labels, (("已完成", tuple(range(20))),)))
    shown = [label for label in labels if f'"{label}"' in drawn or f'"\u2060{label}"' in drawn]
    assert 3 < len(shown) < 10
    assert shown[-1] == "2025-10-20"


# --- what is not known ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("known", "drawn"),
    [
        ((None, None, 3, 4), "[3, 3, 3, 4]"),
        ((1, None, None, 4), "[1, 1, 1, 4]"),
        ((1, 2, None, None), "[1, 2]"),
        ((float("nan"), 2, float("inf"), None), "[2, 2]"),
    ],
)
def test_不知道的点_之前照后_之间照前_之后不画(known: tuple[float | None, ...], drawn: str) -> None:
    """A line must not claim a future that nobody knows."""
    assert f'line "完成" {drawn}' in mermaid.drawn(Curves("燃起", ("一", "二", "三", "四"), (("完成", known),)))


def test_整条不知道的线不画_颜色不串() -> None:
    """The sign below is that of the line above."""
    drawn = mermaid.drawn(Curves("燃起", ("一",), (("空", (None,)), ("完成", (1,)))))
    assert '"plotColorPalette": "#F28C28"' in drawn
    assert drawn.count("  line ") == 1
    assert mermaid.drawn(Curves("燃起", ("一",), (("空", (None,)),))) == ""


@pytest.mark.parametrize("axes", [("响应", "按期"), ("响应", "按期", "质量")])
def test_画不成的雷达图仍然说出数(axes: tuple[str, ...]) -> None:
    """Two axes make no shape, nor do subjects of which something is not known."""
    text = written(page(Radar("部门", axes, (("研发部", (80, *[None] * (len(axes) - 1))),), 100)), "gl", NEW)
    assert "radar-beta" not in text
    assert "| 响应 | 80 |" in text


# --- lights and plans ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("names", [("红", "黄", "绿"), ("🔴 红", "🟡 黄", "🟢 绿"), ("Red", "Yellow", "Green")])
def test_灯的颜色跟着灯走(names: tuple[str, str, str]) -> None:
    """Mermaid gives its first colour to the largest slice."""
    red, yellow, green = names
    look, *lines = mermaid.drawn(Pie("灯", ((red, 2), (yellow, 7), (green, 7)))).split("\n")[1:-1]
    assert '{"pie1": "#F0AD4E", "pie2": "#5CB85C", "pie3": "#D9534F", "pieOpacity": "1"}' in look
    assert lines[1:] == [f'  "{yellow}" : 7', f'  "{green}" : 7', f'  "{red}" : 2']


def test_不是灯的饼图不用灯的颜色() -> None:
    """A department is not red because it is called so."""
    assert "#5CB85C" not in mermaid.drawn(Pie("部门", (("红旗部", 1), ("绿", 2))))


def test_计划图不画今天() -> None:
    """A page of last year would say where today is."""
    plan = Gantt("计划", (("研发", (GanttTask("样机", date(2025, 9, 1), date(2025, 9, 2)),)),))
    assert "  todayMarker off" in mermaid.drawn(plan).split("\n")


# --- the version is asked for --------------------------------------------------------------------------------------
SITE = "https://gitlab.example.com/api/v4"
WIKI = f"{SITE}/projects/pmo%2Fcollab/wikis"
ADDRESS = f"{WIKI}/{quote('协同/周报', safe='')}"


def _pages(connect: Callable[..., Connection]) -> PagePublisher:
    publisher = connect().pages(PMO)
    assert publisher is not None
    return publisher


def _asked(web: responses.RequestsMock) -> int:
    return sum(call.request.url == f"{SITE}/version" for call in web.calls)


def _standing(web: responses.RequestsMock, content: str) -> None:
    web.add(responses.GET, ADDRESS, json={"slug": "协同/周报", "title": "周报", "content": content})


def test_版本只问一次_只在要画的时候问(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    web.add(responses.GET, f"{SITE}/version", json={"version": "19.1.0"})
    _standing(web, written(page(RADAR), "gl", NEW))
    pages = _pages(connect)
    assert pages.find(page(Paragraph((Text("无图"),)), Pie("灯", (("红", 1),)))) is None
    assert _asked(web) == 0
    assert pages.find(page(RADAR)) is not None
    assert pages.find(page(RADAR)) is not None
    assert _asked(web) == 1


def test_不让问版本就用表格(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    web.add(responses.GET, f"{SITE}/version", json={"message": "403 Forbidden"}, status=403)
    _standing(web, written(page(BARS, RADAR), "gl", OLD))
    assert _pages(connect).find(page(BARS, RADAR)) is not None


def test_版本一时问不到_页面等一等再写(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    """Nothing is written: a page must not change with the weather and change back."""
    web.add(responses.GET, f"{SITE}/version", status=503)
    _standing(web, written(page(RADAR), "gl", NEW))
    with pytest.raises(TransientError):
        _pages(connect).publish(page(RADAR))
    assert not [call for call in web.calls if call.request.method != "GET"]


# --- links ---------------------------------------------------------------------------------------------------------
def test_表格里的链接通到自己的另一页(connect: Callable[..., Connection], web: responses.RequestsMock) -> None:
    """The address of a receipt stands in a cell: one cell, one link, with signs of Markdown and of tables in its
    name; a lamp stays a lamp."""
    at = datetime(2025, 10, 3, tzinfo=UTC)
    other = Page(
        key="周报2", path="协同/周报/新品 X1/2025-10-03", title="上期", notice=Quiet(()), document=Document(())
    )
    address = f"{WIKI}/{quote('协同/周报/新品-X1/2025-10-03', safe='')}"
    web.add(responses.GET, address, status=404, json={"message": "404 Wiki Page Not Found"})
    stored = {"slug": "协同/周报/新品-X1/2025-10-03", "title": "x", "content": written(other, "gl")}
    web.add(responses.POST, WIKI, json=stored, status=201)
    url = _pages(connect).publish(other).url
    cells = ((Reference("上期|[1]", url),), (Text("🔴 红"),))
    text = written(page(Table(("页面", str(at.date())), (cells,))), "gl")
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert f'<td><a href="{url}">上期|[1]</a></td>\n<td>🔴 红</td>' in html
    assert url == f"https://gitlab.example.com/pmo/collab/-/wikis/{quote('协同/周报/新品-X1/2025-10-03')}"
