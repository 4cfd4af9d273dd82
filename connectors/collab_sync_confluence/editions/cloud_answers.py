"""What a Cloud site says, as far as we look."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import msgspec


class Account(msgspec.Struct, frozen=True, rename="camel"):
    """Our account (from version 1: version 2 does not say who asks)."""

    account_id: str
    display_name: str = ""
    public_name: str = ""

    @property
    def name(self) -> str:
        return self.display_name or self.public_name or self.account_id


class Space(msgspec.Struct, frozen=True):
    id: str
    key: str = ""
    name: str = ""


class Spaces(msgspec.Struct, frozen=True):
    results: tuple[Space, ...] = ()


class Operation(msgspec.Struct, frozen=True, rename="camel"):
    operation: str = ""
    target_type: str = ""


class Operations(msgspec.Struct, frozen=True):
    operations: tuple[Operation, ...] = ()


class Version(msgspec.Struct, frozen=True):
    number: int


class Value(msgspec.Struct, frozen=True):
    value: str = ""


class Body(msgspec.Struct, frozen=True):
    atlas_doc_format: Value = Value()


class Links(msgspec.Struct, frozen=True):
    """``next``: the address of the rest of a list."""

    webui: str = ""
    next: str = ""

    @property
    def cursor(self) -> str:
        """Where the rest begins; empty where there is no more."""
        return next(iter(parse_qs(urlsplit(self.next).query).get("cursor", ())), "")


class WikiPage(msgspec.Struct, frozen=True, rename="camel"):
    """A page of the space; ``body`` only where it was asked for."""

    id: str
    title: str
    version: Version
    status: str = "current"
    author_id: str = ""
    body: Body = Body()
    links: Links = msgspec.field(default=Links(), name="_links")


class WikiPages(msgspec.Struct, frozen=True):
    results: tuple[WikiPage, ...] = ()


class Property(msgspec.Struct, frozen=True):
    """A content property: ``value`` is whatever JSON somebody put there."""

    id: str
    key: str
    version: Version
    value: msgspec.Raw = msgspec.Raw(b"null")


class Properties(msgspec.Struct, frozen=True):
    results: tuple[Property, ...] = ()


class Image(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    title: str = ""
    file_id: str = ""


class Images(msgspec.Struct, frozen=True):
    results: tuple[Image, ...] = ()
    links: Links = msgspec.field(default=Links(), name="_links")


class Extensions(msgspec.Struct, frozen=True, rename="camel"):
    file_id: str = ""


class Uploaded(msgspec.Struct, frozen=True):
    """An attachment as version 1 tells it."""

    id: str
    title: str = ""
    extensions: Extensions = Extensions()


class Uploads(msgspec.Struct, frozen=True):
    results: tuple[Uploaded, ...] = ()


class Anything(msgspec.Struct, frozen=True):
    """Some JSON object of which nothing is wanted."""
