"""Decided writes: what a plan consists of, what a connector is asked to do, what the tracker answered.

``Action`` is one decision with its reason. ``ItemWrite`` is what one request can carry (all label changes of an
item at one time are one write); it is the row of the outbox. ``Receipt`` is the tracker's answer.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias

import msgspec

from collab_sync.model.document import Document
from collab_sync.model.identity import Account, SourceRef, SubjectRef
from collab_sync.model.page import Page, View


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """An existing item (``ref``), or one that an earlier action of ours creates (``creation_key``)."""

    ref: SourceRef | None = None
    creation_key: str = ""

    @property
    def name(self) -> str:
        """What people call it: the item's key, or the creation key of an issue of ours."""
        return self.creation_key or (self.ref.key if self.ref else "")


class LabelWrite(msgspec.Struct, frozen=True, kw_only=True, tag_field="write", tag="label"):
    """Add and remove labels in one request. Neither an absent nor a present label is an error."""

    target: Target
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class CommentWrite(msgspec.Struct, frozen=True, kw_only=True, tag_field="write", tag="comment"):
    """Post a comment, or replace the body of our comment ``comment_id``. ``marker`` goes in with it, hidden."""

    target: Target
    document: Document
    marker: str
    comment_id: str = ""


class RetractWrite(msgspec.Struct, frozen=True, kw_only=True, tag_field="write", tag="retract"):
    """Delete our comment ``comment_id``; one that is not there is none to delete. Where the tracker does not let us,
    its body becomes ``document``, with ``marker``, instead."""

    target: Target
    comment_id: str
    document: Document
    marker: str


class CreateWrite(msgspec.Struct, frozen=True, kw_only=True, tag_field="write", tag="create"):
    """Create an issue in ``project`` (mapping name). ``type`` is the model type; ``labels`` include those that carry
    type, department and programme; ``since`` bounds the search for an earlier attempt."""

    project: str
    type: str
    title: str
    document: Document
    marker: str
    labels: tuple[str, ...] = ()
    assignee: Account | None = None
    due: date | None = None
    since: datetime | None = None


class LinkWrite(msgspec.Struct, frozen=True, kw_only=True, tag_field="write", tag="link"):
    """Relate two items: a native link inside one tracker, a remote link (``url``, ``title``) across trackers."""

    source: Target
    kind: str
    target: Target
    url: str = ""
    title: str = ""


class UnlinkWrite(msgspec.Struct, frozen=True, kw_only=True, tag_field="write", tag="unlink"):
    """Take apart what a ``LinkWrite`` of the same words related; a link that is not there is none to take apart."""

    source: Target
    kind: str
    target: Target
    url: str = ""

    @property
    def link(self) -> LinkWrite:
        """The link as it was written."""
        return LinkWrite(source=self.source, kind=self.kind, target=self.target, url=self.url)


class TransitionWrite(msgspec.Struct, frozen=True, kw_only=True, tag_field="write", tag="transition"):
    """Bring an item to a model status through the tracker's workflow."""

    target: Target
    to: str


class DescriptionWrite(msgspec.Struct, frozen=True, kw_only=True, tag_field="write", tag="description"):
    """Replace the whole description of an issue we made."""

    target: Target
    document: Document
    marker: str


ItemWrite: TypeAlias = (
    LabelWrite
    | CommentWrite
    | RetractWrite
    | CreateWrite
    | LinkWrite
    | UnlinkWrite
    | TransitionWrite
    | DescriptionWrite
)
Write: TypeAlias = ItemWrite | Page | View
"""What a row of the outbox may hold: a change of an item, a page, or a view to be made ready."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The tracker's answer: ``remote_id`` of the comment or link, ``ref`` of a created issue."""

    at: datetime
    remote_id: str = ""
    ref: SourceRef | None = None
    url: str = ""


class LogLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the write-back log: what people compare with what they expected.

    ``order``: the rule's place in the catalogue; ``project``: where ``target`` lives (mapping name).
    """

    at: datetime
    rule: str
    order: int
    step: str
    target: str
    action: str
    project: str = ""
    detail: str = ""
    mention: tuple[str, ...] = ()
    digest: tuple[str, ...] = ()


class PlannedWrite(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a plan and later of the outbox.

    ``key``: idempotency key, unique for ever. ``project``: the shard whose connection carries it out (empty: that of
    the created target). ``waits_for``: creation keys that must have receipts first. ``subjects`` and ``reason``: why.
    """

    key: str
    project: str
    write: Write
    lines: tuple[LogLine, ...]
    reason: str
    subjects: tuple[SubjectRef, ...] = ()
    waits_for: tuple[str, ...] = ()
