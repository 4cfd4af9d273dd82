"""The issues of one project that hold our pages: finding one by its series, making it, rewriting it, its pictures.

An issue says by its property what it holds; property and text travel in one request, so they never disagree. Jira can
only be searched for it, and its search lags: whoever makes an issue asks ``listed`` before anything relies on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from collab_sync.errors import AccessError, MissingItemError, RejectedActionError
from collab_sync.model import marker, wording
from collab_sync.model.mapping import ProjectMapping
from collab_sync.model.marker import Marker
from collab_sync.model.page import Page
from collab_sync_jira.directory import Directory
from collab_sync_jira.normalize import marker_text
from collab_sync_jira.paging import Place, Walk
from collab_sync_jira.payloads import PROPERTY, Json, User
from collab_sync_jira.site import File, JiraSite, Wanted, quoted, segment
from collab_sync_jira.traces import property_of

LABEL = "协同页面"
"""By it people find the pages in lists and filters. It is no mark: an issue without it is found all the same."""

_OURS = re.compile(r"collab-[0-9a-f]{16}\.png")
_MEDIA = re.compile(r"/file/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:/|$)")
_FORBIDDEN = 403
_LONGEST_TITLE = 255


class Attachment(msgspec.Struct):
    """A file on an issue."""

    id: str
    filename: str = ""
    author: User | None = None


class _Fields(msgspec.Struct):
    attachment: list[Attachment] = []


class _Issue(msgspec.Struct):
    id: str
    key: str = ""
    fields: _Fields = msgspec.field(default_factory=_Fields)
    properties: dict[str, object] = {}


class _Made(msgspec.Struct):
    id: int | str
    key: str = ""


@dataclass(slots=True)
class Memory:
    """What a connection remembers of its pages. ``places``: ids of issues by project and series, as a search told
    them; ``inline``: whether the site has said so far what its documents call its files."""

    places: dict[tuple[str, str], str] = field(default_factory=dict)
    inline: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """An issue that holds a series. ``pictures``: attachments of ours by id and name, in the order of their ids."""

    id: str
    key: str
    mark: Marker
    pictures: tuple[tuple[str, str], ...] = ()


class Shelf:
    """See the module's docstring. Raises what the site raises."""

    def __init__(self, site: JiraSite, directory: Directory, mapping: ProjectMapping, memory: Memory) -> None:
        self._site = site
        self._directory = directory
        self._mapping = mapping
        self._memory = memory

    def find(self, series: str) -> Standing | None:
        """The issue that holds the series, strongly consistent once a search has shown it; the oldest of several. One
        that people have moved to another project is no longer it. Raises TransientError where the search is cut."""
        place = (self._mapping.project, series)
        known = self._memory.places.get(place)
        there = self._read(known, series) if known else None
        if there is None:
            self._memory.places.pop(place, None)
            found = self._searched(series, f"labels = {quoted(LABEL)}") or self._searched(series)
            there = self._read(found, series) if found else None
        if there is not None:
            self._memory.places[place] = there.id
        return there

    def listed(self, series: str) -> bool:
        """Whether a search shows the issue by now: then whoever comes next finds it."""
        return self._searched(series, f"labels = {quoted(LABEL)}") is not None

    def create(self, page: Page, body: Json, mark: Marker) -> Standing:
        """A new issue with this description: the kind in which we make any issue, nobody's and without a date."""
        fields: dict[str, Json] = {
            "project": {"key": self._mapping.project},
            "issuetype": {"id": self._directory.task_type(self._mapping.project).id},
            "summary": title_of(page),
            "description": body,
            "labels": [LABEL],
        }
        made = self._site.decode(self._new({"fields": fields, "properties": _marked(mark)}), _Made, writing=True)
        return Standing(str(made.id), made.key, mark)

    def rewrite(self, there: Standing, page: Page, body: Json, mark: Marker) -> None:
        """Another edition: title, description and mark at once. Labels, status, people and dates stay as they are, but
        for our label, which comes back."""
        fields = {"summary": title_of(page), "description": body}
        labels = {"labels": [{"add": LABEL}]}
        self._site.put(f"issue/{segment(there.id)}", {"fields": fields, "update": labels, "properties": _marked(mark)})

    def attach(self, there: Standing, file: File) -> str:
        """The id of a new attachment; empty where the issue takes none: files are too large there, off, or not for us
        to add (``doctor`` tells)."""
        try:
            answer = self._site.attach(there.id, file)
        except (RejectedActionError, MissingItemError):
            return ""
        except AccessError as error:
            if error.status != _FORBIDDEN:
                raise
            return ""
        added = self._site.decode(answer, list[Attachment], writing=True)
        return added[0].id if added else ""

    def media(self, attachment: str) -> str:
        """What a Cloud document calls an attachment; empty if the site does not say."""
        led = _MEDIA.search(self._site.leads(f"attachment/content/{segment(attachment)}"))
        self._memory.inline = led is not None
        return led[1] if led else ""

    @property
    def inline(self) -> bool:
        """Whether it makes sense to attach pictures at all."""
        return self._memory.inline

    def discard(self, pictures: Iterable[str]) -> None:
        """Deletes attachments of ours by id. One that is gone is gone; without the permission they stay."""
        for attachment in pictures:
            try:
                self._site.delete(f"attachment/{segment(attachment)}")
            except MissingItemError:
                continue  # Cloud itself deletes files that a description no longer shows
            except AccessError as error:
                if error.status != _FORBIDDEN:
                    raise
                return

    def _new(self, body: Json) -> bytes:
        try:
            return self._site.post("issue", body)
        except RejectedActionError:
            self._directory.visible(self._mapping.project)
            raise

    def _read(self, identifier: str, series: str) -> Standing | None:
        query = [("fields", "attachment"), ("properties", PROPERTY)]
        try:
            content = self._site.get(f"issue/{segment(identifier)}", query)
        except MissingItemError:
            return None
        issue = self._site.decode(content, _Issue)
        mark = marker.loads(marker_text(issue.properties.get(PROPERTY)))
        if mark is None or mark.key != _key(series) or issue.key.rpartition("-")[0] != self._mapping.project:
            return None
        return Standing(issue.id, issue.key, mark, self._pictures(issue))

    def _pictures(self, issue: _Issue) -> tuple[tuple[str, str], ...]:
        me = self._directory.me().id
        ours = (
            (one.id, one.filename)
            for one in issue.fields.attachment
            if _OURS.fullmatch(one.filename) and one.author and one.author.identity == me
        )
        return tuple(sorted(ours, key=lambda one: (len(one[0]), one[0])))

    def _searched(self, series: str, more: str = "") -> str | None:
        """The id of the first issue of ours that a search shows with this mark. Without ``more`` all that we ever made
        there are gone through: that happens before an issue is made, and when somebody took the label off."""
        where = f"project = {quoted(self._mapping.project)} AND creator = currentUser()"
        where += f" AND {more}" if more else ""
        found = (issue.id for issue in self._issues(where) if self._key_of(issue) == _key(series))
        return next(found, None)

    def _issues(self, where: str) -> Iterator[_Issue]:
        wanted = Wanted(fields=("summary",), size=self._site.page_size, properties=PROPERTY)
        seeking = self._directory.seeks(f"project = {quoted(self._mapping.project)}")
        for found, _place in Walk(self._site, lambda: where, wanted, seeking).pages(Place()):
            yield from (self._site.decode(raw, _Issue) for raw in found.issues)

    def _key_of(self, issue: _Issue) -> str:
        if self._site.cloud:
            text = marker_text(issue.properties.get(PROPERTY))
        else:  # its search brings no properties
            text = property_of(self._site, f"issue/{segment(issue.id)}")
        mark = marker.loads(text)
        return mark.key if mark else ""


def title_of(page: Page) -> str:
    """The issue's title: in a list it tells which edition it shows."""
    dated = page.title if page.slot in page.title else f"{page.title} {page.slot}"
    return wording.title(dated, _LONGEST_TITLE)


def mark_of(page: Page, *, whole: bool, pictures: Mapping[str, tuple[str, str]]) -> Marker:
    """What the issue says of itself. ``whole``: nothing is to follow. ``pictures``: attachment and media by name."""
    shown = " ".join(":".join((name, *ids)) for name, ids in sorted(pictures.items()))
    return Marker(key=_key(page.series), hash=page.hash if whole else "", state={"slot": page.slot, "pictures": shown})


def pictures_of(mark: Marker) -> Mapping[str, tuple[str, str]]:
    """The pictures that a mark says are shown: attachment and media by name."""
    shown = (one.split(":") for one in mark.state.get("pictures", "").split())
    return {one[0]: (one[1], one[2]) for one in shown if len(one) == 3}


def _key(series: str) -> str:
    return f"{marker.PAGE}{series}"


def _marked(mark: Marker) -> list[Json]:
    return [{"key": PROPERTY, "value": msgspec.to_builtins(mark)}]
