"""Reads one Jira project: everything changed since a cursor, page by page, and single items.

**Cursor**: the start of the last complete pull by our clock, or a place inside a pull (query and next token).
**Query**: ``updated >= -Nm`` relative to the server's clock, because Jira reads absolute times in the account's zone; N
reaches from now back to the cursor plus the overlap, rounded up to whole minutes. A first pull takes the whole project
by creation. Comments and history ride along; only an issue that has more than a search shows costs further requests.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from collab_sync.errors import AccessError, MissingItemError, TransientError
from collab_sync.model.identity import ItemId, SourceRef, item_id
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.ports.clock import Clock
from collab_sync.ports.tracker import Payload, PulledPage, Whereabouts
from collab_sync_jira.directory import START_DATE, Directory
from collab_sync_jira.normalize import normalize
from collab_sync_jira.payloads import FIELDS, PROPERTY, Context, digest_of, facts_of, gaps_of
from collab_sync_jira.site import Found, JiraSite, Wanted, quoted, segment
from collab_sync_jira.traces import markers_of

_BY_UPDATE = "updated ASC, id ASC"
_BY_CREATION = "created ASC, id ASC"
_IDS_A_PAGE = 1000
_LIST_PAGE = 100


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """The cursor. ``since``: start of the last complete pull. Inside a pull also ``query``, ``order``, the next
    ``token`` and when the pull ``began``: a token belongs to its query."""

    since: datetime | None = None
    began: datetime | None = None
    query: str = ""
    order: str = ""
    token: str = ""


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

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        """See ``ports``. A token that the server no longer knows begins the pull anew; a repeated one, or an end of the
        chain that is none, raises TransientError, so that a part is never taken for the whole."""
        return self._site.pace.during("delta" if _place(cursor).since else "backfill", self._pull(cursor))

    def _pull(self, cursor: str | None) -> Iterator[PulledPage]:
        context = self._context()
        wanted = self._wanted(context)
        place, found = self._open(_place(cursor), wanted)
        seen = {place.token}
        while found.token:
            if found.token in seen:
                raise TransientError("Jira 重复给出同一个分页标记,停止以免漏读。", connection=self._site.name)
            seen.add(found.token)
            place = msgspec.structs.replace(place, token=found.token)
            yield PulledPage(self._payloads(found, context), _dumps(place), complete=False)
            found = self._site.search(place.query, place.order, place.token, wanted)
        yield PulledPage(self._payloads(found, context), _dumps(Place(since=place.began)), complete=True)

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        """See ``ports``."""
        return self._site.pace.during("census", self._census())

    def _census(self) -> Iterator[tuple[ItemId, ...]]:
        wanted, token, seen = Wanted(fields=("id",), size=_IDS_A_PAGE), "", set[str]()
        while True:
            found = self._site.search(self._project(), _BY_CREATION, token, wanted)
            yield tuple(item_id(self._site.name, identifier) for identifier in map(_id, found.issues))
            token = found.token
            if not token:
                return
            if token in seen:
                raise TransientError("Jira 重复给出同一个分页标记,普查作废。", connection=self._site.name)
            seen.add(token)

    def read(self, ref: SourceRef) -> Payload:
        """See ``ports``."""
        context = self._context()
        wanted = self._wanted(context)
        query = [("fields", ",".join(wanted.fields)), ("expand", wanted.expand), ("properties", wanted.properties)]
        return self._payload(self._site.get(f"issue/{segment(ref.native_id)}", query), context)

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        """See ``ports``. A site does not say whether what it does not show is deleted or hidden: an item that had a
        security level counts as hidden, and so does everything in a project that we cannot see."""
        key, project = item.source.key, self._mapping.project
        self._directory.visible(project)
        try:
            there = msgspec.json.decode(
                self._site.get(f"issue/{segment(item.source.native_id)}", [("fields", "project")]), type=_Keyed
            )
        except MissingItemError:
            if item.confidential:
                return Whereabouts("hidden", f"{key} 设有安全级别,项目 {project} 可见而它查不到:我们的账号看不到它了")
            return Whereabouts("deleted", f"项目 {project} 可见,而 {key} 按编号查不到(404)")
        if there.key.rpartition("-")[0] != project:
            return Whereabouts("moved", f"{key} 现在是 {there.key}", there.key)
        return Whereabouts("here", f"{there.key} 还在项目 {project}")

    def normalize(self, payload: Payload) -> WorkItem:
        """See ``ports``."""
        return normalize(facts_of(payload), self._site, self._mapping)

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

    def _open(self, place: Place, wanted: Wanted) -> tuple[Place, Found]:
        """The first page to read: where an interrupted pull stopped, or the beginning of a new one."""
        if place.token:
            try:
                return place, self._site.search(place.query, place.order, place.token, wanted)
            except AccessError as error:
                if error.status != 400:
                    raise
        fresh = self._begin(place.since)
        return fresh, self._site.search(fresh.query, fresh.order, "", wanted)

    def _begin(self, since: datetime | None) -> Place:
        now = self._clock.now()
        if since is None:
            return Place(began=now, query=self._project(), order=_BY_CREATION)
        minutes = max(0, math.ceil((now - since).total_seconds() / 60)) + self._overlap + 1
        query = f"{self._project()} AND updated >= -{minutes}m"
        return Place(since=since, began=now, query=query, order=_BY_UPDATE)

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

    def _payloads(self, found: Found, context: Context) -> tuple[Payload, ...]:
        return tuple(self._readable(found.issues, context))

    def _readable(self, issues: Iterable[bytes], context: Context) -> Iterator[Payload]:
        for issue in issues:
            try:
                yield self._payload(issue, context)
            except (MissingItemError, msgspec.DecodeError):
                continue  # gone since the search, or no issue at all: the census settles what became of it

    def _payload(self, issue: bytes, context: Context) -> Payload:
        gaps = gaps_of(issue)
        parts = [("issue", issue), ("context", msgspec.json.encode(context, order="deterministic"))]
        if gaps.comments:
            parts.append(("comments", self._list(f"issue/{gaps.id}/comment")))
        if gaps.history and self._site.cloud:
            parts.append(("changelog", self._list(f"issue/{gaps.id}/changelog")))
        if not self._site.cloud and gaps.creator == context.me:
            parts += self._own_marker(gaps.id)
        bare = Payload(item_id(self._site.name, gaps.id), tuple(parts), b"")
        return Payload(bare.id, bare.parts, digest_of(facts_of(bare)))

    def _list(self, path: str) -> bytes:
        """All entries of a list that is paged by offset and grows at its end only."""
        entries: list[msgspec.Raw] = []
        while True:
            query = [("startAt", str(len(entries))), ("maxResults", str(_LIST_PAGE))]
            page = msgspec.json.decode(self._site.get(path, query), type=_Values)
            entries += page.values + page.comments
            if not page.values + page.comments or page.is_last or len(entries) >= page.total:
                return msgspec.json.encode(entries)

    def _own_marker(self, identifier: str) -> list[tuple[str, bytes]]:
        """Data Center's search brings no properties."""
        try:
            content = self._site.get(f"issue/{identifier}/properties/{PROPERTY}")
        except MissingItemError:
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
