"""Pages of a list: by number with all the headers GitLab sends, or by keyset with nothing but a link to go on."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol, TypeAlias, TypeVar
from urllib.parse import urlencode

from collab_sync.sandbox.gitlab.answers import answer
from collab_sync.sandbox.gitlab.call import Call
from collab_sync.sandbox.gitlab.errors import ApiError, bad_parameter, server_error
from collab_sync.sandbox.wire import Response

DEFAULT_PER_PAGE, MOST_PER_PAGE = 20, 100
_OWN = frozenset({"page", "per_page", "cursor", "private_token"})

Row = TypeVar("Row")


class _HasId(Protocol):
    id: int


Identified = TypeVar("Identified", bound=_HasId)
SortKey: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list addresses its pages: its parameters with their defaults, and the identifiers of its path.

    ``bounded``: what its elements are called if it can be paged by keyset, and by offset therefore only so far."""

    defaults: Mapping[str, str]
    bounded: str = ""

    def query(self, call: Call, **paging: str) -> str:
        """The query of another page: what was asked, what was assumed, in alphabetical order."""
        asked = [(name, value) for name, value in call.request.query if name not in _OWN and name not in paging]
        known = {name for name, _ in asked}
        assumed = [(name, value) for name, value in self.defaults.items() if name not in known]
        return urlencode(sorted([*asked, *assumed, *paging.items()]))


def paginate(call: Call, rows: Sequence[Row], shape: Callable[[Row], object], listing: Listing) -> Response:
    """A page by number; beyond the end it is empty, page 0 is the first one. Of many rows nobody counts all."""
    size = page_size(call)
    page = max(call.params.integer("page") or 1, 1)
    if listing.bounded and page * size > call.instance.settings.offset_limit:
        raise _too_far(call.instance.settings.offset_limit, listing.bounded)
    last = max(ceil(len(rows) / size), 1)
    shown = rows[(page - 1) * size : page * size]
    links = [("prev", page - 1)] if 1 < page <= last else []
    links += [("next", page + 1)] if page < last else []
    counted = len(rows) <= call.instance.settings.counted_rows
    links += [("first", 1), *([("last", last)] if counted else [])]
    headers = [
        ("X-Per-Page", str(size)),
        ("X-Page", str(page)),
        ("X-Next-Page", str(page + 1) if page < last else ""),
        ("X-Prev-Page", str(page - 1) if 1 < page <= last else ""),
        ("Link", ", ".join(_link(call, listing.query(call, page=str(n), per_page=str(size)), rel) for rel, n in links)),
    ]
    headers += [("X-Total", str(len(rows))), ("X-Total-Pages", str(last))] if counted else []
    return answer([shape(row) for row in shown], headers=headers)


def paginate_by_keyset(
    call: Call, rows: Sequence[tuple[SortKey, Row]], shape: Callable[[Row], object], listing: Listing
) -> Response:
    """The rows behind the cursor, which names the last row's sort key: rows that come or go meanwhile shift nothing."""
    size = page_size(call)
    cursor = call.params.text("cursor")
    after = _read_cursor(cursor) if cursor else None
    rest = [(key, row) for key, row in rows if after is None or key > after]
    shown = rest[:size]
    headers = []
    if len(rest) > size:
        query = listing.query(call, cursor=_write_cursor(shown[-1][0]), per_page=str(size))
        headers.append(("Link", _link(call, query, "next")))
    return answer([shape(row) for _, row in shown], headers=headers)


def _too_far(limit: int, kind: str) -> ApiError:
    sentence = (
        f"Offset pagination has a maximum allowed offset of {limit} for requests that return objects of type {kind}."
    )
    return ApiError(405, {"error": f"{sentence} Remaining records can be retrieved using keyset pagination."})


def paginate_by_id(
    call: Call, rows: Sequence[Identified], shape: Callable[[Identified], object], listing: Listing, *, ascending: bool
) -> Response:
    """The first of the rows, which are in the order of their ids, and a link to those after (or before) the last."""
    size = page_size(call)
    shown = rows[:size]
    if len(rows) <= size:
        return answer([shape(row) for row in shown])
    bound = {"id_after" if ascending else "id_before": str(shown[-1].id)}
    link = _link(call, listing.query(call, **bound, per_page=str(size)), "next")
    return answer([shape(row) for row in shown], headers=[("Link", link)])


def page_size(call: Call) -> int:
    """``per_page``: at most 100, and 0 is a server error, as on the real one."""
    size = call.params.integer("per_page")
    if size == 0:
        raise server_error()
    return DEFAULT_PER_PAGE if size is None or size < 0 else min(size, MOST_PER_PAGE)


def _link(call: Call, query: str, rel: str) -> str:
    return f'<{call.base}{call.request.path}?{query}>; rel="{rel}"'


def _write_cursor(key: SortKey) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _read_cursor(cursor: str) -> SortKey:
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError):
        raise bad_parameter("cursor is invalid") from None
    if not isinstance(key, list) or not all(isinstance(part, int) for part in key):
        raise bad_parameter("cursor is invalid")
    return tuple(key)
