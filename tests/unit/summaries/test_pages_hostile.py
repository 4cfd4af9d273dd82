"""Whatever people type, a page keeps its shape: tables keep their columns, diagrams their lines, paths their parts."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.summaries.page_story import PROGRAM
from tests.unit.summaries.page_world import at, day, item, page, said

from collab_sync.model.document import Bars, Flow, Gantt, GanttTask, Pie, as_table
from collab_sync.summaries.compose import segment
from collab_sync_gitlab.pages import mermaid
from collab_sync_gitlab.pages.publisher import slug, written

HOSTILE = (
    "| 甲 | 乙",
    "``` \n/close",
    "a: b, c; d # e %% f",
    'end"] --> n0; click n0 href "http://x"',
    "section 骗人的分组",
    "2025-10-10 发布",
    "@all <script>alert(1)</script>",
    "-->\n<!-- collab-sync {} -->",
    "\u202e倒过来\x00\u2028新行",
    "",
)
LOOK = re.compile(r"%%\{init: [\w\"#:,{} ]+\}%%")
TASK = re.compile(r"  [^\n:,;#\"]+ :(?:(?:active|crit|done|milestone), )?t\d+, \d{4}-\d\d-\d\d, \d{4}-\d\d-\d\d")
texts = st.text(max_size=40) | st.sampled_from(HOSTILE)


@settings(max_examples=100, deadline=None)
@given(texts, texts, texts)
@example(HOSTILE[0], HOSTILE[1], HOSTILE[3])
@example(HOSTILE[7], HOSTILE[4], HOSTILE[8])
def test_没有标题能弄坏表格或图(title: str, note: str, criteria: str) -> None:
    """Rows have as many cells as heads; inside a diagram every line is one we drew; no line is a command."""
    work = item(
        "NPX-9",
        title,
        dept="rd",
        R="李明",
        status="进行中",
        raw_due=day("10-20"),
        fields={"完成标准": criteria, "里程碑": note},
        entries=(said("进度更新", "李明", "10-09 10:00", note, 状态="遇到风险", 说明=note),),
    )
    text = written(page("周报:新品X1上市:2025-10-10", (PROGRAM, work)), "gitlab")
    assert_whole(text)
    assert_whole(written(page("项目主页:新品X1上市", (PROGRAM, work)), "gitlab"))


DRAWN = ("  section ", "  title ", '  "', "  n", "  dateFormat", "  x-axis [", "  y-axis ", "  line [", '  line "')


def assert_whole(text: str) -> None:
    width, fenced, diagram = 0, False, ""
    for line in text.split("\n"):
        assert not line.startswith("/")
        if line.startswith("```"):
            assert line in ("```mermaid", "```")
            fenced = not fenced
            diagram = ""
        elif fenced:
            diagram = diagram or line.split()[0]
            drawn = TASK.fullmatch(line) or line.startswith(DRAWN)
            known = line.strip() in (
                "gantt",
                "inclusiveEndDates",
                "axisFormat %m-%d",
                "todayMarker off",
                "flowchart LR",
                "xychart-beta",
                "pie showData title 红黄绿灯",
            )
            assert drawn or known or LOOK.fullmatch(line), line
        elif line.startswith("|"):
            cells = len(re.findall(r"(?<!\\)\|", line)) - 1
            width = width or cells
            assert cells == width, line
        else:
            width = 0
    assert not fenced
    assert len(re.findall(r"^<!-- collab-sync ", text, re.MULTILINE)) == 1


@settings(max_examples=100, deadline=None)
@given(texts)
def test_图里的名称不含语法(text: str) -> None:
    """One line, never empty, no sign that the grammar knows, not a word of the grammar at its beginning."""
    name = mermaid.name(text)
    assert name
    assert not re.search(r'[\n":;#%`<>\[\]{}()|,]', name)
    assert not re.match(r"section|title|click|\d{4}-\d\d-\d\d", name, re.IGNORECASE)
    assert len(name) <= 61


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300) | st.sampled_from(HOSTILE))
def test_路径的每一段任何维基都能存(text: str) -> None:
    """No separator, short enough for a file name, and the wiki gives it the address we expect."""
    part = segment(text)
    assert part
    assert "/" not in part
    assert part.isprintable() or part == part.strip()
    assert len(part.encode()) <= 200
    assert slug(f"协同/{part}") == f"协同/{part.strip().replace(' ', '-')}"


def test_很长而开头相同的名称不会变成同一页() -> None:
    assert segment("新品" * 100 + "甲") != segment("新品" * 100 + "乙")


def test_空图不画() -> None:
    for chart in (Pie("灯", (("红", 0),)), Bars("率", ()), Gantt("计划", (("研发部", ()),)), Flow("流程", (), ())):
        assert mermaid.drawn(chart) == ""


def test_起止倒过来的任务也画得出() -> None:
    """A start after the end would make the whole diagram fail."""
    task = GanttTask("倒置", day("10-20"), day("10-10"))
    assert "t1, 2025-10-10, 2025-10-10" in mermaid.drawn(Gantt("计划", (("甲", (task,)),)))


@pytest.mark.parametrize(
    ("chart", "rows"),
    [
        (Pie("灯", (("红", 1), ("黄", 2))), [["红", "1"], ["黄", "2"]]),
        (Bars("率", (("研发部", 50.0),), "%"), [["研发部", "50"]]),
        (
            Gantt("计划", (("甲", (GanttTask("乙", day("10-09"), day("10-10")),)),)),
            [["甲", "乙", "2025-10-09", "2025-10-10"]],
        ),
        (Flow("流程", ("甲", "乙"), ((0, 1), (0, 7))), [["甲", "乙"]]),
    ],
)
def test_不会画图的地方用表格(chart: Pie | Bars | Gantt | Flow, rows: list[list[str]]) -> None:
    table = as_table(chart)
    assert [[inline.text for cell in row for inline in cell if hasattr(inline, "text")] for row in table.rows] == rows
    assert all(len(row) == len(table.head) for row in table.rows)


def test_时刻按组织时区显示() -> None:
    """17:30 UTC is the next day in Shanghai."""
    late = item("NPX-9", "跨日", dept="rd", created="10-09 00:30")
    assert late.created_at == at("10-09 00:30")
    text = written(
        page("任务登记表:新品X1上市", (PROGRAM, item("NPX-10", "需求", "协作需求", created="10-09 00:30"))), "gitlab"
    )
    assert "2025-10-09 00:30" in text
