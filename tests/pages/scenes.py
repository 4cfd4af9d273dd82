"""The pages that are looked at: every kind as GitLab's wiki has it, in both languages; the story's in its sandbox.

``says``: words that a reader must find on the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.unit.summaries.page_story import STORY
from tests.unit.summaries.page_world import page

from collab_sync.model.page import Locale
from collab_sync.summaries.kinds import KINDS, PageKind
from collab_sync_gitlab.pages.publisher import written

VERSIONS = (11, 10)
"""Of the diagram language: GitLab 19 draws with 11, those before with 10."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One page. Exactly one of ``markdown``, ``html`` and ``url`` is given."""

    name: str
    markdown: str | None = None
    html: str | None = None
    url: str | None = None
    versions: tuple[int, ...] = (0,)
    says: tuple[str, ...] = field(default=())


def wiki_pages() -> Iterator[Scene]:
    """Every kind of page as Markdown with its diagrams."""
    for kind in KINDS:
        for locale in ("zh", "en"):
            yield Scene(f"wiki-{kind.name}-{locale}", markdown=_markdown(kind, locale), versions=VERSIONS)


def _markdown(kind: PageKind, locale: Locale) -> str:
    name = {"program": ":新品X1上市", "item": ":新品X1协作计划", "org": ""}[kind.about]
    item = "NPX-27" if kind.about == "item" else ""
    return written(page(f"{kind.name}{name}:2025-10-10", STORY, item=item, locale=locale), "gitlab")
