"""A page takes several writes. Whatever is lost, in whichever order: one page, ours, saying what it should, showing no
picture that is not there, and no more writes than that takes. On Cloud and on Data Center."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.connectors.confluence.conftest import FILES, LABELS, PAGES, PIE, PROPERTIES, TITLE, weekly

from collab_sync.errors import AccessError, TrackerError, TransientError, UnknownOutcomeError
from collab_sync.model.document import Pie
from collab_sync.model.page import Page
from collab_sync.ports.tracker import PagePublisher

if TYPE_CHECKING:
    from tests.connectors.confluence.conftest import Site

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
    """The page stands once, ours, with its picture and its labels and no others, and nothing more is to be done."""
    assert [title for title in site.pages if title.casefold() == TITLE.casefold()] == [TITLE]
    there = site.pages[TITLE]
    mark = there["properties"]["collab-sync"]
    assert (mark["key"], mark["hash"], mark["version"]) == (page.key, page.hash, there["version"])
    assert site.shown() == mark["pictures"] == list(there["files"])
    assert there["labels"] == sorted(mark["labels"]) == ["协同", "周报", "新品x1"]
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
    assert site.pages[TITLE]["version"] == 2
    settled(site, pages, weekly())
    assert all(page["properties"] for page in site.pages.values())
    assert len(site.pages) == 4


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("method", "path"), [("POST", FILES), ("PUT", PAGES), ("POST", LABELS)])
def test_图片_带图的正文_标签_断了哪一个都补上(
    site: Site, pages: PagePublisher, method: str, path: str, loss: str
) -> None:
    """Each happens once: a picture is not uploaded again, a body not written a third time."""
    site.fault(method, path, {"drop": loss}, count=1)
    delivered(pages, weekly())
    assert site.pages[TITLE]["version"] == 2
    settled(site, pages, weekly())


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("method", "path"), [("POST", FILES), ("PUT", PAGES), ("DELETE", "att"), ("PUT", PROPERTIES)])
def test_换图时断线_正文不指向没有的图_旧图不堆着(
    site: Site, pages: PagePublisher, method: str, path: str, loss: str
) -> None:
    pages.publish(weekly())
    site.fault(method, path, {"drop": loss}, count=1)
    changed = weekly(pie=Pie("红黄绿灯", (("红", 2), ("绿", 1))))
    with pytest.raises((UnknownOutcomeError, TransientError)):
        pages.publish(changed)
    assert site.broken() == []
    delivered(pages, changed)
    assert site.pages[TITLE]["version"] == 3
    settled(site, pages, changed)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("path", [PAGES, PROPERTIES])
def test_改写时断线(site: Site, pages: PagePublisher, path: str, loss: str) -> None:
    """A rewritten body whose property was lost is recognised by what it says, and not written a second time."""
    pages.publish(weekly())
    site.fault("PUT", path, {"drop": loss}, count=1)
    delivered(pages, weekly("在办 4 项"))
    assert site.pages[TITLE]["version"] == 3
    settled(site, pages, weekly("在办 4 项"))


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("path", [PAGES, PROPERTIES])
def test_服务器出错_写了没写都一样(site: Site, pages: PagePublisher, path: str, status: int) -> None:
    site.fault("POST", path, {"status": status, "after": True}, nth=4)
    delivered(pages, weekly())
    settled(site, pages, weekly())


@pytest.mark.parametrize("chance", range(12))
def test_天气再坏_也只有一页(site: Site, pages: PagePublisher, chance: int) -> None:
    """Every third write is lost, before or after it took effect, while the page and its picture change twice."""
    for number, method in enumerate(("POST", "PUT", "DELETE")):
        site.fault(method, "", {"drop": "after"}, probability=0.2, seed=chance + 200 * number)
        site.fault(method, "", {"drop": "before"}, probability=0.2, seed=chance + 200 * number + 100)
    for red in (3, 2, 1):
        delivered(pages, stormy(red), 60)
        assert site.broken() == []
    site.fair()
    assert site.pages[TITLE]["version"] == 4
    settled(site, pages, stormy(1))


def stormy(red: int) -> Page:
    return weekly(f"在办 {red} 项", pie=Pie(PIE.title, (("红", red), ("绿", 2))))


def test_性质被人删了_补上_不重写正文(site: Site, pages: PagePublisher) -> None:
    """It told which labels were given; they are given once more."""
    pages.publish(weekly())
    site.act("unmark")
    site.forget()
    assert pages.find(weekly()) is None
    pages.publish(weekly())
    assert site.writes() == ["label", "property"]
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
    site.fault("GET", r"(/spaces/\d+/pages|/content)\?", {"status": 200, "body": empty}, nth=1)
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
