"""One configured Confluence site, as the core knows it."""

from __future__ import annotations

from collections.abc import Sequence

from collab_sync.model.connection import ConnectionSettings
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import ActionWriter, Diagnosis, PagePublisher, ViewEnsurer, WorkItemReader
from collab_sync_confluence.doctor import diagnose
from collab_sync_confluence.edition import Edition
from collab_sync_confluence.editions.center import Center
from collab_sync_confluence.editions.cloud import Cloud
from collab_sync_confluence.publisher import ConfluencePages
from collab_sync_confluence.shelf import Shelf
from collab_sync_confluence.site import Site
from collab_sync_http.writers import ProjectPages, Surroundings


class ConfluenceConnection:
    """See ``ports.Connection``."""

    hooks = None

    def __init__(self, settings: ConnectionSettings, clock: Clock) -> None:
        self.name = settings.name
        self.at_once = settings.at_once
        self._clock = clock
        self._site = Site(settings, clock)
        self._edition: Edition = Cloud(self._site) if self._site.edition == "cloud" else Center(self._site)

    def whoami(self) -> Account:
        """See ``ports``; asked once."""
        me = self._edition.me()
        return Account(self.name, me.id, me.name)

    def reader(self, project: ProjectMapping) -> WorkItemReader | None:
        """None: a space has no items."""
        return None

    def writer(self, project: ProjectMapping) -> ActionWriter | None:
        """None: a space has no items."""
        return None

    def pages(self, project: ProjectMapping) -> PagePublisher | None:
        """The space whose key is the project's."""
        shelf = Shelf(self._edition, self.name, project.project)
        pages = ConfluencePages(shelf, self._site.web, self._clock)
        return ProjectPages(pages, Surroundings(self._site.pace, lambda: self._edition.space(project.project)))

    def views(self, project: ProjectMapping) -> ViewEnsurer | None:
        """None: no views are made here."""
        return None

    def diagnose(self, projects: Sequence[ProjectMapping]) -> tuple[Diagnosis, ...]:
        """See ``ports``."""
        return diagnose(self._edition, projects, self._clock)

    def close(self) -> None:
        self._site.close()
