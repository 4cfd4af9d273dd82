"""Charts as pictures that are attached to the page: once for what they show, never missing, never piled up, and never
a reason for a page not to stand."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.connectors.confluence.conftest import FILES, PIE, SPACE, TITLE, weekly

from collab_sync.errors import AccessError, TransientError
from collab_sync.model.document import Bars, Document, Pie
from collab_sync.pictures import name_of, png
from collab_sync.ports.tracker import Connection, PagePublisher

if TYPE_CHECKING:
    from tests.connectors.confluence.conftest import Site

CHANGED = Pie("红黄绿灯", (("红", 2), ("绿", 1)))


def test_图附在页面上_正文显示它(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    assert list(site.pages[TITLE]["files"]) == site.shown() == [name_of(PIE)]
    assert "红" in site.text()
    stored = site.control("GET", "dump?full=1")["confluence"]["pages"].values()
    [file] = [file for page in stored for file in page["files"]]
    assert file["kind"] == "image/png"
    assert base64.b64decode(file["data"]) == png(PIE).data


def test_先有页面_再有图_再写进正文(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly(path="周报"))
    assert site.writes() == ["page", "file", "page update", "label", "property"]


def test_同一张图只传一次(site: Site, pages: PagePublisher) -> None:
    """Though the page is rewritten; and two charts that say the same are one picture."""
    pages.publish(weekly())
    site.forget()
    twice = msgspec.structs.replace(weekly("在办 4 项"), document=Document((PIE, PIE, *weekly().document.blocks)))
    pages.publish(twice)
    assert site.writes() == ["page update", "property update"]
    assert site.shown() == [name_of(PIE)] * 3


def test_图变了_先传新的_再改正文_最后删旧的(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.forget()
    pages.publish(weekly(pie=CHANGED))
    assert site.writes() == ["file", "page update", "file delete", "property update"]
    assert list(site.pages[TITLE]["files"]) == site.shown() == [name_of(CHANGED)]


def test_不再有图的页面_旧图删掉(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    pages.publish(msgspec.structs.replace(weekly(), document=Document(weekly().document.blocks[:1])))
    assert (site.shown(), site.pages[TITLE]["files"]) == ([], {})


def test_人附的文件不动(site: Site, pages: PagePublisher) -> None:
    """Ours are known by their names."""
    pages.publish(weekly())
    for name in ("照片.png", "collab-0123.png", "x-collab-0123456789abcdef.png"):
        site.act("attach", file=name)
    pages.publish(weekly(pie=CHANGED))
    assert set(site.pages[TITLE]["files"]) == {
        name_of(CHANGED), "照片.png", "collab-0123.png", "x-collab-0123456789abcdef.png"}  # fmt: skip


def test_被人删掉的图_下次补上(site: Site, pages: PagePublisher) -> None:
    """Though the text has not changed. On Cloud the body names the new file."""
    pages.publish(weekly())
    site.act("attach", file=name_of(PIE))
    assert site.broken() == [TITLE]
    assert pages.find(weekly()) is None
    pages.publish(weekly())
    assert (site.broken(), site.shown()) == ([], [name_of(PIE)])
    assert pages.find(weekly()) is not None


def test_多张图片的附件列表读到底(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    for number in range(260):
        site.act("attach", file=f"照片{number:03}.png")
    site.act("attach", file=name_of(PIE))
    site.act("attach", file=name_of(PIE))
    pages.publish(weekly("在办 4 项"))
    assert [name for name in site.pages[TITLE]["files"] if name.startswith("collab")] == site.shown() == [name_of(PIE)]


def test_没有权限加附件_图写成表格_页面照样写(site: Site, publisher: Callable[..., PagePublisher]) -> None:
    pages = publisher(**site.signed_in("text"))
    pages.publish(weekly())
    assert (site.shown(), site.pages[TITLE]["files"]) == ([], {})
    assert [word for word in ("红", "绿") if word not in site.text()] == []
    assert site.pages[TITLE]["version"] == 1
    assert pages.find(weekly()) is not None
    site.forget()
    pages.publish(weekly())
    assert site.writes() == []


def test_权限给了以后_下次变化换成图(site: Site, pages: PagePublisher, publisher: Callable[..., PagePublisher]) -> None:
    site.fault("POST", FILES, {"status": 403, "body": '{"message": "not permitted"}'})
    pages.publish(weekly())
    assert site.shown() == []
    site.fair()
    pages.publish(weekly("在办 4 项"))
    assert site.shown() == [name_of(PIE)]


@pytest.mark.parametrize("status", [400, 403, 404, 413, 415])
def test_附件被拒绝_不成死信(site: Site, pages: PagePublisher, status: int) -> None:
    site.fault("POST", FILES, {"status": status, "body": '{"message": "no"}'})
    pages.publish(weekly())
    assert site.shown() == []
    assert pages.find(weekly()) is not None


def test_只有一张图被拒绝_别的照样是图(site: Site, pages: PagePublisher) -> None:
    page = msgspec.structs.replace(weekly(), document=Document((PIE, Bars("耗时", (("甲", 2.0),)))))
    site.fault("POST", FILES, {"status": 413, "body": "{}"}, nth=1)
    pages.publish(page)
    assert site.shown() == [name_of(page.document.blocks[1])]  # type: ignore[arg-type]  # a chart
    assert "红" in site.text()


def test_名字已被占用_是上次断线时传上去的(site: Site, pages: PagePublisher) -> None:
    """The list of attachments lags behind; the site refuses a second one of that name."""
    pages.publish(weekly())
    site.act("unmark")
    where = r"/attachments|/child/attachment\?"
    site.fault("GET", where, {"status": 200, "body": '{"results": [], "_links": {}}'}, nth=1)
    site.forget()
    pages.publish(weekly())
    assert site.writes() == ["file", "label", "property"]
    assert site.shown() == [name_of(PIE)]


@pytest.mark.parametrize("status", [403, 404])
def test_旧图删不掉_页面照样更新(site: Site, pages: PagePublisher, status: int) -> None:
    pages.publish(weekly())
    site.fault("DELETE", "", {"status": status, "body": "{}"})
    pages.publish(weekly(pie=CHANGED))
    assert (site.shown(), site.broken()) == ([name_of(CHANGED)], [])
    assert pages.find(weekly(pie=CHANGED)) is not None


def test_附件列表看不到时_图写成表格(site: Site, pages: PagePublisher) -> None:
    site.fault("GET", r"/attachments|/child/attachment", {"status": 403, "body": "{}"})
    site.fault("POST", FILES, {"status": 403, "body": "{}"})
    pages.publish(weekly())
    assert site.shown() == []


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        ({"status": 429}, TransientError),
        ({"html200": True}, AccessError),
        ({"status": 401, "body": "{}"}, AccessError),
    ],
)
def test_不是拒绝的失败_留到以后(
    site: Site, publisher: Callable[..., PagePublisher], effect: dict[str, object], error: type[Exception]
) -> None:
    """A busy server, a page of a proxy, a credential that is not taken: not a reason to give the picture up."""
    site.fault("POST", FILES, effect, count=1)
    with pytest.raises(error):
        publisher().publish(weekly())
    publisher().publish(weekly())
    assert site.shown() == [name_of(PIE)]


@pytest.mark.parametrize("site", ["cloud"], indirect=True)
def test_站点不说文件的编号时写成表格(site: Site, pages: PagePublisher) -> None:
    """A media node must name a file."""
    answer = '{"results": [{"id": "att1", "title": "x", "extensions": {}}]}'
    site.fault("POST", FILES, {"status": 200, "body": answer})
    pages.publish(weekly())
    assert site.shown() == []
    assert "绿" in site.text()


@pytest.mark.parametrize("site", ["cloud"], indirect=True)
def test_doctor_说缺哪一项附件权限(site: Site, connect: Callable[..., Connection]) -> None:
    found = connect(**site.signed_in("text")).diagnose([SPACE])
    [warning] = [one for one in found if one.state == "warning" and "附件" in one.message]
    assert warning.message == "缺少权限:添加附件。图写成表格。"
    assert "添加附件" in warning.remedy
    held = [{"operation": "create", "targetType": one} for one in ("page", "attachment")]
    site.fault("GET", "/operations", {"status": 200, "body": json.dumps({"operations": held})})
    found = connect().diagnose([SPACE])
    assert ["删除附件" in one.remedy for one in found if one.state == "warning" and "附件" in one.message] == [True]


@pytest.mark.parametrize("site", ["datacenter"], indirect=True)
def test_doctor_问不到的权限说问不到(connect: Callable[..., Connection]) -> None:
    [told] = [one.message for one in connect().diagnose([SPACE]) if one.subject == "空间 COLLAB"]
    assert "加不了附件时图写成表格" in told
