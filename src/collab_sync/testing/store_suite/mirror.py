"""Promises about mirrored items, their names and links, and about shards."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

import msgspec

from collab_sync.model import marker
from collab_sync.model.identity import ItemId
from collab_sync.model.work_item import Link, WorkItem
from collab_sync.ports.store import Shard, Store, StoredItem
from collab_sync.testing.store_suite.samples import MONDAY, TUESDAY, WEDNESDAY, issue, native


class MirrorPromises:
    def test_存入的条目原样取出(self, store: Store) -> None:
        item = issue(1, parent="NPX-9", links=(Link(kind="blocks", target="rd/x1-firmware#4", native=False),))
        put(store, item, digest=b"\x00\xff")
        expected = StoredItem(item=item, digest=b"\x00\xff", first_seen=MONDAY)
        assert read_items(store, native(1)) == {native(1): expected}

    def test_键值行的顺序不变(self, store: Store) -> None:
        item = msgspec.structs.replace(issue(1), fields={"乙": "2", "甲": "1"})
        put(store, item)
        assert list(read_items(store, native(1))[native(1)].item.fields) == ["乙", "甲"]

    def test_一批一批地取_接着上一批_不重不漏(self, store: Store) -> None:
        closed = msgspec.structs.replace(issue(2), status="已完成")
        document = msgspec.structs.replace(issue(3), type="文档", program=None)
        put(store, issue(1), closed, document, issue(4), issue(5))
        with store.write() as tx:
            tx.mark_gone([native(5)], "deleted")
        with store.read() as tx:
            assert tx.ids_after(ItemId(""), 2) == (native(1), native(2))
            assert tx.ids_after(native(2), 2) == (native(3), native(4))
            assert tx.ids_after(native(4), 2) == ()
            assert tx.ids_after(ItemId(""), 9, type_name="任务", open_=True) == (native(1), native(4))
            assert tx.ids_after(ItemId(""), 9, open_=False) == (native(2),)
            assert tx.ids_after(native(1), 9, program="NPX") == (native(2), native(4))

    def test_没有的条目不在结果里(self, store: Store) -> None:
        put(store, issue(1))
        assert set(read_items(store, native(1), native(2))) == {native(1)}

    def test_更新不改首次所见与基线(self, store: Store) -> None:
        with store.write() as tx:
            tx.put_items([(issue(1), b"a")], seen_at=MONDAY, baseline=True)
            tx.put_items([(issue(1, key="NPX-100"), b"b")], seen_at=TUESDAY, baseline=False)
        stored = read_items(store, native(1))[native(1)]
        assert (stored.first_seen, stored.baseline, stored.digest) == (MONDAY, True, b"b")
        assert stored.item.source.key == "NPX-100"

    def test_同一批里重复的条目以最后一个为准(self, store: Store) -> None:
        newer = msgspec.structs.replace(issue(1, parent="NPX-9"), title="新标题")
        with store.write() as tx:
            tx.put_items([(issue(1, parent="NPX-8"), b"a"), (newer, b"b")], seen_at=MONDAY, baseline=False)
        assert read_items(store, native(1))[native(1)].item.title == "新标题"
        with store.read() as tx:
            assert (tx.ids_linking_to(["NPX-8"]), tx.ids_linking_to(["NPX-9"])) == ((), (native(1),))

    def test_摘要只给看得见的条目(self, store: Store) -> None:
        put(store, issue(1), issue(2), digest=b"d")
        with store.write() as tx:
            tx.mark_gone([native(2)], "deleted")
        with store.read() as tx:
            assert tx.digests([native(1), native(2), native(3)]) == {native(1): b"d"}

    def test_上千个条目一次存取(self, store: Store) -> None:
        ids = [native(number) for number in range(1100)]
        put(store, *(issue(number) for number in range(1100)))
        with store.read() as tx:
            assert set(tx.items(ids)) == set(tx.digests(ids)) == set(ids)

    def test_存入条目并不算作变动(self, store: Store) -> None:
        put(store, issue(1))
        with store.read() as tx:
            assert tx.dirty() == ()

    def test_消失的条目仍可取出并说明原因(self, store: Store) -> None:
        put(store, issue(1))
        with store.write() as tx:
            tx.mark_gone([native(1)], "moved")
        assert read_items(store, native(1))[native(1)].gone == "moved"

    def test_消失的条目不在任何查找里(self, store: Store) -> None:
        put(store, ours(issue(1, parent="NPX-9"), "会议-1"))
        with store.write() as tx:
            tx.mark_gone([native(1)], "hidden")
        with store.read() as tx:
            assert (tx.ids_where(), tx.ids_linking_to(["NPX-9"]), tx.created_by_key(["会议-1"])) == ((), (), {})

    def test_再次读到的条目不再算消失(self, store: Store) -> None:
        put(store, issue(1))
        with store.write() as tx:
            tx.mark_gone([native(1)], "hidden")
        put(store, issue(1))
        assert read_items(store, native(1))[native(1)].gone == ""

    def test_按编号与网址找到条目(self, store: Store) -> None:
        put(store, issue(1), issue(2))
        url = "https://jira.example/browse/NPX-2"
        with store.read() as tx:
            assert tx.ids_by_key(["NPX-1", url, "NPX-3", ""]) == {"NPX-1": native(1), url: native(2)}

    def test_编号与网址也可按条目取出(self, store: Store) -> None:
        put(store, issue(1), issue(2))
        with store.write() as tx:
            tx.mark_gone([native(2)], "hidden")
            assert tx.names([native(1), native(2), native(3)]) == {
                native(1): ("NPX-1", "https://jira.example/browse/NPX-1"),
                native(2): ("NPX-2", "https://jira.example/browse/NPX-2"),
            }

    def test_按所涉及的找到条目(self, store: Store) -> None:
        """A programme by its code, requests by the resource they name, a risk by what it watches."""
        programme = msgspec.structs.replace(issue(1), type="项目", fields={"代号": "X1"})
        asking = [msgspec.structs.replace(issue(number), type="资源申请", resource="场地") for number in (3, 2)]
        risk = msgspec.structs.replace(issue(4), type="风险", fields={"触发条件": "监控 NPX-1;late_days > 3"})
        not_a_programme = msgspec.structs.replace(issue(5), fields={"代号": "X1"}, resource="场地")
        put(store, programme, *asking, risk, not_a_programme)
        with store.read() as tx:
            assert tx.ids_concerning(["code:X1", "resource:场地", "watch:NPX-1", "code:X2"]) == {
                "code:X1": ids(1),
                "resource:场地": ids(2, 3),
                "watch:NPX-1": ids(4),
            }

    def test_不再涉及的与消失的不再找到(self, store: Store) -> None:
        asking = [msgspec.structs.replace(issue(number), type="资源申请", resource="场地") for number in (1, 2, 3)]
        put(store, *asking)
        put(store, msgspec.structs.replace(asking[0], resource="样机"))
        with store.write() as tx:
            tx.mark_gone([native(2)], "deleted")
        with store.read() as tx:
            assert tx.ids_concerning(["resource:场地", "resource:样机"]) == {
                "resource:场地": ids(3),
                "resource:样机": ids(1),
            }

    def test_换了编号的条目按新编号找到(self, store: Store) -> None:
        put(store, issue(1))
        put(store, issue(1, key="HW-7"))
        with store.read() as tx:
            assert tx.ids_by_key(["HW-7"]) == {"HW-7": native(1)}

    def test_按锚点查找(self, store: Store) -> None:
        done = msgspec.structs.replace(issue(2), status="已完成")
        risk = msgspec.structs.replace(issue(3), type="风险", program=None)
        elsewhere = issue(4)
        source = msgspec.structs.replace(elsewhere.source, project="gl-pmo")
        put(store, issue(1), done, risk, msgspec.structs.replace(elsewhere, source=source))
        with store.read() as tx:
            assert tx.ids_where() == ids(1, 2, 3, 4)
            assert tx.ids_where(project="jira-npx") == ids(1, 2, 3)
            assert tx.ids_where(type_name="任务", open_only=True) == ids(1, 4)
            assert tx.ids_where(program="NPX", project="jira-npx") == ids(1, 2)
            assert tx.ids_where(program="没有这个项目") == ()

    def test_按编号的顺序给出而不按存入的顺序(self, store: Store) -> None:
        put(store, issue(3), issue(1), issue(2))
        with store.read() as tx:
            assert tx.ids_where(type_name="任务") == ids(1, 2, 3)

    def test_上级与关联都算指向(self, store: Store) -> None:
        typed = Link(kind="relates", target="https://gitlab.example/rd/x1#4", native=False)
        put(store, issue(1, parent="NPX-9"), issue(2, links=(Link(kind="blocks", target="NPX-9"), typed)), issue(3))
        with store.read() as tx:
            assert tx.ids_linking_to(["NPX-9"]) == ids(1, 2)
            assert tx.ids_linking_to([typed.target, "NPX-8"]) == ids(2)

    def test_同时指向几个目标的条目只给一次(self, store: Store) -> None:
        put(store, issue(1, parent="NPX-8", links=(Link(kind="blocks", target="NPX-9"),)))
        with store.read() as tx:
            assert tx.ids_linking_to(["NPX-8", "NPX-9"]) == ids(1)

    def test_撤掉的关联不再指向(self, store: Store) -> None:
        put(store, issue(1, parent="NPX-9"), issue(2, parent="NPX-9"))
        put(store, issue(1))
        with store.read() as tx:
            assert tx.ids_linking_to(["NPX-9"]) == ids(2)

    def test_自建的条目按创建键找到(self, store: Store) -> None:
        foreign = msgspec.structs.replace(issue(2), marker="不是我们的标记")
        put(store, ours(issue(1), "会议-1"), foreign, issue(3))
        with store.read() as tx:
            assert tx.created_by_key(["会议-1", "会议-2", ""]) == {"会议-1": native(1)}

    def test_同一创建键有两个条目时取先见到的(self, store: Store) -> None:
        with store.write() as tx:
            tx.put_items([(ours(issue(2), "会议-1"), b"")], seen_at=MONDAY, baseline=False)
            tx.put_items([(ours(issue(1), "会议-1"), b"")], seen_at=TUESDAY, baseline=False)
            assert tx.created_by_key(["会议-1"]) == {"会议-1": native(2)}

    def test_处理过的基线条目与其他条目无异(self, store: Store) -> None:
        with store.write() as tx:
            tx.put_items([(issue(1), b""), (issue(2), b"")], seen_at=MONDAY, baseline=True)
            tx.settle_baseline([native(1)])
            assert {key: stored.baseline for key, stored in tx.items(ids(1, 2)).items()} == {
                native(1): False,
                native(2): True,
            }

    def test_读取进度原样取出并整体替换(self, store: Store) -> None:
        done = Shard(project="jira-npx", cursor="c2", complete_as_of=TUESDAY, attempted_at=WEDNESDAY)
        with store.write() as tx:
            tx.put_shards([Shard(project="jira-npx", cursor="c1", attempted_at=MONDAY, error="HTTP 502")])
            tx.put_shards([done])
            tx.put_shards([Shard(project="gl-pmo")])
        with store.read() as tx:
            assert tx.shards() == {"gl-pmo": Shard(project="gl-pmo"), "jira-npx": done}

    def test_空的一批什么也不做(self, store: Store) -> None:
        with store.write() as tx:
            tx.put_items([], seen_at=MONDAY, baseline=False)
            tx.mark_gone([], "deleted")
            tx.settle_baseline([])
            assert (tx.items([]), tx.digests([]), tx.ids_by_key([]), tx.ids_linking_to([])) == ({}, {}, {}, ())


def put(store: Store, *items: WorkItem, digest: bytes = b"d") -> None:
    with store.write() as tx:
        tx.put_items([(item, digest) for item in items], seen_at=MONDAY, baseline=False)


def read_items(store: Store, *wanted: ItemId) -> dict[ItemId, StoredItem]:
    with store.read() as tx:
        return dict(tx.items(wanted))


def ids(*numbers: int) -> tuple[ItemId, ...]:
    return tuple(native(number) for number in numbers)


def ours(item: WorkItem, creation_key: str) -> WorkItem:
    return msgspec.structs.replace(item, marker=marker.dumps(marker.Marker(key=creation_key)))
