"""One walk over the outbox: rows of different items go side by side, their transactions together in one thread.

The calling thread alone touches the store and decides; whatever has come in while a transaction was being committed
shares the next one. Rows that wait for that commit are more than a connection may have requests under way, so that its
threads have no time to spare; the first request of a connection goes alone, and so does every one after a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from heapq import heappop, heappush
from typing import TypeAlias

from collab_sync.errors import AccessError, CollabSyncError, TransientError, UnknownOutcomeError
from collab_sync.model.identity import SourceRef
from collab_sync.model.page import Page, View
from collab_sync.pipeline.absorb import absorb
from collab_sync.pipeline.delivery.crew import Crew
from collab_sync.pipeline.delivery.order import Order
from collab_sync.pipeline.delivery.portions import Portions
from collab_sync.pipeline.delivery.sending import Delivery, Sending
from collab_sync.pipeline.delivery.steps import Batch, CalledOffError, Change, Request, Step, Steps
from collab_sync.pipeline.rows import log_outcome, targets
from collab_sync.pipeline.runtime import Runtime
from collab_sync.ports import at_once
from collab_sync.ports.store import OutboxRow

Hire: TypeAlias = Callable[[Callable[[str], int]], Crew]
"""Makes the crew of a walk; it is told how many requests each connection allows at a time."""

AHEAD = 2
"""Rows begun for each request that a connection allows: half of them are being asked about, half being committed."""

_PROJECT = "project:"
_TOGETHER = "one by one"
"""What rows of connections that allow one request at a time bear in common: they go in the order of the outbox."""
_SUSPICIOUS = (AccessError, TransientError, UnknownOutcomeError)


@dataclass(frozen=True, slots=True)
class Round:
    """``paused``: connections and projects that refused us in this delivery."""

    now: datetime
    paused: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Held:
    """A row that has been read. ``connection``: empty where the mapping does not know its project."""

    row: OutboxRow
    names: set[str]
    connection: str

    @property
    def places(self) -> set[str]:
        return {self.connection, _PROJECT + self.row.planned.project}


class Walk:
    """Every row that is due and not blocked is tried once."""

    def __init__(self, runtime: Runtime, delivery: Delivery, at: Round, crew: Crew) -> None:
        self.rows = Portions(runtime.store)
        self._runtime = runtime
        self._delivery = delivery
        self._at = at
        self._crew = crew
        self._order = Order()
        self._held: dict[int, _Held] = {}
        self._ready: dict[str, list[int]] = {}
        self._going: dict[int, Steps[str]] = {}
        self._begun: dict[str, int] = {}
        self._changes: list[tuple[int, Change]] = []
        self._blocked: set[str] = set()
        self._trusted: set[str] = set()
        self._moved = False

    def go(self) -> bool:
        """To the end; whether anything moved."""
        while True:
            self._take_in()
            self._begin()
            if self._changes:
                self._hear(wait=False)
                self._commit()
            elif self._crew.busy:
                self._hear(wait=True)
            elif self._ended or (self.rows.over and not self._held):
                return self._moved

    @property
    def _ended(self) -> bool:
        return self._runtime.ending()

    # --- which rows --------------------------------------------------------------------------------------------
    def _take_in(self) -> None:
        while not self.rows.over and not self._ended and len(self._held) < self.rows.size:
            rows, refs = self.rows.following()
            for row in rows:
                self._hold(row, refs)

    def _hold(self, row: OutboxRow, refs: Mapping[str, SourceRef]) -> None:
        mapping = self._runtime.ruling.mapping.project(row.planned.project)
        held = _Held(row, targets(row, refs), mapping.connection if mapping else "")
        self._held[row.id] = held
        if self._order.take_in(row.id, held.names | self._company(held), row.planned.waits_for):
            heappush(self._ready.setdefault(held.connection, []), row.id)

    def _company(self, held: _Held) -> set[str]:
        """What else keeps rows apart: pages and views of a connection are looked for before they are made."""
        if self._width(held.connection) <= 1:
            return {_TOGETHER}
        return {f"places:{held.connection}"} if isinstance(held.row.planned.write, Page | View) else set()

    def _begin(self) -> None:
        """Rows that may go, as many as there is room for; those of them that are not to go now are over."""
        while (number := self._following()) is not None:
            held = self._held[number]
            if self._passed_over(held):
                self._over(number, "")
                continue
            steps = Sending(self._runtime, held.row, self._at.now, self._delivery).steps()
            self._going[number] = steps
            self._begun[held.connection] = self._begun.get(held.connection, 0) + 1
            self._go_on(number, partial(next, steps))

    def _following(self) -> int | None:
        if self._ended:
            return None
        for connection, ready in self._ready.items():
            if ready and (self._room(connection) or self._passed_over(self._held[ready[0]])):
                return heappop(ready)
        return None

    def _room(self, connection: str) -> bool:
        allowed = AHEAD * self._width(connection) if connection in self._trusted else 1
        return self._begun.get(connection, 0) < allowed

    def _passed_over(self, held: _Held) -> bool:
        next_attempt = held.row.next_attempt
        due = next_attempt is None or next_attempt <= self._at.now
        return not due or not held.connection or not held.places.isdisjoint(self._at.paused) or self._barred(held)

    def _barred(self, held: _Held) -> bool:
        return not held.names.isdisjoint(self._blocked)

    def _over(self, number: int, outcome: str) -> None:
        """``outcome``: empty for a row that was not tried."""
        held = self._held.pop(number)
        if self._going.pop(number, None) is not None:
            self._begun[held.connection] -= 1
            log_outcome(held.row, outcome)
        if outcome == "paused":
            self._at.paused.add(held.connection)
        elif outcome == "shut":
            self._at.paused.add(_PROJECT + held.row.planned.project)
        if outcome not in ("done", "dead"):
            self._blocked |= held.names
        self._moved = self._moved or outcome in ("done", "dead", "again")
        for one in self._order.over(number):
            heappush(self._ready.setdefault(self._held[one].connection, []), one)

    # --- their steps -------------------------------------------------------------------------------------------
    def _go_on(self, number: int, resume: Callable[[], Step]) -> None:
        try:
            step = resume()
        except StopIteration as end:
            self._over(number, end.value)
            return
        if isinstance(step, Change):
            self._changes.append((number, step))
            return
        held = self._held[number]
        self._crew.ask(number, held.connection, partial(self._unless_called_off, held, step))

    def _unless_called_off(self, held: _Held, request: Request) -> object:
        """Runs in any thread."""
        if request.begins and (self._ended or not held.places.isdisjoint(self._at.paused)):
            raise CalledOffError
        return request.call()

    def _hear(self, *, wait: bool) -> None:
        for answer in self._crew.heard(wait=wait):
            steps, error = self._going[answer.row], answer.error
            self._weigh(self._held[answer.row].connection, error)
            if error is None:
                self._go_on(answer.row, partial(steps.send, answer.value))
            elif isinstance(error, Exception):
                self._go_on(answer.row, partial(steps.throw, error))
            else:
                raise error

    def _weigh(self, connection: str, error: BaseException | None) -> None:
        if error is None:
            self._trusted.add(connection)
        elif isinstance(error, _SUSPICIOUS):
            self._trusted.discard(connection)

    def _commit(self) -> None:
        changes, self._changes = self._changes, []
        for number, outcome in self._settled(changes):
            steps = self._going[number]
            if isinstance(outcome, _Failed):
                self._go_on(number, partial(steps.throw, outcome.error))
            else:
                self._go_on(number, partial(steps.send, outcome))

    def _settled(self, changes: Sequence[tuple[int, Change]]) -> Iterator[tuple[int, object]]:
        """All in one transaction; if that fails by a defect, each in its own, so that only its own row meets it."""
        try:
            results = self._together([change for _, change in changes])
        except CollabSyncError:
            raise
        except Exception as error:  # noqa: BLE001 - the row that met the defect tells it
            if len(changes) == 1:
                yield changes[0][0], _Failed(error)
                return
            for change in changes:
                yield from self._settled([change])
            return
        for (number, _), result in zip(changes, results, strict=True):
            yield number, result

    def _together(self, changes: Sequence[Change]) -> list[object]:
        about = [change.about for change in changes if change.about is not None]
        with self._runtime.store.write() as tx:
            batch = Batch(tx.digests(about).keys() if about else frozenset())
            results = [change.do(tx, batch) for change in changes]
            fresh = {item.id: (item, digest) for item, digest in batch.read}
            absorb(tx, list(fresh.values()), seen_at=self._at.now)
        return results

    def _width(self, connection: str) -> int:
        return width(self._runtime, connection)


@dataclass(frozen=True, slots=True)
class _Failed:
    """A change that met a defect."""

    error: Exception


def width(runtime: Runtime, connection: str) -> int:
    """How many requests a connection allows at a time; one where it does not say."""
    known = runtime.connections.get(connection)
    return at_once(known) if known else 1
