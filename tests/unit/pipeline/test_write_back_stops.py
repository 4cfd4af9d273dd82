"""Side by side, too, a refusal stops what has not left yet, the end of the process begins nothing, a defect is one
row's own, and however many rows wait few are held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.unit.conftest import WorldMaker
from tests.unit.engine_world import SmallWorld
from tests.unit.pipeline.outbox_play import Drawn, Play, on_the_way, scripted
from tests.unit.pipeline.test_write_back_at_once import NOTHING

from collab_sync.errors import AccessError
from collab_sync.model.action import ItemWrite
from collab_sync.pipeline.delivery.crew import Crew
from collab_sync.pipeline.delivery.portions import PORTION
from collab_sync.pipeline.write_back import deliver
from collab_sync.ports.store import ManagedTrace, OutboxRow, Store, Transaction

WIDTH = 4
SEEDS = range(8)


def many(count: int) -> list[Drawn]:
    return [Drawn("label", f"NPX-{number}") for number in range(11, 11 + count)]


def wide(world: SmallWorld, count: int) -> Play:
    """One label for each of so many items."""
    rows = many(count)
    for row in rows:
        world.make(row.place)
    return Play(world, rows, at_once=WIDTH)


def states(play: Play) -> dict[str, int]:
    found = [row.state for row in play.outbox()]
    return {state: found.count(state) for state in sorted(set(found))}


def refusing_after(play: Play, count: int, error: Exception) -> list[ItemWrite]:
    """The connection refuses from the ``count``-th write on; the writes that were tried."""
    tried: list[ItemWrite] = []

    def refuse(when: str, write: ItemWrite) -> None:
        if when == "before":
            tried.append(write)
            if len(tried) > count:
                raise error

    play.world.sites["jira"].on_write = refuse
    return tried


def test_第一个请求单独走_令牌不行就只试一次(world_of: WorldMaker) -> None:
    """Many refused credentials at once lock accounts."""
    play = wide(world_of(NOTHING), 20)
    tried = refusing_after(play, 0, AccessError("令牌过期", status=401))
    play.deliver(Crew)
    assert len(tried) == 1
    assert states(play) == {"pending": 20}
    assert sum(row.attempts for row in play.outbox()) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_半路被拒_在路上的走完_其余的不再送(world_of: WorldMaker, seed: int) -> None:
    """Rows that were to follow are as if nobody had begun with them."""
    play = wide(world_of(NOTHING), 30)
    tried = refusing_after(play, 9, AccessError("令牌过期", status=401))
    play.deliver(scripted(seed))
    assert len(tried) <= 9 + 2 * WIDTH
    assert states(play) == {"done": 9, "pending": 21}
    play.world.sites["jira"].on_write = lambda _when, _write: None
    play.to_the_end(scripted(seed))
    assert states(play) == {"done": 30}


@pytest.mark.parametrize("seed", SEEDS)
def test_要结束了_不再开始新的_在路上的存好回执(world_of: WorldMaker, seed: int) -> None:
    play = wide(world_of(NOTHING), 30)
    sent: list[ItemWrite] = []

    def count(when: str, write: ItemWrite) -> None:
        if when == "before":
            sent.append(write)

    play.world.sites["jira"].on_write = count
    runtime = replace(play.world.runtime, ending=lambda: len(sent) >= 5)
    delivery = deliver(runtime, play.world.clock.now(), scripted(seed))
    assert len(sent) == 5
    assert states(play) == {"done": 5, "pending": 25}
    assert (delivery.done, delivery.waiting) == (5, 25)


def test_一个接一个的连接_要结束时也不再开始(world_of: WorldMaker) -> None:
    play = wide(world_of(NOTHING), 6)
    play.world.sites["jira"].at_once = 1
    site = play.world.sites["jira"]
    runtime = replace(play.world.runtime, ending=lambda: len(site.performed) >= 2)
    assert deliver(runtime, play.world.clock.now()).done == 2
    assert states(play) == {"done": 2, "pending": 4}


# --- one row's own defect ------------------------------------------------------------------------------------------
@dataclass
class Faulty:
    """A store in which the traces of one item cannot be written."""

    inner: Store
    item: str

    def read(self) -> AbstractContextManager[Transaction]:
        return self.inner.read()

    def close(self) -> None:
        self.inner.close()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self.inner.write() as tx:
            yield _FaultyTransaction(tx, self.item)  # type: ignore[misc]  # everything else is the one inside


@dataclass
class _FaultyTransaction:
    inner: Any
    item: str

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def put_managed(self, traces: Sequence[ManagedTrace]) -> None:
        if any(self.item in trace.item for trace in traces):
            raise KeyError("缺陷")
        self.inner.put_managed(traces)


@pytest.mark.parametrize("seed", SEEDS)
def test_一起提交时遇到缺陷_只有那一行受它的累(world_of: WorldMaker, seed: int) -> None:
    world = world_of(NOTHING)
    for number in range(11, 31):
        world.make(f"NPX-{number}")
    play = Play(world, [Drawn("comment", f"NPX-{number}") for number in range(11, 31)], at_once=WIDTH)
    world.store = Faulty(world.store, "NPX-17")
    play.deliver(scripted(seed))
    assert {row.planned.reason for row in on_the_way(play.outbox())} == {"NPX-17"}
    assert states(play) == {"done": 19, "unknown": 1}
    assert len(world.comments("NPX-17")) == 1


# --- how many rows are held ----------------------------------------------------------------------------------------
@dataclass
class Counting:
    """A store that counts the rows it gave out and those that were closed since."""

    inner: Store
    out: int = 0
    most: int = 0
    asked: list[int | None] = field(default_factory=list)

    def close(self) -> None:
        self.inner.close()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        with self.inner.read() as tx:
            yield _CountingTransaction(tx, self)  # type: ignore[misc]  # everything else is the one inside

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self.inner.write() as tx:
            yield _CountingTransaction(tx, self)  # type: ignore[misc]  # everything else is the one inside


@dataclass
class _CountingTransaction:
    inner: Any
    store: Counting

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def outbox(self, states: Sequence[Any], *, after: int = 0, limit: int | None = None) -> tuple[OutboxRow, ...]:
        rows: tuple[OutboxRow, ...] = self.inner.outbox(states, after=after, limit=limit)
        self.store.asked.append(limit)
        self.store.out += len(rows)
        self.store.most = max(self.store.most, self.store.out)
        return rows

    def set_outbox(self, row_id: int, state: str, **changed: Any) -> None:
        self.inner.set_outbox(row_id, state, **changed)
        self.store.out -= state == "done"


def test_排了很多行_手上只有几份(stored_world_of: WorldMaker) -> None:
    """However long the outbox is, it is read in portions, the next when most of the last are over."""
    world = stored_world_of(NOTHING)
    for number in range(11, 51):
        world.make(f"NPX-{number}")
    rows = [Drawn("label", f"NPX-{number % 40 + 11}") for number in range(2 * PORTION + 50)]
    play = Play(world, rows, at_once=WIDTH)
    world.store = counting = Counting(world.store)
    assert play.deliver(scripted(0)) == 0
    assert set(counting.asked) == {PORTION}
    assert counting.most < 2 * PORTION + 2
