"""The SQLite store keeps every promise of the port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from collab_sync.ports.store import Store
from collab_sync.store.sqlite import MEMORY, open_store
from collab_sync.testing.store_suite import StoreSuite


class TestSqliteStore(StoreSuite):
    @pytest.fixture
    def store(self) -> Iterator[Store]:
        store = open_store(MEMORY)
        yield store
        store.close()
