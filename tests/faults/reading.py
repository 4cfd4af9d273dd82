"""Reading while people work: five acts between two pages, on every way of paging, in every zone, across DST.

What must hold in the end: everything that is in the project is in the mirror as people left it, and nothing is kept
that is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.faults.people import GitlabPeople, JiraPeople, People
from tests.unit.engine_office import rule_set

from collab_sync import discovery
from collab_sync.model.connection import ConnectionSettings, Secret
from collab_sync.model.identity import item_id
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.model.work_item import WorkItem
from collab_sync.pipeline.census.count import take_censuses
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import pull_all
from collab_sync.sandbox.clock import SandboxClock
from collab_sync.sandbox.gitlab import GitLabTracker
from collab_sync.sandbox.jira import JiraTracker
from collab_sync.sandbox.server import Delivery, SandboxServer, SandboxWorld
from collab_sync.sandbox.wire import Request, Response, SandboxTracker
from collab_sync.testing import HandClock, MemoryStore

OPENING = datetime(2025, 11, 2, 8, 50, tzinfo=UTC)
"""Ten minutes before the clocks of Los Angeles are put back."""
ZONES = ("America/Los_Angeles", "UTC", "Asia/Kolkata", "Asia/Shanghai")
BETWEEN = 5
"""Acts between two pages."""
MINUTES = 8
"""Pulls after the backfill, from two seconds to a minute apart."""
OUTAGE = 24
"""Times seven minutes without a pull, with as many acts as between two pages."""
NO_RULES = """
  - {id: none, name: 无, for: work_item, when: {state: {title: missing}}, do: [{label: {add: 延期}}]}
"""


@dataclass(frozen=True)
class Mode:
    """One way of paging. ``seed``: what the sandbox is told; ``people``: who work on it."""

    name: str
    kind: str
    tracker: Callable[[SandboxClock], SandboxTracker]
    people: Callable[[Callable[[Request], Response], Random], People]
    seed: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    project: str = "NPX"


def _cloud(ask: Callable[[Request], Response], random: Random) -> People:
    return JiraPeople(ask, random, cloud=True)


def _center(ask: Callable[[Request], Response], random: Random) -> People:
    return JiraPeople(ask, random, cloud=False)


MODES: tuple[Mode, ...] = (
    Mode("Jira Cloud, seek", "jira", JiraTracker, _cloud, settings={"user": "bot@example.cn"}),
    Mode("Jira Cloud, chain", "jira", JiraTracker, _cloud, {"idSeek": False}, {"user": "bot@example.cn"}),
    Mode("Jira Cloud, late index", "jira", JiraTracker, _cloud, {"searchLag": 20}, {"user": "bot@example.cn"}),
    Mode("Jira Data Center", "jira", lambda clock: JiraTracker(clock, edition="datacenter"), _center,
         settings={"edition": "datacenter"}),
    Mode("GitLab 14.2, seek", "gitlab", GitLabTracker, GitlabPeople, project="rd/x1"),
    Mode("GitLab 18.3, keyset", "gitlab", GitLabTracker, GitlabPeople, {"settings": {"version": "18.3.0"}},
         project="rd/x1"),
)  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What came of it. ``missed``: not in the mirror, or not as people left it; ``kept``: gone and still there."""

    mode: str
    zone: str
    seed: int
    items: int
    acts: int
    pages: int
    missed: tuple[str, ...]
    kept: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def wrong(self) -> bool:
        return bool(self.missed or self.kept or self.errors)


def lines(readings: Sequence[Reading]) -> Iterator[str]:
    """The figures of many readings, a line for each way of paging and one for all."""
    yield f"{'paging':24} {'zones':>5} {'readings':>8} {'items':>7} {'acts':>7} {'pages':>6} {'missed':>6} {'kept':>5}"
    for name in dict.fromkeys(one.mode for one in readings):
        yield _line(name, [one for one in readings if one.mode == name])
    yield _line("total", readings)


def _line(name: str, readings: Sequence[Reading]) -> str:
    zones, wrong = len({one.zone for one in readings}), sum(len(one.errors) for one in readings)
    items, acts, pages = (sum(getattr(one, key) for one in readings) for key in ("items", "acts", "pages"))
    missed, kept = (sum(len(getattr(one, key)) for one in readings) for key in ("missed", "kept"))
    told = f"   {wrong} errors" if wrong else ""
    return f"{name:24} {zones:5} {len(readings):8} {items:7} {acts:7} {pages:6} {missed:6} {kept:5}{told}"


class Busy(SandboxWorld):
    """People act after every page of a list of issues that the connector asks for."""

    people: People | None = None
    at_work: bool = False
    pages: int = 0

    def __init__(self, clock: SandboxClock, tracker: SandboxTracker, hand: HandClock, random: Random) -> None:
        super().__init__(clock, [tracker])
        self._hand = hand
        self.random = random

    def ask(self, request: Request) -> Response:
        """A request of people."""
        response = super().answer(request).response
        assert response is not None
        return response

    def answer(self, request: Request) -> Delivery:
        delivery = super().answer(request)
        if request.method == "GET" and request.path.endswith(("/search/jql", "/search", "/issues")):
            self.pages += 1
            if self.at_work:
                self.work(BETWEEN)
        return delivery

    def work(self, acts: int) -> None:
        assert self.people is not None
        for _ in range(acts):
            self._hand.set(self._hand.now() + timedelta(seconds=self.random.randrange(8)))
            self.people.act()


def race(mode: Mode, zone: str, seed: int, size: int, page_size: int = 25) -> Reading:
    """A backfill, pulls by the minute, an outage of some hours, a census: all of it while people work; then a quiet
    hour in which the mirror must come to what is true."""
    random = Random(seed)  # repeatable, not secret
    hand = HandClock(OPENING)
    with _stage(mode, zone, hand, random, page_size) as (busy, runtime):
        assert busy.people is not None
        for _ in range(size):
            busy.people.create()
        errors = [*_under_way(busy, runtime, hand), *_quiet(busy, runtime, hand)]
        missed, kept = _compare(busy.people, runtime)
        acts = sum(busy.people.count.values())
        return Reading(mode.name, zone, seed, size, acts, busy.pages, missed, kept, tuple(errors))


def _under_way(busy: Busy, runtime: Runtime, hand: HandClock) -> Iterator[str]:
    """The backfill, then pulls as close as the daemon's and closer, an outage, and the census of that day."""
    busy.at_work = True
    yield from _read(runtime, hand, timedelta(minutes=1))
    for _ in range(MINUTES):
        busy.work(BETWEEN)
        yield from _read(runtime, hand, timedelta(seconds=busy.random.randrange(2, 70)))
    for _ in range(OUTAGE):
        hand.set(hand.now() + timedelta(minutes=7))
        busy.work(BETWEEN)
    for wait in (timedelta(seconds=2), timedelta(seconds=20), timedelta(hours=12)):
        yield from _read(runtime, hand, wait)


def _quiet(busy: Busy, runtime: Runtime, hand: HandClock) -> Iterator[str]:
    """Two pulls, and a census with the one that confirms it: no pull of these reads what no pull before has noticed."""
    busy.at_work = False
    for wait in (timedelta(minutes=2), timedelta(hours=12), timedelta(hours=1)):
        yield from _read(runtime, hand, wait)


def _read(runtime: Runtime, hand: HandClock, wait: timedelta) -> Iterator[str]:
    hand.set(hand.now() + wait)
    for pull in pull_all(runtime, hand.now()):
        if pull.error:
            yield pull.error
    for census in take_censuses(runtime, hand.now()):
        if census.error and "多半是我们的账号少了权限" not in census.error:
            yield census.error


def _compare(people: People, runtime: Runtime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    with runtime.store.read() as tx:
        ids = tx.ids_where(project="项目")
        mirrored = {id_: stored.item for id_, stored in tx.items(ids).items()}
    wanted = {item_id("site", native): told for native, told in people.ledger.items()}
    missed = [str(id_) for id_, told in wanted.items() if not _as_told(mirrored.get(id_), told)]
    return tuple(missed), tuple(str(id_) for id_ in ids if id_ not in wanted)


def _as_told(item: WorkItem | None, told: Any) -> bool:
    if item is None:
        return False
    return (item.title, set(item.labels), len(item.entries)) == (told.title, told.labels, told.entries)


@contextmanager
def _stage(mode: Mode, zone: str, hand: HandClock, random: Random, page_size: int) -> Iterator[tuple[Busy, Runtime]]:
    clock = SandboxClock(hand.now)
    busy = Busy(clock, mode.tracker(clock), hand, random)
    busy.people = mode.people(busy.ask, random)
    _seed(busy, mode, zone)
    with SandboxServer(busy) as server:
        settings = ConnectionSettings(name="site", kind=mode.kind, url=f"{server.url}/{mode.kind}",
                                      token=Secret("bot-token"), page_size=page_size, **mode.settings)  # fmt: skip
        connector = discovery.connector_for(mode.kind, discovery.find_connectors())
        project = ProjectMapping(name="项目", connection="site", project=mode.project)
        mapping = TrackerMapping(projects=(connector.default_mapping(project),))
        connection = connector.connect(settings, hand)
        try:
            yield busy, Runtime(MemoryStore(), {"site": connection}, Ruling(rule_set(NO_RULES), mapping), hand)
        finally:
            connection.close()


def _seed(busy: Busy, mode: Mode, zone: str) -> None:
    def person(name: str, key: str, **more: object) -> dict[str, object]:
        jira = {"accountId": f"u-{key}", "email": f"{key}@example.cn", "token": f"{key}-token", "timeZone": zone}
        jira |= {"username": key, "key": f"JIRAUSER-{key}"} if "edition" in mode.settings else {}
        return {"name": name, "jira": jira, "gitlab": {"username": key, "token": f"{key}-token",
                                                       "access": "maintainer"}, **more}  # fmt: skip

    users = [person("林珊", "lin"), person("协同助手", "bot", bot=True)]
    jira = {"projects": [{"key": "NPX", "name": "新品", "types": ["任务"]}, {"key": "OPS", "types": ["任务"]}]}
    gitlab = {"projects": [{"path": "rd/x1", "name": "X1"}, {"path": "rd/ops", "name": "运维"}]}
    part = jira if mode.kind == "jira" else gitlab
    body = {"users": [{k: v for k, v in user.items() if k in ("name", "bot", mode.kind)} for user in users]}
    body[mode.kind] = {**part, **mode.seed}  # type: ignore[assignment]  # one JSON object
    busy.people._said("POST", "/__sandbox/seed", body, {})  # type: ignore[union-attr]  # set by the caller
