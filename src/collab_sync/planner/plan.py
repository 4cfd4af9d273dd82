"""A plan: the ordered writes of one tick with their reasons. The plan people read is the object that is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from collab_sync.errors import UnsafePlanError
from collab_sync.model.action import PlannedWrite
from collab_sync.model.episode import Episode
from collab_sync.ports.store import DigestEntry, ManagedTrace

REPORTED = "reported|"
"""What was only reported stands in the outbox under a key of its own, which begins so: it must not keep the same write
from being sent one day."""


@dataclass(frozen=True, slots=True)
class DigestClosing:
    """The digest entries dated before ``before`` go out with the write ``key``."""

    before: datetime
    key: str


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often something was said: in all, in each project, to each person. What was held back counts too."""

    all: int = 0
    projects: Mapping[str, int] = {}
    people: Mapping[str, int] = {}


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class Plan:
    """``writes`` are to be sent; ``reported`` were decided under report_only and never are; ``withheld`` exceed
    a limit and wait for a person, ``refusals`` say which. ``remembered``: what the journal is to keep of
    this plan, by its key. ``episodes`` are all to be stored, with the holds they end up with. ``said``: what counts
    towards the limits, with what was said before in the same heap of work."""

    writes: tuple[PlannedWrite, ...] = ()
    reported: tuple[PlannedWrite, ...] = ()
    withheld: tuple[PlannedWrite, ...] = ()
    refusals: tuple[UnsafePlanError, ...] = ()
    episodes: tuple[Episode, ...] = ()
    traces: tuple[ManagedTrace, ...] = ()
    mentions: tuple[str, ...] = ()
    digest: tuple[DigestEntry, ...] = ()
    digest_closed: tuple[DigestClosing, ...] = ()
    notices: tuple[str, ...] = ()
    remembered: Mapping[str, str] = field(default_factory=dict)
    said: Said = NOTHING_SAID

    @property
    def empty(self) -> bool:
        """Whether nothing at all would be written or reported."""
        return not (self.writes or self.reported or self.withheld)
