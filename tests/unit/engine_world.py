"""A small office with two trackers in memory, driven minute by minute; faults are scripted, nothing is mocked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from tests.unit.calendar.calendar_samples import SHANGHAI, local
from tests.unit.engine_office import MAPPING

from collab_sync.analysis.view import MirrorView
from collab_sync.carriers.raw import Line, RawComment, RawItem, RawValue
from collab_sync.model import marker
from collab_sync.model.action import ItemWrite, LogLine, PlannedWrite, Receipt
from collab_sync.model.connection import Offers
from collab_sync.model.identity import Account, ItemId, SourceRef, item_id
from collab_sync.model.mapping import ProjectMapping, TrackerMapping
from collab_sync.model.marker import Marker
from collab_sync.model.work_item import Change, Link, WorkItem
from collab_sync.pipeline.census.sweeps import Sweeps
from collab_sync.pipeline.decide import Decision, decide
from collab_sync.pipeline.runtime import Ruling, Runtime
from collab_sync.pipeline.tick import TickReport, tick
from collab_sync.pipeline.write_log import sorted_lines
from collab_sync.ports import (
    ActionWriter,
    Diagnosis,
    Payload,
    PulledPage,
    Traffic,
    ViewEnsurer,
    Whereabouts,
    WorkItemReader,
)
from collab_sync.ports.store import OutboxRow, OutboxState, Store
from collab_sync.rules.load import RuleSet
from collab_sync.workbench.fakes.fake_tracker import FakeTracker, source_ref
from collab_sync.workbench.fakes.hand_clock import HandClock

EVERY_STATE: tuple[OutboxState, ...] = ("pending", "sending", "unknown", "done", "dead", "reported")


def account(name: str, connection: str = "jira") -> Account:
    return Account(connection, f"{connection[0]}-{name}", name)


def at(text: str) -> datetime:
    """``"09-24 09:00"`` in Shanghai."""
    return local(text)


# --- faults --------------------------------------------------------------------------------------------------------
class Crash(BaseException):
    """The process dies here."""


Fault = Callable[[str, ItemWrite], None]
"""Called ``before`` and ``after`` each write, and at ``find``; raises what is to happen."""


@dataclass
class Faulty:
    """A connection whose readers and writers fail as told; otherwise the tracker behind it."""

    inner: FakeTracker
    on_write: Fault = field(default=lambda _when, _write: None)
    on_pull: Callable[[str], None] = field(default=lambda _project: None)
    on_read: Callable[[SourceRef], None] = field(default=lambda _ref: None)
    on_census: Callable[[str], None] = field(default=lambda _project: None)
    performed: list[ItemWrite] = field(default_factory=list)
    hooks: None = None
    traffic: Traffic | None = None
    at_once: int = 1

    @property
    def name(self) -> str:
        return self.inner.name

    def whoami(self) -> Account:
        return self.inner.whoami()

    def reader(self, project: ProjectMapping) -> WorkItemReader:
        return _FaultyReader(self, self.inner.reader(project), project.name)

    def writer(self, project: ProjectMapping) -> ActionWriter:
        return _FaultyWriter(self, self.inner.writer(project))

    def views(self, project: ProjectMapping) -> ViewEnsurer:
        return self.inner.views(project)

    def diagnose(self, projects: Sequence[ProjectMapping]) -> tuple[Diagnosis, ...]:
        return self.inner.diagnose(projects)

    def close(self) -> None:
        self.inner.close()


@dataclass
class _FaultyReader:
    outer: Faulty
    inner: WorkItemReader
    project: str

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        self.outer.on_pull(self.project)
        yield from self.inner.pull(cursor)

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        self.outer.on_census(self.project)
        yield from self.inner.census()

    def read(self, ref: SourceRef) -> Payload:
        self.outer.on_read(ref)
        return self.inner.read(ref)

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        return self.inner.whereabouts(item)

    def normalize(self, payload: Payload) -> WorkItem:
        return self.inner.normalize(payload)

    def recall(self, items: Sequence[WorkItem]) -> Mapping[ItemId, tuple[Any, ...]]:
        return self.inner.recall(items)


@dataclass
class _FaultyWriter:
    outer: Faulty
    inner: ActionWriter

    def perform(self, write: ItemWrite) -> Receipt:
        self.outer.on_write("before", write)
        receipt = self.inner.perform(write)
        self.outer.performed.append(write)
        self.outer.on_write("after", write)
        return receipt

    def find(self, write: ItemWrite) -> Receipt | None:
        self.outer.on_write("find", write)
        return self.inner.find(write)


# --- the world -----------------------------------------------------------------------------------------------------
@dataclass
class SmallWorld:
    """Two trackers, a store, rules and a clock. People act through ``make`` and ``edit``, time passes in ``tick``."""

    store: Store
    rules: RuleSet
    clock: HandClock = field(default_factory=lambda: HandClock(at("09-15 08:00")))
    offers: Mapping[str, Offers] = field(default_factory=lambda: {"jira": Offers(links_out=True)})
    mapping: TrackerMapping = MAPPING
    sites: dict[str, Faulty] = field(init=False)
    reading: ExitStack = field(default_factory=ExitStack)
    turn: timedelta | None = None
    sweeps: Sweeps = field(default_factory=Sweeps)

    def __post_init__(self) -> None:
        self.sites = {
            name: Faulty(FakeTracker(name, self.clock, Account(name, "我们自己"))) for name in ("jira", "gitlab")
        }

    @property
    def runtime(self) -> Runtime:
        connections: dict[str, Any] = dict(self.sites)
        return Runtime(
            self.store,
            connections,
            Ruling(self.rules, self.mapping),
            self.clock,
            self.offers,
            self.turn,
            self.sweeps,
        )

    # --- time ------------------------------------------------------------------------------------------------------
    def tick(self, text: str = "") -> TickReport:
        """One tick at a local time (without: now)."""
        if text:
            self.clock.set(at(text))
        return tick(self.runtime)

    def run(self, until: str, step: timedelta = timedelta(hours=3)) -> None:
        """Ticks on a grid up to and including ``until``, and whenever something falls due in between."""
        end = at(until)
        while True:
            tick(self.runtime)
            now = self.clock.now()
            with self.store.read() as tx:
                due = tx.next_due()
                tries = [row.next_attempt for row in tx.outbox(("pending", "unknown")) if row.next_attempt]
            coming = [one for one in (now + step, due, *tries) if one is not None and one > now]
            if now >= end:
                return
            self.clock.set(min([*coming, end]))

    def decided(self, text: str = "") -> Decision:
        """What would be decided now; nothing is stored."""
        if text:
            self.clock.set(at(text))
        with self.store.read() as tx:
            return decide(tx, self.runtime.ruling, self.clock.now(), self.offers)

    # --- people ----------------------------------------------------------------------------------------------------
    def make(self, key: str, **said: object) -> None:
        """Somebody creates an item now. ``fields``: lines of its section; ``R``: names; ``due``: ISO."""
        self.put(key, new_item(key, self.clock.now(), **said))

    def edit(self, key: str, **changed: object) -> None:
        """Somebody changes an item now: attributes of the raw item; ``due`` and ``status`` leave history."""
        item, now = self.raw(key), self.clock.now()
        if "due" in changed:
            new = changed.pop("due")
            old = next((value for value in item.native.get("duedate", ()) if isinstance(value, str)), None)
            native = {**item.native, "duedate": (new,) if isinstance(new, str) else ()}
            change = Change(field="due", at=now, old=old, new=str(new) if new else None)
            item = msgspec.structs.replace(item, native=native, changes=(*item.changes, change))
        if "status" in changed:
            change = Change(field="status", at=now, old=item.status, new=str(changed["status"]))
            closed = changed["status"] in ("已完成", "已结项", "已取消")
            item = msgspec.structs.replace(item, changes=(*item.changes, change), done_at=now if closed else None)
        self.put(key, msgspec.structs.replace(item, updated_at=now, **changed))

    def say(self, key: str, by: str, kind: str, *lines: str, when: datetime | None = None) -> str:
        """Somebody comments 【kind】; returns the comment's id."""
        item, now = self.raw(key), when or self.clock.now()
        number = f"c{len(item.comments) + 1}"
        texts = tuple(Line(text, 0, False) for text in (f"【{kind}】", *lines))
        comment = RawComment(id=number, by=account(by, item.source.connection), at=now, lines=texts)
        self.put(key, msgspec.structs.replace(item, comments=(*item.comments, comment), updated_at=now))
        return number

    def unsay(self, key: str, comment: str) -> None:
        """A comment is deleted, ours or anybody's."""
        left = tuple(one for one in self.raw(key).comments if one.id != comment)
        self.edit(key, comments=left)

    def put(self, key: str, item: RawItem) -> None:
        self.sites[item.source.connection].inner.put(item)

    def raw(self, key: str) -> RawItem:
        found = [item for site in self.sites.values() if (item := site.inner.item(key)) is not None]
        assert found, f"没有 {key}"
        return found[0]

    # --- what is to be seen ----------------------------------------------------------------------------------------
    def labels(self, key: str) -> set[str]:
        """Labels of an item but for those that carry its type, department and programme."""
        return {label for label in self.raw(key).labels if not label.startswith(("类型::", "部门::", "项目::"))}

    def comments(self, key: str) -> tuple[str, ...]:
        """Our comments on an item as they read now."""
        item = self.raw(key)
        return self.sites[item.source.connection].inner.comments(key)

    def made(self, project: str = "gl-pmo") -> list[str]:
        """Creation keys of issues of ours, in order."""
        marks = [marker.loads(item.marker) for site in self.sites.values() for item in site.inner.items() if item.own]
        return [mark.key for mark in marks if mark]

    def log(self) -> tuple[LogLine, ...]:
        with self.store.read() as tx:
            return sorted_lines(tx.log_lines(), MAPPING)

    def told(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """(local time, item, people) of every mention at once, in order."""
        return [(shown(line.at), line.target, line.mention) for line in self.log() if line.mention]

    def actions(self) -> list[tuple[str, str, str]]:
        """(local time, action, detail) of labels, the action alone of everything else."""
        return [
            (shown(line.at), line.action, line.detail if line.action.startswith("label") else "") for line in self.log()
        ]

    def rows(self, *states: OutboxState) -> tuple[OutboxRow, ...]:
        with self.store.read() as tx:
            return tx.outbox(states or EVERY_STATE)

    def planned(self, *states: OutboxState) -> list[PlannedWrite]:
        return [row.planned for row in self.rows(*states)]

    def notices(self) -> list[str]:
        with self.store.read() as tx:
            return [value for _, value in tx.recorded("notice:").values()]

    def view(self, stale: frozenset[str] = frozenset()) -> MirrorView:
        """The mirror as it is now, to be looked at for as long as the test lasts (over a store in memory)."""
        tx = self.reading.enter_context(self.store.read())
        return MirrorView(tx, self.runtime.ruling.office, self.clock.now(), stale)

    def obey(self, rules: RuleSet) -> None:
        """The office's files change; in force with the next tick."""
        self.rules = rules

    def restarted(self) -> SmallWorld:
        """The same world after the process has died: same store, same trackers, nothing else."""
        world = replace(self)
        world.sites = {name: Faulty(site.inner) for name, site in self.sites.items()}
        return world


def new_item(key: str, now: datetime, **said: object) -> RawItem:
    """An item as the tracker gives it: type 任务, department 研发部, R 李明, A 陈志远, in progress, unless said."""
    project = MAPPING.projects["/" in key]
    names: Mapping[str, object] = {"type": "任务", "dept": "研发部", "R": ("李明",), "A": ("陈志远",), **said}
    people = names["R"]
    assert isinstance(people, tuple)
    native: dict[str, tuple[RawValue, ...]] = {
        "assignees": tuple(account(name, project.connection) for name in people),
        "reporter": (account(str(names.get("reporter", "张悦")), project.connection),),
    }
    if names.get("due"):
        native["duedate"] = (str(names["due"]),)
    lines = {"主责部门": names["dept"], "审批人": "、".join(_names(names["A"])), "项目": names.get("program")}
    fields = names.get("fields", {})
    assert isinstance(fields, dict)
    body = [Line("协同信息", 2, False)]
    body += [Line(f"{name}: {value}", 0, False) for name, value in {**lines, **fields}.items() if value]
    labels = names.get("labels", ())
    assert isinstance(labels, tuple | set | frozenset)
    links = names.get("links", ())
    assert isinstance(links, tuple)
    made = names.get("marker")
    return RawItem(
        source=source_ref(project, key),
        title=str(names.get("title", f"事项 {key}")),
        status=str(names.get("status", "进行中")),
        created_at=now,
        updated_at=now,
        body=tuple(body),
        native=native,
        labels=frozenset(labels) | ({f"类型::{names['type']}"} if names["type"] != "任务" else set()),
        links=tuple(Link(kind=kind, target=target) for kind, target in links),
        confidential=bool(names.get("confidential", False)),
        own=made is not None,
        marker=marker.dumps(made) if isinstance(made, Marker) else None,
    )


def id_of(key: str) -> ItemId:
    return item_id(MAPPING.projects["/" in key].connection, key)


def day(text: str) -> date:
    return date.fromisoformat(f"2025-{text}")


def shown(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


def utc(text: str) -> datetime:
    return at(text).astimezone(UTC)


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, tuple | list) else ()
