"""What a row of the outbox keeps when it moves on."""

from __future__ import annotations

from collab_sync.model.action import Receipt
from collab_sync.store.sqlite import SqliteStore
from collab_sync.testing.store_suite.samples import MONDAY, comment, creation


def test_回执不会因后来的变动丢失(store: SqliteStore) -> None:
    receipt = Receipt(at=MONDAY, remote_id="c-77")
    with store.write() as tx:
        tx.enqueue([comment("甲")], at=MONDAY)
        (row,) = tx.outbox(["pending"])
        tx.set_outbox(row.id, "done", receipt=receipt)
        tx.set_outbox(row.id, "dead", error="人工放弃")
        assert [row.receipt for row in tx.outbox(["dead"])] == [receipt]


def test_未完成的创建没有可用的回执(store: SqliteStore) -> None:
    with store.write() as tx:
        tx.enqueue([creation("甲", creation_key="会议-1")], at=MONDAY)
        (row,) = tx.outbox(["pending"])
        tx.set_outbox(row.id, "unknown", receipt=Receipt(at=MONDAY, remote_id="9"))
        assert tx.creation_receipts(["会议-1"]) == {}


def test_标记读不懂的创建按写入的键找到(store: SqliteStore) -> None:
    with store.write() as tx:
        tx.enqueue([creation("甲", creation_key="")], at=MONDAY)
        (row,) = tx.outbox(["pending"])
        tx.set_outbox(row.id, "done", receipt=Receipt(at=MONDAY, remote_id="9"))
        assert set(tx.creation_receipts(["甲"])) == {"甲"}


def test_发件行的编号不会用第二次(store: SqliteStore) -> None:
    with store.write() as tx:
        tx.enqueue([comment("甲")], at=MONDAY)
        (first,) = tx.outbox(["pending"])
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")
    with store.write() as tx:
        tx.enqueue([comment("乙")], at=MONDAY)
        assert [row.id > first.id for row in tx.outbox(["pending"])] == [True]


def test_前缀在字符表的边上也对(store: SqliteStore) -> None:
    """After U+D7FF come code points that no text may contain; after U+10FFFF comes nothing."""
    with store.write() as tx:
        for key in ("\ud7ffa", "\ue000", "\U0010ffff", "\U0010ffffa"):
            tx.record(key, MONDAY)
        assert set(tx.recorded("\ud7ff")) == {"\ud7ffa"}
        assert set(tx.recorded("\U0010ffff")) == {"\U0010ffff", "\U0010ffffa"}
