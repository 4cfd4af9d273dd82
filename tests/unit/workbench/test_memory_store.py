"""The store in memory keeps every promise of the port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from collab_sync.errors import StoreError
from collab_sync.ports.store import Store
from collab_sync.testing.store_suite import StoreSuite
from collab_sync.testing.store_suite.samples import MONDAY
from collab_sync.workbench.fakes.memory_store import MemoryStore


class TestMemoryStore(StoreSuite):
    @pytest.fixture
    def store(self) -> Iterator[Store]:
        store = MemoryStore()
        yield store
        store.close()


def test_一次只有一个写事务() -> None:
    store = MemoryStore()
    with store.write(), pytest.raises(StoreError, match="未结束"), store.write():
        pass


def test_合上之后什么也不剩() -> None:
    store = MemoryStore()
    with store.write() as tx:
        tx.record("规则", MONDAY)
    store.close()
    with store.read() as tx:
        assert tx.recorded("") == {}
