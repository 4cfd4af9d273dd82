"""Every promise of ``collab_sync.ports.store``, as sentences that any store can be held to.

A store is checked by a class of its own::

    class TestMyStore(StoreSuite):
        @pytest.fixture
        def store(self) -> Iterator[Store]:
            store = open_my_store()
            yield store
            store.close()

The fixture gives a new and empty store to each test. What cannot be promised on a single store (power failures, full
disks, several processes) is for the tests of that store.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from collab_sync.ports.store import Store
from collab_sync.testing.store_suite.attention import AttentionPromises
from collab_sync.testing.store_suite.episodes import EpisodePromises
from collab_sync.testing.store_suite.journal import JournalPromises
from collab_sync.testing.store_suite.mirror import MirrorPromises
from collab_sync.testing.store_suite.outbox import OutboxPromises
from collab_sync.testing.store_suite.transactions import TransactionPromises

__all__ = ["StoreSuite"]


class StoreSuite(
    MirrorPromises, AttentionPromises, EpisodePromises, OutboxPromises, JournalPromises, TransactionPromises
):
    """All sentences about a store; override the fixture ``store``."""

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        raise NotImplementedError("override the fixture `store` with an empty store of yours")
