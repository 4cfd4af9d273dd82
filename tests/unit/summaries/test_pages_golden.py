"""Every kind of page over one story, as people read it in a wiki. COLLAB_GOLDEN=write writes the pages anew."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.unit.summaries.page_past import EARLIER, HALF_YEAR, MENTIONS, PRACTICE, STANDS
from tests.unit.summaries.page_story import STORY
from tests.unit.summaries.page_world import page

from collab_sync.model.page import Page
from collab_sync.model.work_item import WorkItem
from collab_sync.summaries.kinds import KINDS, LANDING, SECTIONS, PageKind
from collab_sync.summaries.sections import mechanism
from collab_sync_gitlab.pages.publisher import written

GOLDEN = Path(__file__).parent / "golden"


def made(kind: PageKind, items: Iterable[WorkItem]) -> Page:
    """The page of this kind with everything that came before it."""
    item = "NPX-27" if kind.about == "item" else ""
    window = {"window": HALF_YEAR} if kind.looks_back else {}
    past = {"earlier": EARLIER, "mentions": MENTIONS, "stands": STANDS, "practice": PRACTICE}
    return page(key_of(kind), items, "10-15 09:00" if kind.looks_back else "10-10 18:00", item=item, **past, **window)


def key_of(kind: PageKind) -> str:
    name = {"program": ":新品X1上市", "item": ":新品X1协作计划", "org": ""}[kind.about]
    return f"{kind.name}{name}:2025-10-10"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_每种页面与审定稿一致(kind: PageKind) -> None:
    """A difference means that people will read something else: look at it, then accept it."""
    text = written(made(kind, STORY), "gitlab") + "\n"
    file = GOLDEN / f"{kind.name}.md"
    if os.environ.get("COLLAB_GOLDEN") == "write":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_空镜像也能出页面(kind: PageKind) -> None:
    """Nothing there is something to say, not an error."""
    assert "collab-sync 生成" in written(page(key_of(kind), ()), "gitlab")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_哪一页都不出现保密事项(kind: PageKind) -> None:
    """Neither key nor title nor address, though an item waits for it and a meeting links to it. The landing page lists
    no items."""
    shown = made(kind, STORY)
    text = written(shown, "gitlab")
    assert not [word for word in ("NPX-77", "NPX\\-77", "并购") if word in text]
    assert shown.withheld == (kind.name != LANDING)
    assert ("保密事项 1 项" in text) == (kind.name != LANDING)


def test_每一节都有页面用到() -> None:
    """A section that no page shows would be dead."""
    assert set(SECTIONS) == {name for kind in KINDS for name in kind.sections}
    assert all(set(kind.fixed) <= set(kind.sections) for kind in KINDS)


def test_只有用得着的页面才去读写回日志() -> None:
    """The log is as long as everything that was ever written."""
    shown = {section.name for section in mechanism.SECTIONS}
    assert {kind.name for kind in KINDS if kind.looks_back} == {
        kind.name for kind in KINDS if shown & set(kind.sections)
    }
