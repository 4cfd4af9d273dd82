"""Who is told at once and who in the digest: restraint per person and day.

In one tick somebody is mentioned at most once on an item, by the first rule of the catalogue; beyond the daily budget,
in a pilot, on request of the rule (``notify: digest``) or without an account there the digest tells them instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from collab_sync.model.document import Inline, Mention, Text
from collab_sync.model.identity import Account
from collab_sync.model.organisation import Person, Stage

Told: TypeAlias = Literal["now", "digest", "already"]


@dataclass(slots=True)
class MentionLedger:
    """Counts mentions while a plan is made. ``today``: mentions per person already made today; ``cap``: at most so many
    mentions in this tick (None: no cap), for the first tick after an outage."""

    per_day: int
    today: Mapping[str, int]
    office: frozenset[str]
    cap: int | None = None
    made: Counter[str] = field(default_factory=Counter)
    told_on: set[tuple[str, str]] = field(default_factory=set)
    in_digest: set[tuple[str, str]] = field(default_factory=set)

    def tell(self, person: Person, item: str, *, later: bool, urgent: bool, stage: Stage) -> Told:
        """How ``person`` learns of something on ``item``; counts it when it is a mention."""
        at = (item, person.key)
        if at in self.told_on:
            return "already"
        if later or self._held_back(person, urgent, stage):
            # What only goes into the digest must not keep a later rule of this tick from telling them now.
            known = at in self.in_digest
            self.in_digest.add(at)
            return "already" if known else "digest"
        self.told_on.add(at)
        self.made[person.key] += 1
        return "now"

    def _held_back(self, person: Person, urgent: bool, stage: Stage) -> bool:
        if urgent:
            return False
        if stage == "pilot" and person.key not in self.office:
            return True
        if self.cap is not None and self.made.total() >= self.cap:
            return True
        return self.today.get(person.key, 0) + self.made[person.key] >= self.per_day


@dataclass(frozen=True, slots=True)
class Audience:
    """The people a comment names: those told at once, those told in the digest, those only named."""

    now: tuple[Person, ...] = ()
    digest: tuple[Person, ...] = ()
    named: tuple[Person, ...] = ()

    @property
    def everybody(self) -> tuple[str, ...]:
        return tuple(sorted(person.key for person in (*self.now, *self.digest, *self.named)))


def name_inline(person_key: str, account: str | None, connection: str) -> Inline:
    """A person in a text: a mention where there is an account, else just the name."""
    if account is None:
        return Text(person_key)
    return Mention(person_key, Account(connection, account, person_key))
