"""Resources of which more is asked for than there is: which requests, on which days.

Day by day the demand of all open requests stands against the capacity, which is nothing on a blackout day. Each run of
days on which it is not enough is one conflict. Its key is the resource and the first of these days; who takes part is
data, so that a request that joins or leaves does not make another conflict of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from collab_sync.analysis.item_facts import ItemFacts
from collab_sync.analysis.natural import natural
from collab_sync.analysis.surroundings import Surroundings
from collab_sync.carriers import values
from collab_sync.model.resource import Conflict, Resource

REQUEST_TYPE = "资源申请"
QUANTITY, FIRST, LAST = "数量", "从", "到"
"""Lines of a request: how much, and from which day to which, both included."""

ONE = Decimal(1)
"""What somebody wants who names days but no quantity."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Demand:
    """What one request wants: ``quantity`` on each day from ``first`` to ``last``."""

    item: ItemFacts
    first: date
    last: date
    quantity: Decimal

    def touches(self, first: date, last: date) -> bool:
        return self.first <= last and first <= self.last


@dataclass(frozen=True, slots=True)
class _Span:
    """Days on which demand and capacity do not change."""

    first: date
    last: date
    demand: Decimal
    capacity: Decimal


def conflict_key(resource: Resource, first_day: date) -> str:
    """``venue:2025-10-22``: stays the same while requests come and go, as long as the first day does."""
    return f"{resource.key}:{first_day.isoformat()}"


def demand(item: ItemFacts) -> Demand | None:
    """What an open request asks for; None for one that is settled, names no days or names them the wrong way round."""
    if item.item.type != REQUEST_TYPE or not item.item.open:
        return None
    written = item.item.fields
    near = item.calendar.local_date(item.item.created_at)
    first = values.day(written.get(FIRST, ""), near)
    if first is None:
        return None
    last = values.day(written.get(LAST, ""), near) or first
    quantity = values.number(written.get(QUANTITY, ""))
    wanted = ONE if quantity is None else quantity
    return Demand(item, first, last, wanted) if first <= last and wanted > 0 else None


def resource_conflicts(resource: Resource, requests: Iterable[ItemFacts], today: date) -> tuple[Conflict, ...]:
    """The conflicts about ``resource`` that are not over by ``today``, by their first day. Its requests may be any
    items; a resource without capacity is only short on blackout days."""
    demands = [wanted for item in requests if (wanted := demand(item))]
    found = (_conflict(resource, demands, run) for run in _runs(_spans(resource, demands)))
    return tuple(conflict for conflict in found if conflict.last_day >= today)


def conflicts(around: Surroundings) -> Mapping[str, Conflict]:
    """All conflicts of the organisation as they are now, by key."""
    asked = open_requests(around)
    today = around.calendar(None).local_date(around.now)
    return {
        conflict.key: conflict
        for resource in around.resources
        for conflict in resource_conflicts(resource, asked.get(resource.key, ()), today)
    }


def open_requests(around: Surroundings) -> Mapping[str, tuple[ItemFacts, ...]]:
    """Every open request by the key of the resource it names."""
    found: dict[str, tuple[ItemFacts, ...]] = {}
    for item in around.items_where(type_name=REQUEST_TYPE, open_only=True):
        if item.resource is not None:
            found[item.resource.key] = (*found.get(item.resource.key, ()), item)
    return found


def settled_conflict(key: str, around: Surroundings) -> Conflict | None:
    """A conflict that was and is not any more: nobody takes part, ``open`` is False. None for a resource nobody knows,
    or what is no key of a conflict."""
    name, _, text = key.rpartition(":")
    resource = around.resource(name)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if resource is None:
        return None
    capacity = resource.capacity or Decimal(0)
    return Conflict(key=key, resource=resource.key, first_day=day, last_day=day, members=(),
                    demand=Decimal(0), capacity=capacity, open=False)  # fmt: skip


# --- days ------------------------------------------------------------------------------------------------------
def _spans(resource: Resource, demands: Sequence[Demand]) -> Iterator[_Span]:
    """All days on which anything is wanted, cut where demand or capacity changes."""
    cuts = {cut for one in demands for cut in (one.first, one.last + _DAY)}
    cuts |= {cut for blackout in resource.blackouts for cut in (blackout.start, blackout.end + _DAY)}
    for first, following in pairwise(sorted(cuts)):
        wanted = sum((one.quantity for one in demands if one.touches(first, first)), Decimal(0))
        yield _Span(first, following - _DAY, wanted, _capacity(resource, first, wanted))


def _capacity(resource: Resource, day: date, wanted: Decimal) -> Decimal:
    if any(blackout.start <= day <= blackout.end for blackout in resource.blackouts):
        return Decimal(0)
    return wanted if resource.capacity is None else resource.capacity


def _runs(spans: Iterable[_Span]) -> Iterator[tuple[_Span, ...]]:
    """Neighbouring spans on which there is not enough."""
    run: list[_Span] = []
    for span in spans:
        if span.demand > span.capacity:
            run.append(span)
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _conflict(resource: Resource, demands: Sequence[Demand], run: Sequence[_Span]) -> Conflict:
    first, last = run[0].first, run[-1].last
    worst = max(run, key=lambda span: span.demand - span.capacity)
    members = {one.item.item.source.key for one in demands if one.touches(first, last)}
    return Conflict(
        key=conflict_key(resource, first),
        resource=resource.key,
        first_day=first,
        last_day=last,
        members=tuple(sorted(members, key=natural)),
        demand=worst.demand,
        capacity=worst.capacity,
    )
