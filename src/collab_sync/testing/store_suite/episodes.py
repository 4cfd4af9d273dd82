"""Promises about episodes and the labels they hold."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

import msgspec

from collab_sync.model.episode import Episode, FiredStep, Hold
from collab_sync.model.identity import SubjectKind, SubjectRef
from collab_sync.ports.store import Store
from collab_sync.testing.store_suite.samples import MONDAY, TUESDAY, WEDNESDAY, episode, native, subject


class EpisodePromises:
    def test_时段原样取出(self, store: Store) -> None:
        full = Episode(
            rule="esc-overdue",
            subject=subject(1),
            key="k",
            began=MONDAY,
            fired=(FiredStep(">1wd", MONDAY, TUESDAY),),
            holds=(Hold(item=native(1), label="升级::一级", latch=True, written=False),),
            pauses=((MONDAY, TUESDAY), (WEDNESDAY, None)),
            values={"标题": "逾期", "天数": "2"},
            baseline=True,
            stage="pilot",
            rules_version="abc",
        )
        with store.write() as tx:
            tx.put_episodes([full])
        with store.read() as tx:
            assert tx.episodes([subject(1), subject(2)]) == {subject(1): (full,)}

    def test_一个对象的时段按规则与键排序(self, store: Store) -> None:
        later, first, second = episode(rule="乙"), episode(rule="甲", key="1"), episode(rule="甲", key="2")
        with store.write() as tx:
            tx.put_episodes([second, later, episode(2), first])
            assert tx.episodes([subject(1)]) == {subject(1): (later, first, second)}

    def test_正在持续的对象按类别与开头找到(self, store: Store) -> None:
        conflicts = [SubjectRef(SubjectKind.CONFLICT, key) for key in ("line:2026-03-02", "venue:2026-03-02", "v")]
        running = [msgspec.structs.replace(episode(rule=rule), subject=one) for one in conflicts for rule in "甲乙"]
        over = msgspec.structs.replace(episode(), subject=SubjectRef(SubjectKind.CONFLICT, "old"), ended_at=TUESDAY)
        with store.write() as tx:
            tx.put_episodes([*running, over, episode()])
            assert tx.running(SubjectKind.CONFLICT) == (conflicts[0], conflicts[2], conflicts[1])
            assert tx.running(SubjectKind.CONFLICT, ["venue:", "line:", "old"]) == (conflicts[0], conflicts[1])
            assert tx.running(SubjectKind.CONFLICT, []) == tx.running(SubjectKind.PROGRAM) == ()

    def test_可以只要某些规则的时段(self, store: Store) -> None:
        with store.write() as tx:
            tx.put_episodes([episode(rule="甲"), episode(rule="乙")])
        with store.read() as tx:
            assert tx.episodes([subject(1)], ["乙", "丙"]) == {subject(1): (episode(rule="乙"),)}
            assert tx.episodes([subject(1)], []) == {}

    def test_一条规则仍在说的对象_一批一批地取(self, store: Store) -> None:
        over = msgspec.structs.replace(episode(2), ended_at=TUESDAY)
        with store.write() as tx:
            tx.put_episodes([episode(1), episode(1, key="又一次"), over, episode(3), episode(4), episode(5, rule="乙")])
        with store.read() as tx:
            assert tx.running_for("esc-overdue", after="", most=2) == (subject(1), subject(3))
            assert tx.running_for("esc-overdue", after=str(subject(3)), most=2) == (subject(4),)
            assert tx.running_for("乙", after="", most=9) == (subject(5),)

    def test_结束的时段只能单独取出(self, store: Store) -> None:
        ended = msgspec.structs.replace(episode(), ended_at=TUESDAY)
        with store.write() as tx:
            tx.put_episodes([episode()])
            assert tx.ended_episode("esc-overdue", subject(1), episode().key) is None
            tx.put_episodes([ended])
            assert tx.episodes([subject(1)]) == {}
            assert tx.ended_episode("esc-overdue", subject(1), episode().key) == ended
            assert tx.ended_episode("esc-overdue", subject(2), episode().key) is None

    def test_结束的时段可以重新开始(self, store: Store) -> None:
        with store.write() as tx:
            tx.put_episodes([msgspec.structs.replace(episode(), ended_at=TUESDAY)])
            tx.put_episodes([episode()])
            assert tx.episodes([subject(1)]) == {subject(1): (episode(),)}
            assert tx.ended_episode("esc-overdue", subject(1), episode().key) is None

    def test_同一批里后写的为准(self, store: Store) -> None:
        changed = msgspec.structs.replace(episode(), values={"天数": "3"})
        with store.write() as tx:
            tx.put_episodes([episode(), changed])
            assert tx.episodes([subject(1)]) == {subject(1): (changed,)}

    def test_忘记的时段连同标签不留痕迹(self, store: Store) -> None:
        unfired = msgspec.structs.replace(episode(), holds=(Hold(item=native(1), label="逾期"),))
        with store.write() as tx:
            tx.put_episodes([unfired, episode(key="另一个")])
            tx.forget_episodes([unfired])
            assert tx.episodes([subject(1)]) == {subject(1): (episode(key="另一个"),)}
            assert tx.holds_on([native(1)]) == {}

    def test_标签按所在的条目找到(self, store: Store) -> None:
        own, other = Hold(item=native(1), label="逾期"), Hold(item=native(2), label="受阻")
        both = msgspec.structs.replace(episode(), holds=(own, other))
        with store.write() as tx:
            tx.put_episodes([both, episode(3)])
        with store.read() as tx:
            assert tx.holds_on([native(2), native(3)]) == {native(2): ((both, other),)}

    def test_一个条目上的几个标签都给出(self, store: Store) -> None:
        holds = (Hold(item=native(1), label="逾期"), Hold(item=native(1), label="升级::一级"))
        first = msgspec.structs.replace(episode(rule="甲"), holds=holds)
        second = msgspec.structs.replace(episode(rule="乙"), holds=holds[:1])
        with store.write() as tx:
            tx.put_episodes([first, second])
            found = tx.holds_on([native(1)])[native(1)]
        expected = {("甲", "逾期"), ("甲", "升级::一级"), ("乙", "逾期")}
        assert {(each.rule, hold.label) for each, hold in found} == expected
        assert len(found) == len(expected)

    def test_时段的新标签替换旧的(self, store: Store) -> None:
        with store.write() as tx:
            tx.put_episodes([msgspec.structs.replace(episode(), holds=(Hold(item=native(1), label="逾期"),))])
            tx.put_episodes([msgspec.structs.replace(episode(), holds=(Hold(item=native(2), label="逾期"),))])
            assert set(tx.holds_on([native(1), native(2)])) == {native(2)}

    def test_时段结束后只剩锁定的标签(self, store: Store) -> None:
        latched = Hold(item=native(1), label="曾逾期", latch=True)
        holds = (Hold(item=native(1), label="逾期"), latched, Hold(item=native(2), label="逾期"))
        ended = msgspec.structs.replace(episode(), holds=holds, ended_at=TUESDAY)
        with store.write() as tx:
            tx.put_episodes([msgspec.structs.replace(ended, ended_at=None)])
            tx.put_episodes([ended])
            assert tx.holds_on([native(1), native(2)]) == {native(1): ((ended, latched),)}

    def test_空的一批不改变时段(self, store: Store) -> None:
        with store.write() as tx:
            tx.put_episodes([episode()])
            tx.put_episodes([])
            tx.forget_episodes([])
            assert tx.episodes([subject(1)]) == {subject(1): (episode(),)}
            assert (tx.episodes([]), tx.holds_on([])) == ({}, {})
