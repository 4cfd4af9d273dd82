"""One GitLab site with our account: makes readers and writers for its projects."""

from __future__ import annotations

from collections.abc import Sequence

from collab_sync.model.connection import ConnectionSettings
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.ports.clock import Clock
from collab_sync.ports.hooks import HookKeeper
from collab_sync.ports.tracker import ActionWriter, Diagnosis, PagePublisher, ViewEnsurer, WorkItemReader
from collab_sync_gitlab import doctor
from collab_sync_gitlab.client import Client
from collab_sync_gitlab.hooks.keeper import GitlabHookKeeper
from collab_sync_gitlab.pages import GitlabPages
from collab_sync_gitlab.reader import GitlabReader
from collab_sync_gitlab.views import GitlabBoards
from collab_sync_gitlab.writer import GitlabWriter
from collab_sync_http.writers import ProjectPages, ProjectViews, ProjectWriter, Surroundings


class GitlabConnection:
    """Implements ``collab_sync.ports.Connection``."""

    def __init__(self, settings: ConnectionSettings, clock: Clock) -> None:
        self.name = settings.name
        self.at_once = settings.at_once
        self._client = Client(settings, clock)

    @property
    def hooks(self) -> HookKeeper:
        """Web hooks of projects."""
        return GitlabHookKeeper(self._client)

    def whoami(self) -> Account:
        """Our own account; its id is the user name. Raises AccessError, TransientError."""
        me = self._client.me()
        return Account(self.name, me.username, me.name)

    def reader(self, project: ProjectMapping) -> WorkItemReader:
        return GitlabReader(self._client, project)

    def writer(self, project: ProjectMapping) -> ActionWriter:
        return ProjectWriter(GitlabWriter(self._client, project), self._around(project))

    def pages(self, project: ProjectMapping) -> PagePublisher | None:
        """The project's wiki."""
        return ProjectPages(GitlabPages(self._client, project), self._around(project))

    def views(self, project: ProjectMapping) -> ViewEnsurer | None:
        """The project's boards."""
        return ProjectViews(GitlabBoards(self._client, project), self._around(project))

    def diagnose(self, projects: Sequence[ProjectMapping]) -> tuple[Diagnosis, ...]:
        return doctor.diagnose(self._client, projects)

    def close(self) -> None:
        self._client.close()

    def _around(self, project: ProjectMapping) -> Surroundings:
        return Surroundings(self._client.pace, lambda: self._client.visible(project.project))
