"""What a site holds. Everything here is JSON-able; times are aware."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

Level: TypeAlias = Literal["none", "view", "text", "write"]
"""What somebody may in a space; ``text``: write pages, but attach nothing to them."""

Edition: TypeAlias = Literal["cloud", "datacenter"]


class SiteAccount(msgspec.Struct, kw_only=True):
    """Somebody with an account. ``oauth``: the token goes as a bearer token (on Data Center every token may).
    ``spaces``: what they may in which space (``write`` where nothing is said); ``licensed``: whether they may use
    Confluence at all; ``username``: their name on Data Center."""

    account_id: str
    name: str
    username: str = ""
    email: str = ""
    token: str = ""
    bot: bool = False
    oauth: bool = False
    licensed: bool = True
    spaces: dict[str, Level] = {}

    def level(self, key: str) -> Level:
        return self.spaces.get(key, "write")


class Space(msgspec.Struct, kw_only=True):
    """``home``: id of its home page."""

    id: str
    key: str
    name: str
    created: datetime
    home: str = ""


class PageProperty(msgspec.Struct, kw_only=True):
    """Hidden JSON on a page, with a version of its own."""

    id: str
    key: str
    value: Any
    number: int
    author: str
    at: datetime


class PageFile(msgspec.Struct, kw_only=True):
    """A file attached to a page; ``file`` is what Atlassian documents call it."""

    id: str
    name: str
    file: str
    kind: str
    data: bytes
    author: str
    at: datetime


class SitePage(msgspec.Struct, kw_only=True):
    """``body`` is an Atlassian document, or text in storage format; ``number`` its version. ``only``: whoever alone may
    see it (empty: all)."""

    id: str
    space: str
    parent: str
    title: str
    body: dict[str, Any] | str
    author: str
    created: datetime
    number: int
    editor: str
    edited: datetime
    status: Literal["current", "archived"] = "current"
    only: str = ""
    properties: list[PageProperty] = []
    labels: list[str] = []
    files: list[PageFile] = []


class SiteState(msgspec.Struct, kw_only=True):
    """``last``: the last id given."""

    edition: Edition = "cloud"
    accounts: dict[str, SiteAccount] = {}
    spaces: dict[str, Space] = {}
    pages: dict[str, SitePage] = {}
    last: int = 65_536

    def next_id(self) -> str:
        self.last += 1
        return str(self.last)

    def space(self, id_: str) -> Space | None:
        return next((one for one in self.spaces.values() if one.id == id_), None)

    def pages_of(self, space: Space) -> Iterator[SitePage]:
        """In the order of their making."""
        return (page for page in self.pages.values() if page.space == space.id)

    def titled(self, space: Space, title: str) -> SitePage | None:
        """The page of this title; spaces tell titles apart without regard to case."""
        wanted = _plain(title)
        return next((page for page in self.pages_of(space) if _plain(page.title) == wanted), None)

    def account_named(self, name: str) -> SiteAccount | None:
        return next((one for one in self.accounts.values() if one.name == name), None)


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
