"""Starts the canned tracker and connects the product, as it is, to it."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.request import urlopen

import msgspec

from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.mapping import ProjectMapping
from collab_sync.pipeline.pull import PullReport, pull_project
from collab_sync.ports.store import Shard, Store
from collab_sync.ports.tracker import Connector, WorkItemReader
from collab_sync_gitlab import connector as gitlab
from collab_sync_jira import connector as jira

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PROJECTS = {"jira": "NPX", "gitlab": "rd/x1-firmware"}


class StandingClock:
    """Implements ``ports.Clock``: a moment after everything that the canned issues tell."""

    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        """Nothing there asks for a wait."""


@dataclass(frozen=True, slots=True)
class Site:
    """The canned tracker at one port."""

    port: int

    def url(self, count: int, *, noted: bool = False) -> str:
        """The root of a site with so many issues."""
        return f"http://127.0.0.1:{self.port}/n{count}{'-noted' * noted}"

    def asked(self) -> Sequence[str]:
        """The paths that have been asked for, those of the last thousand requests."""
        with urlopen(f"http://127.0.0.1:{self.port}/asked") as answer:
            return msgspec.json.decode(gzip.decompress(answer.read()), type=list[str])

    def mirror(self, kind: str, count: int, store: Store, *, noted: bool = False) -> PullReport:
        """What the product does to bring one project up to date. Raises RuntimeError if it could not."""
        with self._reading(kind, self.url(count, noted=noted)) as (reader, project):
            report = pull_project(reader, project, store, NOW)
        if report.error or report.read != count:
            raise RuntimeError(f"{kind}: read {report.read} of {count} issues, {report.error or 'no error'}")
        return report

    def read(self, kind: str, count: int) -> int:
        """What the product's connector does to read one project, without what the mirror does with it."""
        with self._reading(kind, self.url(count)) as (reader, _project):
            return sum(len(page.payloads) for page in reader.pull(None))

    @contextmanager
    def _reading(self, kind: str, url: str) -> Iterator[tuple[WorkItemReader, ProjectMapping]]:
        connector: Connector = jira if kind == "jira" else gitlab
        user = "u" if kind == "jira" else ""
        settings = ConnectionSettings(name=kind, kind=kind, url=url, token=Secret("t"), user=user)
        project = connector.default_mapping(ProjectMapping(name=kind, connection=kind, project=PROJECTS[kind]))
        connection = connector.connect(settings, StandingClock())
        reader = connection.reader(project)
        assert reader is not None, "both trackers have items"
        try:
            yield reader, project
        finally:
            connection.close()


@contextmanager
def running() -> Iterator[Site]:
    """The canned tracker in a process of its own, for as long as this lasts."""
    command = [sys.executable, "-m", "benchmarks.source.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None, "a pipe"
        assert process.stdout is not None, "a pipe"
        try:
            yield Site(int(process.stdout.readline()))
        finally:
            process.stdin.close()


def forget_cursor(store: Store, kind: str) -> None:
    """From now on the whole project is to be read again, as after a cursor that nobody can read."""
    with store.write() as tx:
        tx.put_shards([Shard(project=kind, complete_as_of=NOW, attempted_at=NOW)])
