"""What the editions of Confluence have in common, in their own requests and words: the narrow place through which
everything else here speaks with a site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import msgspec
import requests

from collab_sync_confluence.body.form import Form


@dataclass(frozen=True, slots=True)
class Me:
    """Our account. ``id``: as authors of pages are told."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a space. ``body`` in the form of the edition; ``shown_at`` is below the site's address for people."""

    id: str
    title: str
    version: int
    body: str = ""
    author: str = ""
    current: bool = True
    shown_at: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Our property as it is there: ``value`` is whatever JSON somebody put there, ``version`` its own."""

    where: str
    version: int
    value: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a page. ``file``: how bodies call it, where they do not call it by its name."""

    id: str
    name: str
    file: str = ""


class SpaceApi(Protocol):
    """One space. Each call is one request or, for lists, as many as it has pages; raises the TrackerErrors that the
    answers mean, MissingItemError as well where a permission may be lacking."""

    @property
    def form(self) -> Form:
        """How bodies are written."""
        ...

    def titled(self, title: str) -> Found | None:
        """The page of this title with its body, archived ones too."""
        ...

    def create(self, title: str, parent: str, body: str) -> Found:
        """A page below ``parent`` (empty: below the space's home page). A title that is taken is refused with 400."""
        ...

    def rewrite(self, page: Found, title: str, body: str) -> Found:
        """The page with another body, in its place; 409 if it is not the version that we know."""
        ...

    def kept(self, page: Found) -> Kept | None:
        """Our property of the page."""
        ...

    def keep(self, page: Found, value: object, known: Kept | None) -> None:
        """Puts our property on the page; ``known`` is the one that is there. 409 if it is not."""
        ...

    def label(self, page: Found, names: tuple[str, ...]) -> None:
        """Adds labels; those that are there stay."""
        ...

    def attachments(self, page: Found) -> tuple[Attachment, ...]:
        """All images that are attached to the page."""
        ...

    def attach(self, page: Found, name: str, png: bytes) -> Attachment:
        """Attaches an image; a name that is taken is refused with 400."""
        ...

    def detach(self, attachment: Attachment) -> None:
        """Puts an attachment into the space's trash."""
        ...


class Edition(Protocol):
    """A site of one edition. Makes no request when built."""

    called: str
    """For people."""

    def server(self) -> requests.Response:
        """Any answer of the API, for its headers."""
        ...

    def me(self) -> Me:
        """Our own account; asked for once."""
        ...

    def space(self, key: str) -> str:
        """The name of a space; asked for once. Raises AccessError where it is not to be seen."""
        ...

    def operations(self, key: str) -> frozenset[tuple[str, str]] | None:
        """What we may do in a space, as verb and thing (``create``, ``page``); None where the edition does not say."""
        ...

    def pages(self, key: str) -> SpaceApi:
        """The space of this key."""
        ...
