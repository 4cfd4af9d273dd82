"""What every way to write a body can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from collab_sync.model.document import Chart, Document
from collab_sync.model.page import Locale
from collab_sync.pictures import name_of

Said: TypeAlias = tuple[object, ...]
"""What a block says: kinds, texts and pictures, nested; equal if and only if people read the same."""

WIDEST = 760
"""Pixels that a column of text has on a page."""


@dataclass(frozen=True, slots=True)
class Hung:
    """A picture that is attached to the page: ``file`` and ``page`` are ids of the site; ``text`` says what it shows to
    whoever does not see it. Sizes in pixels."""

    name: str
    file: str
    page: str
    width: int
    height: int
    text: str

    @property
    def shown_width(self) -> int:
        return min(self.width, WIDEST)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a document is written: our connection, the page's language, the pictures that hang there, by name."""

    connection: str
    locale: Locale = "zh"
    hung: Mapping[str, Hung] = field(default_factory=dict)

    @property
    def numbers(self) -> str:
        """What the numbers behind a picture are called."""
        return "Data" if self.locale == "en" else "数据"

    def picture(self, chart: Chart) -> Hung | None:
        """The picture of a chart, if it hangs there; else the chart is written as a table."""
        return self.hung.get(name_of(chart))


class Form(Protocol):
    """One way to write bodies, and to read back what a site has made of them."""

    def write(self, document: Document, setting: Setting) -> str:
        """``document`` as a body. A chart whose picture hangs is that picture with its numbers folded away below."""
        ...

    def blocks(self, body: str) -> tuple[Said, ...]:
        """What each block of a body says. A site stores more than it was given (ids, layouts, data about links): that
        is left out. Empty for what cannot be read."""
        ...
