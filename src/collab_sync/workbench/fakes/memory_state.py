"""What a store in memory holds."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TypeAlias

from collab_sync.model.episode import Episode
from collab_sync.model.identity import ItemId, SubjectRef
from collab_sync.ports.store import DigestEntry, ManagedTrace, OutboxRow, Shard, StoredItem

EpisodeName: TypeAlias = tuple[str, SubjectRef, str]
TraceName: TypeAlias = tuple[ItemId, str, str]


@dataclass
class State:
    """Everything the store holds; values are frozen, so that copying the dictionaries is enough."""

    items: dict[ItemId, StoredItem] = field(default_factory=dict)
    former: dict[str, ItemId] = field(default_factory=dict)
    shards: dict[str, Shard] = field(default_factory=dict)
    dirty: dict[SubjectRef, None] = field(default_factory=dict)
    due: dict[SubjectRef, datetime] = field(default_factory=dict)
    episodes: dict[EpisodeName, Episode] = field(default_factory=dict)
    outbox: dict[int, OutboxRow] = field(default_factory=dict)
    planned: dict[str, int] = field(default_factory=dict)
    managed: dict[TraceName, ManagedTrace] = field(default_factory=dict)
    journal: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    mentions: dict[tuple[datetime, str], int] = field(default_factory=dict)
    digest: dict[int, DigestEntry] = field(default_factory=dict)
    delivered: dict[int, str] = field(default_factory=dict)

    def copy(self) -> State:
        return State(**{one.name: dict(getattr(self, one.name)) for one in fields(self)})
