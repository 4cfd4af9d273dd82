"""人造的办公室和引擎自己积累起来的一样:存法一样,也没有什么还要做。"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks.population import Population, populate
from msgspec.json import decode

from collab_sync.model.work_item import WorkItem
from collab_sync.pipeline.absorb import item_subject
from collab_sync.pipeline.decide import decide, view_of
from collab_sync.pipeline.tick import tick
from collab_sync.ports.store import Store
from collab_sync.store.sqlite import SqliteStore, open_store

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Population:
    return populate(tmp_path_factory.mktemp("population"), 2_000)


@pytest.fixture
def store(people: Population) -> Iterator[SqliteStore]:
    opened = open_store(people.path)
    yield opened
    opened.close()


def rows(store: SqliteStore, table: str) -> list[tuple[object, ...]]:
    """All rows; documents decoded, because a set has no order in them."""
    with store.engine.connect() as connection:
        found = sorted(tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}"))
    return [(*row[:-1], decode(row[-1], type=WorkItem)) for row in found] if table == "work_item" else found


def test_每一行都和照常写入的一样(store: SqliteStore) -> None:
    written = open_store(":memory:")
    with store.read() as tx, written.write() as there:
        for id_, stored in tx.items(tx.ids_where()).items():
            there.put_items([(stored.item, stored.digest)], seen_at=stored.first_seen, baseline=stored.baseline)
            assert id_ == stored.item.id
    for table in ("work_item", "item_link"):
        assert rows(written, table) == rows(store, table)
    written.close()


def test_规模与构成(people: Population, store: Store) -> None:
    with store.read() as tx:
        present, still_open = tx.ids_where(), tx.ids_where(open_only=True)
        programmes = tx.ids_where(type_name="项目")
    assert people.size <= len(present) <= 1.1 * people.size
    assert 0.08 <= len(still_open) / len(present) <= 0.15
    assert len(programmes) == 8


def test_再判断一遍什么也不改变(people: Population, store: Store) -> None:
    """Every item, programme, department, resource and conflict: the office is settled."""
    runtime, _ = people.runtime(store)
    with store.write() as tx:
        view = view_of(tx, runtime.ruling, runtime.clock.now())
        tx.mark_dirty([*view.standing_subjects(), *map(item_subject, tx.ids_where())])
        decision = decide(tx, runtime.ruling, runtime.clock.now())
        tx.clear_dirty(decision.outcomes)
    assert len(decision.outcomes) > people.size
    assert (decision.plan.writes, decision.plan.episodes, decision.plan.traces, decision.numbers) == ((), (), (), {})


def test_没有消息的一轮什么也不判断(people: Population, store: Store) -> None:
    runtime, trackers = people.runtime(store)
    report = tick(runtime)
    assert (report.evaluated, report.planned, report.done, report.errors) == (0, 0, 0, ())
    assert sum(tracker.requests for tracker in trackers.values()) == len(runtime.projects())
