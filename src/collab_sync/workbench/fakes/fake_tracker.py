"""A tracker held in memory: the whole of ``ports.Connection``, for examples and for tests.

Nothing survives the process, nothing is ever refused for want of permission, and there is no edition to be free or
premium. Everything else is as with a real tracker: an item is a text with a 「协同信息」 section, labels, comments and
links, it is read through the carriers, our own writes change it and carry markers. Issues we make are numbered from
101 on, as in the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from collab_sync.carriers.assemble import with_defaults
from collab_sync.carriers.raw import Line, RawComment, RawItem, RawValue
from collab_sync.errors import MissingItemError, RejectedActionError
from collab_sync.model import marker
from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    DescriptionWrite,
    ItemWrite,
    LabelWrite,
    LinkWrite,
    Receipt,
    RetractWrite,
    Target,
    TransitionWrite,
    UnlinkWrite,
)
from collab_sync.model.document import BulletList, CheckList, Document, Heading, plain
from collab_sync.model.identity import Account, ItemId, SourceRef, id_of
from collab_sync.model.mapping import FieldSources, ProjectMapping
from collab_sync.model.page import Page, View
from collab_sync.model.work_item import Change, Link, LinkKind
from collab_sync.ports import Clock, Diagnosis, Traffic
from collab_sync.workbench.fakes.fake_places import FakePages, FakeViews
from collab_sync.workbench.fakes.fake_reader import FakeReader

FIRST_NUMBER = 101
"""Of issues we make: people's own, in examples, stay below."""

INVERSE: Mapping[LinkKind, LinkKind] = {
    "blocks": "blocked_by",
    "blocked_by": "blocks",
    "relates": "relates",
    "mirrors": "mirrors",
}

_SOURCES: Mapping[str, tuple[str, ...]] = {
    "R": ("assignees", "sec:负责人"),
    "A": ("sec:审批人",),
    "C": ("sec:协助人",),
    "I": ("sec:知会人",),
    "F": ("sec:第一责任人",),
    "reporter": ("reporter",),
    "dept": ("label:部门::", "sec:主责部门"),
    "related_depts": ("label:协办::", "sec:协办部门"),
    "urgency": ("label:紧急度::", "sec:紧急程度"),
    "importance": ("label:重要度::", "sec:重要程度"),
    "native_priority": ("priority",),
    "start": ("start", "sec:开始日"),
    "due": ("duedate", "sec:截止日"),
    "program": ("label:项目::", "sec:项目"),
    "milestone": ("milestone", "sec:里程碑"),
    "parent": ("parent", "sec:父任务"),
    "resource": ("sec:资源",),
}
_GRADED = frozenset({"urgency", "importance"})


def default_mapping(project: ProjectMapping) -> ProjectMapping:
    """``project`` with the sources of this tracker where it says nothing."""
    fields = {
        name: FieldSources(sources=sources, default="中" if name in _GRADED else None)
        for name, sources in _SOURCES.items()
    }
    defaults = ProjectMapping(name=project.name, connection=project.connection, project=project.project, fields=fields)
    return with_defaults(project, defaults)


class FakeTracker:
    """One site in memory. People's side: ``put``, ``item``, ``items``, ``remove``, ``comments``; ours: the port."""

    hooks = None
    traffic: Traffic | None = None

    def __init__(self, name: str, clock: Clock, me: Account | None = None) -> None:
        self.name = name
        self.clock = clock
        self.revision = 0
        """Grows with every change: the cursor of a pull."""
        self.published: dict[str, Page] = {}
        """Our pages by path, as people read them."""
        self.shown: dict[str, View] = {}
        """Our views by name."""
        self.census_page = 0
        """Ids on a page of a census; 0: all on one."""
        self._me = me or Account(name, "collab-sync", "collab-sync")
        self._items: dict[ItemId, RawItem] = {}
        self._revisions: dict[ItemId, int] = {}
        self._documents: dict[ItemId, dict[str, Document]] = {}
        self._comments: dict[ItemId, int] = {}

    # --- as people see it --------------------------------------------------------------------------------------
    def put(self, item: RawItem) -> None:
        """An item appears, or is as it is now."""
        id_ = id_of(item.source)
        self.revision += 1
        self._items[id_] = item
        self._revisions[id_] = self.revision

    def item(self, key: str) -> RawItem | None:
        """The item that people call ``key``, or the one we made by this creation key."""
        found = (item for item in self._items.values() if key in (item.source.key, _creation_key(item)))
        return next(found, None)

    def items(self, project: str = "") -> tuple[RawItem, ...]:
        """All items (of a project), in the order in which they appeared."""
        return tuple(item for item in self._items.values() if project in ("", item.source.project))

    def remove(self, key: str) -> None:
        """The item is deleted. Raises MissingItemError."""
        item = self.item(key)
        if item is None:
            raise MissingItemError(f"没有 {key}", connection=self.name)
        for held in (self._items, self._revisions, self._documents):
            held.pop(id_of(item.source), None)

    def comments(self, key: str) -> tuple[str, ...]:
        """Our own comments on an item as people read them, oldest first."""
        item = self.item(key)
        return (
            tuple(plain(document) for document in self._documents.get(id_of(item.source), {}).values()) if item else ()
        )

    # --- the port ----------------------------------------------------------------------------------------------
    def whoami(self) -> Account:
        return self._me

    def reader(self, project: ProjectMapping) -> FakeReader:
        return FakeReader(self, default_mapping(project))

    def writer(self, project: ProjectMapping) -> FakeWriter:
        return FakeWriter(self, project)

    def pages(self, project: ProjectMapping) -> FakePages:
        return FakePages(self.published, self.clock)

    def views(self, project: ProjectMapping) -> FakeViews:
        return FakeViews(self.shown, self.clock)

    def diagnose(self, projects: Sequence[ProjectMapping]) -> tuple[Diagnosis, ...]:
        return tuple(Diagnosis(project.name, "ok", "内存中的演练系统,进程结束即消失") for project in projects)

    def close(self) -> None:
        """Nothing to let go of; the items stay, so that a test may look at them."""

    # --- for reader and writer ---------------------------------------------------------------------------------
    def changed_since(self, project: str, revision: int) -> tuple[RawItem, ...]:
        """Items of a project whose last change is newer than ``revision``, in the order of change."""
        ids = sorted(self._revisions, key=self._revisions.__getitem__)
        found = (self._items[id_] for id_ in ids if self._revisions[id_] > revision)
        return tuple(item for item in found if item.source.project == project)

    def newest(self, project: str) -> int:
        """The revision of the last change in a project, 0 if there never was one."""
        found = (self._revisions[id_] for id_, item in self._items.items() if item.source.project == project)
        return max(found, default=0)

    def at(self, ref: SourceRef | None) -> RawItem:
        """The item at ``ref``. Raises MissingItemError."""
        item = self._items.get(id_of(ref)) if ref else None
        if item is None:
            raise MissingItemError(f"没有 {ref.key if ref else '这个事项'}", connection=self.name)
        return item

    def keep_document(self, item: RawItem, comment: str, document: Document) -> None:
        """Remembers what a comment of ours says."""
        self._documents.setdefault(id_of(item.source), {})[comment] = document

    def forget_document(self, item: RawItem, comment: str) -> None:
        """A comment of ours is no longer there."""
        self._documents.get(id_of(item.source), {}).pop(comment, None)

    def next_comment(self, item: RawItem) -> str:
        """The id of the next comment on an item; those of deleted comments are not given again."""
        number = max(self._comments.get(id_of(item.source), 0), len(item.comments)) + 1
        self._comments[id_of(item.source)] = number
        return f"{item.source.key}:{number}"

    def next_number(self, path: str) -> int:
        """The number of the next issue made under ``path``."""
        made = [int(item.source.iid) for item in self._items.values() if item.source.path == path and item.source.iid]
        return max([FIRST_NUMBER - 1, *made]) + 1


@dataclass(frozen=True, slots=True)
class FakeWriter:
    """``ports.ActionWriter`` of one project."""

    tracker: FakeTracker
    project: ProjectMapping

    def perform(self, write: ItemWrite) -> Receipt:  # noqa: C901, PLR0911  # one case per kind of write: a table
        match write:
            case LabelWrite():
                return self._label(write)
            case CommentWrite():
                return self._comment(write)
            case RetractWrite():
                return self._retract(write)
            case CreateWrite():
                return self._create(write)
            case LinkWrite():
                return self._link(write)
            case UnlinkWrite():
                return self._unlink(write)
            case TransitionWrite():
                return self._transition(write)
            case DescriptionWrite():
                body = lines_of(write.document)
                return self._put(self._on(write.target), body=body, marker=write.marker)

    def find(self, write: ItemWrite) -> Receipt | None:  # noqa: C901, PLR0911  # one case per kind of write: a table
        match write:
            case LabelWrite():
                labels = self._on(write.target).labels
                return self._receipt() if labels >= set(write.add) and not labels & set(write.remove) else None
            case CommentWrite():
                own = (note for note in self._on(write.target).comments if note.own and note.marker == write.marker)
                return next((self._receipt(remote_id=note.id) for note in own), None)
            case RetractWrite():
                there = any(note.id == write.comment_id for note in self._on(write.target).comments)
                return None if there else self._receipt(remote_id=write.comment_id)
            case CreateWrite():
                wanted = marker.loads(write.marker)
                made = self.tracker.item(wanted.key) if wanted else None
                return self._made(made) if made and made.own else None
            case LinkWrite():
                known = {(link.kind, link.target) for link in self._on(write.source).links}
                return self._receipt() if (write.kind, self._end(write)) in known else None
            case UnlinkWrite():
                known = {(link.kind, link.target) for link in self._on(write.source).links}
                return None if (write.kind, self._end(write.link)) in known else self._receipt()
            case TransitionWrite():
                return self._receipt() if self._on(write.target).status == write.to else None
            case DescriptionWrite():
                return self._receipt() if self._on(write.target).marker == write.marker else None

    # --- one kind of write each --------------------------------------------------------------------------------
    def _label(self, write: LabelWrite) -> Receipt:
        item = self._on(write.target)
        labels = (item.labels | set(write.add)) - set(write.remove)
        return self._put(item, labels=labels, changes=(*item.changes, self._changed("labels", item.labels, labels)))

    def _comment(self, write: CommentWrite) -> Receipt:
        item = self._on(write.target)
        id_ = write.comment_id or self.tracker.next_comment(item)
        known = next((note for note in item.comments if note.own and note.id == id_), None)
        if write.comment_id and known is None:
            raise RejectedActionError(f"{item.source.key} 上没有我们的评论 {id_}", connection=self.tracker.name)
        now = self.tracker.clock.now()
        note = RawComment(id=id_, by=self.tracker.whoami(), at=known.at if known else now,
                          lines=lines_of(write.document), edited_at=now if known else None, own=True,
                          marker=write.marker)  # fmt: skip
        others = tuple(other for other in item.comments if other.id != id_)
        self.tracker.keep_document(item, id_, write.document)
        return self._put(item, remote_id=id_, comments=(*others, note))

    def _retract(self, write: RetractWrite) -> Receipt:
        item = self._on(write.target)
        self.tracker.forget_document(item, write.comment_id)
        others = tuple(note for note in item.comments if note.id != write.comment_id or not note.own)
        return self._put(item, remote_id=write.comment_id, comments=others)

    def _create(self, write: CreateWrite) -> Receipt:
        path = self.project.project
        number = self.tracker.next_number(path)
        key = f"{path}#{number}" if "/" in path else f"{path}-{number}"
        now = self.tracker.clock.now()
        native: dict[str, tuple[RawValue, ...]] = {"reporter": (self.tracker.whoami(),)}
        native |= {"assignees": (write.assignee,)} if write.assignee else {}
        native |= {"duedate": (write.due.isoformat(),)} if write.due else {}
        typed = {f"类型::{write.type}"} if write.type != "任务" else set()
        item = RawItem(
            source=source_ref(self.project, key, iid=str(number)),
            title=" ".join(write.title.split()),
            status="未开始",
            created_at=now,
            updated_at=now,
            body=lines_of(write.document),
            native=native,
            labels=frozenset(write.labels) | typed,
            own=True,
            marker=write.marker,
        )
        self.tracker.put(item)
        return self._made(item)

    def _link(self, write: LinkWrite) -> Receipt:
        item, kind, end = self._on(write.source), _kind(write.kind), self._end(write)
        self._linked(item, Link(kind=kind, target=end))
        if not write.url and kind in INVERSE:
            self._linked(self._on(write.target), Link(kind=INVERSE[kind], target=item.source.key))
        return self._receipt(remote_id=f"{item.source.key}→{end}")

    def _unlink(self, write: UnlinkWrite) -> Receipt:
        item, kind, end = self._on(write.source), _kind(write.kind), self._end(write.link)
        self._unlinked(item, Link(kind=kind, target=end))
        if not write.url and kind in INVERSE:
            self._unlinked(self._on(write.target), Link(kind=INVERSE[kind], target=item.source.key))
        return self._receipt()

    def _transition(self, write: TransitionWrite) -> Receipt:
        item = self._on(write.target)
        change = Change(field="status", at=self.tracker.clock.now(), old=item.status, new=write.to)
        return self._put(item, status=write.to, changes=(*item.changes, change))

    # --- what they share ---------------------------------------------------------------------------------------
    def _on(self, target: Target) -> RawItem:
        return self.tracker.at(target.ref)

    def _put(self, item: RawItem, *, remote_id: str = "", **changed: object) -> Receipt:
        now = self.tracker.clock.now()
        self.tracker.put(msgspec.structs.replace(item, updated_at=now, **changed))
        return self._receipt(remote_id=remote_id)

    def _linked(self, item: RawItem, link: Link) -> None:
        if link not in item.links:
            self._put(item, links=(*item.links, link))

    def _unlinked(self, item: RawItem, link: Link) -> None:
        if link in item.links:
            self._put(item, links=tuple(one for one in item.links if one != link))

    def _end(self, write: LinkWrite) -> str:
        return write.url or (write.target.ref.key if write.target.ref else "")

    def _changed(self, field: str, old: frozenset[str], new: frozenset[str]) -> Change:
        texts = (" ".join(sorted(labels)) or None for labels in (old, new))
        return Change(field=field, at=self.tracker.clock.now(), old=next(texts), new=next(texts),
                      by=self.tracker.whoami())  # fmt: skip

    def _receipt(self, remote_id: str = "") -> Receipt:
        return Receipt(at=self.tracker.clock.now(), remote_id=remote_id)

    def _made(self, item: RawItem) -> Receipt:
        return Receipt(at=self.tracker.clock.now(), remote_id=item.source.native_id, ref=item.source,
                       url=item.source.url)  # fmt: skip


def source_ref(project: ProjectMapping, key: str, iid: str = "") -> SourceRef:
    """Where an item called ``key`` lives here: its key is its identity."""
    return SourceRef(
        connection=project.connection,
        project=project.name,
        path=project.project,
        native_id=key,
        key=key,
        iid=iid,
        url=f"https://{project.connection}.example/{key}",
    )


def lines_of(document: Document) -> tuple[Line, ...]:
    """A document as a connector would read it back."""
    found: list[Line] = []
    for block in document.blocks:
        level = block.level if isinstance(block, Heading) else 0
        listed = isinstance(block, BulletList | CheckList)
        texts = plain(Document((block,))).splitlines()
        found += [Line(text.removeprefix("- ") if listed else text, level, listed) for text in texts]
    return tuple(found)


_KINDS: Mapping[str, LinkKind] = {kind: kind for kind in (*INVERSE, "parent")}


def _kind(name: str) -> LinkKind:
    return _KINDS.get(name, "relates")


def _creation_key(item: RawItem) -> str | None:
    mark = marker.loads(item.marker) if item.own else None
    return mark.key if mark else None
