"""Items are found by the names people remember, also by those they no longer have."""

from __future__ import annotations

from collab_sync.store.sqlite import SqliteStore
from collab_sync.testing.store_suite.mirror import put
from collab_sync.testing.store_suite.samples import issue, native


def test_以前的编号与网址仍找到条目(store: SqliteStore) -> None:
    put(store, issue(1))
    put(store, issue(1, key="HW-7"))
    put(store, issue(1, key="HW-7"))
    url = "https://jira.example/browse/NPX-1"
    with store.read() as tx:
        assert tx.ids_by_key(["NPX-1", url, "HW-7"]) == dict.fromkeys(["NPX-1", url, "HW-7"], native(1))


def test_编号给了别的条目时归现在的条目(store: SqliteStore) -> None:
    put(store, issue(1))
    put(store, issue(1, key="HW-7"))
    put(store, issue(2, key="NPX-1"))
    with store.read() as tx:
        assert tx.ids_by_key(["NPX-1"]) == {"NPX-1": native(2)}


def test_编号改回来时归原条目(store: SqliteStore) -> None:
    put(store, issue(2))
    put(store, issue(2, key="HW-7"))
    put(store, issue(2))
    with store.read() as tx:
        assert tx.ids_by_key(["NPX-2", "HW-7"]) == {"NPX-2": native(2), "HW-7": native(2)}


def test_看得见的条目先于消失的条目(store: SqliteStore) -> None:
    """A project was deleted and made again: the same key, another item."""
    put(store, issue(1, key="NPX-5"), issue(2, key="NPX-5"))
    with store.read() as tx:
        assert tx.ids_by_key(["NPX-5"]) == {"NPX-5": native(1)}
    with store.write() as tx:
        tx.mark_gone([native(1)], "deleted")
        assert tx.ids_by_key(["NPX-5"]) == {"NPX-5": native(2)}


def test_消失的条目仍按编号找到(store: SqliteStore) -> None:
    put(store, issue(1))
    with store.write() as tx:
        tx.mark_gone([native(1)], "deleted")
        assert tx.ids_by_key(["NPX-1"]) == {"NPX-1": native(1)}
