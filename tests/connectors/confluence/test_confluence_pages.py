"""Pages in a space, against the sandbox's Confluence: real HTTP, real versions, one title for one page. On Cloud and on
Data Center."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import pytest

from collab_sync.errors import AccessError, RejectedActionError
from collab_sync.ports.tracker import PagePublisher

if TYPE_CHECKING:
    from tests.connectors.confluence.conftest import Site

# The sandbox of this folder; imported by name because test folders are no packages.
from tests.connectors.confluence.conftest import TITLE, weekly


def test_页面写在它的上级下面_内容完整(site: Site, pages: PagePublisher) -> None:
    receipt = pages.publish(weekly())
    assert [site.pages[title]["parent"] for title in (TITLE, "新品X1 · 周报 · 协同", "周报 · 协同", "协同")] == [
        "新品X1 · 周报 · 协同", "周报 · 协同", "协同", "协同空间"]  # fmt: skip
    lines = site.text().split("\n")
    assert lines[:3] == ["周报 X1", "数据截至 18:00", "在办 3 项"]
    assert [word for word in ("红", "2", "评审", "甲|乙", "进行中") if word not in lines] == []
    where = "/wiki/spaces/COLLAB/pages/" if site.edition == "cloud" else "/pages/viewpage.action?pageId="
    assert receipt.url == f"{site.url}{where}{receipt.remote_id}"


def test_上级页说明自己是做什么的_同样有标记(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    assert "下面的页面由 collab-sync 生成" in site.text("周报 · 协同")
    assert site.pages["周报 · 协同"]["properties"]["collab-sync"]["key"] == "目录:协同/周报"


def test_英文页面和它的上级页都用英文(site: Site, pages: PagePublisher) -> None:
    """What the connector says itself; a parent made earlier stays as it is."""
    english = msgspec.structs.replace(weekly(path="Collab/Weekly"), locale="en")
    pages.publish(english)
    assert "Made by collab-sync" in site.text("Weekly · Collab")
    assert "are made and kept up to date by collab-sync" in site.text("Collab")
    assert "Data" in site.pages["Weekly · Collab"]["text"]
    site.forget()
    pages.publish(msgspec.structs.replace(weekly(path="Collab/周报", key="周报:X2"), locale="zh"))
    assert "are made and kept" in site.text("Collab")
    assert "本页由 collab-sync 生成" in site.text("周报 · Collab")


def test_同名的页面在不同上级下不相撞(site: Site, pages: PagePublisher) -> None:
    """A space takes every title once: two weekly pages of the same day are told apart by their programmes."""
    pages.publish(weekly())
    pages.publish(weekly(path="协同/周报/新品X2/2025-10-10", key="周报:X2"))
    assert {TITLE, "2025-10-10 · 新品X2 · 周报 · 协同"} <= set(site.pages)


def test_没变的页面不重写(site: Site, pages: PagePublisher) -> None:
    """Not even when the notice tells another time; though the site stores more than it was given."""
    first = pages.publish(weekly())
    site.forget()
    assert pages.publish(weekly()).remote_id == first.remote_id
    pages.publish(weekly(notice="数据截至 19:00"))
    assert site.writes() == []


def test_变了的页面原地改写(site: Site, pages: PagePublisher) -> None:
    receipt = pages.publish(weekly())
    site.forget()
    assert pages.publish(weekly("在办 4 项")).remote_id == receipt.remote_id
    assert site.writes() == ["page update", "property update"]
    assert "在办 4 项" in site.text()


def test_别人手改过的页面会改回来(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.act("write", text="在办 0 项")
    assert pages.find(weekly()) is None
    pages.publish(weekly())
    assert "在办 3 项" in site.text()
    assert pages.find(weekly()) is not None


def test_人写的页面不覆盖(site: Site, pages: PagePublisher) -> None:
    site.act("write", text="我自己写的周报")
    site.forget()
    with pytest.raises(RejectedActionError, match=r"不是 collab-sync 写的.*改名或删除"):
        pages.publish(weekly())
    assert pages.find(weekly()) is None
    assert (site.text(), site.writes()) == ("我自己写的周报", [])


def test_人抄了我们的内容也还是他的页面(site: Site, pages: PagePublisher) -> None:
    """The stamp in the text counts only on a page of which we are the author."""
    pages.publish(weekly())
    text = site.text()
    site.act("delete")
    site.act("write", text=text)
    with pytest.raises(RejectedActionError, match="不是 collab-sync 写的"):
        pages.publish(weekly())


def test_另一个键的页面也不覆盖(pages: PagePublisher) -> None:
    pages.publish(weekly())
    with pytest.raises(RejectedActionError, match="不是 collab-sync 写的"):
        pages.publish(weekly("另一页", key="周报:另一个"))


def test_人建好的上级页照用_不动它(site: Site, pages: PagePublisher) -> None:
    site.act("write", "周报 · 协同", text="这里放周报")
    pages.publish(weekly())
    assert site.text("周报 · 协同") == "这里放周报"
    assert site.pages["新品X1 · 周报 · 协同"]["parent"] == "周报 · 协同"


def test_归拢用的上级页可以变成真正的页面(site: Site, pages: PagePublisher) -> None:
    """The programme's own page has the path under which its weekly pages stand."""
    pages.publish(weekly())
    pages.publish(weekly("项目主页", path="协同/周报/新品X1", key="项目:X1"))
    assert "项目主页" in site.text("新品X1 · 周报 · 协同")
    assert site.pages[TITLE]["parent"] == "新品X1 · 周报 · 协同"


def test_只差大小写的标题说得明白(site: Site, pages: PagePublisher) -> None:
    site.act("write", TITLE.replace("X1", "x1"), text="小写的")
    with pytest.raises(RejectedActionError, match="same TITLE"):
        pages.publish(weekly())


def test_看不见的页面占着标题时成为拒绝(site: Site, pages: PagePublisher) -> None:
    site.act("write", text="私下的")
    site.act("hide")
    with pytest.raises(RejectedActionError, match="same TITLE"):
        pages.publish(weekly())


@pytest.mark.parametrize("site", ["cloud"], indirect=True)
def test_归档的页面不动(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.act("archive")
    with pytest.raises(RejectedActionError, match=r"已被归档.*恢复或删除"):
        pages.publish(weekly("在办 4 项"))
    assert pages.find(weekly()) is None


def test_删掉的页面会再写(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.act("delete")
    assert pages.find(weekly()) is None
    pages.publish(weekly())
    assert "在办 3 项" in site.text()


def test_上级页被删_页面照样更新_新的页面重建上级(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.act("delete", "新品X1 · 周报 · 协同")
    pages.publish(weekly("在办 4 项"))
    pages.publish(weekly(path="协同/周报/新品X1/2025-10-17", key="周报:X1:17"))
    assert site.pages["2025-10-17 · 新品X1 · 周报 · 协同"]["parent"] == "新品X1 · 周报 · 协同"


@pytest.mark.parametrize(
    ("account", "token", "words"),
    [
        ("reader", "", "没有这项权限"),
        ("out", "", "看不到空间 COLLAB"),
        ("bot", "wrong", "凭据无效"),
    ],
)
def test_没有权限时请人处理(
    site: Site, publisher: Callable[..., PagePublisher], account: str, token: str, words: str
) -> None:
    with pytest.raises(AccessError, match=words):
        publisher(**site.signed_in(account, token)).publish(weekly())
