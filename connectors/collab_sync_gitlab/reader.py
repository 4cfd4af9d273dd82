"""What changed in one GitLab project.

A pull lists issues in the order of their creation, which no edit can change, filtered by ``updated_after``. It follows
the server's keyset cursor where there is one (project issues since GitLab 18.3); older servers ignore the wish and page
by offset, so there every page seeks by ``created_after`` (inclusive, the boundary is de-duplicated) and offset is used
only inside a tie. What changes while a pull runs is found by the next one.

``updated_after`` lies an overlap before the start of the last complete pull, because a comment or a label within a
minute of another change does not move ``updated_at``. Whatever is listed has changed or lies in that window, so its
notes are read again; a first pull leaves out the notes of issues that nobody touched since they were created. Links are
read only where the history says that a relation was made.

A page that the server cannot give in time is asked for again with fewer issues; comments that it cannot give at all are
left out and said to be unread. Both are remembered in the cursor, for the attempt that met them usually ends there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from collab_sync.carriers.assemble import Assembly
from collab_sync.errors import AccessError, MissingItemError, TransientError
from collab_sync.model.identity import ItemId, SourceRef, item_id
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.work_item import OwnComment, WorkItem
from collab_sync.ports.tracker import Payload, PulledPage, Whereabouts
from collab_sync_gitlab import history, normalize
from collab_sync_gitlab.client import Client, Page, Query, instant, issue_path, project_path
from collab_sync_gitlab.payloads import IssuePart, IssueStub
from collab_sync_gitlab.render import hidden
from collab_sync_http.errors import too_much

_SHRINK = 4
_LONGEST_PAGE = 100
"""GitLab cuts larger pages to this."""
_METHOD_NOT_ALLOWED = 405


class _Cursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """``start``: of the last complete pull. Inside a pull ``began`` is its own start, ``created`` how far it got;
    ``size``: issues to ask for where a full page was too much, ``heavy``: those whose comments were."""

    start: datetime | None = None
    began: datetime | None = None
    created: datetime | None = None
    size: int = 0
    heavy: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One listed page: readable issues not seen before, where it begins, how far it reaches, whether more follow, and
    how many issues to ask for from now on (0: a full page)."""

    rows: tuple[tuple[IssuePart | IssueStub, bytes], ...]
    begins: datetime | None
    reach: datetime | None
    last: bool
    size: int = 0


class _TooHeavyError(Exception):
    """The comments of one issue could not be given in time."""

    def __init__(self, issue: int, cause: TransientError) -> None:
        self.issue = issue
        self.cause = cause
        super().__init__(issue)


class GitlabReader:
    """Implements ``collab_sync.ports.WorkItemReader`` for one project."""

    def __init__(self, client: Client, project: ProjectMapping) -> None:
        self._client = client
        self._mapping = project
        self._assembly = Assembly(project)
        self._place = normalize.Place(client.connection, project.name, project.project)
        self._overlap = timedelta(minutes=client.settings.overlap_minutes)

    def pull(self, cursor: str | None) -> Iterator[PulledPage]:
        known = _cursor(cursor)
        return self._client.pace.during("delta" if known.start else "backfill", self._pull(known))

    def _pull(self, known: _Cursor) -> Iterator[PulledPage]:
        began = known.began or self._client.clock.now()
        since = known.start - self._overlap if known.start else None
        for stretch in self._walk(since, known.created, known.size):
            payloads: list[Payload] = []
            try:
                payloads += self._payloads(stretch.rows, known, began)
            except _TooHeavyError as error:
                # what the next attempt must know goes into the cursor before this one ends
                heavy = (*known.heavy, error.issue)
                again = _Cursor(known.start, began, stretch.begins, stretch.size, heavy)
                yield PulledPage((), _text(again), complete=False)
                raise error.cause from error
            reached = _Cursor(known.start, began, stretch.reach, stretch.size, known.heavy)
            yield PulledPage(tuple(payloads), _text(_Cursor(began) if stretch.last else reached), stretch.last)

    def census(self) -> Iterator[tuple[ItemId, ...]]:
        return self._client.pace.during("census", self._census())

    def _census(self) -> Iterator[tuple[ItemId, ...]]:
        for stretch in self._walk(None, None):
            yield tuple(item_id(self._client.connection, issue.id) for issue, _ in stretch.rows)

    def read(self, ref: SourceRef) -> Payload:
        """Reading back belongs to the write before it: it goes as first."""
        with self._client.pace.purpose("write"):
            return self._read(ref)

    def _read(self, ref: SourceRef) -> Payload:
        response = self._client.get(issue_path(self._mapping.project, ref.iid))
        issue = normalize.decode_issue(response.content) or self._client.decode(response, IssueStub)
        if str(issue.id) != ref.native_id:
            raise MissingItemError(
                f"{ref.key} 已不是原来的议题。下一次普查会查明去向。", connection=self._client.connection
            )
        return self._payload(issue, response.content, with_notes=True)

    def whereabouts(self, item: WorkItem) -> Whereabouts:
        key, project = item.source.key, self._mapping.project
        sees_all = self._client.visible(project).sees_confidential
        try:
            payload = self.read(item.source)
        except MissingItemError:
            if item.confidential:
                return Whereabouts("hidden", f"{key} 看不到了:它是机密议题,项目 {project} 可见而它查不到")
            if not sees_all:
                return Whereabouts(
                    "hidden", f"{key} 看不到了:我们的账号在项目 {project} 低于 Reporter,也许它设成了机密议题"
                )
            return Whereabouts("deleted", f"{key} 已删除:项目 {project} 可见,而它查不到(404)")
        moved = self.normalize(payload).moved_to
        if moved:
            return Whereabouts("moved", f"{key} 移走了:在别的项目里,那里的编号(id)是 {moved}")
        return Whereabouts("here", f"{key} 还在原处")

    def normalize(self, payload: Payload) -> WorkItem:
        return self._assembly.item(normalize.raw_item(payload, self._place))

    def recall(self, items: Sequence[WorkItem]) -> Mapping[ItemId, tuple[OwnComment, ...]]:
        me, found = self._client.me(), {}
        for item in items:
            try:
                notes = normalize.decode_notes(self._notes(item.source.iid))
            except MissingItemError:
                continue
            found[item.id] = tuple(
                OwnComment(id=str(note.id), marker=hidden(note.body), at=note.created_at)
                for note in normalize.own_notes(notes, me)
            )
        return found

    def _walk(self, since: datetime | None, created: datetime | None, size: int = 0) -> Iterator[_Stretch]:
        """The project's issues by creation, each once."""
        path = f"{project_path(self._mapping.project)}/issues"
        start = self._query(since)
        asked: Query = _sized(_seek(start, created), size, start)
        seen: set[int] = set()
        before: Query | None = None
        reach = created
        while True:
            try:
                page = self._listed(path, asked)
            except TransientError as error:
                if not too_much(error) or "page" in asked or int(asked["per_page"]) == 1:
                    raise
                asked = {**asked, "per_page": max(1, int(asked["per_page"]) // _SHRINK)}
                yield _Stretch((), reach, reach, last=False, size=int(asked["per_page"]))
                continue
            self._refuse_foreign(page)
            rows = tuple(_readable(page.rows, seen))
            newest = max((issue.created_at for issue, _ in rows), default=reach)
            following = _next(page, start, asked, moved=newest if newest != reach else None)
            if following is not None and following == before:
                raise TransientError("分页链接指回本页,列表未读完。稍后自动重试。", connection=self._client.connection)
            before = following
            begins, reach, size = reach, newest, _grown(asked, start)
            yield _Stretch(rows, begins, reach, following is None, size)
            if following is None:
                return
            asked = following if "page" in following else _sized(following, size, start)

    def _query(self, since: datetime | None) -> dict[str, str | int]:
        query: dict[str, str | int] = {
            "scope": "all",
            "state": "all",
            "order_by": "created_at",
            "sort": "asc",
            "pagination": "keyset",
            "per_page": min(self._client.settings.page_size, _LONGEST_PAGE),
        }
        return {**query, "updated_after": instant(since)} if since else query

    def _listed(self, path: str, query: Query) -> Page:
        """A page of issues. A project that is not there is a matter of access: no single item is missing."""
        try:
            return self._client.page(path, query)
        except MissingItemError as error:
            raise self._client.unseen(self._mapping.project, error) from error
        except AccessError as error:
            if error.status != _METHOD_NOT_ALLOWED or "pagination" not in query:
                raise
            return self._client.page(path, {name: value for name, value in query.items() if name != "pagination"})

    def _refuse_foreign(self, page: Page) -> None:
        """One issue that cannot be read is left out; a page of nothing else is no empty project. Raises AccessError."""
        if page.rows and not any(normalize.decode_issue(content) for content in page.rows):
            raise self._client.foreign()

    def _payloads(
        self, rows: Sequence[tuple[IssuePart | IssueStub, bytes]], known: _Cursor, began: datetime
    ) -> Iterator[Payload]:
        """In their order; where notes are to be read, those of several issues at a time."""
        noted = {issue.id for issue, _ in rows if known.start is not None or self._touched(issue, began)}

        def read(row: tuple[IssuePart | IssueStub, bytes]) -> Payload | None:
            issue, content = row
            try:
                return self._payload(issue, content, with_notes=issue.id in noted, heavy=issue.id in known.heavy)
            except MissingItemError:
                return None  # deleted or hidden since it was listed: the census finds out
            except TransientError as error:
                raise (_TooHeavyError(issue.id, error) if too_much(error) else error) from error

        found = self._client.several.answers(read, rows) if len(noted) > 1 else map(read, rows)
        return (payload for payload in found if payload is not None)

    def _touched(self, issue: IssuePart | IssueStub, began: datetime) -> bool:
        """Whether an issue may have notes that tell more than its present state."""
        if isinstance(issue, IssueStub) or issue.user_notes_count:
            return True
        return issue.updated_at > issue.created_at or issue.updated_at >= began - self._overlap

    def _payload(
        self, issue: IssuePart | IssueStub, content: bytes, *, with_notes: bool, heavy: bool = False
    ) -> Payload:
        parts = [(normalize.ME, msgspec.json.encode(self._client.me())), (normalize.ISSUE, content)]
        if heavy:
            parts.append((normalize.LEFT_OUT, b""))
        elif with_notes:
            notes = self._notes(str(issue.iid))
            parts.append((normalize.NOTES, notes))
            if history.tells_of_relations(normalize.decode_notes(notes)):
                parts.append((normalize.LINKS, self._links(str(issue.iid))))
        return normalize.payload(self._place, issue.id, parts)

    def _notes(self, iid: str) -> bytes:
        path = f"{issue_path(self._mapping.project, iid)}/notes"
        query: Query = {"order_by": "created_at", "sort": "asc", "per_page": _LONGEST_PAGE}
        return normalize.joined(self._client.rows(path, query))

    def _links(self, iid: str) -> bytes:
        path = f"{issue_path(self._mapping.project, iid)}/links"
        return normalize.joined(self._client.rows(path, {"per_page": _LONGEST_PAGE}))


def _next(page: Page, start: Query, asked: Query, *, moved: datetime | None) -> Query | None:
    """The query after ``asked``: the server's cursor; else a seek from ``moved``; offset only where nothing moved. A
    full page that names no next one may have lost its link on the way: it is the last if nothing follows ``moved``."""
    if page.following is None:
        return _seek(start, moved) if page.full and moved is not None else None
    if page.keyset:
        return page.following
    if moved is not None:
        return _seek(start, moved)
    return page.following if page.rows else None


def _sized(query: Query, size: int, start: Query) -> Query:
    return {**query, "per_page": str(size or start["per_page"])}  # as links say it, so that they can be compared


def _grown(asked: Query, start: Query) -> int:
    """Back to full pages step by step; 0 stands for a full one."""
    doubled = int(asked["per_page"]) * 2
    return doubled if doubled < int(start["per_page"]) else 0


def _seek(start: Query, created: datetime | None) -> Query:
    return {**start, "created_after": instant(created)} if created else start


def _readable(rows: Iterable[bytes], seen: set[int]) -> Iterator[tuple[IssuePart | IssueStub, bytes]]:
    for content in rows:
        issue = normalize.decode_issue(content)
        if issue is not None and issue.id not in seen:
            seen.add(issue.id)
            yield issue, content


def _text(cursor: _Cursor) -> str:
    return msgspec.json.encode(cursor).decode()


def _cursor(text: str | None) -> _Cursor:
    """A cursor that cannot be read is none: everything is pulled again."""
    if not text:
        return _Cursor()
    try:
        return msgspec.json.decode(text, type=_Cursor)
    except msgspec.DecodeError:
        return _Cursor()
