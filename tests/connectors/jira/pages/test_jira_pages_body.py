"""The description of a page: valid in its form, never too long, and honest about what it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.connectors.hostile import jira_reader
from tests.connectors.jira.pages.conftest import FIRST, weekly
from tests.connectors.jira.test_jira_render import nodes, schema, shown

from collab_sync.model.document import (
    Bars,
    Block,
    Chart,
    Curves,
    Flow,
    Gantt,
    GanttTask,
    Heading,
    Paragraph,
    Pie,
    Quiet,
    Radar,
    Table,
    Text,
    plain,
)
from collab_sync.model.document import Document as Whole
from collab_sync.model.page import Page
from collab_sync.pictures import Picture, name_of
from collab_sync.sandbox.jira.text.adf import COMMENT_LIMIT, plain_text
from collab_sync_jira.pages.body import LIMIT, Form, Hung, charts_of
from collab_sync_jira.pages.fit import fitted

CLOUD, CENTER = Form(True, "jira-npx"), Form(False, "jira-npx")
ODD = '甲|乙!={}"[]\\\n,<b>'
CHARTS: tuple[Chart, ...] = (
    Pie(ODD, (("正常", 2), (ODD, 1))),
    Bars("工时", (("甲", 1.5),), "人天"),
    Curves("燃起", ("9-01", "9-08"), (("完成", (1, None)),)),
    Radar("评分", ("质量", "进度"), (("研发", (3, 4)),), 5),
    Gantt("计划", (("研发", (GanttTask("样机", date(2025, 9, 1), date(2025, 9, 5)),)),)),
    Flow("流程", ("申请", "审批"), ((0, 1),)),
)


def hung(*charts: Chart) -> Mapping[str, Hung]:
    media = "6e7c7f2c-dd7a-499c-bceb-6f32bfbf30b5"
    return {name_of(one): Hung(Picture(name_of(one), b"", 900, 420, f"图:{one.title}"), media) for one in charts}


def table(rows: int, width: int = 20) -> Table:
    return Table(("任务", "状态"), tuple(((Text(f"{n:05d}{'长' * width}"),), (Text("进行中"),)) for n in range(rows)))


def text_of(body: Any) -> str:
    """What people read, mark-up rendered away."""
    return jira_reader.shown(body) if isinstance(body, str) else shown(body)


@pytest.mark.parametrize("pictures", [CHARTS, ()], ids=["挂上了", "挂不上"])
def test_每种图在_Cloud_都合乎文档格式(pictures: tuple[Chart, ...]) -> None:
    body = CLOUD.body(weekly(*CHARTS), hung(*pictures))
    assert list(schema().iter_errors(body)) == []
    kinds = [node.get("type") for node in nodes(body)]
    assert kinds.count("mediaSingle") == kinds.count("expand") == len(pictures)
    assert kinds.count("table") == len(CHARTS), "the numbers are there either way"


def test_图的说明里没有会断开记号的字() -> None:
    markup = CENTER.body(weekly(CHARTS[0]), hung(CHARTS[0]))
    assert isinstance(markup, str)
    [line] = [one for one in markup.split("\n") if one.startswith("!")]
    assert line == f"!{name_of(CHARTS[0])}|alt=图:甲 乙 <b>,width=760!"


@pytest.mark.parametrize("form", [CLOUD, CENTER], ids=["Cloud", "Data Center"])
def test_没有图的时候_标题和数字都在(form: Form) -> None:
    text = text_of(form.body(weekly(FIRST), {}))
    assert [word for word in ("在办", "正常", "2", "逾期") if word not in text] == []


@pytest.mark.parametrize("form", [CLOUD, CENTER], ids=["Cloud", "Data Center"])
def test_太长的表只留前几行_说明还有几行(form: Form) -> None:
    page = weekly(table(3000), Heading(2, (Text("风险"),)), Paragraph((Text("无。"),)))
    body = form.body(page, {})
    size = len(body) if isinstance(body, str) else len(plain_text(body))
    assert LIMIT * 0.6 < size <= LIMIT < COMMENT_LIMIT
    text = text_of(body)
    kept = sum(f"{number:05d}" in text for number in range(3000))
    assert f"另有 {3000 - kept} 行" in text
    assert "风险" in text
    assert "无。" in text


@pytest.mark.parametrize("form", [CLOUD, CENTER], ids=["Cloud", "Data Center"])
def test_还是太长就从某一节起略去_说明略了多少(form: Form) -> None:
    sections = [block for n in range(80) for block in (Heading(2, (Text(f"第{n}节"),)), Paragraph((Text("字" * 900),)))]
    text = text_of(form.body(weekly(*sections), {}))
    last = next(n for n in range(80) if f"第{n}节" not in text.replace(f"从“第{n}节”", ""))
    assert f"后面还有 {2 * (80 - last)} 块内容没有显示(从“第{last}节”一节起)" in text
    assert "这个事项由 collab-sync 维护" in text


def test_英文的页面用英文说() -> None:
    page = msgspec.structs.replace(weekly(table(3000), FIRST), locale="en")
    text = text_of(CLOUD.body(page, hung(FIRST)))
    assert " more rows" in text
    assert "Kept by collab-sync" in text
    assert "Numbers: 在办" in str(CLOUD.body(page, hung(FIRST)))


def test_图被略去就不必挂() -> None:
    sections = tuple(Paragraph((Text("字" * 900),)) for _ in range(80))
    page = weekly(*sections, FIRST)
    assert charts_of(CLOUD.shown(page, hung(FIRST))) == {}
    assert list(charts_of(CLOUD.shown(weekly(FIRST), hung(FIRST)))) == [name_of(FIRST)]


blocks: st.SearchStrategy[Block] = st.one_of(
    st.integers(0, 60).map(table),
    st.text(max_size=200).map(lambda text: Paragraph((Text(text),))),
    st.text(max_size=20).map(lambda text: Heading(2, (Text(text),))),
    st.sampled_from(CHARTS),
)


@given(st.lists(blocks, max_size=12), st.integers(150, 4000))
def test_剪裁_不超过_不打乱_不切断_少了什么都数得出来(given_blocks: list[Block], limit: int) -> None:
    """Whatever remains is a block as it was, or the first rows of a table and how many more there are; then perhaps a
    sentence that counts the blocks left out."""

    def size(block: Block) -> int:
        return len(plain(Whole((block,)))) + 1

    found = fitted(given_blocks, size, limit, "zh")
    assert sum(map(size, found)) <= limit
    if sum(map(size, given_blocks)) <= limit:
        assert list(found) == given_blocks
        return
    cut = "块内容没有显示" in plain(Whole(found[-1:]))
    kept = found[:-1] if cut else found
    assert len(kept) == len(given_blocks) or f"还有 {len(given_blocks) - len(kept)} 块" in plain(Whole(found[-1:]))
    for before, after in zip(given_blocks, kept, strict=False):
        if before != after:
            assert isinstance(before, Table)
            assert isinstance(after, Table)
            rows = len(after.rows) - 1
            assert (after.head, after.rows[:rows]) == (before.head, before.rows[:rows])
            assert plain(Whole((Paragraph(after.rows[-1][0]),))) == f"另有 {len(before.rows) - rows} 行"
            assert {len(row) for row in after.rows} == {2}


@hypothesis_settings(max_examples=30, deadline=None)
@given(st.lists(blocks, max_size=8), st.integers(0, 40_000))
def test_任何页面在两种形式里都放得下(given_blocks: list[Block], long: int) -> None:
    page = Page(
        key="周报:新品:2025-09-26",
        path="协同/周报/新品/2025-09-26",
        title="周报",
        notice=Quiet((Text("说明"),)),
        document=Whole((*given_blocks, Paragraph((Text("_" * long),)), table(700))),
    )
    pictures = hung(*CHARTS)
    markup, body = CENTER.body(page, pictures), CLOUD.body(page, pictures)
    assert isinstance(markup, str)
    assert len(markup) <= COMMENT_LIMIT
    assert len(plain_text(body)) <= COMMENT_LIMIT
