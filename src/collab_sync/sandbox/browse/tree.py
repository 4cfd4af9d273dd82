"""Wiki pages by their directories, as people look for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from collab_sync.sandbox.browse.model import BrowsedPage

_DATED = re.compile(r"\d{4}-")


@dataclass(slots=True)
class Branch:
    """A directory, a page, or both: ``page`` is None for a directory without a page of its own."""

    name: str
    page: BrowsedPage | None = None
    branches: dict[str, Branch] = field(default_factory=dict)

    @property
    def children(self) -> tuple[Branch, ...]:
        """By name; editions, whose names begin with a year, newest first."""
        dated = [one for one in self.branches.values() if _DATED.match(one.name)]
        other = [one for one in self.branches.values() if not _DATED.match(one.name)]
        newest = sorted(dated, key=lambda one: one.name, reverse=True)
        return (*newest, *sorted(other, key=lambda one: one.name))

    @property
    def count(self) -> int:
        """Pages in it and below."""
        return (self.page is not None) + sum(one.count for one in self.branches.values())

    def holds(self, page: BrowsedPage) -> bool:
        return self.page == page or any(one.holds(page) for one in self.branches.values())


def tree(pages: Iterable[BrowsedPage]) -> Branch:
    """All pages below a root without a name."""
    root = Branch("")
    for page in pages:
        place = root
        for name in page.slug.split("/"):
            place = place.branches.setdefault(name, Branch(name))
        place.page = page
    return root
