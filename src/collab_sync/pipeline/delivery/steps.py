"""What one row asks for on its way: a request to a tracker, or a change of the store.

A row is a generator of these. Whoever walks it carries out what it asks for, wherever that is best done, and hands it
the result; so the rules of one row are written down once, for one row at a time and for many at once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Set
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from collab_sync.model.identity import ItemId
from collab_sync.model.work_item import WorkItem
from collab_sync.ports.store import Transaction

T = TypeVar("T")

ReadBack: TypeAlias = list[tuple[WorkItem, bytes]]
"""Items as they were read after a write, with the digests of their payloads."""


@dataclass(frozen=True, slots=True)
class Request:
    """``call`` asks a tracker and touches nothing else; it may run in any thread. ``begins``: whether it is the first
    that this row asks for, so that it may still be called off."""

    call: Callable[[], object]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """What changes in one transaction share: items that were ``read``, for the mirror to absorb at its end, and those
    that the changes are about and the mirror shows (``present``) at its beginning."""

    present: Set[ItemId] = frozenset()
    read: ReadBack = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Change:
    """``do`` works in a transaction that may hold the changes of other rows as well, and is done again in one of its
    own if that one failed. ``about``: the item whose presence it asks for."""

    do: Callable[[Transaction, Batch], object]
    about: ItemId | None = None


Step: TypeAlias = Request | Change
Steps: TypeAlias = Generator[Step, Any, T]
"""Ends with a T; what is sent in is the result of the last step, what is thrown in its error."""


class CalledOffError(Exception):
    """The request has not been sent, because nothing more is to be begun."""


def asked(call: Callable[[], T], *, begins: bool = False) -> Steps[T]:
    """The answer of a request."""
    answer: T = yield Request(call, begins)
    return answer


def changed(do: Callable[[Transaction, Batch], T], about: ItemId | None = None) -> Steps[T]:
    """The result of a change; it has been committed when this returns."""
    result: T = yield Change(do, about)
    return result
