"""Promises about pages, for trackers that have them."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

import msgspec
import pytest

from collab_sync.errors import RejectedActionError
from collab_sync.model.document import Document, Paragraph, Quiet, Table, Text
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
        changed = msgspec.structs.replace(WEEKLY, document=Document((Paragraph((Text("在办 2 项"),)),)))
        assert publisher.find(changed) is None
        publisher.publish(changed)
        text = read(WEEKLY.path) or ""
        assert "在办 2 项" in text
        assert "在办 3 项" not in text

    def test_人写的页面不动(self, play: Play) -> None:
        """A page of that path that is not ours is refused, and stays as it is."""
        publisher, read = _publisher(play), needs(play.stage.can.page, "show a page")
        needs(play.stage.can.put_page, "let a person write a page")(WEEKLY.path, "这是我们手写的周报")
        before = read(WEEKLY.path)
        assert publisher.find(WEEKLY) is None
        with pytest.raises(RejectedActionError):
            publisher.publish(WEEKLY)
        assert read(WEEKLY.path) == before


def _publisher(play: Play) -> PagePublisher:
    return needs(play.connection.pages(play.project), "keep pages: the tracker has none")
