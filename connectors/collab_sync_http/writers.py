"""What every connector puts around its writer, its pages and its views.

Their requests, reads included, count as writes: they go first when little is left. And what is missing in a project
that we are not shown at all is not missing: the project is asked for, and its absence is a matter of access.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from collab_sync.errors import MissingItemError
from collab_sync.model.action import ItemWrite, Receipt
from collab_sync.model.page import Page, View
from collab_sync.ports.tracker import ActionWriter, PagePublisher, ViewEnsurer
from collab_sync_http.pace import Pace


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``visible`` raises AccessError if the project is not there or we are not shown it."""

    pace: Pace
    visible: Callable[[], object]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Raises AccessError in place of MissingItemError if the whole project is gone."""
        with self.pace.purpose("write"):
            try:
                yield
            except MissingItemError:
                self.visible()
                raise


@dataclass(frozen=True, slots=True)
class ProjectWriter:
    """An ``ActionWriter``: ``inner`` in its surroundings."""

    inner: ActionWriter
    around: Surroundings

    def perform(self, write: ItemWrite) -> Receipt:
        with self.around.writing():
            return self.inner.perform(write)

    def find(self, write: ItemWrite) -> Receipt | None:
        with self.around.writing():
            return self.inner.find(write)


@dataclass(frozen=True, slots=True)
class ProjectPages:
    """A ``PagePublisher``: ``inner`` in its surroundings."""

    inner: PagePublisher
    around: Surroundings

    def publish(self, page: Page) -> Receipt:
        with self.around.writing():
            return self.inner.publish(page)

    def find(self, page: Page) -> Receipt | None:
        with self.around.writing():
            return self.inner.find(page)


@dataclass(frozen=True, slots=True)
class ProjectViews:
    """A ``ViewEnsurer``: ``inner`` in its surroundings."""

    inner: ViewEnsurer
    around: Surroundings

    def ensure(self, view: View) -> Receipt:
        with self.around.writing():
            return self.inner.ensure(view)

    def find(self, view: View) -> Receipt | None:
        with self.around.writing():
            return self.inner.find(view)
