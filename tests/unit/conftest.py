"""A small world for each test; its empty database is made once and copied, because making tables takes long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import pytest
from tests.unit.engine_office import rule_set
from tests.unit.engine_world import SmallWorld

from collab_sync.model.organisation import Organisation
from collab_sync.ports.store import Store
from collab_sync.rules.load import RuleSet
from collab_sync.store.sqlite import SqliteStore, open_store
from collab_sync.workbench.fakes.memory_store import MemoryStore

WorldMaker = Callable[..., SmallWorld]


@pytest.fixture(scope="session")
def blank_store(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("blank") / "store.sqlite"
    open_store(path).close()
    return path.read_bytes()


@pytest.fixture
def world_of() -> WorldMaker:
    """Makes worlds: ``world_of(规则, 组织)``. Both trackers are empty and have been read once, before opening."""

    def make(rules: str | RuleSet, office: Organisation | None = None, *, watching: bool = True) -> SmallWorld:
        return _begun(MemoryStore(), rules, office, watching)

    return make


@pytest.fixture
def stored_world_of(tmp_path: Path, blank_store: bytes) -> Iterator[WorldMaker]:
    """Like ``world_of``, over the real store: for what happens between its transactions."""
    numbers = count()
    with ExitStack() as stack:

        def make(rules: str | RuleSet, office: Organisation | None = None, *, watching: bool = True) -> SmallWorld:
            folder = tmp_path / f"world-{next(numbers)}"
            folder.mkdir()
            (folder / "store.sqlite").write_bytes(blank_store)
            # A temporary store, because only what survives the process matters here, not what survives a power cut.
            store = SqliteStore(folder / "store.sqlite", busy_timeout=5.0, temporary=folder)
            return _begun(stack.enter_context(closing(store)), rules, office, watching)

        yield make


def _begun(store: Store, rules: str | RuleSet, office: Organisation | None, watching: bool) -> SmallWorld:
    world = SmallWorld(store, rule_set(rules, office) if isinstance(rules, str) else rules)
    if watching:
        world.tick()
    return world
