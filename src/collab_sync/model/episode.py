"""What the engine remembers about a rule and a subject between two ticks, and what it found.

An episode lasts from the moment a rule starts to hold for a subject until it stops; each step fires once in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from collab_sync.model.identity import ItemId, SubjectRef


class FiredStep(msgspec.Struct, frozen=True):
    """``due`` is the instant at which the step was to fire, ``at`` the tick in which it did."""

    id: str
    due: datetime
    at: datetime


class Hold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A label that an episode keeps on an item. ``latch``: stays when the episode ends. ``reasserted``: somebody
    removed it by hand and it was put back once. ``written`` is False while a roll-out stage holds it back, and once the
    label was ``undone``: a person had its run taken back, and the episode does not put it on again."""

    item: ItemId
    label: str
    latch: bool = False
    reasserted: bool = False
    written: bool = True
    undone: bool = False


class Episode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``key`` tells episodes of one rule and subject apart and is derived from facts, never from the time of looking:
    the UTC minute of the fact that started it, or the id and content of the entry behind an event.

    ``began``: when the condition or clock started. ``fired``: steps in order. ``values``: texts rendered when it fired,
    by name (a changed value is applied again). ``pauses``: closed and open intervals in which the clock stood still.
    """

    rule: str
    subject: SubjectRef
    key: str
    began: datetime
    fired: tuple[FiredStep, ...] = ()
    holds: tuple[Hold, ...] = ()
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    values: Mapping[str, str] = {}
    baseline: bool = False
    stage: str = "full"
    rules_version: str = ""
    ended_at: datetime | None = None

    def has_fired(self, step: str) -> bool:
        return any(fired.id == step for fired in self.fired)


Edge: TypeAlias = Literal["step", "changed", "ended"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One edge of one rule for one subject: a step was reached, a value it shows changed, or it stopped holding.

    ``due``: the instant at which the edge happened by the facts (the tick may be later). ``event``: the entry id or
    change behind an event rule. ``quiet``: nobody is told (first contact). ``superseded``: a later step of the same
    episode fires in the same tick, so only labels are written.
    """

    rule: str
    subject: SubjectRef
    episode: str
    edge: Edge
    step: str
    due: datetime
    event: str = ""
    quiet: bool = False
    superseded: bool = False
