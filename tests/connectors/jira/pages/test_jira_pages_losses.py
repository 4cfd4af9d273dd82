"""Making a page takes several requests. Whichever of them is lost, with whatever is lost afterwards: one issue, whole,
its pictures once each, and nothing left to do. Every loss is looked into by a process that remembers nothing, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.connectors.jira.pages.conftest import FIRST, SECOND, weekly

from collab_sync.errors import TrackerError

if TYPE_CHECKING:
    from tests.connectors.jira.pages.conftest import Desk

LOSSES = ("before", "reset", "during", "after")
CREATING = {"issue": ("POST", "/issue$", 1), "first picture": ("POST", "/attachments$", 1),
            "second picture": ("POST", "/attachments$", 2), "description": ("PUT", r"/issue/\d+$", 1)}  # fmt: skip
CHANGING = {"picture": ("POST", "/attachments$", 1), "description": ("PUT", r"/issue/\d+$", 1),
            "removal": ("DELETE", "/attachment/", 1), "second removal": ("DELETE", "/attachment/", 2)}  # fmt: skip


@pytest.mark.parametrize("restart", [False, True], ids=["", "restarted"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("place", CREATING)
def test_新建时断线_无论断在哪一步(desk: Desk, place: str, loss: str, restart: bool) -> None:
    method, path, nth = CREATING[place]
    desk.fault(method, path, {"drop": loss}, nth=nth)
    desk.deliver(weekly(FIRST, SECOND), restart=restart)
    desk.settled(weekly(FIRST, SECOND), FIRST, SECOND)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("place", CHANGING)
def test_改写时断线_无论断在哪一步(desk: Desk, place: str, loss: str) -> None:
    """Both pictures are replaced by a third."""
    desk.pages.publish(weekly(FIRST, SECOND))
    method, path, nth = CHANGING[place]
    desk.fault(method, path, {"drop": loss}, nth=nth)
    third = type(FIRST)("合格", (("是", 9),))
    desk.deliver(weekly(third, slot="2025-10-03"), restart=True)
    desk.settled(weekly(third, slot="2025-10-03"), third)


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("place", CREATING)
def test_服务器出错_写了没写都一样(desk: Desk, place: str, status: int) -> None:
    method, path, nth = CREATING[place]
    desk.fault(method, path, {"status": status, "after": True}, nth=nth)
    desk.deliver(weekly(FIRST, SECOND))
    desk.settled(weekly(FIRST, SECOND), FIRST, SECOND)


@pytest.mark.parametrize("path", ["/search", r"/issue/\d+\?", "/attachment/content/"])
def test_读不到就不写_以后再说(desk: Desk, path: str) -> None:
    """Never a second issue because the first could not be looked for."""
    desk.pages.publish(weekly(FIRST))
    desk.fault("GET", path, {"status": 503}, count=8)
    desk.again()
    desk.deliver(weekly(FIRST, SECOND))
    desk.settled(weekly(FIRST, SECOND), FIRST, SECOND)


@pytest.mark.parametrize("chance", range(10))
def test_天气再坏_也只有一个事项(desk: Desk, chance: int) -> None:
    """Every third write is lost, before or after it took effect, while the page goes through three editions; the search
    lags by a minute."""
    desk.stage.control("POST", "seed", {"jira": {"searchLag": 60}})
    for number, (method, drop) in enumerate((m, d) for m in ("POST", "PUT", "DELETE") for d in ("after", "before")):
        path = r"/rest/api/\d/(?!search|comment/list)"
        desk.fault(method, path, {"drop": drop}, probability=0.17, seed=100 * number + chance)
    editions = {"2025-09-19": (FIRST,), "2025-09-26": (FIRST, SECOND), "2025-10-03": (SECOND,)}
    for slot, charts in editions.items():
        desk.deliver(weekly(*charts, slot=slot), restart=bool(chance % 2))
    desk.fair()
    desk.deliver(weekly(SECOND, slot="2025-10-03"))
    desk.settled(weekly(SECOND, slot="2025-10-03"), SECOND)


@pytest.mark.parametrize("effect", [{"html200": True}, {"html200": True, "after": True}, {"status": 429}])
@pytest.mark.parametrize("place", CREATING)
def test_答非所问不当作成功(desk: Desk, place: str, effect: dict[str, object]) -> None:
    method, path, _ = CREATING[place]
    desk.fault(method, path, effect, count=1)
    try:
        desk.pages.publish(weekly(FIRST, SECOND))
    except TrackerError:
        desk.stage.later(30)
    desk.deliver(weekly(FIRST, SECOND))
    desk.settled(weekly(FIRST, SECOND), FIRST, SECOND)
