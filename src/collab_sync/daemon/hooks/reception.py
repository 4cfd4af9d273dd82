"""Which calls count: those that prove themselves, once each. Whatever else comes in is counted and changes nothing.

A call for a connection that is not there, or that has no secret, is checked like any other, against a secret that
nobody has: neither the answer nor its time tells the difference.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from collab_sync.daemon.hooks.hints import Hints
from collab_sync.daemon.hooks.tally import STRANGER, Called, Tally
from collab_sync.model.connection import Secret
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports import Clock, Delivery, HookVerifier

MOST_KNOWN = 10_000
"""Numbers of deliveries that are remembered; the oldest make room."""
KNOWN_FOR = timedelta(hours=24)
"""Longer than any tracker repeats a delivery."""


@dataclass(frozen=True, slots=True)
class Desk:
    """How calls for one connection are checked. Without ``secrets`` none is believed."""

    verifier: HookVerifier
    secrets: tuple[Secret, ...]


class Known:
    """Numbers of deliveries that have come, each in the same few bytes however long it is. ``forgotten``: how many had
    to make room for others before their time."""

    def __init__(self, most: int = MOST_KNOWN, kept: timedelta = KNOWN_FOR) -> None:
        self._most, self._kept = most, kept
        self._at: OrderedDict[bytes, datetime] = OrderedDict()
        self.forgotten = 0

    def __len__(self) -> int:
        return len(self._at)

    def first(self, number: str, now: datetime) -> bool:
        """Whether it has not come before, as far as is remembered; from now on it has."""
        while self._at and now - next(iter(self._at.values())) > self._kept:
            self._at.popitem(last=False)
        key = sha256(number.encode("utf-8", "replace")).digest()[:16]
        if key in self._at:
            return False
        self._at[key] = now
        if len(self._at) > self._most:
            self._at.popitem(last=False)
            self.forgotten += 1
        return True


class Reception:
    """Used by one thread. ``desks`` by connection; ``projects``: those of the mapping in force; ``tally``: where calls
    are counted."""

    def __init__(
        self,
        desks: Mapping[str, Desk],
        clock: Clock,
        hints: Hints,
        projects: Callable[[], Sequence[ProjectMapping]],
        tally: Tally | None = None,
    ) -> None:
        self.tally = tally or Tally()
        self._desks = desks
        self._clock = clock
        self._hints = hints
        self._projects = projects
        self._known = Known()
        self._nobody = Secret(secrets.token_urlsafe(32))

    def receive(self, connection: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the call proved itself; then its project is read sooner, unless it came before."""
        now, desk = self._clock.now(), self._desk(connection)
        delivery = desk.verifier.verify(headers, body, desk.secrets, now) if desk else None
        if delivery is None:
            self._refuse(connection)
            return False
        self.tally.count(connection, self._taken(connection, delivery, now))
        return True

    def too_large(self, connection: str) -> None:
        """A call came whose body was too long to look at."""
        self.tally.count(self._whose(connection), "too_large")

    def _taken(self, connection: str, delivery: Delivery, now: datetime) -> Called:
        first = self._known.first(f"{connection} {delivery.id}", now)
        self.tally.forgotten = self._known.forgotten
        if not first:
            return "duplicate"
        meant = self._meant(connection, delivery.projects)
        self._hints.offer(meant)
        return "accepted" if meant else "idle"

    def _refuse(self, connection: str) -> None:
        """Told at the first, the second, the fourth …: a flood fills no log."""
        whose = self._whose(connection)
        count = self.tally.count(whose, "refused")
        if count & (count - 1) == 0:
            structlog.get_logger("collab_sync").warning("web hook calls refused", count=count, connection=whose)

    def _whose(self, connection: str) -> str:
        return connection if connection in self._desks else STRANGER

    def _desk(self, connection: str) -> Desk | None:
        """The connection's own; for one that has none, anybody's with a secret that nobody knows."""
        desk = self._desks.get(connection)
        if desk is not None and desk.secrets:
            return desk
        other = desk or next(iter(self._desks.values()), None)
        return Desk(other.verifier, (self._nobody,)) if other else None

    def _meant(self, connection: str, names: frozenset[str]) -> tuple[str, ...]:
        wanted = {name.casefold() for name in names}
        mine = (one for one in self._projects() if one.connection == connection)
        return tuple(one.name for one in mine if one.project.casefold() in wanted)
