"""What a Data Center site says, as far as we look."""

from __future__ import annotations

import msgspec


class Account(msgspec.Struct, frozen=True, rename="camel"):
    """Somebody with an account; ``username`` is how bodies and people's files name them."""

    username: str = ""
    display_name: str = ""


class Home(msgspec.Struct, frozen=True):
    id: str = ""


class Space(msgspec.Struct, frozen=True):
    """``homepage``: only a space that has one says so."""

    key: str
    name: str = ""
    homepage: Home = Home()


class Version(msgspec.Struct, frozen=True):
    number: int


class Value(msgspec.Struct, frozen=True):
    value: str = ""


class Body(msgspec.Struct, frozen=True):
    storage: Value = Value()


class History(msgspec.Struct, frozen=True, rename="camel"):
    created_by: Account = Account()


class Links(msgspec.Struct, frozen=True):
    """``next``: the address of the rest of a list."""

    webui: str = ""
    next: str = ""


class Content(msgspec.Struct, frozen=True):
    """A page, or a file on one; parts of it only where they were asked for."""

    id: str
    title: str = ""
    version: Version = Version(0)
    status: str = "current"
    body: Body = Body()
    history: History = History()
    links: Links = msgspec.field(default=Links(), name="_links")


class Contents(msgspec.Struct, frozen=True):
    results: tuple[Content, ...] = ()
    links: Links = msgspec.field(default=Links(), name="_links")


class Property(msgspec.Struct, frozen=True):
    """A content property: ``value`` is whatever JSON somebody put there."""

    key: str
    version: Version = Version(0)
    value: msgspec.Raw = msgspec.Raw(b"null")


class Properties(msgspec.Struct, frozen=True):
    results: tuple[Property, ...] = ()


class Anything(msgspec.Struct, frozen=True):
    """Some JSON object of which nothing is wanted."""
