"""Did an earlier attempt happen? Looks for what a write would have left behind.

Comments and created issues are recognised by the key of the marker inside them, everything else by reading back and
comparing. Comments and single issues are read strongly consistent. Created issues can only be searched for, and Jira's
search lags behind by seconds: ask some minutes after the attempt, not at once.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import assert_never

import msgspec

from collab_sync.carriers.assemble import status_of
from collab_sync.errors import MissingItemError, TrackerError
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
from collab_sync.model.identity import Account, SourceRef
from collab_sync.model.mapping import ProjectMapping
from collab_sync_jira.directory import Directory
from collab_sync_jira.normalize import comment_marker, marker_text, source_ref
from collab_sync_jira.paging import Place, Walk
from collab_sync_jira.payloads import PROPERTY, Comment, Comments, Fields, Property
from collab_sync_jira.site import JiraSite, Wanted, quoted, segment

_BULK = 100
_SLACK_MINUTES = 10
"""How much earlier than ``CreateWrite.since`` an issue may be dated: clocks differ."""


class _Issue(msgspec.Struct):
    id: str
    key: str = ""
    fields: Fields = msgspec.field(default_factory=Fields)
    properties: dict[str, object] = {}


class _Found(msgspec.Struct):
    values: list[Comment] = []


class RemoteLink(msgspec.Struct, rename="camel"):
    """``global_id`` is ours and derived from the address, so the same link is never made twice."""

    id: int
    global_id: str = ""


class Traces:
    """Answers ``ActionWriter.find`` for one project."""

    def __init__(self, site: JiraSite, directory: Directory, mapping: ProjectMapping) -> None:
        self._site = site
        self._directory = directory
        self._mapping = mapping

    def find(self, write: ItemWrite, now: datetime) -> Receipt | None:  # noqa: C901  # one case per kind of write: a table
        """The receipt of what is already there, dated ``now``; None if nothing of it is."""
        match write:
            case CommentWrite():
                return self._comment(write, now)
            case CreateWrite():
                return self._created(write, now)
            case LinkWrite():
                return self._link(write, now)
            case RetractWrite():
                return Receipt(at=now, remote_id=write.comment_id) if self._retracted(write) else None
            case UnlinkWrite():
                there = self._link(write.link, now) is None
            case LabelWrite():
                labels = set(self._issue(write.target, "labels").fields.labels or ())
                there = labels.issuperset(write.add) and labels.isdisjoint(write.remove)
            case TransitionWrite():
                there = self.reached(write)
            case DescriptionWrite():
                value = self._issue(write.target, "summary", PROPERTY).properties.get(PROPERTY)
                there = _same(marker_text(value), write.marker)
            case _:
                assert_never(write)
        return Receipt(at=now) if there else None

    def reached(self, write: TransitionWrite) -> bool:
        """Whether the item already has a status that means ``write.to``."""
        status = self._issue(write.target, "status").fields.status
        return status is not None and status_of(status.name, self._mapping) == write.to

    def assigned(self, ref: SourceRef, account: Account) -> bool:
        """Whether an issue just made has this assignee: some servers lose it in silence. True where we cannot see: the
        issue is there, and an error here must not look as if it were not."""
        try:
            assignee = self._issue(Target(ref=ref), "assignee").fields.assignee
        except TrackerError:
            return True
        return assignee is not None and assignee.identity == account.id

    def _issue(self, target: Target, fields: str, properties: str = "") -> _Issue:
        query = [("fields", fields)] + ([("properties", properties)] if properties else [])
        content = self._site.get(f"issue/{segment(resolved(target).native_id)}", query)
        return self._site.decode(content, _Issue)

    def _comment(self, write: CommentWrite, now: datetime) -> Receipt | None:
        if write.comment_id:
            found = markers_of(self._site, [write.comment_id]).get(write.comment_id)
            return Receipt(at=now, remote_id=write.comment_id) if _same(found, write.marker) else None
        ours = self._own_comments(resolved(write.target))
        markers = markers_of(self._site, ours)
        match_ = next((one for one in reversed(ours) if _same(markers.get(one), write.marker)), None)
        return Receipt(at=now, remote_id=match_) if match_ else None

    def _retracted(self, write: RetractWrite) -> bool:
        """Whether the comment is gone, or says what was to stand in its place."""
        issue = f"issue/{segment(resolved(write.target).native_id)}"
        try:
            self._site.get(f"{issue}/comment/{segment(write.comment_id)}")
        except MissingItemError:
            self._issue(write.target, "summary")  # raises MissingItemError itself when it is the issue that is gone
            return True
        return _same(markers_of(self._site, [write.comment_id]).get(write.comment_id), write.marker)

    def _own_comments(self, ref: SourceRef) -> list[str]:
        """Ids of our comments on the item, oldest first: all pages, for the one we look for may be anywhere."""
        me, ids, seen = self._directory.me().id, [], 0
        while True:
            query = [("startAt", str(seen)), ("maxResults", str(_BULK)), ("orderBy", "created")]
            content = self._site.get(f"issue/{segment(ref.native_id)}/comment", query)
            page = self._site.decode(content, Comments)
            ids += [one.id for one in page.comments if one.author and one.author.identity == me]
            seen += len(page.comments)
            if not page.comments or seen >= (page.total or 0):
                return ids

    def _created(self, write: CreateWrite, now: datetime) -> Receipt | None:
        where = f"project = {quoted(self._mapping.project)} AND creator = currentUser()"
        if write.since is not None:
            minutes = max(0, math.ceil((now - write.since).total_seconds() / 60)) + _SLACK_MINUTES
            where += f" AND created >= -{minutes}m"
        wanted = Wanted(fields=("summary",), size=self._site.page_size, properties=PROPERTY)
        project = f"project = {quoted(self._mapping.project)}"
        for found, _place in Walk(self._site, lambda: where, wanted, self._directory.seeks(project)).pages(Place()):
            for issue in (self._site.decode(raw, _Issue) for raw in found.issues):
                if _same_key(self._issue_marker(issue), write.marker):
                    return Receipt(at=now, ref=source_ref(self._site, self._mapping, issue.id, issue.key))
        return None

    def _issue_marker(self, issue: _Issue) -> str | None:
        if self._site.cloud:
            return marker_text(issue.properties.get(PROPERTY))
        # Data Center's search brings no properties
        return property_of(self._site, f"issue/{issue.id}")

    def _link(self, write: LinkWrite, now: datetime) -> Receipt | None:
        source = resolved(write.source)
        if is_remote(write, source):
            query = [("globalId", global_id(write))]
            try:
                content = self._site.get(f"issue/{segment(source.native_id)}/remotelink", query)
            except MissingItemError:
                return None
            return Receipt(at=now, remote_id=str(self._site.decode(content, RemoteLink).id))
        found = self.native_link(write)
        return Receipt(at=now, remote_id=found) if found is not None else None

    def native_link(self, write: LinkWrite) -> str | None:
        """The id of this link inside the site; None if it is not there."""
        key = resolved(write.target).key
        links = self._issue(write.source, "issuelinks").fields.issuelinks or ()
        for link in links:
            inward, kind = link.inward_issue is not None, link.type.name == link_type(write.kind)
            other = link.inward_issue or link.outward_issue
            directed = write.kind not in ("blocks", "blocked_by") or inward == (write.kind == "blocked_by")
            if other and other.key == key and kind and directed:
                return link.id
        return None


def markers_of(site: JiraSite, comments: Iterable[str]) -> Mapping[str, str]:
    """Comment id → marker text, for those that carry one."""
    ids = list(dict.fromkeys(comments))
    if not site.cloud:
        return {one: text for one in ids if (text := property_of(site, f"comment/{segment(one)}"))}
    markers: dict[str, str] = {}
    for start in range(0, len(ids), _BULK):
        body = {"ids": [int(one) if one.isdigit() else one for one in ids[start : start + _BULK]]}
        content = site.ask("comment/list", body, [("expand", "properties")])
        for comment in site.decode(content, _Found).values:
            if (text := comment_marker(comment)) is not None:
                markers[comment.id] = text
    return markers


def resolved(target: Target) -> SourceRef:
    """The item behind a target; the core resolves targets before it asks for a write."""
    if target.ref is None:
        raise ValueError(f"target {target.name} is not resolved")
    return target.ref


def is_remote(write: LinkWrite, source: SourceRef) -> bool:
    """Whether the link leaves this site."""
    return write.target.ref is None or write.target.ref.connection != source.connection


def link_address(write: LinkWrite) -> str:
    return write.url or (write.target.ref.url if write.target.ref else "")


def global_id(write: LinkWrite) -> str:
    """Jira updates the remote link with this id instead of adding one; at most 255 characters."""
    address = link_address(write)
    return f"collab-sync:{address if len(address) <= 200 else hashlib.sha256(address.encode()).hexdigest()}"


def link_type(kind: str) -> str:
    """Jira's default link types: Blocks tells who waits for whom, everything else relates."""
    return "Blocks" if kind in ("blocks", "blocked_by") else "Relates"


def property_of(site: JiraSite, of: str) -> str | None:
    """The marker of the comment or issue at this path."""
    try:
        content = site.get(f"{of}/properties/{PROPERTY}")
    except MissingItemError:
        return None
    return marker_text(site.decode(content, Property).value)


def _same_key(found: str | None, wanted: str) -> bool:
    there, ours = marker.loads(found), marker.loads(wanted)
    return there is not None and ours is not None and there.key == ours.key


def _same(found: str | None, wanted: str) -> bool:
    """The same key and the same content: a key is used again for later versions of a comment or a description."""
    there, ours = marker.loads(found), marker.loads(wanted)
    return there is not None and ours is not None and (there.key, there.hash) == (ours.key, ours.hash)
