"""Four projects of two trackers whose pages come in the order that a script says, each read by a thread of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
from tests.unit.engine_office import MAPPING, NAMED, rule_set
from tests.unit.engine_world import SmallWorld, at, new_item

from collab_sync.model.identity import ItemId, SourceRef
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.pipeline.census.sweeps import Sweeps
from collab_sync.pipeline.runtime import Runtime
from collab_sync.ports import Payload, PulledPage, Whereabouts, WorkItemReader
from collab_sync.ports.store import Store
from collab_sync.workbench.fakes.fake_tracker import FakeTracker, default_mapping, source_ref
from collab_sync.workbench.fakes.memory_store import MemoryStore

PROJECTS = (
    *MAPPING.projects,
    default_mapping(ProjectMapping(name="jira-ops", connection="jira", project="OPS")),
    default_mapping(ProjectMapping(name="gl-x1", connection="gitlab", project="rd/x1")),
)
KEYS = {"jira-npx": "NPX-", "gl-pmo": "pmo/协同#", "jira-ops": "OPS-", "gl-x1": "rd/x1#"}
NOW = at("09-15 10:00")
LONG = 30.0
"""Seconds after which a test that waits for another thread has failed."""


class Script:
    """Lets the pages of projects come in one order; what it does not name comes when it likes."""

    def __init__(self, order: Sequence[str] = ()) -> None:
        self._order = deque(order)
        self._moved = threading.Condition()

    def wait(self, project: str) -> None:
        """Until it is that project's turn."""
        with self._moved:
            on_time = self._moved.wait_for(lambda: project not in self._order or self._order[0] == project, LONG)
            assert on_time, f"{project}: 轮不到,等的是 {list(self._order)[:3]}"
            if project in self._order:
                self._order.popleft()
            self._moved.notify_all()

    def free(self) -> None:
        """From now on everything comes when it likes."""
        with self._moved:
            self._order.clear()
            self._moved.notify_all()


@dataclass
class Slow:
    """A connection that allows ``at_once``; before every page, and in a census before every id, it calls ``wait`` with
    the project's name. ``asked``: cursors that pulls began with."""

    inner: FakeTracker
    wait: Callable[[str], None]
    at_once: int = 4
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    recall: Callable[[], None] = lambda: None
    hooks: None = None

    @property
    def name(self) -> str:
        return self.inner.name

    def reader(self, project: ProjectMapping) -> WorkItemReader:
        return _SlowReader(self, project.name, self.inner.reader(project))


@dataclass
class _SlowReader:
    """One item a page; the cursor is how many pages were read."""

    outer: Slow
    project: str
    inner: WorkItemReader

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        self.outer.asked.append((self.project, cursor))
        payloads = [payload for page in self.inner.pull(None) for payload in page.payloads]
        start = int(cursor or 0)
        for number in range(start, len(payloads)):
            self.outer.wait(self.project)
            yield PulledPage((payloads[number],), str(number + 1), complete=number == len(payloads) - 1)
        if start >= len(payloads):
            yield PulledPage((), str(start), complete=True)

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        for page in self.inner.census():
            for id_ in page:
                self.outer.wait(self.project)
                yield (id_,)

    def read(self, ref: SourceRef) -> Payload:
        return self.inner.read(ref)

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        self.outer.wait(self.project)
        return self.inner.whereabouts(item)

    def normalize(self, payload: Payload) -> WorkItem:
        """Like Jira's: what our comments hold costs another request."""
        item = self.inner.normalize(payload)
        own = tuple(msgspec.structs.replace(one, marker=None) for one in item.own_comments)
        return msgspec.structs.replace(item, own_comments=own)

    def recall(self, items: Sequence[WorkItem]) -> Mapping[ItemId, tuple[OwnComment, ...]]:
        self.outer.recall()
        return self.inner.recall(items)


@dataclass
class Office:
    """The trackers, with ``sizes`` items by project; ``runtime`` gives a process over a store of its own."""

    sizes: Mapping[str, int]
    world: SmallWorld = field(init=False)

    def __post_init__(self) -> None:
        self.world = SmallWorld(MemoryStore(), rule_set(NAMED), mapping=TrackerMapping(projects=PROJECTS))
        for project in PROJECTS:
            for number in range(1, self.sizes.get(project.name, 0) + 1):
                self._make(project, number)

    def _make(self, project: ProjectMapping, number: int) -> None:
        """Items link to one of another project and belong to programmes that cross projects."""
        key, others = f"{KEYS[project.name]}{number}", list(KEYS.values())
        there = others[(others.index(KEYS[project.name]) + number) % len(others)]
        said: dict[str, object] = {"program": f"项{number % 3}", "links": (("blocks", f"{there}{number}"),)}
        if number == 2:
            said = {"type": "项目", "fields": {"代号": f"项{others.index(KEYS[project.name]) % 3}"}}
        item = msgspec.structs.replace(new_item(key, self.world.clock.now(), **said), source=source_ref(project, key))
        self.world.put(key, item)

    def runtime(self, wait: Callable[[str], None], at_once: int = 4, store: Store | None = None) -> Runtime:
        """A process whose pages wait. Its connections: ``Slow``."""
        sites = {name: Slow(site.inner, wait, at_once) for name, site in self.world.sites.items()}
        runtime = replace(self.world.runtime, store=store or MemoryStore(), sweeps=Sweeps())
        return replace(runtime, connections=sites)  # type: ignore[arg-type]  # they are only read
