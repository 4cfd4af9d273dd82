"""Promises about pages, for trackers that have them."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

import contextlib
from typing import Literal

import msgspec
import pytest

from collab_sync.errors import RejectedActionError, TransientError, UnknownOutcomeError
from collab_sync.model.document import Block, Document, Paragraph, Pie, Quiet, Table, Text
from collab_sync.model.page import Page
from collab_sync.ports.tracker import PagePublisher
from collab_sync.testing.connector_suite.samples import Play, needs

WEEKLY = Page(
    key="周报:新品:2025-09-26",
    path="协同/周报/新品/2025-09-26",
    title="新品周报",
    notice=Quiet((Text("数据截至 18:00"),)),
    document=Document(
        (Paragraph((Text("在办 3 项"),)), Table(("任务", "状态"), (((Text("样机"),), (Text("进行中"),)),)))
    ),
)


class PagePromises:
    def test_页面写出来人看得到(self, play: Play) -> None:
        """Title, notice and what it says; found from then on."""
        publisher, read = _publisher(play), needs(play.stage.can.page, "show a page")
        assert publisher.find(WEEKLY) is None
        receipt = publisher.publish(WEEKLY)
        text = read(WEEKLY.path) or ""
        assert [word for word in ("新品周报", "数据截至 18:00", "在办 3 项", "样机") if word not in text] == []
        found = publisher.find(WEEKLY)
        assert found is not None
        assert found.remote_id == receipt.remote_id

    def test_只有页首说明不同的页面不改写(self, play: Play) -> None:
        """The notice changes every hour; readers are told of a page that changed only when it did."""
        publisher, read = _publisher(play), needs(play.stage.can.page, "show a page")
        publisher.publish(WEEKLY)
        before = read(WEEKLY.path)
        later = msgspec.structs.replace(WEEKLY, notice=Quiet((Text("数据截至 19:00"),)))
        assert publisher.find(later) is not None
        publisher.publish(later)
        assert read(WEEKLY.path) == before

    def test_内容变了就改写(self, play: Play) -> None:
        publisher, read = _publisher(play), needs(play.stage.can.page, "show a page")
        publisher.publish(WEEKLY)
        changed = _saying(WEEKLY, "在办 2 项")
        assert publisher.find(changed) is None
        publisher.publish(changed)
        text = read(WEEKLY.path) or ""
        assert "在办 2 项" in text
        assert "在办 3 项" not in text

    def test_改写了的页面仍然找得到(self, play: Play) -> None:
        """The same page all the time, whatever it says."""
        publisher = _publisher(play)
        first = publisher.publish(WEEKLY)
        again = publisher.publish(_saying(WEEKLY, "在办 2 项"))
        found = publisher.find(_saying(WEEKLY, "在办 2 项"))
        assert found is not None
        assert {first.remote_id, again.remote_id} == {found.remote_id}

    def test_有图的页面写得出来_图变了就改写(self, play: Play) -> None:
        """As pictures or as tables: whatever the tracker shows, a chart that says something else is another page."""
        publisher = _publisher(play)
        publisher.publish(_with(WEEKLY, Pie("在办", (("正常", 2), ("逾期", 1)))))
        assert publisher.find(_with(WEEKLY, Pie("在办", (("正常", 2), ("逾期", 1))))) is not None
        changed = _with(WEEKLY, Pie("在办", (("正常", 3),)))
        assert publisher.find(changed) is None
        publisher.publish(changed)
        assert publisher.find(changed) is not None

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_写页面时断线_查明之后再写_不会多出一页(self, play: Play, when: Literal["before", "after"]) -> None:
        """A lost connection leaves the page there or not; what asks first and writes then ends with one page."""
        publisher, weather = _publisher(play), needs(play.stage.can.weather, "lose connections")
        weather.drop_next_write(when)
        with contextlib.suppress(UnknownOutcomeError, TransientError):
            publisher.publish(WEEKLY)
        weather.clear()
        receipt = publisher.find(WEEKLY) or publisher.publish(WEEKLY)
        found = publisher.find(WEEKLY)
        assert found is not None
        assert found.remote_id == receipt.remote_id
        assert "在办 3 项" in (needs(play.stage.can.page, "show a page")(WEEKLY.path) or "")

    def test_人写的页面不动(self, play: Play) -> None:
        """A page of that path that is not ours is refused, and stays as it is."""
        publisher, read = _publisher(play), needs(play.stage.can.page, "show a page")
        needs(play.stage.can.put_page, "let a person write a page")(WEEKLY.path, "这是我们手写的周报")
        before = read(WEEKLY.path)
        assert publisher.find(WEEKLY) is None
        with pytest.raises(RejectedActionError):
            publisher.publish(WEEKLY)
        assert read(WEEKLY.path) == before


def _saying(page: Page, text: str) -> Page:
    return msgspec.structs.replace(page, document=Document((Paragraph((Text(text),)),)))


def _with(page: Page, *blocks: Block) -> Page:
    return msgspec.structs.replace(page, document=Document((*page.document.blocks, *blocks)))


def _publisher(play: Play) -> PagePublisher:
    return needs(play.connection.pages(play.project), "keep pages: the tracker has none")
