"""An empty database for each test, copied because making the tables takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from collab_sync.store.sqlite import SqliteStore, open_store

pytest.register_assert_rewrite("collab_sync.testing.store_suite")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("empty") / "store.sqlite"
    open_store(path).close()
    return path.read_bytes()


@pytest.fixture
def store(tmp_path: Path, empty_database: bytes) -> Iterator[SqliteStore]:
    path = tmp_path / "store.sqlite"
    path.write_bytes(empty_database)
    store = open_store(path)
    yield store
    store.close()
