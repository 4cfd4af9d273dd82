"""How one configured tracker is reached, and what its kind has to offer. Settings are built by the composition root
from the settings file and secrets; what a kind offers its connector says itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Edition: TypeAlias = Literal["auto", "cloud", "datacenter", "free", "premium"]
Authentication: TypeAlias = Literal["auto", "oauth"]


@dataclass(frozen=True, slots=True)
class Secret:
    """A credential that does not show itself: ``repr`` and ``str`` are masked; ``reveal()`` is greppable."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        return self._value

    def __str__(self) -> str:
        return "•••"

    __repr__ = __str__

    def __bool__(self) -> bool:
        return bool(self._value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """One tracker site and our account there.

    ``token`` with ``user`` is basic authentication (Jira Cloud API token), without it a bearer token
    (Jira Data Center PAT) or GitLab private token (of a person, project or group). ``auth: oauth`` sends it as an
    OAuth bearer token. ``web_url``: where people open the site, if that is not ``url`` (Jira behind
    ``api.atlassian.com``). Time-outs are seconds.
    """

    name: str
    kind: str
    url: str
    token: Secret
    user: str = ""
    auth: Authentication = "auto"
    web_url: str = ""
    edition: Edition = "auto"
    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    ca_bundle: str = ""
    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Scheme → address. Not shown: an address may hold a password."""
    unspoken: tuple[Secret, ...] = ()
    """What else must never be shown, should the site send it back: secrets of web hooks, former tokens."""
    page_size: int = 100
    overlap_minutes: int = 5
    """How far a pull looks back behind its cursor. Minutes: Jira's search has minute granularity and lags, GitLab
    throttles ``updated_at`` of notes and labels to one a minute."""
    at_once: int = 1
    """Requests that may be under way at a time; 1: one after the other, all by the thread that asks."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What a kind of tracker has. ``items``: work items to read and to write. ``pages``: a place for our pages.
    ``links_out``: its items can link to addresses outside of it. ``views``: kinds of views that it can keep (``board``,
    ``filter``, ``dashboard``); a board belongs to a project, filters and dashboards to the site."""

    items: bool = True
    pages: bool = True
    links_out: bool = False
    views: frozenset[str] = frozenset()


UNTOLD: Mapping[str, Offers] = {}
"""Where nobody has said what the connections have: as a tracker has it that says nothing special."""
