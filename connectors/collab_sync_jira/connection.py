"""One configured Jira site, as the core knows it."""

from __future__ import annotations

from collections.abc import Sequence

from collab_sync.model.connection import ConnectionSettings
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.clock import Clock
from collab_sync.ports.hooks import HookKeeper
from collab_sync.ports.tracker import ActionWriter, Diagnosis, PagePublisher, ViewEnsurer
from collab_sync_http.writers import ProjectPages, ProjectViews, ProjectWriter, Surroundings
from collab_sync_jira.directory import Directory
from collab_sync_jira.doctor import diagnose
from collab_sync_jira.hooks.keeper import JiraHookKeeper
from collab_sync_jira.pages.publisher import JiraPages
from collab_sync_jira.pages.shelf import Memory, Shelf
from collab_sync_jira.reader import JiraReader
from collab_sync_jira.site import JiraSite
from collab_sync_jira.views.ensurer import JiraViews
from collab_sync_jira.writer import JiraWriter


class JiraConnection:
    """See ``ports.Connection``. Its readers and writers may be used by several threads: of the client library only the
    session is shared, and that has our adapter below it and our cookies in it."""

    def __init__(self, settings: ConnectionSettings, clock: Clock) -> None:
        self.name = settings.name
        self.at_once = settings.at_once
        self._overlap = settings.overlap_minutes
        self._clock = clock
        self._site = JiraSite(settings, clock)
        self._directory = Directory(self._site)
        self._shelved = Memory()

    @property
    def hooks(self) -> HookKeeper:
        """See ``ports``."""
        return JiraHookKeeper(self._site)

    def whoami(self) -> Account:
        """See ``ports``; asked once."""
        return self._directory.me()

    def reader(self, project: ProjectMapping) -> JiraReader:
        """See ``ports``. ``project`` comes with this connector's defaults filled in."""
        return JiraReader(self._site, self._directory, project, self._clock, self._overlap)

    def writer(self, project: ProjectMapping) -> ActionWriter:
        """See ``ports``."""
        writer = JiraWriter(self._site, self._directory, project, self._clock)
        return ProjectWriter(writer, self._around(project))

    def pages(self, project: ProjectMapping) -> PagePublisher:
        """See ``ports``: Jira has no pages of its own, issues hold them."""
        shelf = Shelf(self._site, self._directory, project, self._shelved)
        return ProjectPages(JiraPages(self._site, shelf, self._clock), self._around(project))

    def views(self, project: ProjectMapping) -> ViewEnsurer:
        """See ``ports``."""
        return ProjectViews(JiraViews(self._site, self._directory, self._clock), self._around(project))

    def diagnose(self, projects: Sequence[ProjectMapping]) -> tuple[Diagnosis, ...]:
        """See ``ports``."""
        return diagnose(self._site, self._directory, projects, self._clock)

    def close(self) -> None:
        self._site.close()

    def _around(self, project: ProjectMapping) -> Surroundings:
        return Surroundings(self._site.pace, lambda: self._directory.visible(project.project))
