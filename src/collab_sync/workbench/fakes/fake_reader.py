"""The reading half of the tracker in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from collab_sync.carriers.assemble import assemble
from collab_sync.carriers.raw import RawItem
from collab_sync.errors import MissingItemError
from collab_sync.model.identity import ItemId, SourceRef, id_of
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.ports import Payload, PulledPage, Whereabouts

if TYPE_CHECKING:
    from collab_sync.workbench.fakes.fake_tracker import FakeTracker

PART = "item"


@dataclass(frozen=True, slots=True)
class FakeReader:
    """``ports.WorkItemReader`` of one project."""

    tracker: FakeTracker
    project: ProjectMapping

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        newer = self.tracker.changed_since(self.project.name, int(cursor or 0))
        yield PulledPage(tuple(_payload(item) for item in newer), str(self.tracker.revision), complete=True)

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        ids = [id_of(item.source) for item in self.tracker.items(self.project.name)]
        size = self.tracker.census_page or len(ids) or 1
        yield from (tuple(ids[start : start + size]) for start in range(0, len(ids) or 1, size))

    def read(self, ref: SourceRef) -> Payload:
        return _payload(self.tracker.at(ref))

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        try:
            there = self.tracker.at(item.source)
        except MissingItemError:
            return Whereabouts("deleted", f"{item.source.key} 已不在")
        if there.source.project != self.project.name:
            return Whereabouts("moved", f"{item.source.key} 移到了 {there.source.path}", there.source.key)
        return Whereabouts("here", f"{item.source.key} 还在原处")

    def normalize(self, payload: Payload) -> WorkItem:
        return assemble(msgspec.json.decode(payload.part(PART) or b"", type=RawItem), self.project)

    def recall(self, items: Sequence[WorkItem]) -> Mapping[ItemId, tuple[OwnComment, ...]]:
        return {item.id: self.normalize(self.read(item.source)).own_comments for item in items}


def _payload(item: RawItem) -> Payload:
    content = msgspec.json.encode(item)
    return Payload(id_of(item.source), ((PART, content),), hashlib.sha256(content).digest())
