"""Two ways to read a long list of issues to its end while people go on working.

**Seek**: in the order of ids, each page asking for ids above the last one. No edit, creation or deletion can shift an
issue past us. Data Center keeps this promise; whether a Cloud site does is tried once per connection.

**Chain**: enhanced search with its page tokens, also in the order of ids, because edits cannot change that order. Where
a site evaluates the rest of the result anew for each token, a deletion may still shift one issue past us: the overlap
of the next pull and the census repair that. A chain that ends long before the number of issues the site itself counts
has broken off.

A page that the server cannot give in time is asked for again with fewer issues, and an issue that is too heavy even
alone is read without its texts: the others must not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from collab_sync.errors import AccessError, TransientError
from collab_sync_http.heavy import too_much
from collab_sync_jira.site import Found, JiraSite, Wanted

ORDER = "id ASC"
_SHRINK = 4
_BROKEN_OFF = 0.9
"""A chain that brought less than this share of what the site counts is not believed to have ended."""


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cursor. ``since``: start of the last complete pull. Inside a pull also when it ``began``, and where it is:
    above id ``last`` (seek), or at ``token`` of ``query`` (chain: a token belongs to its query), ``read`` issues in.
    ``size``: issues to ask for where a full page was too much; ``lean``: one without its texts."""

    since: datetime | None = None
    began: datetime | None = None
    last: int = 0
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
        """Pages from ``place`` on, each with the place behind it (None: that was the last). Before a TransientError
        over a page that was too much comes an empty page, whose place asks for less. Raises what the site raises."""
        at: Place | None = place
        while at is not None:
            try:
                found = self._page(at)
            except TransientError as error:
                smaller = _smaller(at, self.wanted.size) if too_much(error) else None
                if smaller is None:
                    raise
                yield Found((), ""), smaller
                at = smaller
                continue
            at = self._behind(at, found)
            yield found, at

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
        above = f" AND id > {at.last}" if self.seeking and at.last else ""
        return self.site.page(at.query or f"{self.where()}{above} ORDER BY {ORDER}", at.token, wanted)

    def _behind(self, at: Place, found: Found) -> Place | None:
        if found.token and found.token == at.token:
            raise TransientError("Jira 重复给出同一个分页标记,停止以免漏读。", connection=self.site.name)
        at = msgspec.structs.replace(at, size=_grown(at, self.wanted.size), lean=False)
        if self.seeking:
            return self._above(at, found)
        if not found.token:
            return None
        query = at.query or f"{self.where()} ORDER BY {ORDER}"
        return msgspec.structs.replace(at, query=query, token=found.token, read=at.read + len(found.issues))

    def _above(self, at: Place, found: Found) -> Place | None:
        """An empty page of a Cloud site may still name a next one: then its token leads on, within the same seek."""
        if not found.issues:
            return msgspec.structs.replace(at, token=found.token) if found.token else None
        ids = [int(msgspec.json.decode(issue, type=_Id).id) for issue in found.issues]
        if ids != sorted(set(ids)) or ids[0] <= at.last:
            raise NotSeekingError(self.site.name)
        if not found.token and self.site.cloud:
            return None
        return msgspec.structs.replace(at, last=ids[-1], token="")


class NotSeekingError(TransientError):
    """The site did not answer in the order of ids."""

    def __init__(self, connection: str) -> None:
        super().__init__("Jira 没有按编号顺序给出结果,改用分页标记重新读取。", connection=connection)


def seeks(site: JiraSite, project: str) -> bool | None:
    """Whether a site can be read by seeking, tried on two issues of a project; None where there are too few to tell.
    Raises what the site raises."""
    if not site.cloud:
        return True
    two = site.page(f"{project} ORDER BY {ORDER}", "", Wanted(fields=("id",), size=2)).issues
    ids = [int(msgspec.json.decode(issue, type=_Id).id) for issue in two]
    if len(ids) < 2:
        return None
    try:
        above = site.page(f"{project} AND id > {ids[0]} ORDER BY {ORDER}", "", Wanted(fields=("id",), size=1)).issues
    except AccessError as error:
        if error.status != 400:
            raise
        return False
    return ids == sorted(ids) and [int(msgspec.json.decode(issue, type=_Id).id) for issue in above] == ids[1:]


def broken_off(read: int, counted: int) -> bool:
    """Whether a chain over ``read`` issues ended too early, where the site estimates ``counted``."""
    return read < counted * _BROKEN_OFF and counted - read > _SHRINK


def _smaller(at: Place, size: int) -> Place | None:
    """Where to go on after a page that was too much; None where even one issue without its texts is."""
    asked = at.size or size
    if asked > 1:
        return msgspec.structs.replace(at, size=max(1, asked // _SHRINK), lean=False)
    return None if at.lean else msgspec.structs.replace(at, size=1, lean=True)


def _grown(at: Place, size: int) -> int:
    """Back to full pages step by step; 0 stands for a full one."""
    return at.size * 2 if 0 < at.size * 2 < size else 0
