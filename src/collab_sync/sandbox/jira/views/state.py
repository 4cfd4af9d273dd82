"""What a site remembers of filters and dashboards. Their names are unique for each owner, not on the site."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

ShareKind: TypeAlias = Literal["loggedin", "global", "project"]


class Share(msgspec.Struct, kw_only=True):
    """With whom something is shared: who is logged in, anybody at all, or the people of a project (``project``: its
    key)."""

    id: int
    kind: ShareKind
    project: str = ""


class SavedFilter(msgspec.Struct, kw_only=True):
    """A saved query; ``owner`` and ``favourites`` are account ids."""

    id: int
    owner: str
    name: str
    jql: str
    description: str = ""
    shares: list[Share] = []
    favourites: list[str] = []


class Gadget(msgspec.Struct, kw_only=True):
    """Something on a dashboard. ``uri``: which kind; ``row``: its place in its column, from 0."""

    id: int
    uri: str
    title: str
    color: str
    column: int
    row: int
    properties: dict[str, object] = {}


class Dashboard(msgspec.Struct, kw_only=True):
    """``gadgets`` in the order in which they were added."""

    id: int
    owner: str
    name: str
    description: str = ""
    shares: list[Share] = []
    editors: list[Share] = []
    gadgets: list[Gadget] = []

    def in_reading_order(self) -> list[Gadget]:
        """Row by row, each from left to right."""
        return sorted(self.gadgets, key=lambda one: (one.row, one.column, one.id))


Shared: TypeAlias = SavedFilter | Dashboard
