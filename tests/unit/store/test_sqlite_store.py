"""The SQLite store keeps every promise of the port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from collab_sync.ports.store import Store
from collab_sync.store.sqlite import open_store
from collab_sync.testing.store_suite import StoreSuite


class TestSqliteStore(StoreSuite):
    @pytest.fixture
    def store(self, tmp_path: Path, empty_database: bytes) -> Iterator[Store]:
        path = tmp_path / "store.sqlite"
        path.write_bytes(empty_database)
        store = open_store(path)
        yield store
        store.close()
