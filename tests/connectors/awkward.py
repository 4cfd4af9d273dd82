"""A tracker that does everything a tracker may do and hardly any does: all of it at once.

Its pages hold one item or none, in reverse order, some twice; what it sends has fields nobody knows, different every
time; its clock is ahead of ours and its answers take seconds; it loses connections before and after a write took
effect; its keys look alike. Behind it stands a ``FakeTracker``; the connector before it keeps the promises of the port.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeVar

import msgspec

from collab_sync.errors import (
    AccessError,
    MissingItemError,
    RejectedActionError,
    TransientError,
    UnknownOutcomeError,
)
from collab_sync.model.action import ItemWrite, LabelWrite, LinkWrite, Receipt, Target, TransitionWrite, UnlinkWrite
from collab_sync.model.connection import ConnectionSettings, Offers
from collab_sync.model.identity import Account, ItemId, SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import VIEW_KINDS, Page, View
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Diagnosis, Payload, PulledPage, Whereabouts
from collab_sync.testing import FakeTracker, HandClock
from collab_sync.workbench.fakes.fake_tracker import default_mapping

T = TypeVar("T")
AHEAD = timedelta(minutes=4)
KEYS = ("NPX-1", "NPX-11", "npx-1", "NPX-1١", "NPX-01", "NPX-1 ", "ＮＰＸ-1", "NPX-1#1", "NPX-10")


@dataclass
class AheadClock:
    """The server's: ours and some minutes."""

    clock: HandClock

    def now(self) -> datetime:
        return self.clock.now() + AHEAD

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)


@dataclass
class AwkwardSite:
    """The server: what is there (``tracker``), what it counts, and the weather. ``projects``: those there are."""

    clock: HandClock
    token: str
    projects: frozenset[str] = frozenset({"NPX", "OPS"})
    asked: int = 0
    written: int = 0
    spoilt: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    dropping: str = ""
    spared: int = 0
    answering: tuple[int, Mapping[str, str]] | None = None

    def __post_init__(self) -> None:
        self.tracker = FakeTracker("fake", AheadClock(self.clock))

    # --- weather -----------------------------------------------------------------------------------------------
    def drop_next_write(self, when: Literal["before", "after"], spared: int = 0) -> None:
        self.dropping, self.spared = when, spared

    def answer(self, status: int, headers: Mapping[str, str]) -> None:
        self.answering = status, headers

    def shut(self) -> None:
        self.projects = frozenset()

    def clear(self) -> None:
        self.answering, self.dropping = None, ""

    # --- requests ----------------------------------------------------------------------------------------------
    def request(self, token: str, execute: Callable[[], T], *, writing: bool = False) -> T:
        """One request with its answer, three seconds later."""
        self.asked += 1
        self.written += writing
        self.clock.sleep(3)
        self._refuse(token, writing)
        dropping = self._lost() if writing else ""
        if dropping == "before":
            raise UnknownOutcomeError("没有等到回答", connection="fake")
        answer = execute()
        if dropping == "after":
            raise UnknownOutcomeError("没有等到回答", connection="fake")
        return answer

    def _lost(self) -> str:
        """When the connection of this writing request is lost; empty: it is not."""
        if self.spared:
            self.spared -= 1
            return ""
        dropping, self.dropping = self.dropping, ""
        return dropping

    def _refuse(self, token: str, writing: bool) -> None:
        status, headers = self.answering or (0, {})
        if status == 429:
            wait = timedelta(seconds=int(headers["Retry-After"]))
            raise TransientError("请求过多", retry_after=wait, connection="fake", status=429)
        if status:
            kind = UnknownOutcomeError if writing else TransientError
            raise kind("服务器暂时不行", connection="fake", status=status)
        if token != self.token:
            raise AccessError("令牌无效,请更换", connection="fake", status=401)

    def look(self, project: ProjectMapping, identity: ItemId) -> None:
        """Raises as for an item, or a whole project, that is not to be seen."""
        if project.project not in self.projects:
            raise AccessError(f"没有项目 {project.project}", connection="fake", status=404)
        if identity in self.hidden | self.spoilt:
            raise MissingItemError(f"没有 {identity}", connection="fake", status=404)


@dataclass
class AwkwardConnector:
    site: AwkwardSite
    kind: str = "fake"
    offers: Offers = field(default_factory=lambda: Offers(views=frozenset(VIEW_KINDS)))
    hooks: None = None

    def default_mapping(self, project: ProjectMapping) -> ProjectMapping:
        return default_mapping(project)

    def connect(self, settings: ConnectionSettings, clock: Clock) -> AwkwardConnection:
        return AwkwardConnection(settings.name, self.site, settings.token.reveal())


@dataclass
class AwkwardConnection:
    """See ``ports.Connection``."""

    name: str
    site: AwkwardSite
    token: str
    hooks: None = None
    traffic: None = None

    def ask(self, execute: Callable[[], T]) -> T:
        return self.site.request(self.token, execute)

    def whoami(self) -> Account:
        return self.ask(self.site.tracker.whoami)

    def reader(self, project: ProjectMapping) -> AwkwardReader:
        return AwkwardReader(self, project)

    def writer(self, project: ProjectMapping) -> AwkwardWriter:
        return AwkwardWriter(self, project)

    def pages(self, project: ProjectMapping) -> AwkwardPages:
        return AwkwardPages(self, project)

    def views(self, project: ProjectMapping) -> AwkwardViews:
        return AwkwardViews(self, project)

    def diagnose(self, projects: Sequence[ProjectMapping]) -> tuple[Diagnosis, ...]:
        found: list[Diagnosis] = []
        for project in projects:
            subject = f"项目 {project.project}"
            try:
                self.ask(lambda project=project: self.site.look(project, ItemId("")))  # type: ignore[misc]  # no argument
                found.append(Diagnosis(subject, "ok", "可读可写"))
            except (AccessError, TransientError) as error:
                found.append(Diagnosis(subject, "error", error.message, "请核对令牌与项目"))
        return tuple(found)

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class AwkwardReader:
    """See ``ports.WorkItemReader``. The cursor of a page inside a pull is the one the pull began with: its items come
    in no order that one could go on from."""

    connection: AwkwardConnection
    project: ProjectMapping

    def __post_init__(self) -> None:
        self.site = self.connection.site
        self.inner = self.site.tracker.reader(self.project)

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        listed, reached = self.connection.ask(lambda: self._list(cursor))
        yield PulledPage((), cursor or "0", complete=False)
        for identity in [*listed, *listed[:2]]:
            yield PulledPage(self._one(identity), cursor or "0", complete=False)
            yield PulledPage((), cursor or "0", complete=False)
        yield PulledPage((), reached, complete=True)

    def _list(self, cursor: str | None) -> tuple[list[SourceRef], str]:
        self.site.look(self.project, ItemId(""))
        tracker = self.site.tracker
        changed = tracker.changed_since(self.project.name, int(cursor or 0))
        return [item.source for item in reversed(changed)], str(tracker.revision)

    def _one(self, ref: SourceRef) -> tuple[Payload, ...]:
        try:
            return (self.read(ref),)
        except MissingItemError:
            return ()

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        ids = self.connection.ask(self._ids)
        for identity in [*ids, *ids[:1]]:
            yield ()
            yield (identity,)

    def _ids(self) -> list[ItemId]:
        self.site.look(self.project, ItemId(""))
        return [one for page in self.inner.census() for one in page if one not in self.site.hidden]

    def read(self, ref: SourceRef) -> Payload:
        def execute() -> Payload:
            self.site.look(self.project, ItemId(f"fake:{ref.native_id}"))
            return self.inner.read(ref)

        payload = self.connection.ask(execute)
        unknown = b'{"served": %d, "\xe6\x9c\xaa\xe7\x9f\xa5": [null]}' % self.site.asked
        return Payload(payload.id, (("unknown", unknown), *payload.parts), payload.digest)

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        self.connection.ask(lambda: self.site.look(self.project, ItemId("")))
        if item.id in self.site.hidden:
            return Whereabouts("hidden" if item.confidential else "deleted", f"{item.source.key} 查不到")
        return self.connection.ask(lambda: self.inner.whereabouts(item))

    def normalize(self, payload: Payload) -> WorkItem:
        return self.inner.normalize(payload)

    def recall(self, items: Sequence[WorkItem]) -> Mapping[ItemId, tuple[OwnComment, ...]]:
        return self.connection.ask(lambda: self.inner.recall(items))


@dataclass
class AwkwardWriter:
    """See ``ports.ActionWriter``."""

    connection: AwkwardConnection
    project: ProjectMapping

    def perform(self, write: ItemWrite) -> Receipt:
        def execute() -> Receipt:
            self._look(write)
            self._refuse(write)
            return self.connection.site.tracker.writer(self.project).perform(write)

        return self.connection.site.request(self.connection.token, execute, writing=True)

    def find(self, write: ItemWrite) -> Receipt | None:
        return self.connection.ask(lambda: self.connection.site.tracker.writer(self.project).find(write))

    def _look(self, write: ItemWrite) -> None:
        target = write.source if isinstance(write, LinkWrite | UnlinkWrite) else getattr(write, "target", Target())
        self.connection.site.look(self.project, ItemId(f"fake:{target.ref.native_id}" if target.ref else ""))

    def _refuse(self, write: ItemWrite) -> None:
        match write:
            case LabelWrite() if any(" " in label for label in write.add):
                raise RejectedActionError("label must not contain blanks", connection="fake", status=400)
            case TransitionWrite() if write.to == "已结项":
                raise RejectedActionError("现在只能转到:进行中、已完成", connection="fake", status=400)


@dataclass
class AwkwardPages:
    """See ``ports.PagePublisher``."""

    connection: AwkwardConnection
    project: ProjectMapping

    def publish(self, page: Page) -> Receipt:
        inner = self.connection.site.tracker.pages(self.project)
        return self.connection.site.request(self.connection.token, lambda: inner.publish(page), writing=True)

    def find(self, page: Page) -> Receipt | None:
        return self.connection.ask(lambda: self.connection.site.tracker.pages(self.project).find(page))


UNFINISHED = "正在建立"


@dataclass
class AwkwardViews:
    """See ``ports.ViewEnsurer``. A view takes a request for each of its parts, and a last one that says that it is
    finished: until then its note says that it is not."""

    connection: AwkwardConnection
    project: ProjectMapping

    def ensure(self, view: View) -> Receipt:
        there = self._there(view)
        if there is None or self._half_made(there, view):
            for part in range(self._begun(there), len(view.question.any_of) + len(view.panels) + 2):
                self._put(_cut(view, part))
        return Receipt(at=self.connection.site.clock.now(), remote_id=view.name)

    def find(self, view: View) -> Receipt | None:
        there = self._there(view)
        whole = there is not None and not self._half_made(there, view)
        return Receipt(at=self.connection.site.clock.now(), remote_id=view.name) if whole else None

    def _there(self, view: View) -> View | None:
        site = self.connection.site

        def execute() -> View | None:
            site.look(self.project, ItemId(""))
            return site.tracker.shown.get(view.name)

        return self.connection.ask(execute)

    def _half_made(self, there: View, view: View) -> bool:
        return (there.key, there.note) == (view.key, UNFINISHED)

    def _begun(self, there: View | None) -> int:
        return len(there.question.any_of) + len(there.panels) + 1 if there else 0

    def _put(self, view: View) -> None:
        site = self.connection.site
        site.request(self.connection.token, lambda: site.tracker.shown.update({view.name: view}), writing=True)


def _cut(view: View, parts: int) -> View:
    """With so many of its parts: those of its question, then its panels; whole after one more."""
    labels = view.question.any_of
    if parts > len(labels) + len(view.panels):
        return view
    question = msgspec.structs.replace(view.question, any_of=labels[:parts])
    panels = view.panels[: max(parts - len(labels), 0)]
    return msgspec.structs.replace(view, note=UNFINISHED, question=question, panels=panels)
