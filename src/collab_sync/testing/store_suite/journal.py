"""Promises about dated facts, mentions and digests."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

from datetime import datetime, timedelta

from collab_sync.ports.store import DigestEntry, Store
from collab_sync.testing.store_suite.samples import MONDAY, TUESDAY, WEDNESDAY


class JournalPromises:
    def test_记下的事按前缀取出(self, store: Store) -> None:
        with store.write() as tx:
            tx.record("slot:周报:2026-03-06", MONDAY, "done")
            tx.record("slot:周报%:1", TUESDAY)
            tx.record("rules", WEDNESDAY, "v1")
        with store.read() as tx:
            assert tx.recorded("slot:周报:") == {"slot:周报:2026-03-06": (MONDAY, "done")}
            assert set(tx.recorded("slot:")) == {"slot:周报:2026-03-06", "slot:周报%:1"}
            assert tx.recorded("slot:周报%") == {"slot:周报%:1": (TUESDAY, "")}
            assert tx.recorded("没有") == {}

    def test_空前缀取出全部(self, store: Store) -> None:
        with store.write() as tx:
            tx.record("a", MONDAY)
            tx.record("协", MONDAY)
            assert set(tx.recorded("")) == {"a", "协"}

    def test_前缀区分大小写(self, store: Store) -> None:
        with store.write() as tx:
            tx.record("Run:1", MONDAY)
            assert tx.recorded("run") == {}

    def test_后记的替换先记的(self, store: Store) -> None:
        with store.write() as tx:
            tx.record("rules", MONDAY, "v1")
            tx.record("rules", TUESDAY, "v2")
            assert tx.recorded("rules") == {"rules": (TUESDAY, "v2")}

    def test_几件事一次记下且按全名取出(self, store: Store) -> None:
        with store.write() as tx:
            tx.record_all({"rules": (MONDAY, "v1"), "rules:2": (MONDAY, ""), "协": (TUESDAY, "好")})
            tx.record_all({"rules": (TUESDAY, "v2")})
            tx.record_all({})
        with store.read() as tx:
            assert tx.noted(["rules", "协", "没有"]) == {"rules": (TUESDAY, "v2"), "协": (TUESDAY, "好")}
            assert tx.noted([]) == {}

    def test_提醒按人累计且含起点(self, store: Store) -> None:
        with store.write() as tx:
            tx.count_mentions(["李敏", "王强", "李敏"], MONDAY)
            tx.count_mentions(["李敏"], MONDAY)
            tx.count_mentions(["王强"], TUESDAY)
        with store.read() as tx:
            assert tx.mentions_since(MONDAY) == {"李敏": 3, "王强": 2}
            assert tx.mentions_since(TUESDAY) == {"王强": 1}
            assert tx.mentions_since(TUESDAY + timedelta(microseconds=1)) == {}

    def test_汇总按人再按时刻(self, store: Store) -> None:
        entries = [entry("王强", MONDAY), entry("李敏", TUESDAY), entry("李敏", MONDAY)]
        with store.write() as tx:
            tx.add_digest(entries)
        with store.read() as tx:
            assert tx.open_digest(WEDNESDAY) == (entries[2], entries[1], entries[0])

    def test_同一时刻的汇总按加入的顺序(self, store: Store) -> None:
        entries = (entry("李敏", MONDAY, "乙"), entry("李敏", MONDAY, "甲"))
        with store.write() as tx:
            tx.add_digest(entries)
            assert tx.open_digest(TUESDAY) == entries

    def test_截止时刻之后的不汇总(self, store: Store) -> None:
        with store.write() as tx:
            tx.add_digest([entry("李敏", TUESDAY)])
            assert tx.open_digest(TUESDAY) == ()

    def test_送出的汇总不再送(self, store: Store) -> None:
        kept = entry("李敏", TUESDAY)
        with store.write() as tx:
            tx.add_digest([entry("李敏", MONDAY), kept])
            tx.close_digest(TUESDAY, "digest/2026-03-02")
            assert tx.open_digest(WEDNESDAY) == (kept,)

    def test_空的一批不记什么(self, store: Store) -> None:
        with store.write() as tx:
            tx.count_mentions([], MONDAY)
            tx.add_digest([])
            tx.close_digest(WEDNESDAY, "digest/空")
            assert (tx.mentions_since(MONDAY), tx.open_digest(WEDNESDAY), tx.log_lines()) == ({}, (), ())


def entry(person: str, at: datetime, text: str = "请更新进展") -> DigestEntry:
    return DigestEntry(person=person, at=at, item="NPX-1", url="https://jira.example/NPX-1", rule="esc", text=text)
