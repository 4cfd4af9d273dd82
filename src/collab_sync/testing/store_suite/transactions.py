"""Promises about what commits together, and what a reader sees."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

import pytest

from collab_sync.errors import StoreError
from collab_sync.ports.store import Shard, Store
from collab_sync.testing.store_suite.samples import MONDAY, comment, episode, issue, native, subject


class MishapError(Exception):
    """Stands for whatever may go wrong in the middle."""


class TransactionPromises:
    def test_中断的事务什么也不留下(self, store: Store) -> None:
        with pytest.raises(MishapError):
            write_and_fail(store)
        with store.read() as tx:
            assert (tx.ids_where(), tx.shards(), tx.episodes([subject(1)])) == ((), {}, {})
            assert (tx.outbox(["pending"]), tx.recorded(""), tx.dirty()) == ((), {}, ())

    def test_中断之后照常可写(self, store: Store) -> None:
        with pytest.raises(MishapError):
            write_and_fail(store)
        with store.write() as tx:
            tx.record("k", MONDAY, "好")
        with store.read() as tx:
            assert tx.recorded("k") == {"k": (MONDAY, "好")}

    def test_写事务看得见自己写的(self, store: Store) -> None:
        with store.write() as tx:
            tx.put_items([(issue(1), b"d")], seen_at=MONDAY, baseline=False)
            assert set(tx.items([native(1)])) == {native(1)}

    def test_读者看不见未提交的(self, store: Store) -> None:
        with store.write() as writer:
            writer.record("k", MONDAY)
            with store.read() as reader:
                assert reader.recorded("k") == {}

    def test_读者自始至终看见同一份(self, store: Store) -> None:
        with store.read() as reader:
            assert reader.recorded("k") == {}
            with store.write() as writer:
                writer.record("k", MONDAY)
            assert reader.recorded("k") == {}
        with store.read() as reader:
            assert set(reader.recorded("k")) == {"k"}

    def test_读者不能写(self, store: Store) -> None:
        with store.read() as tx:
            with pytest.raises(StoreError):
                tx.record("k", MONDAY)
            with pytest.raises(StoreError):
                tx.put_items([], seen_at=MONDAY, baseline=False)
            assert tx.recorded("") == {}

    def test_结束的事务不能再用(self, store: Store) -> None:
        with store.write() as tx:
            tx.record("k", MONDAY)
        with pytest.raises(StoreError):
            tx.recorded("k")
        with pytest.raises(StoreError):
            tx.record("k", MONDAY)

    def test_不存在的发件行不能改(self, store: Store) -> None:
        with pytest.raises(StoreError), store.write() as tx:
            tx.set_outbox(4711, "done")


def write_and_fail(store: Store) -> None:
    with store.write() as tx:
        tx.put_items([(issue(1), b"d")], seen_at=MONDAY, baseline=True)
        tx.put_shards([Shard(project="jira-npx", cursor="c1")])
        tx.put_episodes([episode()])
        tx.enqueue([comment("甲")], at=MONDAY)
        tx.record("k", MONDAY, "坏")
        tx.mark_dirty([subject(1)])
        raise MishapError
