"""What we keep on a tracker besides what we put on items: pages and views.

A page is a value that connectors render and rewrite only when it says something else. A view is nothing but a saved
question over the labels that rules write, so it needs no data of its own; it is made once, and what people rearrange,
rename or delete afterwards is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Literal, TypeAlias

import msgspec

from collab_sync.model.document import Document, Locale, Quiet

__all__ = ["VIEW_KINDS", "Locale", "Page", "Panel", "Question", "View", "ViewKind"]

_SLOT = re.compile(r"\d{4}-\d{2}-\d{2}")


class Page(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="write", tag="page"):
    """``key``: who it is, for ever (``周报:新品X1上市:2025-10-10``). ``path``: where it stands, directories by ``/``
    (``协同/周报/新品X1上市/2025-10-10``), every part fit for any wiki. ``notice``: who made it, from what and as of
    when: shown first, and no reason to rewrite a page that says the same. ``withheld``: confidential items of its scope
    that it counts and does not name, because everybody may read it. ``locale``: the language it is written in, for what
    a connector adds of its own. ``figures``: the numbers it shows, by name, with which the next edition compares its
    own; ``about``: the id of the item it is named after, by which it is known to be confidential under any name;
    ``edition``: which edition they are of (``周报:新品X1上市|2025-10-10``). None of these is a reason to rewrite it.
    """

    key: str
    path: str
    title: str
    notice: Quiet
    document: Document
    withheld: int = 0
    locale: Locale = "zh"
    figures: Mapping[str, float] = {}
    edition: str = ""
    about: str = ""

    @property
    def whole(self) -> Document:
        """All that is to be seen, the notice first."""
        return Document((self.notice, *self.document.blocks))

    @property
    def slot(self) -> str:
        """The day of this edition (ISO date), the last part of its key; empty for a page without editions."""
        last = self.key.rpartition(":")[2]
        return last if _SLOT.fullmatch(last) else ""

    @property
    def series(self) -> str:
        """What its editions have in common: the key without the slot (``周报:新品X1上市``)."""
        return self.key.removesuffix(f":{self.slot}") if self.slot else self.key

    @property
    def hash(self) -> str:
        """Of what it says, without the notice: an equal hash writes nothing."""
        said = msgspec.json.encode((self.path, self.title, self.document))
        return sha256(said).hexdigest()


ViewKind: TypeAlias = Literal["board", "filter", "dashboard"]
VIEW_KINDS: tuple[ViewKind, ...] = ("board", "filter", "dashboard")


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which items: those of ``projects`` (as the tracker calls them) that bear at least one label of ``any_of`` (empty:
    any item) and every label of ``all_of``; ``open_only``: those not done."""

    projects: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    open_only: bool = True


class Panel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a dashboard: a filter of ours, shown as a list of its items, or counted (``table``: by two fields,
    ``pie``: by one). ``filter``: the key of that filter. ``by``: fields in neutral words."""

    title: str
    filter: str
    shows: Literal["list", "table", "pie"] = "list"
    by: tuple[Literal["status", "assignee", "component", "label", "priority"], ...] = ()


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="write", tag="view"):
    """``key``: who it is, for ever (``board:升级:gl-site``). ``name``: what people see, unique among ours on a
    connection. ``note``: what it shows and who made it, for people.

    A board has one list for each label of ``question.any_of``, in that order, in the one project it asks about. A
    filter holds the question. A dashboard has ``panels`` in reading order, over ``filters``: the very views that its
    panels name, so that they can be found by name."""

    key: str
    kind: ViewKind
    name: str
    note: str = ""
    question: Question
    panels: tuple[Panel, ...] = ()
    filters: tuple[View, ...] = ()

    @property
    def hash(self) -> str:
        """Of what was asked for: a view is made once for each."""
        return sha256(msgspec.json.encode(self)).hexdigest()
