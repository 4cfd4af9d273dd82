"""A page takes two writes. Whatever is lost, in whichever order: one page, ours, saying what it should, and no more
writes than that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.connectors.confluence.conftest import TITLE, weekly

from collab_sync.errors import AccessError, TrackerError, TransientError, UnknownOutcomeError
from collab_sync.model.page import Page
from collab_sync.ports.tracker import PagePublisher

if TYPE_CHECKING:
    from tests.connectors.confluence.conftest import Site

PAGES, PROPERTIES = r"/pages(/\d+)?$", "/properties"
LOSSES = ("before", "reset", "during", "after")


def delivered(pages: PagePublisher, page: Page, most: int = 12) -> int:
    """As the engine does it: what may have happened is asked after, and only then sent again. How often it was sent."""
    unknown = False
    for sent in range(1, most):
        if unknown and pages.find(page) is not None:
            return sent - 1
        try:
            pages.publish(page)
        except (UnknownOutcomeError, TransientError):
            unknown = True
            continue
        return sent
    raise AssertionError("it never came to an end")


def settled(site: Site, pages: PagePublisher, page: Page) -> None:
    """The page stands once, ours, and nothing more is to be done."""
    assert [title for title in site.pages if title.casefold() == TITLE.casefold()] == [TITLE]
    mark = site.pages[TITLE]["properties"]["collab-sync"]
    assert mark == {"key": page.key, "hash": page.hash, "version": site.pages[TITLE]["version"]}
    assert pages.find(page) is not None
    site.forget()
    pages.publish(page)
    assert site.writes() == []


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("place", range(1, 5))
@pytest.mark.parametrize("path", [PAGES, PROPERTIES])
def test_新建时断线_无论断在哪一次写入(site: Site, pages: PagePublisher, path: str, place: int, loss: str) -> None:
    """Four pages are made, the page and its three parents, each with its property: every one of the eight is lost."""
    site.fault("POST", path, {"drop": loss}, nth=place)
    delivered(pages, weekly())
    assert site.pages[TITLE]["version"] == 1
    settled(site, pages, weekly())
    assert all(page["properties"] for page in site.pages.values())
    assert len(site.pages) == 4


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("path", [PAGES, PROPERTIES])
def test_改写时断线(site: Site, pages: PagePublisher, path: str, loss: str) -> None:
    """A rewritten body whose property was lost is recognised by what it says, and not written a second time."""
    pages.publish(weekly())
    site.fault("PUT", path, {"drop": loss}, count=1)
    delivered(pages, weekly("在办 4 项"))
    assert site.pages[TITLE]["version"] == 2
    settled(site, pages, weekly("在办 4 项"))


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("path", [PAGES, PROPERTIES])
def test_服务器出错_写了没写都一样(site: Site, pages: PagePublisher, path: str, status: int) -> None:
    site.fault("POST", path, {"status": status, "after": True}, nth=4)
    delivered(pages, weekly())
    settled(site, pages, weekly())


@pytest.mark.parametrize("chance", range(12))
def test_天气再坏_也只有一页(site: Site, pages: PagePublisher, chance: int) -> None:
    """Every third write is lost, before or after it took effect, while the page changes twice."""
    site.fault("POST", "", {"drop": "after"}, probability=0.2, seed=chance)
    site.fault("POST", "", {"drop": "before"}, probability=0.2, seed=chance + 100)
    site.fault("PUT", "", {"drop": "after"}, probability=0.2, seed=chance + 200)
    site.fault("PUT", "", {"drop": "before"}, probability=0.2, seed=chance + 300)
    for text in ("在办 3 项", "在办 2 项", "在办 1 项"):
        delivered(pages, weekly(text), 40)
    site.fair()
    assert site.pages[TITLE]["version"] == 3
    settled(site, pages, weekly("在办 1 项"))


def test_性质被人删了_补上_不重写正文(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.act("unmark")
    site.forget()
    assert pages.find(weekly()) is None
    pages.publish(weekly())
    assert site.writes() == ["property"]
    settled(site, pages, weekly())


def test_版本冲突_再看一次再写(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.fault("PUT", PAGES, {"status": 409, "body": '{"errors":[{"title":"Version must be incremented"}]}'}, count=1)
    site.forget()
    pages.publish(weekly("在办 4 项"))
    assert site.writes() == ["page update", "page update", "property update"]
    settled(site, pages, weekly("在办 4 项"))


def test_标记冲突_也是再看一次(site: Site, pages: PagePublisher) -> None:
    site.fault("POST", PROPERTIES, {"status": 409, "body": "{}", "after": True}, nth=4)
    pages.publish(weekly())
    settled(site, pages, weekly())


def test_一再冲突就留到以后(site: Site, pages: PagePublisher) -> None:
    """Bounded: three looks, then the row waits."""
    pages.publish(weekly())
    site.fault("PUT", PAGES, {"status": 409, "body": "{}"})
    site.forget()
    with pytest.raises(TransientError, match="一再遇到别人的改动"):
        pages.publish(weekly("在办 4 项"))
    assert site.writes() == ["page update"] * 3


def test_新建撞上刚刚出现的同名页_再看一次(site: Site, pages: PagePublisher) -> None:
    """The list of pages lags behind: it does not show yet what an earlier attempt has made."""
    pages.publish(weekly())
    empty = '{"results": [], "_links": {}}'
    site.fault("GET", r"/spaces/\d+/pages", {"status": 200, "body": empty}, nth=1)
    pages.publish(weekly("在办 4 项"))
    settled(site, pages, weekly("在办 4 项"))


def test_改写时页面正好被删_重新写(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.fault("PUT", PAGES, {"status": 404, "body": "{}"}, count=1)
    pages.publish(weekly("在办 4 项"))
    settled(site, pages, weekly("在办 4 项"))


def test_一直不让改写就是没有权限(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.fault("PUT", PAGES, {"status": 404, "body": "{}"})
    with pytest.raises(AccessError, match="没有这项权限"):
        pages.publish(weekly("在办 4 项"))


@pytest.mark.parametrize("effect", [{"html200": True}, {"html200": True, "after": True}, {"status": 429}])
def test_答非所问不当作成功(site: Site, pages: PagePublisher, effect: dict[str, object]) -> None:
    site.fault("POST", PAGES, effect, count=1)
    with pytest.raises(TrackerError):
        pages.publish(weekly())
