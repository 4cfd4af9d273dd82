"""Cost follows change: what a tick asks for is found by an index, in a number of statements that does not grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from collab_sync.model.identity import SubjectKind
from collab_sync.ports.store import Transaction
from collab_sync.store.sqlite import SqliteStore
from collab_sync.testing.store_suite.samples import MONDAY, comment, episode, issue, native, subject

Statement = tuple[str, Any]
"""SQL text and the values bound to it, as the driver gets them."""

READS: dict[str, Callable[[Transaction], object]] = {
    "到时的对象": lambda tx: tx.due(MONDAY),
    "下一个时刻": lambda tx: tx.next_due(),
    "待发的写入": lambda tx: tx.outbox(["pending", "unknown"]),
    "待发写入的行数": lambda tx: tx.outbox_counts(["pending", "sending", "unknown"]),
    "一页的摘要": lambda tx: tx.digests([native(1), native(2)]),
    "条目": lambda tx: tx.items([native(1), native(2)]),
    "编号与网址": lambda tx: tx.ids_by_key(["NPX-1", "NPX-2"]),
    "指向某条目的": lambda tx: tx.ids_linking_to(["NPX-1", "NPX-2"]),
    "涉及某事的": lambda tx: tx.ids_concerning(["code:X1", "watch:NPX-1"]),
    "条目的名称": lambda tx: tx.names([native(1), native(2)]),
    "正在持续的": lambda tx: tx.running(SubjectKind.CONFLICT),
    "其中某两样的": lambda tx: tx.running(SubjectKind.CONFLICT, ["venue:", "line:"]),
    "按全名记下的": lambda tx: tx.noted(["a", "b"]),
    "自建的条目": lambda tx: tx.created_by_key(["会议-1"]),
    "某项目的条目": lambda tx: tx.ids_where(project="jira-npx", open_only=True),
    "某类型的条目": lambda tx: tx.ids_where(type_name="任务"),
    "某项目群的条目": lambda tx: tx.ids_where(program="NPX", type_name="风险"),
    "下一批未关闭的任务": lambda tx: tx.ids_after(native(1), 10, type_name="任务", open_=True),
    "下一批某项目群的任务": lambda tx: tx.ids_after(native(1), 10, type_name="任务", program="NPX", open_=True),
    "下一批条目": lambda tx: tx.ids_after(native(1), 10),
    "下一批规则仍在说的对象": lambda tx: tx.running_for("r", after="", most=10),
    "对象的时段": lambda tx: tx.episodes([subject(1), subject(2)]),
    "结束的时段": lambda tx: tx.ended_episode("r", subject(1), "k"),
    "条目上的标签": lambda tx: tx.holds_on([native(1), native(2)]),
    "创建的回执": lambda tx: tx.creation_receipts(["会议-1"]),
    "我们的痕迹": lambda tx: tx.managed([native(1)]),
    "前缀": lambda tx: tx.recorded("slot:"),
    "近来的提醒": lambda tx: tx.mentions_since(MONDAY),
    "待送的汇总": lambda tx: tx.open_digest(MONDAY),
}

WRITES: dict[str, Callable[[Transaction], object]] = {
    "更新条目": lambda tx: tx.put_items([(issue(1, parent="NPX-9"), b"")], seen_at=MONDAY, baseline=False),
    "标为消失": lambda tx: tx.mark_gone([native(1)], "deleted"),
    "清除变动": lambda tx: tx.clear_dirty([subject(1)]),
    "改时刻": lambda tx: tx.set_due({subject(1): None, subject(2): MONDAY}),
    "提前时刻": lambda tx: tx.hasten({subject(1): MONDAY}),
    "更新时段": lambda tx: tx.put_episodes([episode()]),
    "忘记时段": lambda tx: tx.forget_episodes([episode()]),
    "改发件行": lambda tx: tx.set_outbox(tx.outbox(["pending"])[0].id, "done"),
    "送出汇总": lambda tx: tx.close_digest(MONDAY, "k"),
}


@pytest.fixture(autouse=True)
def something_to_change(store: SqliteStore) -> None:
    with store.write() as tx:
        tx.put_items([(issue(1), b"")], seen_at=MONDAY, baseline=False)
        tx.enqueue([comment("甲")], at=MONDAY)


@pytest.mark.parametrize("name", READS)
def test_读取只走索引(store: SqliteStore, name: str) -> None:
    with statements(store.engine) as seen, store.read() as tx:
        READS[name](tx)
    assert scans(store.engine, seen) == []


@pytest.mark.parametrize("name", WRITES)
def test_写入只走索引(store: SqliteStore, name: str) -> None:
    with statements(store.engine) as seen, store.write() as tx:
        WRITES[name](tx)
    assert scans(store.engine, seen) == []


def test_问多少个条目都是同一条语句(store: SqliteStore) -> None:
    """A list of values of its own length would be prepared anew for every page."""
    with statements(store.engine) as seen, store.read() as tx:
        tx.digests([native(1)])
        tx.digests([native(number) for number in range(1, 800)])
    assert len(seen) == 2
    assert seen[0][0] == seen[1][0]


def test_待发写入的一份只读它自己的行(store: SqliteStore) -> None:
    """However many rows are done or wait behind it: the index has each state's rows in their order."""
    with statements(store.engine) as seen, store.read() as tx:
        tx.outbox(["pending", "sending", "unknown"], after=1, limit=10)
    (steps,) = [plan(store.engine, statement) for statement in seen]
    assert steps.count("SEARCH outbox USING INDEX ix_outbox_state (state=? AND rowid>?)") == 3
    assert [step for step in steps if step == "SCAN outbox" or "TEMP B-TREE" in step] == []


def test_变动的对象只读它自己的小表(store: SqliteStore) -> None:
    """The dirty table holds nothing but what is asked for, already in order."""
    with statements(store.engine) as seen, store.read() as tx:
        tx.dirty()
    assert [plan(store.engine, statement) for statement in seen] == [["SCAN dirty"]]


def test_整个计划的检查会发现扫描(store: SqliteStore) -> None:
    """Without this the sentences above could not fail."""
    assert plan(store.engine, ("SELECT id FROM work_item WHERE document = ?", (b"",))) == ["SCAN work_item"]


def test_无事可做的一轮只有几条语句(store: SqliteStore) -> None:
    with statements(store.engine) as seen, store.read() as tx:
        assert (tx.dirty(), tx.due(MONDAY), tx.next_due()) == ((), (), None)
    assert len(seen) == 3


def test_一页几百个条目的语句数不变(store: SqliteStore) -> None:
    assert put_count(store, first=0, count=2) == put_count(store, first=500, count=500)


def put_count(store: SqliteStore, *, first: int, count: int) -> int:
    """Statements for a page of new items that all have links."""
    page = [(issue(number, parent="NPX-9"), b"d") for number in range(first + 10, first + 10 + count)]
    with statements(store.engine) as seen, store.write() as tx:
        tx.put_items(page, seen_at=MONDAY, baseline=False)
    return len(seen)


@contextmanager
def statements(engine: Engine) -> Iterator[list[Statement]]:
    """What reaches the driver inside the block, without BEGIN."""
    seen: list[Statement] = []

    def note(_connection: object, _cursor: object, sql: str, values: Any, _context: object, many: bool) -> None:
        if not sql.startswith("BEGIN"):
            seen.append((sql, values[0] if many else values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def scans(engine: Engine, seen: list[Statement]) -> list[str]:
    """Tables that are read from end to end; the list of what is asked for is none of them."""
    steps = [step for statement in seen for step in plan(engine, statement)]
    return [step for step in steps if step.startswith("SCAN") and not step.startswith("SCAN json_each ")]


def plan(engine: Engine, statement: Statement) -> list[str]:
    sql, values = statement
    with engine.connect() as connection:
        return [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda tx: tx.ids_after(native(1), 10, type_name="任务", open_=True),
         "ix_work_item_type (type=? AND open=? AND id>?)"),
        (lambda tx: tx.ids_after(native(1), 10, type_name="任务", program="NPX", open_=False),
         "ix_work_item_program (program=? AND type=? AND open=? AND id>?)"),
        (lambda tx: tx.running_for("r", after="", most=10), "(rule=? AND subject>?)"),
    ],
    ids=["类型", "项目群", "规则"],
)  # fmt: skip
def test_一批一批地取_从上一批之后接着_不排序(
    store: SqliteStore, ask: Callable[[Transaction], object], index: str
) -> None:
    """A portion costs what it holds, wherever in the population it begins."""
    with statements(store.engine) as seen, store.read() as tx:
        ask(tx)
    (steps,) = [plan(store.engine, statement) for statement in seen]
    assert len(steps) == 1
    assert steps[0].endswith(index)
