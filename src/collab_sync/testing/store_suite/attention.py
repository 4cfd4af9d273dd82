"""Promises about subjects that changed and subjects whose instant has come."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

from datetime import UTC, datetime, timedelta

from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.ports.store import Store
from collab_sync.testing.store_suite.samples import MONDAY, TUESDAY, WEDNESDAY, subject

PROGRAM = SubjectRef(SubjectKind.PROGRAM, "NPX")


class AttentionPromises:
    def test_变动的对象记一次并排好序(self, store: Store) -> None:
        with store.write() as tx:
            tx.mark_dirty([subject(2), PROGRAM])
            tx.mark_dirty([subject(2), subject(1), subject(1)])
        with store.read() as tx:
            assert tx.dirty() == (PROGRAM, subject(1), subject(2))

    def test_键里的冒号不影响对象(self, store: Store) -> None:
        odd = SubjectRef(SubjectKind.CONFLICT, "测试台:2026-03:甲")
        with store.write() as tx:
            tx.mark_dirty([odd])
            assert tx.dirty() == (odd,)

    def test_处理过的对象不再是变动的(self, store: Store) -> None:
        with store.write() as tx:
            tx.mark_dirty([subject(1), subject(2)])
            tx.clear_dirty([subject(1), subject(3)])
            assert tx.dirty() == (subject(2),)

    def test_到时的对象包括恰好到时的(self, store: Store) -> None:
        with store.write() as tx:
            tx.set_due({subject(2): TUESDAY, subject(1): MONDAY, subject(3): TUESDAY + timedelta(microseconds=1)})
        with store.read() as tx:
            assert tx.due(TUESDAY) == (subject(1), subject(2))
            assert tx.due(MONDAY - timedelta(microseconds=1)) == ()

    def test_时刻跨时区比较(self, store: Store) -> None:
        shanghai = datetime.fromisoformat("2026-03-02T09:30:00+08:00")
        with store.write() as tx:
            tx.set_due({subject(1): shanghai})
            assert tx.due(MONDAY) == (subject(1),)
            assert tx.next_due() == MONDAY

    def test_时刻取出时是世界时(self, store: Store) -> None:
        with store.write() as tx:
            tx.set_due({subject(1): WEDNESDAY})
            found = tx.next_due()
        assert found == WEDNESDAY
        assert found is not None
        assert found.tzinfo is UTC

    def test_提前只会更早_不会更晚(self, store: Store) -> None:
        with store.write() as tx:
            tx.set_due({subject(1): TUESDAY, subject(2): TUESDAY})
            tx.hasten({subject(1): MONDAY, subject(2): WEDNESDAY, subject(3): WEDNESDAY})
        with store.read() as tx:
            assert tx.due(MONDAY) == (subject(1),)
            assert tx.due(TUESDAY) == (subject(1), subject(2))
            assert tx.due(WEDNESDAY) == (subject(1), subject(2), subject(3))

    def test_新的时刻替换旧的(self, store: Store) -> None:
        with store.write() as tx:
            tx.set_due({subject(1): MONDAY, subject(2): MONDAY})
            tx.set_due({subject(1): WEDNESDAY, subject(2): None})
            assert (tx.due(TUESDAY), tx.next_due()) == ((), WEDNESDAY)

    def test_没有时刻就没有下一次(self, store: Store) -> None:
        with store.write() as tx:
            assert tx.next_due() is None
            tx.set_due({subject(1): MONDAY})
            tx.set_due({subject(1): None})
            assert tx.next_due() is None

    def test_下一次是最早的时刻(self, store: Store) -> None:
        with store.write() as tx:
            tx.set_due({subject(1): WEDNESDAY, PROGRAM: TUESDAY})
            assert tx.next_due() == TUESDAY
