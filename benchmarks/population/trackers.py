"""Trackers in memory for a population: they answer at once, count what they are asked, and have news only if told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from collab_sync.errors import MissingItemError
from collab_sync.model.action import CommentWrite, ItemWrite, LabelWrite, Receipt
from collab_sync.model.identity import Account, ItemId, SourceRef, id_of
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.ports import Clock, Diagnosis, Payload, PulledPage, Whereabouts

_PART = "item"


class AnsweringTracker:
    """``ports.Connection`` with one request per project and pull. ``requests``: how often it was asked anything."""

    hooks = None
    traffic = None

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.clock = clock
        self.requests = 0
        self.news: dict[str, list[WorkItem]] = {}
        self.known: dict[ItemId, WorkItem] = {}

    def tell(self, items: Iterable[WorkItem]) -> None:
        """These items are as they are now; the next pull of their projects brings them."""
        for item in items:
            self.news.setdefault(item.source.project, []).append(item)
            self.known[item.id] = item

    def whoami(self) -> Account:
        return Account(self.name, "collab-sync", "collab-sync")

    def reader(self, project: ProjectMapping) -> _Reader:
        return _Reader(self, project.name)

    def writer(self, _project: ProjectMapping) -> _Writer:
        return _Writer(self)

    def pages(self, _project: ProjectMapping) -> None:
        return None

    def views(self, _project: ProjectMapping) -> None:
        return None

    def diagnose(self, _projects: Sequence[ProjectMapping]) -> tuple[Diagnosis, ...]:
        return ()

    def close(self) -> None:
        """Nothing to let go of."""


class _Reader:
    def __init__(self, tracker: AnsweringTracker, project: str) -> None:
        self._tracker = tracker
        self._project = project

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        self._tracker.requests += 1
        news = self._tracker.news.pop(self._project, [])
        yield PulledPage(tuple(_payload(item) for item in news), cursor or "0", complete=True)

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        raise AssertionError("nobody counts in a measure")

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        return Whereabouts("here", f"{item.source.key} 还在原处")

    def read(self, ref: SourceRef) -> Payload:
        self._tracker.requests += 1
        item = self._tracker.known.get(id_of(ref))
        if item is None:
            raise MissingItemError(f"没有 {ref.key}", connection=self._tracker.name)
        return _payload(item)

    def normalize(self, payload: Payload) -> WorkItem:
        return msgspec.json.decode(payload.part(_PART) or b"", type=WorkItem)

    def recall(self, items: Sequence[WorkItem]) -> Mapping[ItemId, tuple[OwnComment, ...]]:
        return {item.id: item.own_comments for item in items}


class _Writer:
    """Carries out labels and comments on what it knows; everything else it only acknowledges."""

    def __init__(self, tracker: AnsweringTracker) -> None:
        self._tracker = tracker

    def perform(self, write: ItemWrite) -> Receipt:
        self._tracker.requests += 1
        ref = write.target.ref if isinstance(write, LabelWrite | CommentWrite) else None
        item = self._tracker.known.get(id_of(ref)) if ref else None
        number = f"c{self._tracker.requests}"
        if item is not None and isinstance(write, LabelWrite):
            labels = (item.labels | set(write.add)) - set(write.remove)
            self._tracker.known[item.id] = msgspec.structs.replace(item, labels=labels)
        if item is not None and isinstance(write, CommentWrite):
            number = write.comment_id or number
            own = OwnComment(id=number, marker=write.marker, at=self._tracker.clock.now())
            others = tuple(one for one in item.own_comments if one.id != number)
            self._tracker.known[item.id] = msgspec.structs.replace(item, own_comments=(*others, own))
        return Receipt(at=self._tracker.clock.now(), remote_id=number)

    def find(self, _write: ItemWrite) -> Receipt | None:
        self._tracker.requests += 1
        return None


def _payload(item: WorkItem) -> Payload:
    content = msgspec.json.encode(item)
    return Payload(item.id, ((_PART, content),), hashlib.sha256(content).digest())
