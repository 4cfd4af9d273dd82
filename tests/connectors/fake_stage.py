"""Stages over trackers in memory: people's side of ``FakeTracker`` and of the awkward one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from collab_sync.carriers.raw import Line, RawComment, RawItem, RawValue
from collab_sync.model.connection import ConnectionSettings, Offers, Secret
from collab_sync.model.document import Document, Quiet, plain
from collab_sync.model.identity import Account
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.page import VIEW_KINDS, Page, Panel, Question, View, ViewKind
from collab_sync.ports.clock import Clock
from collab_sync.testing import FakeTracker, HandClock
from collab_sync.testing.connector_suite import Draft, Seen, SeenView, Stage
from collab_sync.workbench.fakes.fake_tracker import default_mapping, source_ref

MONDAY = datetime(2025, 9, 15, 1, 0, tzinfo=UTC)
NPX = ProjectMapping(name="新品", connection="fake", project="NPX")
LIN = Account("fake", "u-lin", "林珊")
SETTINGS = ConnectionSettings(name="fake", kind="fake", url="https://fake.example", token=Secret("right-token-271828"))


@dataclass
class FakeConnector:
    """Every connection is the same tracker: it is the site and the client in one."""

    tracker: FakeTracker
    kind: str = "fake"
    offers: Offers = field(default_factory=lambda: Offers(views=frozenset(VIEW_KINDS)))
    hooks: None = None

    def default_mapping(self, project: ProjectMapping) -> ProjectMapping:
        return default_mapping(project)

    def connect(self, settings: ConnectionSettings, clock: Clock) -> FakeTracker:
        return self.tracker


@dataclass(kw_only=True)
class FakeStage(Stage):
    """林珊 at a tracker in memory. ``names``: keys in the order in which people's issues get them."""

    tracker: FakeTracker
    clock: HandClock
    names: tuple[str, ...] = ()

    def put(self, draft: Draft) -> str:
        key = self._next_key()
        native: dict[str, tuple[RawValue, ...]] = {"reporter": (self.person,)}
        native |= {"assignees": (draft.assignee,)} if draft.assignee else {}
        native |= {"duedate": (draft.due.isoformat(),)} if draft.due else {}
        now = self.tracker.clock.now()
        item = RawItem(
            source=source_ref(self.project, key), title=draft.title, status="未开始", created_at=now, updated_at=now,
            body=_lines(draft.text), native=native, labels=frozenset(draft.labels),
        )  # fmt: skip
        self.tracker.put(item)
        return key

    def edit(self, key: str, *, title: str = "", text: str = "") -> None:
        changed: dict[str, object] = {"title": title} if title else {}
        self._put(key, **changed, **({"body": _lines(text)} if text else {}))

    def label(self, key: str, label: str) -> None:
        self._put(key, labels=self._item(key).labels | {label})

    def comment(self, key: str, text: str) -> None:
        notes = self._item(key).comments
        note = RawComment(id=f"{key}:{len(notes) + 1}", by=self.person, at=self.tracker.clock.now(), lines=_lines(text))
        self._put(key, comments=(*notes, note))

    def amend(self, key: str, place: int, text: str) -> None:
        notes = list(self._item(key).comments)
        notes[place] = msgspec.structs.replace(notes[place], lines=_lines(text))
        self._put(key, comments=tuple(notes))

    def delete(self, key: str) -> None:
        self.tracker.remove(key)

    def move(self, key: str) -> str:
        moved = source_ref(NPX.model_copy(update={"name": "运维", "project": "OPS"}), "OPS-7")
        self._put(key, source=msgspec.structs.replace(moved, native_id=self._item(key).source.native_id))
        return "OPS-7"

    def keys(self) -> Collection[str]:
        return [item.source.key for item in self.tracker.items(self.project.name)]

    def seen(self, key: str) -> Seen:
        item = self._item(key)
        return Seen(
            title=item.title,
            text=_text(item.body),
            labels=item.labels,
            comments=tuple(_text(note.lines) for note in item.comments),
            links=frozenset(link.target for link in item.links),
            status=item.status,
        )

    def later(self, minutes: float) -> None:
        self.clock.sleep(60 * minutes)

    def page(self, path: str) -> str | None:
        page = self.tracker.published.get(path)
        return f"{page.title}\n{plain(page.whole)}" if page else None

    def put_page(self, path: str, text: str) -> None:
        """A page with a key that is none of ours."""
        self.tracker.published[path] = Page(key="", path=path, title=text, notice=Quiet(()), document=Document(()))

    def views(self, kind: ViewKind) -> list[SeenView]:
        shown = [view for view in self.tracker.shown.values() if view.kind == kind]
        return [SeenView(name=view.name, parts=_parts(view)) for view in shown]

    def put_view(self, kind: ViewKind, name: str) -> None:
        """One with a key that is none of ours."""
        self.tracker.shown[name] = View(key="", kind=kind, name=name, question=Question(projects=()))

    def rearrange(self, kind: ViewKind, name: str) -> None:
        view = self.tracker.shown[name]
        question = msgspec.structs.replace(view.question, any_of=("人加的", *view.question.any_of[:-1]))
        panels = (Panel(title="人加的", filter=""), *view.panels[:-1])
        self.tracker.shown[name] = msgspec.structs.replace(view, question=question, panels=panels)

    def _item(self, key: str) -> RawItem:
        item = self.tracker.item(key)
        assert item is not None
        return item

    def _put(self, key: str, **changed: object) -> None:
        item = msgspec.structs.replace(self._item(key), updated_at=self.tracker.clock.now(), **changed)
        self.tracker.put(item)

    def _next_key(self) -> str:
        used = len([item for item in self.tracker.items() if not item.own])
        return self.names[used] if used < len(self.names) else f"{self.project.project}-{used + 1}"


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(line) for line in text.split("\n"))


def _text(lines: tuple[Line, ...]) -> str:
    return "\n".join(line.text for line in lines)


def _parts(view: View) -> tuple[str, ...]:
    return tuple(panel.title for panel in view.panels) if view.kind == "dashboard" else view.question.any_of
