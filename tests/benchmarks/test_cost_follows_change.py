"""一轮的代价跟着变化走,不跟着规模走:请求、语句、判断的对象都数得出来,也没有一条语句从头到尾翻一张大表。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from benchmarks.population import Population, populate
from benchmarks.population.trackers import AnsweringTracker
from sqlalchemy import event

from collab_sync.model.identity import SubjectRef
from collab_sync.model.work_item import WorkItem
from collab_sync.pipeline.absorb import item_subject
from collab_sync.pipeline.decide import decide
from collab_sync.pipeline.runtime import Runtime
from collab_sync.pipeline.tick import tick
from collab_sync.store.sqlite import SqliteStore, open_store
from collab_sync.workbench.fakes.hand_clock import HandClock

pytestmark = pytest.mark.timeout(600)

SMALL, LARGE = 1_000, 4_000
IDLE_STATEMENTS = 9
"""Where the clock stands and what waits; how far each project was read; what is counted; what is to be judged; and two
writes: how far they are read now, that somebody looked."""
GROWING = ("work_item", "item_link", "concern", "due", "episode", "hold", "outbox", "managed_trace", "journal")
"""Tables that grow with the size of the office."""


@dataclass
class Place:
    """An office of some size, a tick away from rest."""

    store: SqliteStore
    runtime: Runtime
    trackers: dict[str, AnsweringTracker]

    def later(self) -> None:
        assert isinstance(self.runtime.clock, HandClock)
        self.runtime.clock.sleep(60)

    def tell(self, items: Sequence[WorkItem]) -> None:
        for item in items:
            fresh = msgspec.structs.replace(item, title=f"{item.title}(改)", updated_at=self.runtime.clock.now())
            self.trackers[item.source.connection].tell([fresh])


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Population]:
    folder = tmp_path_factory.mktemp("offices")
    return {size: populate(folder, size) for size in (SMALL, LARGE)}


@pytest.fixture
def places(offices: dict[int, Population]) -> Iterator[dict[int, Place]]:
    stores = {size: open_store(office.path) for size, office in offices.items()}
    found = {size: Place(store, *offices[size].runtime(store)) for size, store in stores.items()}
    for place in found.values():
        tick(place.runtime)
        place.later()
    yield found
    for store in stores.values():
        store.close()


@contextmanager
def watched(store: SqliteStore) -> Iterator[list[tuple[str, Any]]]:
    """Statements and their values inside the block, BEGIN left out."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, values: Any, _context: object, many: bool) -> None:
        if not sql.startswith("BEGIN"):
            seen.append((sql, values[0] if many else values))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def scans(store: SqliteStore, seen: Sequence[tuple[str, Any]]) -> list[str]:
    """Steps of the statements' plans that walk through a whole table that grows."""
    found = []
    with store.engine.connect() as connection:
        for sql, values in dict(seen).items():
            steps = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
            found += [step for step in steps if step.startswith("SCAN") and step.split()[1] in GROWING]
    return found


def dependants(place: Place, items: Sequence[WorkItem]) -> set[SubjectRef]:
    """The items themselves and all that link to them or watch them, found by looking at every item there is; conflicts
    over what they ask for."""
    names = {name for item in items for name in (item.source.key, item.source.url)}
    with place.store.read() as tx:
        every = [stored.item for stored in tx.items(tx.ids_where()).values()]
    linking = {one.id for one in every if names & {one.parent, *(link.target for link in one.links)}}
    around = names | {name for one in every if one.id in linking for name in (one.source.key, one.source.url)}
    watching = {one.id for one in every if any(name in around for name in _watched(one))}
    return {item_subject(id_) for id_ in {*(item.id for item in items), *linking, *watching}}


def _watched(item: WorkItem) -> list[str]:
    line = item.fields.get("触发条件", "").removeprefix("监控 ")
    return [line.partition(";")[0]]


def test_没有消息的一轮只有几条语句且与规模无关(places: dict[int, Place]) -> None:
    for place in places.values():
        with watched(place.store) as seen:
            report = tick(place.runtime)
        assert (len(seen), report.evaluated) == (IDLE_STATEMENTS, 0)
        assert scans(place.store, seen) == []


def test_没有消息的一轮每个项目只问一次(places: dict[int, Place]) -> None:
    for place in places.values():
        before = sum(tracker.requests for tracker in place.trackers.values())
        tick(place.runtime)
        asked = sum(tracker.requests for tracker in place.trackers.values()) - before
        assert asked == len(place.runtime.projects())


def test_没有消息的一轮也如实说读到了什么时候(places: dict[int, Place]) -> None:
    for place in places.values():
        tick(place.runtime)
        with place.store.read() as tx:
            shards = tx.shards().values()
        assert {shard.complete_as_of for shard in shards} == {place.runtime.clock.now()}
        assert len(shards) == len(place.runtime.projects())


def changed(place: Place, kind: str, count: int) -> list[WorkItem]:
    """Some open items of a kind, the same of every office."""
    with place.store.read() as tx:
        ids = tx.ids_where(type_name=kind, open_only=True)[:count]
        return [stored.item for stored in tx.items(ids).values()]


def test_判断的恰是变了的到时的和依赖它们的(places: dict[int, Place]) -> None:
    for place in places.values():
        items, due = changed(place, "任务", 10), [item.id for item in changed(place, "问题", 3)]
        wanted = dependants(place, items) | {item_subject(id_) for id_ in due}
        place.tell(items)
        with place.store.write() as tx:
            tx.set_due({item_subject(id_): place.runtime.clock.now() for id_ in due})
        assert tick(place.runtime).evaluated == len(wanted)
        place.later()
        with place.store.read() as tx:
            assert decide(tx, place.runtime.ruling, place.runtime.clock.now()).outcomes == {}


@pytest.mark.parametrize("kind", ["任务", "风险", "资源申请", "会议"])
def test_几处变化的语句与规模无关(places: dict[int, Place], kind: str) -> None:
    """Requests, their conflicts and what is watched included; and nothing is walked through from end to end."""
    counts = set()
    for place in places.values():
        place.tell(changed(place, kind, 1))
        with watched(place.store) as seen:
            report = tick(place.runtime)
        assert scans(place.store, seen) == []
        assert report.evaluated >= 1
        counts.add(len(seen))
    assert len(counts) == 1


def test_计划的检查会发现翻整张表(places: dict[int, Place]) -> None:
    """Without this the sentences above could not fail."""
    assert scans(places[SMALL].store, [("SELECT id FROM work_item WHERE document = ?", (b"",))]) == ["SCAN work_item"]


def test_一小时没有消息_到时的照样判断(places: dict[int, Place]) -> None:
    place = places[SMALL]
    assert isinstance(place.runtime.clock, HandClock)
    with place.store.read() as tx:
        due = tx.next_due()
    assert due is not None
    place.runtime.clock.set(due - timedelta(seconds=1))
    assert tick(place.runtime).evaluated == 0
    place.runtime.clock.set(due)
    assert tick(place.runtime).evaluated > 0
