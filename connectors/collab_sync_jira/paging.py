"""Two ways to read a long list of issues to its end while people go on working.

**Seek**: in Jira's own order, each page asking for what stands behind the last issue seen (``id > N``). Jira compares
ids by the number of the key inside the project of the issue that is named, so no edit, creation or deletion can shift
an issue past us. But the named one must still be there, or the answer is empty (or refused) whatever follows: an empty
page is believed only after the named issue has been found in its place, and otherwise one seen before it is named.
Data Center is read so; whether a Cloud site takes the comparison is tried once per connection.

**Chain**: enhanced search with its page tokens, in the same order. Where a site evaluates the rest of the result anew
for each token, a deletion may shift one issue past us: the reader compares with the ids afterwards, and the census
finds what a first pull has passed by. A chain that ends long before the number of issues that the site itself counts
has broken off.

A page that the server cannot give in time is asked for again with fewer issues, and an issue that is too heavy even
alone is read without its texts: the others must not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from collab_sync.errors import AccessError, TransientError
from collab_sync_http.errors import too_much
from collab_sync_jira.site import Found, JiraSite, Wanted

ORDER = "id ASC"
_SHRINK = 4
_ANCHORS = 20
"""So many issues seen last may vanish between two pages before the list is begun again."""
_BROKEN_OFF = 0.9
"""A chain that brought less than this share of what the site counts is not believed to have ended."""
_BAD_REQUEST = 400


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cursor. ``since``: start of the last complete pull. Inside a pull also when it ``began``, and where it is:
    behind the last of ``anchors``, ids in order (seek), or at ``token`` of ``query`` (a token belongs to its query),
    ``read`` issues in. A seek has a token only while its answer has been empty so far. ``size``: issues to ask
    for where a full page was too much; ``lean``: one without its texts."""

    since: datetime | None = None
    began: datetime | None = None
    anchors: tuple[str, ...] = ()
    query: str = ""
    token: str = ""
    read: int = 0
    size: int = 0
    lean: bool = False


class _Id(msgspec.Struct):
    id: str


@dataclass(frozen=True, slots=True)
class Walk:
    """One way through the issues that ``where`` matches; ``where`` is asked anew for every page of a seek, because
    relative times move on."""

    site: JiraSite
    where: Callable[[], str]
    wanted: Wanted
    seeking: bool

    def pages(self, place: Place) -> Iterator[tuple[Found, Place | None]]:
        """Pages from ``place`` on, each with the place behind it (None: that was the last). In place of a page that was
        too much comes an empty one, whose place asks for less. Raises what the site raises."""
        at: Place | None = place
        while at is not None:
            found, at = self._step_or_less(at)
            yield found, at

    def _step_or_less(self, at: Place) -> tuple[Found, Place | None]:
        try:
            return self._step(at)
        except TransientError as error:
            smaller = _smaller(at, self.wanted.size) if too_much(error) else None
            if smaller is None:
                raise
            return Found((), ""), smaller

    def _step(self, at: Place) -> tuple[Found, Place | None]:
        at = at if at.token else msgspec.structs.replace(at, query=self._query(at))
        try:
            found = self._page(at)
        except AccessError as error:
            if error.status != _BAD_REQUEST or not at.anchors:
                raise
            found = Found((), "")  # how Data Center says that the named issue is gone
        if found.token and found.token == at.token:
            raise TransientError("Jira 重复给出同一个分页标记,停止以免漏读。", connection=self.site.name)
        if self.seeking:
            return self._behind_anchor(at, found)
        grown = _grown(at, self.wanted.size)
        return found, self._along(grown, found) if found.token else None

    def _page(self, at: Place) -> Found:
        if not at.lean:
            return self._ask(at, self.wanted.at_most(at.size or self.wanted.size))
        bare = self._ask(at, self.wanted.lean())
        try:  # perhaps the whole site was slow a while ago, and not this one issue heavy
            return self._ask(at, self.wanted.at_most(1))
        except TransientError as error:
            if not too_much(error):
                raise
        return replace(bare, lean=True)

    def _ask(self, at: Place, wanted: Wanted) -> Found:
        return self.site.page(at.query, at.token, wanted)

    def _query(self, at: Place) -> str:
        behind = f" AND id > {at.anchors[-1]}" if self.seeking and at.anchors else ""
        return f"{self.where()}{behind} ORDER BY {ORDER}"

    def _along(self, at: Place, found: Found) -> Place:
        return msgspec.structs.replace(at, token=found.token, read=at.read + len(found.issues))

    def _behind_anchor(self, at: Place, found: Found) -> tuple[Found, Place | None]:
        if not found.issues:
            return found, self._after_nothing(at, found)
        ids = _named(self.site, found.issues)
        if self.site.cloud and not found.token:
            return found, None
        at = _grown(at, self.wanted.size)
        anchors = (*at.anchors, *ids)[-_ANCHORS:]
        return found, msgspec.structs.replace(at, anchors=anchors, token="", read=at.read + len(ids))

    def _after_nothing(self, at: Place, found: Found) -> Place | None:
        """Cloud may send empty pages that name a next one: then nothing is said yet."""
        if found.token:
            return msgspec.structs.replace(at, token=found.token)
        if not at.anchors or _ids(self.site, f"{self.where()} AND id >= {at.anchors[-1]}", 1) == [at.anchors[-1]]:
            return None
        return msgspec.structs.replace(at, anchors=at.anchors[:-1], token="")


def seeks(site: JiraSite, project: str) -> bool | None:
    """Whether a site can be read by seeking, tried on two issues of a project; None where there are too few to tell.
    Raises what the site raises."""
    if not site.cloud:
        return True
    two = _ids(site, project, 2)
    if len(two) < 2:
        return None
    return _ids(site, f"{project} AND id > {two[0]}", 1) == two[1:]


def broken_off(read: int, counted: int) -> bool:
    """Whether a chain over ``read`` issues ended too early, where the site estimates ``counted``."""
    return read < counted * _BROKEN_OFF and counted - read > _SHRINK


def _ids(site: JiraSite, where: str, size: int) -> list[str]:
    """Ids of the first issues that match; none where the site refuses, as it does when a named issue is gone."""
    try:
        found = site.page(f"{where} ORDER BY {ORDER}", "", Wanted(fields=("id",), size=size))
    except AccessError as error:
        if error.status != _BAD_REQUEST:
            raise
        return []
    return list(_named(site, found.issues))


def _named(site: JiraSite, issues: Sequence[bytes]) -> tuple[str, ...]:
    """Ids of those that have one: a single row that is no issue stops nobody. Raises AccessError where none has."""
    ids = []
    for issue in issues:
        try:
            ids.append(msgspec.json.decode(issue, type=_Id).id)
        except msgspec.DecodeError:
            continue
    return tuple(ids) if ids or not issues else (site.decode(issues[0], _Id).id,)


def _smaller(at: Place, size: int) -> Place | None:
    """Where to go on after a page that was too much; None where even one issue without its texts is."""
    asked = at.size or size
    if asked > 1:
        return msgspec.structs.replace(at, size=max(1, asked // _SHRINK), lean=False)
    return None if at.lean else msgspec.structs.replace(at, size=1, lean=True)


def _grown(at: Place, size: int) -> Place:
    """Back to full pages step by step; size 0 stands for a full one."""
    return msgspec.structs.replace(at, size=at.size * 2 if 0 < at.size * 2 < size else 0, lean=False)
