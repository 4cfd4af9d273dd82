"""Where a tracker in memory keeps our pages and views."""

from __future__ import annotations

from dataclasses import dataclass

from collab_sync.errors import RejectedActionError
from collab_sync.model.action import Receipt
from collab_sync.model.page import Page, View
from collab_sync.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class FakePages:
    """``ports.PagePublisher`` of one tracker held in memory."""

    published: dict[str, Page]
    clock: Clock

    def publish(self, page: Page) -> Receipt:
        if self.published.get(page.path, page).key != page.key:
            raise RejectedActionError(f"页面“{page.path}”已存在,但不是 collab-sync 写的,没有改动")
        if self.find(page) is None:
            self.published[page.path] = page
        return Receipt(at=self.clock.now(), remote_id=page.path)

    def find(self, page: Page) -> Receipt | None:
        there = self.published.get(page.path)
        return Receipt(at=self.clock.now(), remote_id=page.path) if there and there.hash == page.hash else None


@dataclass(frozen=True, slots=True)
class FakeViews:
    """``ports.ViewEnsurer`` of one tracker held in memory."""

    shown: dict[str, View]
    clock: Clock

    def ensure(self, view: View) -> Receipt:
        self.shown.setdefault(view.name, view)
        return Receipt(at=self.clock.now(), remote_id=view.name)

    def find(self, view: View) -> Receipt | None:
        return Receipt(at=self.clock.now(), remote_id=view.name) if view.name in self.shown else None
