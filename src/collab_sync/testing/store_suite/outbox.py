"""Promises about writes on their way and about what we may change again."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

import msgspec

from collab_sync.model.action import Receipt
from collab_sync.model.identity import SourceRef
from collab_sync.ports.store import ManagedTrace, OutboxRow, OutboxState, Store, Transaction
from collab_sync.testing.store_suite.samples import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    comment,
    creation,
    log_line,
    native,
)


class OutboxPromises:
    def test_排入的写入原样取出(self, store: Store) -> None:
        planned = comment("甲", lines=(log_line(MONDAY),))
        with store.write() as tx:
            tx.enqueue([planned], at=MONDAY)
        with store.read() as tx:
            (row,) = tx.outbox(["pending"])
        assert row == OutboxRow(id=row.id, planned=planned, state="pending", enqueued_at=MONDAY)

    def test_按排入的顺序取出(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([comment("丙"), creation("甲", creation_key="c1")], at=TUESDAY)
            tx.enqueue([comment("乙")], at=MONDAY)
            assert keys(tx, "pending") == ["丙", "甲", "乙"]

    def test_同一个键只排入一次(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([comment("甲")], at=MONDAY)
            tx.enqueue([comment("甲", lines=(log_line(TUESDAY),)), comment("乙"), comment("乙")], at=TUESDAY)
            assert [(row.planned.key, row.enqueued_at, row.planned.lines) for row in tx.outbox(["pending"])] == [
                ("甲", MONDAY, ()),
                ("乙", TUESDAY, ()),
            ]

    def test_已完成的键再次排入不会重发(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([comment("甲")], at=MONDAY)
            tx.set_outbox(row_id(tx), "done", receipt=Receipt(at=MONDAY))
            tx.enqueue([comment("甲")], at=TUESDAY)
            assert (keys(tx, "pending"), keys(tx, "done")) == ([], ["甲"])

    def test_数出每种状态有几行(self, store: Store) -> None:
        with store.write() as tx:
            assert dict(tx.outbox_counts()) == {}
            tx.enqueue([comment("甲"), comment("乙")], at=MONDAY)
            tx.enqueue([comment("丙")], at=MONDAY, state="reported")
            assert dict(tx.outbox_counts()) == {"pending": 2, "reported": 1}
            assert dict(tx.outbox_counts(["pending", "dead"])) == {"pending": 2}
            assert dict(tx.outbox_counts([])) == {}

    def test_排入过的键不论状态都认得(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([comment("甲"), comment("乙")], at=MONDAY)
            tx.enqueue([comment("丙")], at=MONDAY, state="reported")
            tx.set_outbox(row_id(tx), "done", receipt=Receipt(at=MONDAY))
        with store.read() as tx:
            assert tx.enqueued(["甲", "丙", "丁", "甲"]) == {"甲", "丙"}
            assert tx.enqueued([]) == set()

    def test_只取所问的状态(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([comment("甲")], at=MONDAY)
            tx.enqueue([comment("乙")], at=MONDAY, state="reported")
            assert (keys(tx, "pending"), keys(tx, "reported"), keys(tx, "dead")) == (["甲"], ["乙"], [])
            assert keys(tx, "reported", "pending") == ["甲", "乙"]
            assert tx.outbox([]) == ()

    def test_一份一份地取_状态混着也按顺序(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([comment(key) for key in "甲乙丙丁戊"], at=MONDAY)
            rows = tx.outbox(["pending"])
            became: tuple[OutboxState, ...] = ("sending", "pending", "done", "unknown", "pending")
            for row, state in zip(rows, became, strict=True):
                tx.set_outbox(row.id, state)
            states: tuple[OutboxState, ...] = ("pending", "sending", "unknown")
            first = tx.outbox(states, limit=2)
            second = tx.outbox(states, after=first[-1].id, limit=2)
            assert [row.planned.key for row in (*first, *second)] == ["甲", "乙", "丁", "戊"]
            assert tx.outbox(states, after=second[-1].id, limit=2) == ()
            assert tx.outbox(states, after=second[0].id) == (second[1],)

    def test_发送一次计一次尝试(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([comment("甲"), comment("乙")], at=MONDAY)
            states: tuple[OutboxState, ...] = ("sending", "pending", "sending", "unknown")
            for state in states:
                tx.set_outbox(row_id(tx), state)
            assert [(row.state, row.attempts) for row in tx.outbox(["unknown", "pending"])] == [
                ("unknown", 2),
                ("pending", 0),
            ]

    def test_没有新的错误就保留上一个(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([comment("甲")], at=MONDAY)
            tx.set_outbox(row_id(tx), "pending", next_attempt=TUESDAY, error="HTTP 502:网关错误")
            tx.set_outbox(row_id(tx), "sending")
            (row,) = tx.outbox(["sending"])
            assert (row.last_error, row.next_attempt) == ("HTTP 502:网关错误", None)

    def test_回执原样保留(self, store: Store) -> None:
        receipt = Receipt(at=WEDNESDAY, remote_id="c-77", url="https://jira.example/browse/NPX-1#c-77")
        with store.write() as tx:
            tx.enqueue([comment("甲")], at=MONDAY)
            tx.set_outbox(row_id(tx), "done", receipt=receipt)
            assert [row.receipt for row in tx.outbox(["done"])] == [receipt]

    def test_创建的回执按创建键找到(self, store: Store) -> None:
        ref = SourceRef(connection="gitlab", project="gl-pmo", path="pmo/collab", native_id="9", key="pmo/collab#9")
        receipt = Receipt(at=TUESDAY, ref=ref)
        with store.write() as tx:
            tx.enqueue([creation("甲", creation_key="会议-1"), comment("会议-2")], at=MONDAY)
            tx.enqueue([creation("乙", creation_key="会议-3")], at=MONDAY)
            for row in tx.outbox(["pending"])[:2]:
                tx.set_outbox(row.id, "done", receipt=receipt)
        with store.read() as tx:
            assert tx.creation_receipts(["会议-1", "会议-2", "会议-3"]) == {"会议-1": receipt}

    def test_日志只有完成与只报告的写入(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([comment("甲", lines=(log_line(MONDAY),)), comment("乙", lines=(log_line(TUESDAY),))], at=MONDAY)
            tx.enqueue([comment("丙", lines=(log_line(WEDNESDAY),))], at=MONDAY, state="reported")
            assert [line.at for line in tx.log_lines()] == [WEDNESDAY]
            tx.set_outbox(row_id(tx), "done", receipt=Receipt(at=MONDAY))
            assert [line.at for line in tx.log_lines()] == [MONDAY, WEDNESDAY]
            assert [line.at for line in tx.log_lines(reported=False)] == [MONDAY]

    def test_日志按时刻与次序再按排入的顺序(self, store: Store) -> None:
        early = (log_line(MONDAY, 2, target="丙"), log_line(TUESDAY, 1, target="丁"))
        late = (log_line(MONDAY, 1, target="甲"), log_line(MONDAY, 2, target="乙"))
        with store.write() as tx:
            tx.enqueue([comment("一", lines=early), comment("二", lines=late)], at=MONDAY, state="reported")
        with store.read() as tx:
            assert [line.target for line in tx.log_lines()] == ["甲", "丙", "乙", "丁"]

    def test_痕迹原样取出并按条目分开(self, store: Store) -> None:
        sticky = ManagedTrace(item=native(1), kind="comment", key="协同", remote_id="c1", hash="h", state={"乙": "2"})
        elsewhere = ManagedTrace(item=native(2), kind="comment", key="协同")
        with store.write() as tx:
            tx.put_managed([sticky, elsewhere])
        with store.read() as tx:
            assert tx.managed([native(1), native(3)]) == {native(1): (sticky,)}

    def test_同一痕迹以最后一次为准(self, store: Store) -> None:
        trace = ManagedTrace(item=native(1), kind="comment", key="协同", hash="旧")
        newer = msgspec.structs.replace(trace, hash="新", remote_id="c1")
        other = msgspec.structs.replace(trace, key="登记")
        with store.write() as tx:
            tx.put_managed([trace, other])
            tx.put_managed([newer])
            assert tx.managed([native(1)]) == {native(1): (newer, other)}

    def test_空的一批不排入什么(self, store: Store) -> None:
        with store.write() as tx:
            tx.enqueue([], at=MONDAY)
            tx.put_managed([])
            assert (tx.outbox(["pending"]), tx.managed([]), tx.creation_receipts([])) == ((), {}, {})


def keys(tx: Transaction, *states: OutboxState) -> list[str]:
    return [row.planned.key for row in tx.outbox(states)]


def row_id(tx: Transaction) -> int:
    """The row that was enqueued first, whatever its state."""
    return tx.outbox(["pending", "sending", "unknown", "done", "dead"])[0].id
