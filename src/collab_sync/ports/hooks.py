"""Web hooks as hints: a call that proves itself says which project to read sooner; nothing else of it is believed."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from collab_sync.model.connection import Secret
from collab_sync.model.mapping import ProjectMapping


@dataclass(frozen=True, slots=True)
class Delivery:
    """A call that proved itself. ``id``: the same when the tracker repeats it. ``projects``: every way in which a
    mapping may name the one project it is about (path, number, key); empty where it is about none."""

    id: str
    projects: frozenset[str]


def matches(given: str, wanted: Iterable[bytes]) -> bool:
    """Whether a header's value (bytes read as Latin-1, as HTTP servers do) is one of ``wanted``. All are compared, each
    in constant time."""
    octets = given.encode("latin-1", "replace")
    found = [hmac.compare_digest(octets, one) for one in wanted]
    return any(found)


class HookVerifier(Protocol):
    """Knows how one kind of tracker signs what it sends. Pure, and takes the same time whichever secret is right."""

    def verify(
        self, headers: Mapping[str, str], body: bytes, secrets: Sequence[Secret], now: datetime
    ) -> Delivery | None:
        """The delivery if one of ``secrets`` (several while they are changed) proves it; None for anything else.

        ``headers``: names in small letters; ``body``: as it came. Never raises, whatever it is given."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What hooks are to be there: ``url`` is where the tracker calls, ``secret`` what it proves itself with (the first
    one, where there are several), ``variable`` how people give it to us. ``former``: addresses at which we were called
    before; hooks that still call there are ours too. ``renew``: write the secret once more, because no tracker tells
    which one it holds."""

    url: str
    secret: Secret
    variable: str
    projects: Sequence[ProjectMapping]
    former: frozenset[str] = frozenset()
    renew: bool = False


@dataclass(frozen=True, slots=True)
class HookFinding:
    """What there is to say of one hook. ``well``: there and healthy. ``make``, ``mend``: to be made or changed (or that
    is done). ``manual``: only people can do it, ``remedy`` says how. ``error``: nobody knows, ``message`` says why."""

    subject: str
    state: Literal["well", "make", "mend", "manual", "error"]
    message: str
    remedy: str = ""


class HookKeeper(Protocol):
    """Keeps the hooks of one site. Never raises for what it finds."""

    def ensure(self, wanted: Subscription, *, dry_run: bool) -> tuple[HookFinding, ...]:
        """A hook with that address is there for every project, listens to what we read, and works. One of that address
        that is otherwise is changed; one of a former address is brought to this one, or deleted where there is one
        already; others are left alone. ``dry_run``: only looks, and says what it would do."""
        ...
