"""What deciding about an undo looks at, and what it collects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from collab_sync.model import marker
from collab_sync.model.action import PlannedWrite, Target, Write
from collab_sync.model.episode import Episode, Hold
from collab_sync.model.identity import ItemId, SourceRef, id_of
from collab_sync.model.mapping import Writeback
from collab_sync.model.marker import Marker
from collab_sync.model.page import Locale
from collab_sync.planner.desks.labels import EpisodeRef, ref_of
from collab_sync.planner.undo.runs import Run, taken_back_by
from collab_sync.ports.store import ON_THE_WAY, ManagedTrace, OutboxRow, StoredItem

Holds = Mapping[ItemId, tuple[tuple[Episode, Hold], ...]]
GONE = "这个事项已不在,或我们看不到"


@dataclass(frozen=True)
class Past:
    """``rows``: everything that was ever put into the outbox, in order. ``refs``: issues of ours by creation key.
    ``locale_of``: the language of a project's readers. ``day``: today, ISO."""

    rows: tuple[OutboxRow, ...]
    items: Mapping[ItemId, StoredItem]
    traces: Mapping[ItemId, tuple[ManagedTrace, ...]]
    holds: Holds
    refs: Mapping[str, SourceRef]
    writeback: Writeback
    locale_of: Callable[[str], Locale]
    day: str
    when: str

    def ref(self, target: Target) -> SourceRef | None:
        """Where a target is now; None if it is not to be seen any more."""
        there = target.ref or self.refs.get(target.creation_key)
        stored = self.items.get(id_of(there)) if there else None
        return stored.item.source if stored and not stored.gone else None

    def place(self, target: Target) -> str:
        """The item of a target by identity, wherever it is."""
        there = target.ref or self.refs.get(target.creation_key)
        return id_of(there) if there else target.creation_key

    @cached_property
    def undone(self) -> frozenset[str]:
        """Keys of rows that an undo took back."""
        return frozenset(key for row in self.rows if (key := taken_back_by(row)))

    def since(self, row: OutboxRow) -> Iterator[OutboxRow]:
        """What later runs wrote, or are about to: not what was taken back meanwhile, nor what took it back."""
        for one in self.rows:
            counts = one.id > row.id and one.state in (*ON_THE_WAY, "done")
            if counts and one.planned.key not in self.undone and not taken_back_by(one):
                yield one

    def until(self, row: OutboxRow) -> Iterator[OutboxRow]:
        """What had been written before ``row``."""
        return (one for one in self.rows if one.id < row.id and one.state == "done")

    def trace(self, ref: SourceRef, key: str) -> ManagedTrace | None:
        return next((trace for trace in self.traces.get(id_of(ref), ()) if trace.key == key), None)


@dataclass(frozen=True, slots=True)
class Left:
    """Something that stays: on what, and why, as people read it."""

    target: str
    why: str


@dataclass(frozen=True, slots=True)
class Undoing:
    """``writes`` take back, ``left`` is what stays. ``traces`` and ``episodes`` are stored together with the writes:
    what was taken back counts as said. ``before``: rows that an earlier undo took back."""

    run: Run
    writes: tuple[PlannedWrite, ...] = ()
    left: tuple[Left, ...] = ()
    traces: tuple[ManagedTrace, ...] = ()
    episodes: tuple[Episode, ...] = ()
    before: int = 0


@dataclass(slots=True)
class Desk:
    """Collects what is decided about one run."""

    run: Run
    past: Past
    writes: list[PlannedWrite] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    traces: list[ManagedTrace] = field(default_factory=list)
    episodes: dict[EpisodeRef, Episode] = field(default_factory=dict)

    def write(self, row: OutboxRow, write: Write, project: str) -> None:
        """Takes ``row`` back by ``write``; of an instant it is done once."""
        reason = f"撤回 {self.past.when} 的运行:{row.planned.reason}"
        self.writes.append(
            PlannedWrite(key=self.run.undo_key(row), project=project, write=write, lines=(), reason=reason)
        )

    def leave(self, target: str, why: str) -> None:
        if Left(target, why) not in self.left:
            self.left.append(Left(target, why))

    def let_go(self, held: Iterable[tuple[Episode, Hold]]) -> None:
        """These labels are not put on again by the episodes that hold them."""
        for episode, hold in held:
            now = self.episodes.get(ref_of(episode), episode)
            holds = tuple(
                msgspec.structs.replace(one, written=False, undone=True)
                if (one.item, one.label) == (hold.item, hold.label)
                else one
                for one in now.holds
            )
            self.episodes[ref_of(episode)] = msgspec.structs.replace(now, holds=holds)


def mark_of(text: str) -> Marker:
    """The marker in a comment's write; an empty one where there is none."""
    return marker.loads(text) or Marker(key="")
