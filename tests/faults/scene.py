"""Where the runs play: one Jira project and one GitLab project with a few issues, and a store that has read them.

For every pair of editions the scene is made once in good weather, and copied for every run.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Self

import requests
from tests.faults.editions import Sites
from tests.faults.weather import READ_TIMEOUT, Sky, StormyWorld
from tests.unit.calendar.calendar_samples import AUTUMN
from tests.unit.engine_office import organisation

from collab_sync.analysis.vocabulary import ProductVocabulary
from collab_sync.calendar.data import CalendarData
from collab_sync.model import marker
from collab_sync.model.action import CommentWrite, CreateWrite, Target
from collab_sync.model.connection import ConnectionSettings, Offers, Secret
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.identity import SourceRef
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.pipeline.pull import pull_project
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.planner.desks.comments import STICKY
from collab_sync.ports import Connection
from collab_sync.ports.store import Store
from collab_sync.rules.load import RuleSet
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab.tracker import GitLabTracker
from collab_sync.sandbox.jira.tracker import JiraTracker
from collab_sync.sandbox.server import SandboxServer
from collab_sync.store.sqlite import SqliteStore, open_store
from collab_sync.testing.items import reader_of, writer_of
from collab_sync.workbench.fakes.hand_clock import HandClock
from collab_sync_gitlab import connector as gitlab
from collab_sync_jira import connector as jira

START = datetime(2025, 9, 22, 2, 0, tzinfo=UTC)
BOT = {
    "name": "协同助手",
    "bot": True,
    "jira": {
        "accountId": "bot-account",
        "username": "xietong",
        "key": "JIRAUSER10200",
        "email": "bot@example.cn",
        "token": "bot-token",
        "bot": True,
    },
    "gitlab": {"username": "collab-sync", "token": "bot-token", "access": "developer"},
}
LI = {
    "name": "李明",
    "jira": {
        "accountId": "u-li",
        "username": "liming",
        "key": "JIRAUSER10100",
        "email": "li@example.cn",
        "token": "li-token",
    },
    "gitlab": {"username": "liming", "token": "li-token", "access": "developer"},
}
PROJECTS: Mapping[str, Any] = {"jira": [{"key": "NPX", "name": "新品"}], "gitlab": [{"path": "rd/x1-firmware"}]}
MAPPING = TrackerMapping(
    projects=(
        jira.default_mapping(ProjectMapping(name="新品", connection="jira", project="NPX")),
        gitlab.default_mapping(ProjectMapping(name="固件", connection="gitlab", project="rd/x1-firmware")),
    )
)
LABELLED, TALKED, MOVED = "1", "2", "3"
"""Numbers of the issues that get labels, comments, a status and links."""
OWN = "跟进"
"""Title of the issue of ours that is there from the start; our comment stands on it."""


def document(text: str) -> Document:
    return Document((Paragraph((Text(text),)),))


def mark(key: str, hash_: str = "") -> str:
    return marker.dumps(marker.Marker(key=key, hash=hash_))


def connections(url: str, sites: Sites, clock: HandClock) -> Mapping[str, Connection]:
    """Ours, as the programme would make them; to be closed."""
    common: dict[str, Any] = {
        "token": Secret("bot-token"),
        "read_timeout": READ_TIMEOUT,
        "connect_timeout": 5.0,
        "at_once": sites.at_once,
    }
    settings = {
        kind: ConnectionSettings(name=kind, kind=kind, url=f"{url}/{kind}", **common, **sites.of(kind).settings)
        for kind in ("jira", "gitlab")
    }
    return {"jira": jira.connect(settings["jira"], clock), "gitlab": gitlab.connect(settings["gitlab"], clock)}


@cache
def _ruling() -> Ruling:
    rules = RuleSet(
        rules=(),
        derivations=(),
        organisation=organisation(),
        resources=(),
        mapping=MAPPING,
        calendar=CalendarData.model_validate(AUTUMN),
        vocabulary=ProductVocabulary({}),
        version="faults",
        ground="faults",
    )
    return Ruling(rules, MAPPING)


def runtime(store: Store, connected: Mapping[str, Connection], clock: HandClock) -> Runtime:
    """A process that has just begun."""
    return Runtime(store, connected, _ruling(), clock, {"jira": Offers(links_out=True)})


def opened(file: Path) -> SqliteStore:
    """The store in ``file``; only what outlives a process matters here, not what outlives a power cut."""
    return SqliteStore(file, busy_timeout=5.0, temporary=file.parent)


@dataclass(frozen=True)
class Scene:
    """``refs``: the issues by tracker and number (``own``: ours); ``comments``: our comment's id by tracker."""

    url: str
    sites: Sites
    world: StormyWorld
    clock: HandClock
    snapshot: bytes
    file: Path
    refs: Mapping[tuple[str, str], SourceRef]
    comments: Mapping[str, str]

    def copy(self, folder: Path) -> Path:
        """The store's file for another run."""
        folder.mkdir(parents=True)
        return Path(shutil.copy(self.file, folder / "store.sqlite"))


class StageClock(SandboxClock):
    """The sandbox's clock as the hand sets it; unlike other sandbox clocks it goes back when another run begins."""

    def __init__(self, hand: HandClock) -> None:
        super().__init__(hand.now)
        self._hand = hand

    def now(self) -> datetime:
        return self._hand.now()

    def set(self, at: datetime) -> None:
        self._hand.set(at)

    @property
    def is_set(self) -> bool:
        return True


class Stage:
    """A server with a stormy world, on which one scene after the other is set; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.clock = HandClock(START)
        clock = StageClock(self.clock)
        self.world = StormyWorld(clock, (JiraTracker(clock), GitLabTracker(clock)))
        self._blank = self.world.snapshot()
        self._server = SandboxServer(self.world)
        self._scenes: dict[tuple[str, str], Scene] = {}

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def scene(self, sites: Sites) -> Scene:
        """The one of these editions; made when it is asked for the first time."""
        names = (sites.jira.name, sites.gitlab.name)
        if names not in self._scenes:
            self._scenes[names] = self._made(sites, self._folder / f"scene-{len(self._scenes)}.sqlite")
        return replace(self._scenes[names], sites=sites)

    def _made(self, sites: Sites, file: Path) -> Scene:
        url = self._server.url
        self.clock.set(START)
        self.world.begin(self._blank, Sky(Random(0), fair=True), timedelta(0))
        _furnish(url, sites)
        store, connected = open_store(file), connections(url, sites, self.clock)
        comments = {
            project.connection: _own_issue(connected[project.connection], project) for project in MAPPING.projects
        }
        refs = dict(self._read(store, connected))
        store.close()
        for one in connected.values():
            one.close()
        requests.delete(f"{url}/__sandbox/requests", timeout=10)
        return Scene(url, sites, self.world, self.clock, self.world.snapshot(), file, refs, comments)

    def _read(self, store: Store, connected: Mapping[str, Connection]) -> dict[tuple[str, str], SourceRef]:
        refs = {}
        for project in MAPPING.projects:
            report = pull_project(reader_of(connected[project.connection], project), project, store, START)
            assert not report.error, report.error
        with store.read() as tx:
            for stored in tx.items(tx.ids_where()).values():
                ref = stored.item.source
                number = "own" if stored.item.title == OWN else ref.key.replace("#", "-").rpartition("-")[2]
                refs[ref.connection, number] = ref
        return refs


def _furnish(url: str, sites: Sites) -> None:
    """People, projects and their issues."""
    trackers = {kind: {"projects": PROJECTS[kind], **sites.of(kind).seed} for kind in PROJECTS}
    _control(url, "seed", {"users": [BOT, LI], **trackers})
    for number in (LABELLED, TALKED, MOVED):
        fields = {"issuetype": {"name": "任务"}, "summary": f"议题 {number}"}
        _control(url, "jira/issues", {"key": f"NPX-{number}", "as": "李明", "fields": fields})
        key = f"rd/x1-firmware#{number}"
        _control(url, "gitlab/issues", {"key": key, "as": "李明", "title": f"议题 {number}"})


def _own_issue(connection: Connection, project: ProjectMapping) -> str:
    """Makes it, and a comment on it; the comment's id."""
    writer = writer_of(connection, project)
    made = writer.perform(
        CreateWrite(project=project.name, type="任务", title=OWN, document=document("原文"), marker=mark(OWN, "0"))
    )
    comment = CommentWrite(target=Target(ref=made.ref), document=document("原话"), marker=mark(f"{STICKY}说", "0"))
    return writer.perform(comment).remote_id


def _control(url: str, path: str, body: dict[str, Any]) -> None:
    answer = requests.post(f"{url}/__sandbox/{path}", json=body, timeout=10)
    assert answer.ok, answer.text
