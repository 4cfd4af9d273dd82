"""Reads one Jira project: everything changed since a cursor, page by page, and single items.

**Cursor**: the start of the last complete pull by our clock, or a place inside a pull (``paging.Place``).
**Query**: ``updated >= -Nm`` relative to the server's clock, because Jira reads absolute times in the account's zone; N
reaches from now back to the cursor plus the overlap, rounded up to whole minutes. A first pull takes the whole project.
Either way in the order of ids (``paging``). Comments and history ride along; only an issue that has more than a search
shows costs further requests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime

import msgspec

from collab_sync.errors import AccessError, MissingItemError, TransientError
from collab_sync.model.identity import ItemId, SourceRef, item_id
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Payload, PulledPage, Whereabouts
from collab_sync_jira.decode.form import Form, facts_from, facts_of
from collab_sync_jira.directory import START_DATE, Directory
from collab_sync_jira.normalize import Normalizing
from collab_sync_jira.paging import Place, Walk, broken_off
from collab_sync_jira.payloads import FIELDS, PROPERTY, Context, Facts, digest_of
from collab_sync_jira.site import HEAVY, Found, JiraSite, Wanted, quoted, segment
from collab_sync_jira.traces import markers_of

_IDS_A_PAGE = 5000
"""Cloud gives so many where nothing else is asked for, Data Center as many as it is set to."""
_LIST_PAGE = 100
_FORBIDDEN = 403


class _Values(msgspec.Struct, rename="camel"):
    values: list[msgspec.Raw] = []
    comments: list[msgspec.Raw] = []
    total: int = 0
    is_last: bool | None = None


class _Id(msgspec.Struct):
    id: str


class _Keyed(msgspec.Struct):
    key: str


class JiraReader:
    """See ``ports.WorkItemReader``."""

    def __init__(
        self, site: JiraSite, directory: Directory, mapping: ProjectMapping, clock: Clock, overlap: int
    ) -> None:
        self._site = site
        self._directory = directory
        self._mapping = mapping
        self._clock = clock
        self._overlap = overlap
        self._normalizing = Normalizing(site, mapping)

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        """See ``ports``. A token that the server no longer knows begins the pull anew; a repeated one, or an end of the
        chain that is none, raises TransientError, so that a part is never taken for the whole."""
        return self._site.pace.during("delta" if _place(cursor).since else "backfill", self._pull(cursor))

    def _pull(self, cursor: str | None) -> Iterator[PulledPage]:
        form = Form.of(self._context())
        place = self._opened(_place(cursor))
        try:
            yield from self._pages(place, form)
        except AccessError as error:
            if error.status != 400 or not place.token:
                raise
            yield from self._pages(self._fresh(place.since), form)

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        """See ``ports``."""
        return self._site.pace.during("census", self._census())

    def _census(self) -> Iterator[tuple[ItemId, ...]]:
        walk = self._walk(None, Wanted(fields=("id",), size=_IDS_A_PAGE))
        read = 0
        for found, _place in walk.pages(Place()):
            read += len(found.issues)
            yield tuple(item_id(self._site.name, identifier) for identifier in map(_id, found.issues))
        self._whole(walk, read)

    def read(self, ref: SourceRef) -> Payload:
        """See ``ports``. Reading back belongs to the write before it: it goes as first."""
        with self._site.pace.purpose("write"), self._site.readable():
            form = Form.of(self._context())
            return self._payload(self._issue(ref.native_id, form), form)

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        """See ``ports``. A Cloud site does not say whether what it does not show is deleted or hidden: an item that had
        a security level counts as hidden."""
        key, project = item.source.key, self._mapping.project
        self._directory.visible(project)
        try:
            content = self._site.get(f"issue/{segment(item.source.native_id)}", [("fields", "project")])
        except MissingItemError as error:
            if error.status == _FORBIDDEN:  # Data Center's word for what is there and not for us
                return Whereabouts("hidden", f"{key} 看不到了:项目 {project} 可见,读它被拒绝(403)")
            if item.confidential:
                return Whereabouts("hidden", f"{key} 看不到了:它设有安全级别,项目 {project} 可见而它查不到")
            return Whereabouts("deleted", f"{key} 已删除:项目 {project} 可见,而按编号查不到它(404)")
        there = self._site.decode(content, _Keyed)
        if there.key.rpartition("-")[0] != project:
            return Whereabouts("moved", f"{key} 移走了:现在是 {there.key}", there.key)
        return Whereabouts("here", f"{there.key} 还在项目 {project}")

    def normalize(self, payload: Payload) -> WorkItem:
        """See ``ports``."""
        facts = payload.decoded if isinstance(payload.decoded, Facts) else facts_of(payload)
        return self._normalizing.item(facts)

    def recall(self, items: Sequence[WorkItem]) -> Mapping[ItemId, tuple[OwnComment, ...]]:
        """See ``ports``: Jira shows comment properties only when asked for comments by id."""
        unread = [own.id for item in items for own in item.own_comments if own.marker is None]
        markers = markers_of(self._site, unread)
        return {
            item.id: tuple(
                msgspec.structs.replace(own, marker=own.marker or markers.get(own.id)) for own in item.own_comments
            )
            for item in items
        }

    def _pages(self, place: Place, form: Form) -> Iterator[PulledPage]:
        walk = self._walk(place.since, self._wanted(form.context))
        at, seen = place, set[ItemId]()
        for found, following in walk.pages(place):
            payloads = self._payloads(found, form)
            seen.update(payload.id for payload in payloads)
            if following is None and place.since is None:
                self._whole(walk, at.read + len(found.issues))
            elif following is None and not walk.seeking:
                payloads += self._overlooked(place.since, seen, form)
            at = following or Place(since=place.began)
            yield PulledPage(payloads, _dumps(at), complete=following is None)

    def _overlooked(self, since: datetime | None, seen: Set[ItemId], form: Form) -> tuple[Payload, ...]:
        """What a chain has passed by because the list moved under it. Thousands of ids come on one page, where nothing
        can move; whatever of them the chain did not bring is read by itself."""
        walk = self._walk(since, Wanted(fields=("id",), size=_IDS_A_PAGE))
        listed = [identifier for found, _place in walk.pages(Place()) for identifier in map(_id, found.issues)]
        missed = (one for one in listed if item_id(self._site.name, one) not in seen)
        return self._payloads(Found(tuple(self._each(missed, form)), ""), form)

    def _each(self, ids: Iterable[str], form: Form) -> Iterator[bytes]:
        for identifier in ids:
            try:
                yield self._issue(identifier, form)
            except MissingItemError:
                continue  # gone since it was listed

    def _opened(self, place: Place) -> Place:
        """Where to begin: an interrupted pull goes on. A chain of changes begins anew: its minutes counted back from
        then, and what it has passed by could no longer be told."""
        if place.began is None or (place.token and place.since is not None):
            return self._fresh(place.since)
        return place

    def _fresh(self, since: datetime | None) -> Place:
        return Place(since=since, began=self._clock.now())

    def _walk(self, since: datetime | None, wanted: Wanted) -> Walk:
        return Walk(self._site, lambda: self._window(since), wanted, self._directory.seeks(self._project()))

    def _whole(self, walk: Walk, read: int) -> None:
        """Only a chain can break off unnoticed: a seek ends with a question that finds nothing."""
        if not walk.seeking and broken_off(read, counted := self._site.count(self._project())):
            raise TransientError(
                f"Jira 的搜索提前结束:读到 {read} 个议题,而站点估计有 {counted} 个。不算读完,稍后重来。",
                connection=self._site.name,
            )

    def _window(self, since: datetime | None) -> str:
        if since is None:
            return self._project()
        minutes = max(0, math.ceil((self._clock.now() - since).total_seconds() / 60)) + self._overlap + 1
        return f"{self._project()} AND updated >= -{minutes}m"

    def _project(self) -> str:
        return f"project = {quoted(self._mapping.project)}"

    def _context(self) -> Context:
        sources = {source for field in self._mapping.fields.values() for source in field.sources}
        names = sorted(source.removeprefix("cf:") for source in sources if source.startswith("cf:"))
        if "start" in sources:
            names += [name for name in START_DATE if name not in names]
        return Context(
            me=self._directory.me().id,
            names=self._directory.custom_ids(names),
            categories=self._directory.categories(self._mapping.project),
        )

    def _wanted(self, context: Context) -> Wanted:
        return Wanted(
            fields=(*FIELDS, *context.names), size=self._site.page_size, expand="changelog", properties=PROPERTY
        )

    def _payloads(self, found: Found, form: Form) -> tuple[Payload, ...]:
        return tuple(self._readable(found, form))

    def _readable(self, found: Found, form: Form) -> Iterator[Payload]:
        for issue in found.issues:
            try:
                yield self._payload(issue, form, lean=found.lean)
            except (MissingItemError, msgspec.DecodeError):
                continue  # gone since the search, or no issue at all: the census settles what became of it

    def _issue(self, identifier: str, form: Form) -> bytes:
        wanted = self._wanted(form.context)
        query = [("fields", ",".join(wanted.fields)), ("expand", wanted.expand), ("properties", wanted.properties)]
        return self._site.get(f"issue/{segment(identifier)}", query)

    def _payload(self, content: bytes, form: Form, *, lean: bool = False) -> Payload:
        issue = form.read(content)
        gaps = issue.gaps
        parts = [("issue", content), ("context", form.content)]
        parts += [("left-out", msgspec.json.encode(sorted(HEAVY)))] if lean else []
        if gaps.comments:
            parts.append(("comments", self._list(f"issue/{gaps.id}/comment")))
        if gaps.history and self._site.cloud:
            parts.append(("changelog", self._list(f"issue/{gaps.id}/changelog")))
        if not self._site.cloud and gaps.creator == form.context.me:
            parts += self._own_marker(gaps.id)
        bare = Payload(item_id(self._site.name, gaps.id), tuple(parts), b"")
        facts = facts_from(issue, form.context, bare)
        return Payload(bare.id, bare.parts, digest_of(facts), facts)

    def _list(self, path: str) -> bytes:
        """All entries of a list that is paged by offset and grows at its end only."""
        entries: list[msgspec.Raw] = []
        while True:
            query = [("startAt", str(len(entries))), ("maxResults", str(_LIST_PAGE))]
            page = self._site.decode(self._site.get(path, query), _Values)
            entries += page.values + page.comments
            if not page.values + page.comments or page.is_last or len(entries) >= page.total:
                return msgspec.json.encode(entries)

    def _own_marker(self, identifier: str) -> list[tuple[str, bytes]]:
        """Data Center's search brings no properties."""
        try:
            content = self._site.get(f"issue/{identifier}/properties/{PROPERTY}")
        except MissingItemError as error:
            if error.status == _FORBIDDEN:
                raise  # it is the issue that is not to be seen any more
            return []
        return [("marker", bytes(msgspec.json.decode(content, type=dict[str, msgspec.Raw]).get("value", b"null")))]


def _place(cursor: str | None) -> Place:
    """A cursor we cannot read means: from the beginning. Nothing is lost by that, it only takes longer."""
    try:
        return msgspec.json.decode(cursor or "{}", type=Place)
    except msgspec.DecodeError:
        return Place()


def _dumps(place: Place) -> str:
    return msgspec.json.encode(place).decode()


def _id(issue: bytes) -> str:
    return msgspec.json.decode(issue, type=_Id).id
