"""Labels of our pages: they fit any site, are given once, and what people do with labels is left alone."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.connectors.confluence.conftest import LABELS, TITLE, Standing, weekly
from tests.connectors.hostile import corpus

from collab_sync.ports.tracker import PagePublisher
from collab_sync_confluence.editions.center import Center
from collab_sync_confluence.editions.cloud import Cloud
from collab_sync_confluence.labels import labels_of, safe
from collab_sync_confluence.site import Site as WikiSite

if TYPE_CHECKING:
    from tests.connectors.confluence.conftest import Site


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        ("周报:新品 X1 上市:2025-10-10", ("协同", "周报", "新品-x1-上市")),
        ("角色分工表:X1: 二期", ("协同", "角色分工表", "x1-二期")),
        ("领导小组视图:2025-W41", ("协同", "领导小组视图")),
        ("资源清单", ("协同", "资源清单")),
        ("周报:!!!:2025-10-10", ("协同", "周报")),
        ("协同:协同", ("协同",)),
    ],
)
def test_标签是协同_种类和项目_不含期次(key: str, labels: tuple[str, ...]) -> None:
    assert labels_of(weekly(key=key)) == labels


@given(st.text() | st.sampled_from(corpus.ENTRIES))
@example("İSTANBUL")
@example("ẞ·ſ")
@example("a" * 99 + "-_b")
@example("👩‍👩‍👧 全家")
def test_任何文字都成合格的标签(text: str) -> None:
    """Lower case, no blanks, none of the forbidden signs, of bearable length, the same when made again."""
    label = safe(text)
    assert label == label.lower()
    assert len(label) <= 100
    assert all(sign in "-_" or unicodedata.category(sign)[0] in "LNM" for sign in label)
    assert safe(label) == label
    assert not label.startswith("-")
    assert not label.endswith("-")


def test_写页面时贴上_没变不再贴(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    assert site.pages[TITLE]["labels"] == ["协同", "周报", "新品x1"]
    site.forget()
    pages.publish(weekly("在办 4 项"))
    assert "label" not in site.writes()


def test_人贴的留着_人摘掉的不再贴(site: Site, pages: PagePublisher) -> None:
    pages.publish(weekly())
    site.act("label", label="重点")
    site.act("label", label="周报")
    pages.publish(weekly("在办 4 项"))
    assert site.pages[TITLE]["labels"] == ["协同", "新品x1", "重点"]


def test_以前写的页面没有标签_补上(site: Site, pages: PagePublisher) -> None:
    """Its property, as an earlier version wrote it, does not tell of labels; nothing else is written."""
    site.fault("POST", LABELS, {"status": 403, "body": "{}"})
    pages.publish(weekly())
    site.fair()
    remark(site, {"key": weekly().key, "hash": weekly().hash, "version": 2})
    site.forget()
    assert pages.find(weekly()) is None
    pages.publish(weekly())
    assert site.pages[TITLE]["labels"] == ["协同", "周报", "新品x1"]
    assert site.writes() == ["label", "property update"]


def remark(site: Site, value: object) -> None:
    """Another property in the place of the one that is there."""
    http = WikiSite(site.settings(), Standing())
    api = (Cloud(http) if site.edition == "cloud" else Center(http)).pages("COLLAB")
    page = api.titled(TITLE)
    assert page is not None
    api.keep(page, value, api.kept(page))
    http.close()


@pytest.mark.parametrize("status", [400, 403, 404])
def test_标签被拒绝_页面照样写(site: Site, pages: PagePublisher, status: int) -> None:
    site.fault("POST", LABELS, {"status": status, "body": '{"message": "no labels here"}'})
    pages.publish(weekly())
    assert site.pages[TITLE]["labels"] == []
    assert pages.find(weekly()) is not None
