"""The tracker-neutral issue and what hangs on it.

Everything people do is a ``WorkItem`` of some type plus dated ``Entry`` records. A work item says what the
tracker says: accounts, names and labels unresolved, dates raw. What follows from it (effective due date,
lateness, authority, departments) is computed by ``analysis`` and never stored here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias

import msgspec

from collab_sync.model.identity import Account, ItemId, PersonMention, SourceRef

Status: TypeAlias = Literal["未开始", "进行中", "待验收", "已完成", "已结项", "已取消"]
"""The one workflow. 延期 is derived and never a status."""

ENTRIES = "entries"
"""Among the ``unreadable`` of an item whose comments could not be read: nothing follows from its silence."""

OPEN_STATUSES: frozenset[str] = frozenset({"未开始", "进行中", "待验收"})

RoleLetter: TypeAlias = Literal["R", "A", "C", "I", "F"]
"""负责人, 审批人, 协助人, 知会人, 第一责任人."""

LinkKind: TypeAlias = Literal["blocks", "blocked_by", "relates", "mirrors", "parent"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A structured comment 【kind】 as somebody left it (edited: as it reads now).

    ``kind`` is the canonical name (synonyms folded); ``data`` holds ``键: 值`` lines by canonical key, in
    order, unknown keys kept; ``items`` the ``- …`` lines; ``text`` the remaining prose. Whether it counts is
    not known here: authority depends on the organisation as of ``at``.
    """

    id: str
    kind: str
    by: Account
    at: datetime
    edited_at: datetime | None = None
    data: Mapping[str, str] = {}
    items: tuple[str, ...] = ()
    text: str = ""


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A relation to another item. ``target`` is a full key (``NPX-4``, ``rd/x1-firmware#4``) or an URL;
    ``native`` tells a link of the tracker from a line somebody typed."""

    kind: LinkKind
    target: str
    native: bool = True


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A dated change of one field. ``field`` is a model path (``due``, ``status``, ``labels``, ``body``, ``R`` …);
    ``old`` and ``new`` are texts as the model would render them (dates ISO), None for empty."""

    field: str
    at: datetime
    old: str | None = None
    new: str | None = None
    by: Account | None = None


class OwnComment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A comment our own account left. ``marker`` is the text we hid in it, None where reading it costs
    another request (``WorkItemReader.recall``)."""

    id: str
    marker: str | None = None
    at: datetime | None = None


class Disagreement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Two sources of one field that say different things; the first won."""

    field: str
    used: str
    other: str
    source: str


class WorkItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One issue of any tracker. Times are aware UTC, dates are the organisation's calendar days.

    ``fields`` holds the facets of the 「协同信息」 section and of custom fields by canonical Chinese name, as text.
    ``marker`` is the text we hid in an issue that our own account created (None on people's items).
    ``unreadable`` names paths that exist but could not be read: conditions see them as unknown, not missing.
    ``moved_to``: the item goes on under this id, because its tracker gives what moves a new one (None: it has not).
    """

    id: ItemId
    source: SourceRef
    type: str
    title: str
    status: Status
    status_raw: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    done_at: datetime | None = None
    reporter: PersonMention | None = None
    roles: Mapping[str, tuple[PersonMention, ...]] = {}
    dept: str | None = None
    related_depts: tuple[str, ...] = ()
    urgency: str | None = None
    importance: str | None = None
    native_priority: str | None = None
    start: date | None = None
    raw_due: date | None = None
    program: str | None = None
    milestone: str | None = None
    parent: str | None = None
    resource: str | None = None
    links: tuple[Link, ...] = ()
    labels: frozenset[str] = frozenset()
    components: tuple[str, ...] = ()
    fields: Mapping[str, str] = {}
    entries: tuple[Entry, ...] = ()
    changes: tuple[Change, ...] = ()
    confidential: bool = False
    marker: str | None = None
    own_comments: tuple[OwnComment, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    unreadable: frozenset[str] = frozenset()
    moved_to: ItemId | None = None

    @property
    def open(self) -> bool:
        """Not yet done, closed or cancelled."""
        return self.status in OPEN_STATUSES
