"""What the sentences write and what they write it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import msgspec
import pytest

from collab_sync.model import marker
from collab_sync.model.action import (
    CommentWrite,
    CreateWrite,
    DescriptionWrite,
    ItemWrite,
    LabelWrite,
    LinkWrite,
    RetractWrite,
    Target,
    TransitionWrite,
    UnlinkWrite,
)
from collab_sync.model.document import Document, Inline, Mention, Paragraph, Text
from collab_sync.model.identity import Account, SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.tracker import ActionWriter, Connection, WorkItemReader
from collab_sync.testing.connector_suite.stage import Draft, Stage
from collab_sync.testing.items import reader_of, writer_of

T = TypeVar("T")
W = TypeVar("W", bound=ItemWrite)

KINDS = (
    "label",
    "comment",
    "rewritten comment",
    "retracted comment",
    "create",
    "link",
    "unlink",
    "transition",
    "description",
)
"""Every kind of write that a connector is asked for."""


def needs(ability: T | None, what: str) -> T:
    """The ability, or the test is skipped: this stage cannot show ``what``."""
    if ability is None:
        pytest.skip(f"this stage has no ability to {what}")
    return ability


def document(*said: str | Inline) -> Document:
    """One paragraph."""
    return Document((Paragraph(tuple(Text(one) if isinstance(one, str) else one for one in said)),))


def mark(key: str, version: str = "") -> str:
    return marker.dumps(marker.Marker(key=key, hash=version))


def ref_of(item: WorkItem) -> Target:
    return Target(ref=item.source)


def comment(item: WorkItem, text: str = "请更新进展", *, key: str = "升级/第一条", version: str = "一") -> CommentWrite:
    return CommentWrite(target=ref_of(item), document=document(text), marker=mark(key, version))


def retraction(item: WorkItem, comment_id: str) -> RetractWrite:
    """Of our comment; where it may not be deleted it says so."""
    left = mark("升级/已撤回", "撤")
    return RetractWrite(target=ref_of(item), comment_id=comment_id, document=document("已撤回"), marker=left)


@dataclass(frozen=True, slots=True)
class Play:
    """A stage with the connector on it. ``project`` has the connector's defaults filled in."""

    stage: Stage
    connection: Connection
    project: ProjectMapping

    @property
    def reader(self) -> WorkItemReader:
        return reader_of(self.connection, self.project)

    @property
    def writer(self) -> ActionWriter:
        return writer_of(self.connection, self.project)

    def pulled(self, cursor: str | None = None) -> tuple[Mapping[str, WorkItem], str]:
        """Everything that a whole pull brings, by title, and where the next one goes on."""
        reader, found, reached = self.reader, dict[str, WorkItem](), ""
        for page in reader.pull(cursor):
            for item in map(reader.normalize, page.payloads):
                found[item.title] = item
            reached = page.cursor
        return found, reached

    def put(self, title: str = "样机评审", **more: object) -> WorkItem:
        """An issue that a person wrote, as the connector reads it."""
        key = self.stage.put(replace(Draft(title=title), **more))  # type: ignore[arg-type]  # fields by name
        return self.called(key)

    def called(self, key: str) -> WorkItem:
        """The item that people call ``key``, through a whole pull."""
        found = (item for item in self.pulled()[0].values() if item.source.key == key)
        item = next(found, None)
        assert item is not None, f"people see {key}, a complete pull does not bring it"
        return item

    def now(self, ref: SourceRef) -> WorkItem:
        """The item as a strongly consistent reading shows it."""
        reader = self.reader
        return reader.normalize(reader.read(ref))

    def creation(self, key: str = "会议/第一次", **more: object) -> CreateWrite:
        """A meeting for the person of this stage."""
        write = CreateWrite(
            project=self.project.name,
            type="会议",
            title="资源协调会",
            document=document("议题:产能"),
            marker=mark(key),
            labels=("类型::会议", "部门::研发部"),
            assignee=self.stage.person,
            due=date(2025, 9, 30),
            since=self.stage.clock.now(),
        )
        return replace_write(write, **more)

    def write_of(self, kind: str) -> ItemWrite:
        """A write of one of ``KINDS`` that has not happened yet, on issues made for it."""
        makers: dict[str, Callable[[WorkItem], ItemWrite]] = {
            "label": lambda item: LabelWrite(target=ref_of(item), add=("灯::红",)),
            "comment": comment,
            "rewritten comment": self._rewriting,
            "retracted comment": self._retracting,
            "create": lambda _item: self.creation(),
            "link": lambda item: LinkWrite(source=ref_of(item), kind="relates", target=ref_of(self.put("模具加工"))),
            "unlink": self._unlinking,
            "transition": lambda item: TransitionWrite(target=ref_of(item), to=self.stage.statuses[0]),
            "description": lambda _item: self._describing(),
        }
        return makers[kind](self.put("样机评审", labels=("人加的",)))

    def _rewriting(self, item: WorkItem) -> CommentWrite:
        first = self.writer.perform(comment(item))
        return replace_write(comment(item, "已延期三天", version="二"), comment_id=first.remote_id)

    def _retracting(self, item: WorkItem) -> RetractWrite:
        return retraction(item, self.writer.perform(comment(item)).remote_id)

    def _unlinking(self, item: WorkItem) -> UnlinkWrite:
        other = self.put("模具加工")
        self.writer.perform(LinkWrite(source=ref_of(item), kind="relates", target=ref_of(other)))
        return UnlinkWrite(source=ref_of(item), kind="relates", target=ref_of(other))

    def _describing(self) -> DescriptionWrite:
        made = self.writer.perform(self.creation("登记/第一次"))
        later = mark("登记/第一次", "二")
        return DescriptionWrite(target=Target(ref=made.ref), document=document("登记:共三项"), marker=later)

    def traces(self, write: ItemWrite) -> object:
        """What people see of a write: to be compared before and after, and after a second attempt."""
        match write:
            case CreateWrite():
                return sorted(self.stage.keys())
            case LinkWrite() | UnlinkWrite():
                return self.stage.seen(key_of(write.source)).links
            case _:
                return self.stage.seen(key_of(write.target))


def key_of(target: Target) -> str:
    assert target.ref is not None
    return target.ref.key


def replace_write(write: W, **changed: object) -> W:
    return msgspec.structs.replace(write, **changed)


def mention(account: Account) -> Mention:
    return Mention(account.display or account.id, account)
