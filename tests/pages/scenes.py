"""The pages that are looked at: every kind as GitLab's wiki has it, in both languages; see also ``told`` and
``published``.

``says``: words that a reader must find on the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.unit.summaries.page_past import EARLIER, HALF_YEAR, MENTIONS, PRACTICE, STANDS
from tests.unit.summaries.page_story import STORY
from tests.unit.summaries.page_world import page

from collab_sync.model.page import Locale, Page
from collab_sync.summaries.kinds import KINDS, PageKind
from collab_sync_gitlab.pages.publisher import written
from collab_sync_gitlab.pages.versions import draws

NEWEST, OLDER = 11, 10
"""Of the diagram language: GitLab 19 draws with 11, those before with 10."""
ENGLISH = ("周报", "领导小组视图", "部门记分卡", "首页")
"""Kinds of which a picture is kept in English too; the others are opened and read all the same."""
GITLAB = {NEWEST: "19.0", OLDER: "18.11"}


@dataclass(frozen=True, slots=True)
class Scene:
    """One page. Exactly one of ``markdown``, ``html`` and ``url`` is given. ``mermaid``: the version that draws the
    diagrams of Markdown; ``kept``: whether a picture is."""

    name: str
    markdown: str | None = None
    html: str | None = None
    url: str | None = None
    mermaid: int = 0
    kept: bool = True
    says: tuple[str, ...] = field(default=())


def wiki_pages() -> Iterator[Scene]:
    """Every kind of page as Markdown with its diagrams; those of the older language are only built."""
    for kind in KINDS:
        for locale in ("zh", "en"):
            yield _scene(kind, locale, NEWEST)
        older = _scene(kind, "zh", OLDER)
        if "```mermaid" in (older.markdown or ""):
            yield older


def of_the_story(kind: PageKind, locale: Locale = "zh") -> Page:
    """The page over the story of the unit tests, with everything that came before it."""
    name = {"program": ":新品X1上市", "item": ":新品X1协作计划", "org": ""}[kind.about]
    item = "NPX-27" if kind.about == "item" else ""
    past = {"earlier": EARLIER, "mentions": MENTIONS, "stands": STANDS, "practice": PRACTICE}
    window = {"window": HALF_YEAR} if kind.looks_back else {}
    at = "10-15 09:00" if kind.looks_back else "10-10 18:00"
    return page(f"{kind.name}{name}:2025-10-10", STORY, at, item=item, locale=locale, **past, **window)


def _scene(kind: PageKind, locale: Locale, mermaid: int) -> Scene:
    made = of_the_story(kind, locale)
    older = mermaid == OLDER
    return Scene(
        f"wiki-{kind.name}-{locale}" + ("-mermaid10" if older else ""),
        markdown=written(made, "gitlab", draws(GITLAB[mermaid])),
        mermaid=mermaid,
        kept=not older and (locale == "zh" or kind.name in ENGLISH),
        says=(made.title, "由 collab-sync 生成" if locale == "zh" else "collab-sync"),
    )
