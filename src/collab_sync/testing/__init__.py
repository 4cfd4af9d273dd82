"""Shipped for tests of collab-sync and of what others build for it. Needs pytest; nothing in the product imports it.

Failed assertions show their values if a ``conftest.py`` says, before anything from here is imported::

    pytest.register_assert_rewrite("collab_sync.testing")
"""

from collab_sync.workbench.fakes.fake_tracker import FakeTracker
from collab_sync.workbench.fakes.hand_clock import HandClock
from collab_sync.workbench.fakes.memory_store import MemoryStore

__all__ = ["FakeTracker", "HandClock", "MemoryStore"]
