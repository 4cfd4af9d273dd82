"""Writers whose requests, reads included, count as writes: they go first when little is left."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.model.action import ItemWrite, Receipt
from collab_sync.model.page import Page
from collab_sync.ports.tracker import ActionWriter, PagePublisher
from collab_sync_http.pace import Pace


@dataclass(frozen=True, slots=True)
class WritesFirst:
    """An ``ActionWriter``: ``inner`` under the purpose of writing."""

    inner: ActionWriter
    pace: Pace

    def perform(self, write: ItemWrite) -> Receipt:
        with self.pace.purpose("write"):
            return self.inner.perform(write)

    def find(self, write: ItemWrite) -> Receipt | None:
        with self.pace.purpose("write"):
            return self.inner.find(write)


@dataclass(frozen=True, slots=True)
class PagesFirst:
    """A ``PagePublisher``: ``inner`` under the purpose of writing."""

    inner: PagePublisher
    pace: Pace

    def publish(self, page: Page) -> Receipt:
        with self.pace.purpose("write"):
            return self.inner.publish(page)

    def find(self, page: Page) -> Receipt | None:
        with self.pace.purpose("write"):
            return self.inner.find(page)
