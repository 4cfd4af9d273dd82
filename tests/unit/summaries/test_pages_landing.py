"""The landing page: series, newest editions, who comes first; what became confidential is named no more."""

from __future__ import annotations

import msgspec
import pytest
from tests.unit.summaries.page_past import STANDS, stands
from tests.unit.summaries.page_story import DOCUMENT, PROGRAM, STORY
from tests.unit.summaries.page_world import page, view_of, vocabulary
from tests.unit.summaries.test_pages_period import table_under, told

from collab_sync.model.document import Reference, Table, plain
from collab_sync.summaries.compose import compose
from collab_sync.summaries.past import Standing
from collab_sync.summaries.scope import PageRequest


@pytest.mark.parametrize(
    ("prefix", "path"), [("协同/", "协同"), ("团队/协同/", "团队/协同"), ("协同", "协同"), ("", "首页"), ("/", "首页")]
)
def test_首页就在页面前缀上(prefix: str, path: str) -> None:
    made = compose(PageRequest(key="首页"), view_of(STORY), vocabulary(), "2025.09.1", prefix)
    assert made.path.strip("/") == path
    assert made.key == "首页"


def test_全组织的在前_再是项目_再是文档() -> None:
    text = told(page("首页", STORY, stands=STANDS))
    order = [text.index(word) for word in ("全组织", "领导小组视图", "各项目", "周报", "角色分工表", "文档发布")]
    assert order == sorted(order)


def test_一个系列一行_新的在前_往期四期_更早的只说几期() -> None:
    slots = [f"2025-09-0{n}" for n in range(1, 8)]
    (row,) = table_under(page("首页", STORY, stands=stands("周报", "新品X1上市", *slots)), "各项目")
    assert row == [
        "周报 新品X1上市",
        "2025-09-07",
        "2025-09-06、2025-09-05、2025-09-04、2025-09-03,更早还有 2 期",
    ]


def test_链接是回执里的地址_没有地址就只写字() -> None:
    made = page("首页", STORY, stands=STANDS)
    tables = [block for block in made.document.blocks if isinstance(block, Table)]
    links = [
        one for table in tables for row in table.rows for cell in row for one in cell if isinstance(one, Reference)
    ]
    assert {link.url for link in links} == {one.url for one in STANDS if one.url}
    assert table_under(made, "文档") == [["文档发布 新品X1协作计划", "更新于 2025-10-10", ""]]


def test_后来保密的项目和文档不再列名() -> None:
    hidden = (msgspec.structs.replace(PROGRAM, confidential=True), msgspec.structs.replace(DOCUMENT, confidential=True))
    text = told(page("首页", hidden, stands=STANDS))
    assert "新品" not in text
    assert "领导小组视图" in text


def test_改过名又保密的项目_旧名下的页面也不列() -> None:
    """The page stands under the name that the programme had when it was written."""
    hidden = msgspec.structs.replace(PROGRAM, confidential=True, fields={**PROGRAM.fields, "名称": "换了的名字"})
    old = page("周报:X1:2025-10-10", (PROGRAM,))
    standing = Standing("周报", "新品X1上市", "2025-10-10", "https://wiki.example", "2025-10-10", "program", old.about)
    assert "新品X1上市" in told(page("首页", (PROGRAM,), stands=(standing,)))
    assert "新品X1上市" not in told(page("首页", (hidden,), stands=(standing,)))


def test_改过题目又保密的文档_旧题目下的页面也不列() -> None:
    hidden = msgspec.structs.replace(DOCUMENT, confidential=True, title="换了的题目")
    old = page("文档发布:新品X1协作计划", (DOCUMENT,), item=DOCUMENT.source.key)
    standing = Standing("文档发布", "新品X1协作计划", "", "", "2025-10-10", "item", old.about)
    assert "新品X1协作计划" not in told(page("首页", (hidden,), stands=(standing,)))


def test_首页不说没列名的事项() -> None:
    """It lists pages, not items: nothing is left out of it."""
    assert "保密事项" not in plain(page("首页", STORY, stands=STANDS).whole)


def test_还没有页面也说一句() -> None:
    assert "还没有写出过页面。" in told(page("首页", ()))
