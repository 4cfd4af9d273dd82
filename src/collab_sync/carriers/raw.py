"""What a connector hands over: an item in the tracker's words but in one shape, before the mapping is applied.

A connector decodes bytes into a ``RawItem`` and nothing more; ``carriers.assemble`` turns it into a ``WorkItem`` with
the project's mapping, in the same way for every tracker.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

import msgspec

from collab_sync.model.identity import Account, SourceRef
from collab_sync.model.work_item import Change, Link


class Line(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One logical line of a text, mark-up removed, quotes and code already left out.

    ``heading``: 1–6 for headings, 0 otherwise. ``bullet``: it was a list item (``text`` is without the mark).
    ``accounts``: mention as it stands in ``text`` (``@吴敏``) → account id, where the tracker says so.
    """

    text: str
    heading: int = 0
    bullet: bool = False
    accounts: tuple[tuple[str, str], ...] = ()


RawValue: TypeAlias = Account | str


class RawComment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``own``: written by our own account; ``marker``: the text hidden in it, None if not known."""

    id: str
    by: Account
    at: datetime
    lines: tuple[Line, ...]
    edited_at: datetime | None = None
    own: bool = False
    marker: str | None = None


class RawItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """``native``: values by native source name (``assignee``, ``duedate``, ``issuetype`` …), empty ones left out.
    ``custom``: values by custom field name. ``status``: the tracker's status name, or opened/closed. ``changes``: what
    the tracker's history tells, by model path. ``unreadable``: native sources that could not be read. ``moved_to``: the
    native id under which it goes on where moving gave it a new one."""

    source: SourceRef
    title: str
    status: str
    created_at: datetime
    updated_at: datetime
    body: tuple[Line, ...] = ()
    native: Mapping[str, tuple[RawValue, ...]] = {}
    custom: Mapping[str, tuple[RawValue, ...]] = {}
    labels: frozenset[str] = frozenset()
    comments: tuple[RawComment, ...] = ()
    links: tuple[Link, ...] = ()
    changes: tuple[Change, ...] = ()
    started_at: datetime | None = None
    done_at: datetime | None = None
    confidential: bool = False
    own: bool = False
    marker: str | None = None
    unreadable: frozenset[str] = frozenset()
    moved_to: str = ""
