"""Documents of items in the mirror: small, and readable for ever."""

from __future__ import annotations

import msgspec

from collab_sync.model.work_item import WorkItem
from collab_sync.store.documents import packed, unpacked
from collab_sync.store.sqlite import SqliteStore
from collab_sync.testing.store_suite.samples import MONDAY, issue, native

WRITTEN_ONCE = bytes.fromhex(
    "01434946c0261c28ba49494aba790515402dd0e4e4171001e4a0a428a899905405940767511c1900e458bdd48ac4dc829c5458ba8268"
    "c193b89e2dd8fe6cceae17eb5b80ad0d2b701bade5c9ee6deff7743c5fb3e6c9ae9e177bd7bddfd309f21524d851831025057ae62904"
    "806a9cd46250eca0a741606166ac6b60044a83f0f4859e06216a80310955a36768646c626a068a50f21255a96e4e26503322be9ecded"
    "7b36b51f94d98a48691b2027039c66c6e26d233cefeb7eba6717b0a500b21bb5aa06068ca131d09988fa1a921080a519c14a19543d82"
    "730630935443dbb0f086dfb3e90b9eee697a3ab9176838a841386f0e30c942a2fac5ba0d4ff74e0505446a1e5a5724199488a18d2a50"
    "5dbd712a904f6a66c1194a887c0b896d602f04294500cba4449047c00911e4da970db35eec6f073ae0e992f6679b418de7470d739e2e"
    "ddfba861ae522da8d985ad88406d1b60b307523e000b0fb0a421a8928514107021508450cdd3c0580700"
)
"""``issue(1)`` as the first version with this format wrote it."""


def test_写进去什么读出来就是什么() -> None:
    for number in range(1, 20):
        item = issue(number, parent="NPX-9" if number % 2 else None)
        assert unpacked(packed(item)) == item


def test_早先写下的文档永远读得出() -> None:
    """The dictionary belongs to the format: a letter changed in it and every mirror would be lost."""
    assert unpacked(WRITTEN_ONCE) == issue(1)


def test_没有压缩的旧文档照样读得出(store: SqliteStore) -> None:
    """A mirror of an earlier version is read on as it is; what changes is written small."""
    with store.write() as tx:
        tx.put_items([(issue(1), b"d"), (issue(2), b"d")], seen_at=MONDAY, baseline=False)
    with store.engine.begin() as connection:
        old = msgspec.json.encode(issue(1))
        connection.exec_driver_sql("UPDATE work_item SET document = ? WHERE id = ?", (old, native(1)))
    with store.read() as tx:
        found = tx.items([native(1), native(2)])
    assert [found[native(number)].item for number in (1, 2)] == [issue(1), issue(2)]


def test_常见的文档缩到一半以下() -> None:
    plain = len(msgspec.json.encode(issue(1)))
    assert len(packed(issue(1))) < plain / 2


def test_很长的正文也完整() -> None:
    """Longer than the window that is searched for what is said again."""
    item: WorkItem = msgspec.structs.replace(
        issue(1), title="样机评审 " * 20_000, fields={"完成标准": "甲乙丙丁" * 9_000}
    )
    assert unpacked(packed(item)) == item
