"""Diagrams of wiki pages are drawn as charts with the numbers that were written; what is none of ours stays text."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collab_sync.model.document import Bars, Chart, Curves, Flow, Gantt, GanttTask, Pie, Radar
from collab_sync.sandbox.browse.markdown import render_markdown
from collab_sync.sandbox.browse.mermaid import State, read
from collab_sync_gitlab.pages.mermaid import drawn, name

GOLDEN = Path(__file__).parents[2] / "unit" / "summaries" / "golden"
NAMES = st.text(max_size=80)
SHOWN = st.integers(0, 100_000).map(lambda cents: cents / 100)
"""What a diagram can say: two places behind the point."""
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
STATES: st.SearchStrategy[State | Literal[""]] = st.sampled_from(("", "active", "crit", "done", "milestone"))
TOP = st.integers(1, 2000).map(float)


@st.composite
def tasks(draw: st.DrawFn) -> GanttTask:
    start = draw(DAYS)
    return GanttTask(draw(NAMES), start, start + timedelta(days=draw(st.integers(0, 90))), draw(STATES))


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    steps = draw(st.lists(NAMES, min_size=1, max_size=6))
    place = st.integers(0, len(steps) - 1)
    return Flow(draw(NAMES), tuple(steps), tuple(draw(st.lists(st.tuples(place, place), max_size=6))))


@st.composite
def curves(draw: st.DrawFn) -> Curves:
    labels = draw(st.lists(NAMES, min_size=1, max_size=6))
    row = st.lists(SHOWN, min_size=len(labels), max_size=len(labels)).map(tuple)
    rows = draw(st.lists(st.tuples(NAMES, row), min_size=1, max_size=3))
    return Curves(draw(NAMES), tuple(labels), tuple(rows), draw(NAMES), draw(TOP))


@st.composite
def radars(draw: st.DrawFn) -> Radar:
    axes = draw(st.lists(NAMES, min_size=3, max_size=6))
    row = st.lists(st.integers(0, 50).map(lambda tenths: tenths / 10), min_size=len(axes), max_size=len(axes))
    rows = draw(st.lists(st.tuples(NAMES, row.map(tuple)), min_size=1, max_size=3))
    return Radar(draw(NAMES), tuple(axes), tuple(rows), 5.0)


def source(chart: Chart) -> str:
    """What our connector writes, without the fence."""
    return drawn(chart).removeprefix("```mermaid\n").removesuffix("\n```")


def shown(text: str) -> str:
    """A name as a diagram shows it."""
    return name(text).removeprefix("\u2060")


@given(NAMES, st.lists(st.tuples(NAMES, st.integers(1, 500)), min_size=1, max_size=8))
def test_饼图读回同样的名字和数(title: str, slices: list[tuple[str, int]]) -> None:
    """In whatever order they are drawn."""
    found = read(source(Pie(title, tuple(slices))))
    assert isinstance(found, Pie)
    assert found.title == shown(title)
    assert sorted(found.slices) == sorted((shown(one), count) for one, count in slices)


@given(NAMES, st.lists(st.tuples(NAMES, SHOWN), min_size=1, max_size=8), NAMES, TOP)
def test_柱图读回同样的数和单位(title: str, values: list[tuple[str, float]], unit: str, top: float) -> None:
    found = read(source(Bars(title, tuple(values), unit, top)))
    assert isinstance(found, Bars)
    assert [value for _, value in found.values] == [value for _, value in values]
    assert (found.title, found.unit, found.top) == (shown(title), shown(unit) if unit else "", top)


@given(curves())
def test_曲线读回同样的数(chart: Curves) -> None:
    found = read(source(chart))
    assert isinstance(found, Curves)
    assert len(found.labels) == len(chart.labels)
    assert [row for _, row in found.series] == [row for _, row in chart.series]
    assert found.top == chart.top


@given(radars())
def test_雷达图读回同样的数(chart: Radar) -> None:
    """Where a radar is drawn at all; elsewhere a table takes its place."""
    text = source(chart)
    found = read(text)
    assert (found is None) == (text == "")
    if isinstance(found, Radar):
        assert found.axes == tuple(map(shown, chart.axes))
        assert [row for _, row in found.series] == [row for _, row in chart.series]


def test_柱图名字里重复的数不读进名字_短了的曲线后面是不知道() -> None:
    assert read('xychart-beta horizontal\n  x-axis ["研发部：53.3", "市场部：4"]\n  bar [53.3, 5]') == Bars(
        "", (("研发部", 53.3), ("市场部：4", 5.0))
    )
    assert read('xychart-beta\n  x-axis ["一", "二"]\n  line "完成" [1]\n  line "计划" [1, 2]') == Curves(
        "", ("一", "二"), (("完成", (1.0, None)), ("计划", (1.0, 2.0)))
    )


@given(NAMES, st.lists(st.tuples(NAMES, st.lists(tasks(), min_size=1, max_size=4)), min_size=1, max_size=4))
def test_甘特图读回同样的日子和状态(title: str, sections: list[tuple[str, list[GanttTask]]]) -> None:
    found = read(source(Gantt(title, tuple((one, tuple(inside)) for one, inside in sections))))
    assert found == Gantt(
        shown(title),
        tuple(
            (shown(one), tuple(GanttTask(shown(task.name), task.start, task.end, task.state) for task in inside))
            for one, inside in sections
        ),
    )


@given(flows())
def test_流程图读回同样的步骤和箭头(chart: Flow) -> None:
    assert read(source(chart)) == Flow("", tuple(map(shown, chart.steps)), chart.arrows)


def test_雷达图读得出名字和数() -> None:
    text = """radar-beta
  title 部门评分
  axis a0["及时"], a1["质量"]
  curve c0["研发部"]{4.5, 3}
  curve c1["市场部"]{4, 5}
  max 5
  min 0"""
    assert read(text) == Radar("部门评分", ("及时", "质量"), (("研发部", (4.5, 3.0)), ("市场部", (4.0, 5.0))), 5.0)


def test_前面的设置和注释不妨碍读图() -> None:
    text = '---\nconfig:\n  theme: base\n---\n%%{init: {"theme": "base"}}%%\npie showData title 灯\n  %% 注\n  "红" : 1'
    assert read(text) == Pie("灯", (("红", 1),))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sequenceDiagram\n  甲->>乙: 好",
        "pie\n  红 : 1",
        'pie title 灯\n  "红" : 很多',
        'xychart-beta\n  x-axis ["甲", "乙"]\n  bar [1]',
        'xychart-beta\n  x-axis ["甲"]\n  line [1, 2]',
        "gantt\n  section 甲\n  乙 :t1, 2025-13-01, 2025-10-01",
        "gantt\n  乙 :t1, after t0, 3d",
        'flowchart LR\n  n0["甲"]\n  n0 --> n9',
        'radar-beta\n  axis a["甲"]\n  curve c["乙"]{1, 2}',
        "radar-beta",
    ],
)
def test_读不懂的图照原文显示(text: str) -> None:
    """Better the source than half of a picture."""
    assert read(text) is None
    assert render_markdown(f"```mermaid\n{text}\n```", lambda _chart: "<svg></svg>").startswith("<pre><code>")


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_什么原文都不会让浏览出错(text: str) -> None:
    for kind in ("pie", "xychart-beta", "gantt", "flowchart LR", "radar-beta"):
        read(f"{kind}\n{text}")


def test_只有要画的地方才画() -> None:
    """Comments and descriptions show a diagram's source: GitLab's pages hold ours, and pictures take time."""
    text = f"前\n\n{drawn(Pie('灯', (('红', 1),)))}\n\n后"
    assert render_markdown(text, lambda chart: f"<svg>{type(chart).__name__}</svg>") == (
        "<p>前</p>\n<figure><svg>Pie</svg></figure>\n<p>后</p>"
    )
    assert re.search(r"<pre><code>[^<]*title 灯", render_markdown(text))


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.md")), ids=lambda file: file.stem)
def test_审定稿里的每个图都画得出(file: Path) -> None:
    """What our connector writes today is what the view reads."""
    text = file.read_text(encoding="utf-8")
    html = render_markdown(text, lambda chart: f"<svg>{type(chart).__name__}</svg>")
    assert html.count("<figure>") == text.count("```mermaid")
    assert "<pre>" not in html
