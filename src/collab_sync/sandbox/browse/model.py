"""What a tracker shows a person with a browser: rendered, ordered, free of the tracker's own shapes.

Each sandbox tracker answers ``browse()`` with these values; the pages are made from them alone. Fields named ``html``
or ``*_html`` are inserted into pages **as they are**: whoever fills them has already escaped what people wrote. All
other texts are plain and are escaped by the pages. Times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class BrowsedComment:
    """One comment a person or a bot wrote; ``edited`` when its text is no longer the first one."""

    author: str
    at: datetime
    edited: bool
    html: str
    bot: bool


@dataclass(frozen=True, slots=True)
class BrowsedLink:
    """A relation to another item: ``kind`` in the tracker's words ("relates_to", "blocks"), ``url`` inside the view."""

    kind: str
    key: str
    url: str


@dataclass(frozen=True, slots=True)
class BrowsedEvent:
    """One line of an item's history: who changed what, in plain words."""

    at: datetime
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class BrowsedItem:
    """One issue as its tracker would show it; ``labels`` sorted, ``comments`` and ``history`` oldest first."""

    key: str
    title: str
    type: str
    status: str
    open: bool
    labels: tuple[str, ...]
    assignee: str | None
    due: date | None
    author: str
    created_at: datetime
    updated_at: datetime
    description_html: str
    comments: tuple[BrowsedComment, ...] = ()
    links: tuple[BrowsedLink, ...] = ()
    history: tuple[BrowsedEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class BrowsedView:
    """A saved view of issues: ``kind`` in people's words (仪表板), ``slug`` its address, fit for one as it is,
    ``summary`` a line about it."""

    slug: str
    kind: str
    title: str
    summary: str
    html: str


@dataclass(frozen=True, slots=True)
class BrowsedPage:
    """A wiki page; ``slug`` keeps its directories ("周报/2026-W47"). ``drawn``: what stands there in place of ``html``
    with its pictures, made when somebody looks: of all pages only one is looked at, and pictures take time."""

    slug: str
    title: str
    html: str
    drawn: Callable[[], str] | None = field(default=None, compare=False)

    @property
    def shown(self) -> str:
        return self.drawn() if self.drawn else self.html


@dataclass(frozen=True, slots=True)
class BrowsedBoard:
    """A board: its lists by label, in order, each with the open items that people see in it."""

    name: str
    lists: tuple[tuple[str, tuple[BrowsedItem, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class BrowsedProject:
    """One project: ``tracker`` names the kind ("jira", "gitlab"), ``url_path`` is its address segment, unencoded.

    The pages live at ``/browse/{tracker}/{url_path}``, an item at ``/browse/{tracker}/{url_path}/{item.key}``;
    every part is percent-encoded by the pages ("rd/x1-firmware" becomes one segment).
    """

    key: str
    title: str
    tracker: str
    url_path: str
    items: tuple[BrowsedItem, ...] = ()
    pages: tuple[BrowsedPage, ...] = ()
    boards: tuple[BrowsedBoard, ...] = ()
    views: tuple[BrowsedView, ...] = ()
