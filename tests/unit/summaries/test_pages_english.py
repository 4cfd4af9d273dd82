"""Pages in English: nothing of ours stays Chinese, nothing of people's is touched, and it is the same page."""

from __future__ import annotations

import msgspec
import pytest
from tests.unit.summaries.page_english import EARLIER, OURS, WORLDS, english_page, shown
from tests.unit.summaries.page_story import LATE, PROGRAM, RISK, SECRET, STORY
from tests.unit.summaries.page_world import at, item, page, said
from tests.unit.summaries.test_pages_golden import key_of

from collab_sync.model.document import Bars, Curves, Flow, Gantt, GanttTask, Pie, Radar, Table, as_table, plain
from collab_sync.model.page import Page
from collab_sync.summaries.kinds import KINDS, PageKind

WEEKLY = "周报:新品X1上市:2025-10-10"


def told(made: Page) -> str:
    return plain(made.whole)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_人只写ASCII时_英文页没有一个汉字和全角标点(kind: PageKind, world: str) -> None:
    """Of every kind, over much, over little and over nothing."""
    asked = {"item": "NPX-27"} if kind.about == "item" else {}
    made = english_page(
        key_of(kind), WORLDS[world], **asked, earlier=EARLIER, mentions={"lm": 1200}, stale=("gl-site",)
    )
    assert OURS.findall(shown(made)) == []
    assert made.locale == "en"


@pytest.mark.parametrize(
    "key", ["周报:没有的项目:2025-10-10", "项目主页:没有的项目", "文档发布:没有的文档", "领导小组视图"]
)
def test_找不到或没有期次的英文页也没有汉字(key: str) -> None:
    made = english_page(key, WORLDS["rich"], slot="2025-10-17", as_of=at("10-10 17:55"))
    assert OURS.findall(shown(made)) == []
    assert "edition of 17 Oct 2025" in told(made)


def test_保密的项目与文档_英文页同样不借名() -> None:
    hidden = tuple(msgspec.structs.replace(one, confidential=True) for one in WORLDS["rich"])
    for key, asked in ((WEEKLY, ""), ("文档发布:新品X1协作计划", "NPX-27")):
        made = english_page(key, hidden, item=asked)
        assert OURS.findall(shown(made)) == []
        assert "Confidential " in made.title


def test_这项检验看得见汉字() -> None:
    """The same world in Chinese is full of them: the tests above can fail."""
    assert len(OURS.findall(shown(page("周报:X1:2025-10-10", WORLDS["rich"])))) > 500


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_换了语言还是同一页(kind: PageKind) -> None:
    """Who a page is never changes with its readers; what it counts does not either."""
    asked = {"item": "NPX-27"} if kind.about == "item" else {}
    chinese, english = (page(key_of(kind), STORY, locale=locale, **asked) for locale in ("zh", "en"))
    assert chinese.key == english.key
    assert chinese.withheld == english.withheld
    assert chinese.figures == english.figures
    assert [type(block) for block in chinese.document.blocks] == [type(block) for block in english.document.blocks]
    assert english.path.split("/")[2:] == chinese.path.split("/")[2:]


def test_标题与路径里只有我们的词是英文() -> None:
    made = page(WEEKLY, STORY, locale="en")
    assert made.path == "协同/Weekly report/新品X1上市/2025-10-10"
    assert made.title == "Weekly report 新品X1上市 10 Oct 2025"


def test_办公室自己起的标题不翻译() -> None:
    assert page(WEEKLY, STORY, locale="en", title="周报").title == "周报"


def test_人写的话恰好与我们的用语相同也不翻译() -> None:
    """A title, a note, a department: what people typed stays as typed."""
    typed = item(
        "NPX-9",
        "负责人",
        dept="任务",
        R="李明",
        status="进行中",
        fields={"完成标准": "高", "目标": "暂无。"},
        entries=(said("进度更新", "李明", "10-09 10:00", 说明="已完成"),),
    )
    rows = told(page("协同任务分配表:X1", (PROGRAM, typed), locale="en")).split("\n")
    assert next(row for row in rows if row.startswith("NPX-9 ")).endswith("| 李明 |  |  | 高 | In progress")
    assert "NPX-9 负责人" in "\n".join(rows)
    assert "9 Oct 已完成" in told(page("任务进度跟踪表:X1", (PROGRAM, typed), locale="en"))


def test_模型里的词在英文页是英文() -> None:
    row = next(line for line in told(page("风险登记册", (RISK,), locale="en")).split("\n") if line.startswith("NPX-22"))
    assert "| High | Medium | High |" in row
    assert row.endswith("| Monitored")


@pytest.mark.parametrize(("locale", "light"), [("zh", "🔴 红"), ("en", "🔴 Red")])
def test_灯既有颜色又有文字_图里只有文字(locale: str, light: str) -> None:
    """Seen before it is read, and read by whoever cannot tell the colour."""
    blocks = page(WEEKLY, STORY, locale=locale).document.blocks
    cells = [told_cell for block in blocks if isinstance(block, Table) for row in block.rows for told_cell in row]
    assert light in ["".join(getattr(inline, "text", "") for inline in one) for one in cells]
    assert next(name for block in blocks if isinstance(block, Pie) for name, _ in block.slices) == light[2:]


def test_英文页也遮住别人文字里提到的保密事项() -> None:
    noted = msgspec.structs.replace(LATE, entries=(said("进度更新", "张悦", "10-10 10:00", 说明="等 NPX-77"),))
    text = told(page(WEEKLY, (PROGRAM, noted, SECRET), locale="en"))
    assert "等 confidential item" in text
    assert "NPX-77" not in text


def test_金额按千分位写_日期按读者的写法() -> None:
    text = told(page("协同工作效果评估表:X1", STORY, locale="en"))
    assert "15% (CNY 12,000/80,000)" in text
    assert "data as of 10 Oct 2025, 18:00" in text
    assert "15%(12,000/80,000 元)" in told(page("协同工作效果评估表:X1", STORY))


CHARTS = (
    Pie("L", (("Red", 1),)),
    Bars("B", (("rd", 50.0),), "%"),
    Bars("B", (("rd", 50.0),)),
    Curves("C", ("w1",), (("done", (1.0,)),)),
    Radar("R", ("a",), (("rd", (1.0,)),), 5.0),
    Gantt("G", (("rd", (GanttTask("t", at("10-09 09:00").date(), at("10-10 09:00").date()),)),)),
    Flow("F", ("a", "b"), ((0, 1),)),
)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_图变成表格时列名随语言(chart: Pie | Bars | Curves | Radar | Gantt | Flow) -> None:
    chinese, english = as_table(chart), as_table(chart, "en")
    assert OURS.search("".join(chinese.head))
    assert not OURS.search("".join(english.head))
    assert (chinese.rows, len(chinese.head)) == (english.rows, len(english.head))
