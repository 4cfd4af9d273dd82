"""What planning may look at besides the findings: rules, view, memory of what we wrote, budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from collab_sync.analysis.facts import Vocabulary
from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.subject_facts import ConflictFacts, ProgramFacts
from collab_sync.analysis.view import MirrorView, SubjectFacts
from collab_sync.model import marker
from collab_sync.model.action import LogLine, Receipt
from collab_sync.model.connection import Offers
from collab_sync.model.episode import Episode, Hold
from collab_sync.model.identity import ItemId
from collab_sync.model.mapping import TrackerMapping
from collab_sync.model.organisation import Stage
from collab_sync.model.page import Locale
from collab_sync.model.work_item import WorkItem
from collab_sync.planner.plan import NOTHING_SAID, Said
from collab_sync.ports.store import DigestEntry, ManagedTrace
from collab_sync.rules.compile import CompiledRule
from collab_sync.rules.evaluate import Outcome

DESK_KEY = "值班台"
"""Creation key of the office's standing issue."""


class Memory(Protocol):
    """What planning reads of the store (a part of ``ports.store.Transaction``)."""

    def holds_on(self, items: Iterable[ItemId]) -> Mapping[ItemId, tuple[tuple[Episode, Hold], ...]]: ...

    def managed(self, items: Iterable[ItemId]) -> Mapping[ItemId, tuple[ManagedTrace, ...]]: ...

    def recorded(self, prefix: str) -> Mapping[str, tuple[datetime, str]]: ...

    def noted(self, keys: Iterable[str]) -> Mapping[str, tuple[datetime, str]]: ...

    def open_digest(self, before: datetime) -> tuple[DigestEntry, ...]: ...

    def mentions_since(self, at: datetime) -> Mapping[str, int]: ...

    def enqueued(self, keys: Iterable[str]) -> Set[str]: ...

    def creation_receipts(self, keys: Iterable[str]) -> Mapping[str, Receipt]: ...

    def log_lines(self, *, reported: bool = True) -> tuple[LogLine, ...]: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """A subject, what judging it brought, and the episodes that were active before."""

    facts: SubjectFacts
    outcome: Outcome
    active: tuple[Episode, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanningContext:
    """``mentions_today``: immediate mentions already made today by person. ``undelivered``: items whose label writes
    are still on their way, with the labels they will have then. ``ordered``: creation keys of issues that were asked
    for and are not made yet. ``mention_cap``: at most so many mentions in this tick, after an outage (None: no cap).
    ``offers``: what each connection has, by its name. ``stale``: projects whose pull failed. ``said``: what
    earlier portions of the same heap of work have said."""

    now: datetime
    rules: Mapping[str, CompiledRule]
    vocabulary: Vocabulary
    view: MirrorView
    memory: Memory
    mapping: TrackerMapping
    mentions_today: Mapping[str, int] = field(default_factory=dict)
    undelivered: Mapping[ItemId, frozenset[str]] = field(default_factory=dict)
    ordered: frozenset[str] = frozenset()
    mention_cap: int | None = None
    offers: Mapping[str, Offers] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    rules_version: str = ""
    said: Said = NOTHING_SAID

    def offered(self, connection: str) -> Offers:
        """What a connection has."""
        return self.offers.get(connection, Offers())

    def stage(self, facts: SubjectFacts) -> Stage:
        """How far the product is switched on for a subject."""
        return self.view.organisation.rollout.stage(self.program_of(facts))

    def program_of(self, facts: SubjectFacts) -> str | None:
        """The programme a subject belongs to, by code."""
        match facts:
            case ItemFacts():
                return facts.program_code
            case ProgramFacts():
                return facts.code
            case ConflictFacts():
                codes = sorted({member.program_code for member in facts.members if member.program_code})
                return codes[0] if len(codes) == 1 else None
            case _:
                return None

    def is_open(self, facts: SubjectFacts) -> bool:
        """Whether it is working time now for a subject: only then may anything but the urgent be said or shown."""
        calendar = facts.calendar if isinstance(facts, ItemFacts) else self.view.office.calendar
        return calendar.is_open(self.now)

    def order_of(self, project: str) -> int:
        """Place of a project in the mapping."""
        names = [mapping.name for mapping in self.mapping.projects]
        return names.index(project) if project in names else len(names)

    def locale_of(self, project: str) -> Locale:
        """The language of a project's readers; of one that is not known, that of the office's own."""
        mapping = self.mapping.project(project) or self.mapping.project(self.view.organisation.home)
        return (mapping.locale if mapping else None) or "zh"

    def connection_of(self, project: str) -> str:
        mapping = self.mapping.project(project)
        return mapping.connection if mapping else ""

    def home_of(self, facts: SubjectFacts) -> str:
        """The project in which issues about a subject are made: its programme's, its own, or the office's."""
        if isinstance(facts, ProgramFacts):
            return facts.facts.item.source.project
        if isinstance(facts, ItemFacts):
            program = self.view.program(facts.program_code)
            return program.facts.item.source.project if program else facts.item.source.project
        if isinstance(facts, ConflictFacts) and facts.members:
            return self.home_of(facts.members[0])
        return self.view.organisation.home


def name_of(item: WorkItem) -> str:
    """What the log calls an item: its key, or the creation key of an issue of ours."""
    mark = marker.loads(item.marker)
    return mark.key if mark else item.source.key
